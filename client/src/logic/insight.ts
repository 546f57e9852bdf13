// SPDX-License-Identifier: MPL-2.0
// What a record tells of a model beside its scores, as charts and sentences.
import type { ClassCurves, Insight, LearningCurve, ModelRecord } from "../types";
import { figure } from "./chart";
import { counted } from "./format";
import { scoreLabel, scoreText } from "./scores";

/** A line of a chart. */
export interface Series {
    name: string;
    xs: number[];
    ys: (number | null)[];
    /** The place of its colour; its own place where it is not said. */
    place?: number;
    /** Of how many rows each point is. */
    rows?: number[];
}

type Label = ClassCurves["label"];

/** So many colours there are. */
const PLACES = 10;

/** A label has one colour in all charts, as long as there are enough. */
export const placeOf = (label: Label, labels: readonly Label[]): { place?: number } => {
    const place = labels.indexOf(label);
    return place < 0 || labels.length > PLACES ? {} : { place };
};

/** The classes in the order of the labels. */
export const ordered = (classes: readonly ClassCurves[], labels: readonly Label[]): ClassCurves[] =>
    [...classes].sort((a, b) => labels.indexOf(a.label) - labels.indexOf(b.label));

const COUNTS_SHOWN = 12;
const AREA_DIGITS = 4;

/** The curves of all classes, named by the class and the area under it. */
export function curveSeries(
    classes: readonly ClassCurves[],
    kind: "roc" | "precision_recall",
    labels: readonly Label[],
): Series[] {
    return classes.map((entry) => {
        const { area, x, y } = entry[kind];
        const told = area === null ? "" : `: ${Number(area.toPrecision(AREA_DIGITS))}`;
        const name = `${entry.label}${told}`;
        return { name, xs: x, ys: y, ...placeOf(entry.label, labels) };
    });
}

export const calibrationSeries = (
    classes: readonly ClassCurves[],
    labels: readonly Label[],
): Series[] =>
    classes.map(({ label, calibration: { said, seen, rows } }) => ({
        name: String(label),
        xs: said,
        ys: seen,
        rows,
        ...placeOf(label, labels),
    }));

/** The share of the positives by the share of the rows, from none to all. */
export function gainSeries({ label, gain }: NonNullable<Insight["gain"]>): Series {
    const xs = [0, ...gain.map((_, at) => (at + 1) / gain.length)];
    return { name: String(label), xs, ys: [0, ...gain] };
}

export interface Count {
    name: string;
    mean: number;
    /** "24.3 % ± 4.5 %" */
    text: string;
}

/** What counts most, and of how many more nothing is shown. */
export function countsOf(importance: NonNullable<Insight["importance"]>): {
    shown: Count[];
    others: number;
} {
    const { score, features } = importance;
    const known = features.filter(({ mean }) => mean !== null);
    const shown = known.slice(0, COUNTS_SHOWN).map(({ name, mean, sd }) => ({
        name,
        mean: mean ?? 0,
        text: `${scoreText(score, mean)} ± ${scoreText(score, sd, 2)}`,
    }));
    return { shown, others: known.length - shown.length };
}

/** What the numbers of the importance are. */
export function countsNote({ score, rows, repeats }: NonNullable<Insight["importance"]>): string {
    return (
        `How much ${scoreLabel(score)} gets worse when the values of one column are shuffled: ` +
        `mean of ${counted(repeats, "shuffle")} of ${counted(rows, "test row")}.`
    );
}

/** How the rows were divided, where it is not the usual way. */
export function splitText({ split }: ModelRecord): string {
    if (split?.kind === "time" && split.from !== undefined) {
        const from = typeof split.from === "number" ? figure(split.from, 6) : split.from;
        return `The test rows are the last ones by “${split.column}”, from ${from} on.`;
    }
    if (split?.kind === "group") {
        return (
            `The test rows are all rows of ${split.test_groups} of the ` +
            `${counted(split.groups ?? 0, "group")} in “${split.column}”.`
        );
    }
    return split?.kind === "random" ? "The test rows are drawn at random." : "";
}

/** Why models are compared by that score. */
export function reasonText({ scores }: ModelRecord): string {
    return scores.reason === undefined
        ? ""
        : `Models are compared by ${scoreLabel(scores.chosen)}: ${scores.reason}.`;
}

/** Whether more rows would help, as far as the last step of the curve tells. */
export function learningText({ score, points }: LearningCurve): string {
    const [before, last] = points.slice(-2).map(({ validation }) => validation.mean);
    if (before === null || last === null || before === undefined || last === undefined) {
        return "";
    }
    return (
        `With the last fifth of the rows ${scoreLabel(score)} went from ` +
        `${scoreText(score, before)} to ${scoreText(score, last)} in validation.`
    );
}
