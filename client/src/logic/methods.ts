// SPDX-License-Identifier: MPL-2.0
// The preparation steps a person can choose: the recipe table of docs/documents.md in plain words.
import type { Step } from "../types";

export interface Method {
    id: string;
    op: string;
    method?: string;
    group: string;
    label: string;
    help: string;
    /**
     * The columns it is meant for; others are allowed to be chosen, and the server says what is
     * wrong.
     */
    fits: "numbers" | "any";
    columns: "required" | "optional";
    takesValue: boolean;
}

const FILL = "Missing values";
const SCALE = "Scale numbers";
const ENCODE = "Turn text into numbers";
const COLUMNS = "Columns";

const row = (
    id: string,
    group: string,
    label: string,
    help: string,
    fits: Method["fits"],
    more: Partial<Method> = {},
): Method => {
    const [op = "", method] = id.split(".");
    const base = {
        id,
        op,
        group,
        label,
        help,
        fits,
        columns: "required" as const,
        takesValue: false,
    };
    return { ...base, ...(method === undefined ? {} : { method }), ...more };
};

export const METHODS: readonly Method[] = [
    row("missing.mean", FILL, "Fill with the mean", "The average of the column.", "numbers"),
    row(
        "missing.median",
        FILL,
        "Fill with the median",
        "The middle value; outliers do not move it.",
        "numbers",
    ),
    row("missing.mode", FILL, "Fill with the most frequent", "Also for text.", "any"),
    row("missing.constant", FILL, "Fill with a fixed value", "The value you give.", "any", {
        takesValue: true,
    }),
    row(
        "missing.drop_rows",
        FILL,
        "Drop rows with gaps",
        "No column chosen means: a gap in any column.",
        "any",
        {
            columns: "optional",
        },
    ),
    row(
        "scale.z_score",
        SCALE,
        "Standardise (z-score)",
        "Mean 0, standard deviation 1.",
        "numbers",
    ),
    row(
        "scale.min_max",
        SCALE,
        "Scale to 0–1 (min–max)",
        "Smallest value 0, largest 1.",
        "numbers",
    ),
    row("scale.robust", SCALE, "Scale robustly", "Median 0, quartile range 1.", "numbers"),
    row(
        "encode.one_hot",
        ENCODE,
        "One column per value (one-hot)",
        "A 0/1 column for each distinct value.",
        "any",
    ),
    row("encode.label", ENCODE, "Number the values (label)", "0, 1, 2 … in sorted order.", "any"),
    row("drop", COLUMNS, "Drop the column", "It will not be in the result.", "any"),
];

export const GROUPS: readonly string[] = [FILL, SCALE, ENCODE, COLUMNS];

export function methodById(id: string): Method | undefined {
    return METHODS.find((method) => method.id === id);
}

/**
 * The entry for a step; undefined for one this client does not know (it is kept, and shown as it
 * is).
 */
export function methodOf(step: Pick<Step, "op" | "method">): Method | undefined {
    return METHODS.find((method) => method.op === step.op && method.method === step.method);
}

export function labelOf(step: Pick<Step, "op" | "method">): string {
    return methodOf(step)?.label ?? [step.op, step.method].filter(Boolean).join(" ");
}
