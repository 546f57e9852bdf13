// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import {
    calibrationSeries,
    countsNote,
    countsOf,
    curveSeries,
    gainSeries,
    learningText,
    ordered,
    placeOf,
    reasonText,
    splitText,
} from "../src/logic/insight";
import type { ClassCurves, LearningCurve, ModelRecord } from "../src/types";

const curve = (area: number | null) => ({ area, x: [0, 1], y: [0, 1] });

const ADELIE: ClassCurves = {
    label: "Adelie",
    rows: 30,
    roc: curve(0.98765),
    precision_recall: curve(null),
    calibration: { said: [0.1], seen: [0.2], rows: [30] },
};

const IMPORTANCE = {
    score: "accuracy",
    base: 0.9,
    rows: 69,
    repeats: 5,
    features: Array.from({ length: 14 }, (_, at) => ({
        name: `c${at}`,
        mean: 0.2 - at / 50,
        sd: 0,
    })),
};

const record = (of: Partial<ModelRecord>): ModelRecord => of as ModelRecord;

test("curves are named by their class and area", () => {
    assert.equal(curveSeries([ADELIE], "roc", [])[0]?.name, "Adelie: 0.9877");
    assert.equal(curveSeries([ADELIE], "precision_recall", [])[0]?.name, "Adelie");
});

test("a label has one colour in all charts", () => {
    const labels = ["Adelie", "Chinstrap", "Gentoo"];
    const gentoo = { ...ADELIE, label: "Gentoo" };
    assert.deepEqual(ordered([gentoo, ADELIE], labels), [ADELIE, gentoo]);
    assert.equal(curveSeries([gentoo], "roc", labels)[0]?.place, 2);
    assert.equal(calibrationSeries([gentoo], labels)[0]?.place, 2);
    assert.deepEqual(placeOf("Gentoo", []), {});
    const many = Array.from({ length: 11 }, (_, at) => at);
    assert.deepEqual(placeOf(10, many), {}, "there are not so many colours");
});

test("a gain begins with nothing and ends with all", () => {
    const { xs, ys } = gainSeries({ label: 1, gain: [0.8, 1], lift: [1.6, 1] });
    assert.deepEqual(
        [xs, ys],
        [
            [0, 0.5, 1],
            [0, 0.8, 1],
        ],
    );
});

test("the columns that count most are shown with what they are worth", () => {
    const { shown, others } = countsOf(IMPORTANCE);
    assert.equal(shown.length, 12);
    assert.equal(others, 2);
    assert.equal(shown[0]?.text, "20.0 % ± 0.0 %");
    assert.match(countsNote(IMPORTANCE), /Accuracy.*5 shuffles of 69 test rows/);
    const unknown = { name: "x", mean: null, sd: null };
    assert.deepEqual(countsOf({ ...IMPORTANCE, features: [unknown] }).shown, []);
});

test("a split that is not the usual one is told", () => {
    const time = { kind: "time", column: "day", from: "2020-02-01" };
    assert.match(splitText(record({ split: time })), /last ones by “day”, from 2020-02-01 on/);
    const group = { kind: "group", column: "who", groups: 40, test_groups: 8 };
    assert.match(splitText(record({ split: group })), /8 of the 40 groups in “who”/);
    assert.equal(splitText(record({ split: { kind: "stratified" } })), "");
    assert.equal(splitText(record({})), "");
});

test("why a score was chosen is told, in new records", () => {
    const scores = { chosen: "f1_macro", reason: "so it is", test: {}, train: {}, baseline: {} };
    assert.equal(reasonText(record({ scores })), "Models are compared by F1 macro: so it is.");
    assert.equal(reasonText(record({ scores: { ...scores, reason: undefined } as never })), "");
});

test("a learning curve tells what the last rows gave", () => {
    const spread = (mean: number | null) => ({ mean, sd: 0 });
    const point = (share: number, mean: number | null) => ({
        share,
        rows: 100 * share,
        train: spread(1),
        validation: spread(mean),
    });
    const learned: LearningCurve = {
        score: "accuracy",
        folds: 5,
        points: [point(0.8, 0.9), point(1, 0.92)],
    };
    assert.match(learningText(learned), /from 90.0 % to 92.0 %/);
    assert.equal(learningText({ ...learned, points: [point(1, null)] }), "");
});
