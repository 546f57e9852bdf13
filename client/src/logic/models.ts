// SPDX-License-Identifier: MPL-2.0
// Models, and what they are asked and answer.
import type { Cell, Drift, FittedStep, Label, ModelRecord, Prediction } from "../types";

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

const KEEPING = ["missing", "keep"];

const touches = ({ columns, names }: FittedStep, column: string): boolean =>
    (columns ?? []).includes(column) ||
    Object.entries(names ?? {})
        .flat()
        .includes(column);

function levelsOf(step: FittedStep, column: string): string[] | undefined {
    const learned = (step.parameters ?? []) as { column?: string; levels?: unknown[] }[];
    return learned.find((each) => each.column === column)?.levels?.map(String);
}

/**
 * The values of a column that an encoding learned; few enough to choose from, or none. An encoding
 * behind a step that changes the values knows others than a person has.
 */
function choicesOf(record: ModelRecord, column: string): string[] {
    const first = (record.steps ?? []).find(
        (step) => touches(step, column) && !KEEPING.includes(step.op),
    );
    const levels = first ? levelsOf(first, column) : undefined;
    return levels && levels.length <= CHOICES_MAX ? levels : [];
}

/** The files that a model has not, each with the reason. */
export function refusalsOf({ exports }: ModelRecord): string[] {
    return Object.entries(exports ?? {}).flatMap(([name, { refused }]) =>
        refused === undefined ? [] : [`There is no ${name}: ${refused}.`],
    );
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
