// SPDX-License-Identifier: MPL-2.0
// Models, and what they are asked and answer.
import type { Cell, Drift, Label, ModelRecord, Prediction } from "../types";

const NUMBERS = ["integer", "float"];
const CHOICES_MAX = 100;

/** A field of the form that asks a model for one row. */
export interface Question {
    column: string;
    /** What a person may type: a number's pattern, or one of the values seen in training. */
    numeric: boolean;
    choices: string[];
    /** A value that is known to be good. */
    example: string;
}

const text = (cell: Cell | undefined): string =>
    cell === null || cell === undefined ? "" : String(cell);

/** The values of a column that an encoding learned; few enough to choose from, or none. */
function choicesOf(record: ModelRecord, column: string): string[] {
    for (const step of record.steps ?? []) {
        for (const learned of (step.parameters ?? []) as {
            column?: string;
            levels?: unknown[];
        }[]) {
            if (
                learned.column === column &&
                learned.levels &&
                learned.levels.length <= CHOICES_MAX
            ) {
                return learned.levels.map(String);
            }
        }
    }
    return [];
}

/** What a form asks: every feature, with an example from the training table. */
export function questionsOf(record: ModelRecord): Question[] {
    return record.features.map((column, index) => ({
        column,
        numeric: NUMBERS.includes(record.feature_types?.[index] ?? ""),
        choices: choicesOf(record, column),
        example: text(record.self_check?.rows[0]?.[index]),
    }));
}

export interface Share {
    label: Label;
    share: number;
}

/** The labels of a prediction's first row with their probabilities, the likeliest first. */
export function sharesOf({ labels, probabilities }: Prediction): Share[] {
    const row = probabilities?.[0];
    if (!row || !labels) {
        return [];
    }
    return labels
        .map((label, index) => ({ label, share: row[index] ?? 0 }))
        .sort((a, b) => b.share - a.share);
}

/** What the prediction's first row says: a label, or a number of six digits; "" without one. */
export function answerOf({ predictions }: Prediction): string {
    const [first] = predictions;
    if (first === null || first === undefined) {
        return "";
    }
    return typeof first === "number" && !Number.isInteger(first)
        ? String(Number(first.toPrecision(6)))
        : String(first);
}

const CHANGES: Record<Drift["change"], string> = {
    little: "little",
    some: "somewhat",
    much: "much: check the predictions",
};

export const driftText = (change: Drift["change"]): string => CHANGES[change];
