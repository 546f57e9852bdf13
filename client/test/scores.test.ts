// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import {
    importancesOf,
    recordOf,
    scoreLabel,
    scoreNames,
    scoreText,
    spreadText,
    troubleOf,
} from "../src/logic/scores";
import type { ModelRecord } from "../src/types";

test("scores have names for people", () => {
    const names = ["accuracy", "f1_macro", "roc_auc", "rmse", "median_ae", "r2", "log_loss"];
    assert.deepEqual(names.map(scoreLabel), [
        "Accuracy",
        "F1 macro",
        "ROC AUC",
        "RMSE",
        "Median AE",
        "R²",
        "Log loss",
    ]);
});

test("shares are percents, others are figures, and one that is not defined is a dash", () => {
    assert.equal(scoreText("f1_macro", 0.98765), "98.8 %");
    assert.equal(scoreText("outlier_share", 0.05), "5.0 %");
    assert.equal(scoreText("rmse", 1312.98765), "1313");
    assert.equal(scoreText("r2", 0.87654), "0.877");
    assert.equal(scoreText("roc_auc", null), "–");
    assert.equal(spreadText("accuracy", { mean: 0.9, sd: 0.01 }), "90.0 % ± 1.0 %");
    assert.equal(spreadText("mcc", { mean: 0.98865, sd: 0.0080521 }), "0.989 ± 0.0081");
    assert.equal(spreadText("accuracy", undefined), "–");
});

test("the chosen score comes first", () => {
    const scores = { chosen: "r2", test: { rmse: 1, r2: 0.5 }, train: {}, baseline: {} };
    assert.deepEqual(scoreNames(scores), ["r2", "rmse"]);
});

test("a trial without a score says why", () => {
    const trial = { algorithm: "svc", parameters: {}, seconds: 1 };
    const fault = { code: "MEMORY", detail: "memory was short", remedy: "", line: 0, step: 0 };
    assert.equal(troubleOf({ ...trial, state: "done", score: 1 }), "");
    assert.match(troubleOf({ ...trial, state: "stopped" }), /time/);
    assert.match(
        troubleOf({ ...trial, state: "failed", fault: { ...fault, column: "" } }),
        /memory was short/,
    );
});

test("the most important inputs are shown, and what the others have together", () => {
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`c${at}`, at / 105]));
    const { shown, others, rest } = importancesOf(many);
    assert.equal(shown[0]?.[0], "c14");
    assert.equal(shown.length, 12);
    assert.equal(others, 3);
    assert.ok(Math.abs(rest - 3 / 105) < 1e-12);
});

test("an old record's accuracies are its scores", () => {
    const old = { scores: { test_accuracy: 0.9, train_accuracy: 1, baseline_accuracy: 0.4 } };
    const { scores } = recordOf(old as unknown as ModelRecord);
    assert.equal(scores.chosen, "accuracy");
    assert.deepEqual([scores.test, scores.baseline], [{ accuracy: 0.9 }, { accuracy: 0.4 }]);
    assert.equal(recordOf({ scores } as ModelRecord).scores, scores);
});
