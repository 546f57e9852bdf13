// SPDX-License-Identifier: MPL-2.0
// The scores of a model, as a person reads them.
import type { ModelRecord, Scores, Spread, Trial } from "../types";
import { capital, words } from "./catalogue";
import { percent } from "./format";

const SHARES = /^(accuracy|balanced_accuracy|precision_|recall_|f1_|outlier_share)/;
const SHORT = /\b(mcc|roc|pr|auc|rmse|mae|mape|ae)\b/g;
const DIGITS = 3;
const DEVIATION_DIGITS = 2;
/** From here on figures have no fraction. */
const WHOLE = 100;
const IMPORTANCES_SHOWN = 12;

/** Whether a score is a share of rows or made of such shares, from 0 to 1. */
export const isShare = (name: string): boolean => SHARES.test(name);

/** "roc_auc" becomes "ROC AUC", "f1_macro" "F1 macro". */
export const scoreLabel = (name: string): string =>
    name === "r2" ? "R²" : capital(words(name).replace(SHORT, (part) => part.toUpperCase()));

/** A share as "98.6 %", another figure with three digits, "–" where none is defined. */
export function scoreText(
    name: string,
    score: number | null | undefined,
    digits: number = DIGITS,
): string {
    if (score === null || score === undefined) {
        return "–";
    }
    const figure = Math.abs(score) < WHOLE ? Number(score.toPrecision(digits)) : Math.round(score);
    return isShare(name) ? percent(score) : String(figure);
}

/** A deviation: of no more digits than it is sure of. */
export const deviationText = (name: string, sd: number | null | undefined): string =>
    scoreText(name, sd, DEVIATION_DIGITS);

/** A mean with its deviation: "97.1 % ± 1.2 %". */
export function spreadText(name: string, spread: Spread | undefined): string {
    return spread ? `${scoreText(name, spread.mean)} ± ${deviationText(name, spread.sd)}` : "–";
}

/** The scores of a record that is from before there were others than accuracies. */
interface Accuracies {
    test_accuracy: number;
    train_accuracy: number;
    baseline_accuracy: number;
}

/** The record; of an old one, with its accuracies where new ones have their scores. */
export function recordOf(record: ModelRecord): ModelRecord {
    const { scores } = record;
    if (scores.chosen !== undefined) {
        return record;
    }
    const old = scores as unknown as Accuracies;
    return {
        ...record,
        scores: {
            chosen: "accuracy",
            test: { accuracy: old.test_accuracy },
            train: { accuracy: old.train_accuracy },
            baseline: { accuracy: old.baseline_accuracy },
        },
    };
}

/** The names of the scores: the chosen one first. */
export function scoreNames({ chosen, test }: ModelRecord["scores"]): string[] {
    return [chosen, ...Object.keys(test).filter((name) => name !== chosen)];
}

/** What became of a trial that has no score; "" when it has one. */
export function troubleOf({ state, fault }: Trial): string {
    if (state === "stopped") {
        return "Stopped: the time was over";
    }
    return state === "failed" ? `Failed: ${fault?.detail ?? "it is not known why"}` : "";
}

export interface Importances {
    shown: [input: string, share: number][];
    /** How many are not shown, and their share. */
    others: number;
    rest: number;
}

/** What counts most, the most important first. */
export function importancesOf(importances: Scores): Importances {
    const sorted = Object.entries(importances)
        .map(([input, share]): [string, number] => [input, share ?? 0])
        .sort(([, a], [, b]) => b - a);
    const hidden = sorted.slice(IMPORTANCES_SHOWN);
    return {
        shown: sorted.slice(0, IMPORTANCES_SHOWN),
        others: hidden.length,
        rest: hidden.reduce((sum, [, share]) => sum + share, 0),
    };
}
