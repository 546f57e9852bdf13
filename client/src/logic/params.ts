// SPDX-License-Identifier: MPL-2.0
// The parameters of estimators as the server tells them, made into settings, so that they have the
// controls that a step's settings have.
import type { Estimator, Setting, Split, TrainingTask, TrainingTerms } from "../types";

/** A parameter as docs/documents.md has it ("Training catalogue"). */
export interface Param {
    name: string;
    type: "number" | "integer" | "boolean" | "choice";
    default: unknown;
    min?: number;
    max?: number;
    choices?: string[];
    optional?: boolean;
    help: string;
}

export interface EstimatorDocument extends Omit<Estimator, "params"> {
    params: Param[];
}

export interface TermsDocument {
    classes: number;
    scores: Record<string, string[]>;
    splits: Split[];
    tasks: TrainingTask[];
    options: Param[];
    search: Param[];
}

/** Hints of controls have no full stop. */
const hint = (help: string): string => help.replace(/\.$/, "");

/** A parameter as a setting, so that it has a setting's control. An empty one is its default. */
export function settingOf(param: Param): Setting {
    const { type, default: initial, optional, help, name, min, max, choices } = param;
    return {
        name,
        kind: type,
        required: false,
        help: hint(help),
        ...(initial === null ? {} : { default: initial }),
        ...(initial !== null && optional ? { nullable: true } : {}),
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(choices ? { choices } : {}),
    };
}

export const estimatorOf = (document: EstimatorDocument): Estimator => ({
    ...document,
    help: hint(document.help),
    params: document.params.map(settingOf),
});

export const termsOf = ({
    classes,
    tasks,
    scores,
    splits,
    options,
    search,
}: TermsDocument): TrainingTerms => ({
    classes,
    tasks,
    scores,
    splits: splits.map((split) => ({ ...split, help: hint(split.help) })),
    options: options.map(settingOf),
    search: search.map(settingOf),
});
