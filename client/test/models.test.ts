// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, driftText, questionsOf, refusalsOf, sharesOf } from "../src/logic/models";
import type { ModelRecord } from "../src/types";

const record = {
    features: ["island", "weight", "seen"],
    feature_types: ["category", "float", "date"],
    self_check: { rows: [["Dream", 4.5, null]] },
    steps: [
        { op: "missing", method: "mode", columns: ["island"], parameters: [{ column: "island" }] },
        {
            op: "encode",
            method: "one_hot",
            columns: ["island"],
            parameters: [{ column: "island", levels: ["Biscoe", "Dream"] }],
        },
    ],
} as unknown as ModelRecord;

test("a form asks every feature, with an example and the values that were seen", () => {
    assert.deepEqual(questionsOf(record), [
        { column: "island", numeric: false, choices: ["Biscoe", "Dream"], example: "Dream" },
        { column: "weight", numeric: true, choices: [], example: "4.5" },
        { column: "seen", numeric: false, choices: [], example: "" },
    ]);
});

test("what an encoding knows of changed or renamed values is nothing to choose from", () => {
    const encode = {
        op: "encode",
        columns: ["island"],
        parameters: [{ column: "island", levels: ["dream"] }],
    };
    const changes = [
        { op: "text", columns: ["island"] },
        { op: "rename", names: { island: "place", weight: "island" } },
    ];
    for (const change of changes) {
        const changed = { ...record, steps: [change, encode] } as unknown as ModelRecord;
        assert.deepEqual(questionsOf(changed)[0]?.choices, []);
    }
});

test("a file that a model has not is told with the reason", () => {
    const exports = {
        "model.pkl": { refused: "step 1 (Small letters) of column 'a' has no counterpart" },
        "model.onnx": { bytes: 9 },
    };
    assert.deepEqual(refusalsOf({ ...record, exports }), [
        "There is no model.pkl: step 1 (Small letters) of column 'a' has no counterpart.",
    ]);
    assert.deepEqual(refusalsOf(record), []);
});

test("a record of an older release is asked too", () => {
    const old = { features: ["a"] } as unknown as ModelRecord;
    assert.deepEqual(questionsOf(old), [{ column: "a", numeric: false, choices: [], example: "" }]);
});

test("the likeliest label comes first", () => {
    const prediction = {
        predictions: ["b"],
        labels: ["a", "b", "c"],
        probabilities: [[0.2, 0.7, 0.1]],
        notes: [],
    };
    assert.deepEqual(
        sharesOf(prediction).map(({ label }) => label),
        ["b", "a", "c"],
    );
    assert.deepEqual(sharesOf({ predictions: [1.5], notes: [] }), []);
    assert.deepEqual(sharesOf({ ...prediction, probabilities: [null] }), []);
});

test("an answer is a label, or a number of six digits", () => {
    assert.equal(answerOf({ predictions: ["Adelie"], notes: [] }), "Adelie");
    assert.equal(answerOf({ predictions: [true], notes: [] }), "true");
    assert.equal(answerOf({ predictions: [3.14159265], notes: [] }), "3.14159");
    assert.equal(answerOf({ predictions: [null], notes: [] }), "");
});

test("much change asks for attention", () => {
    assert.match(driftText("much"), /check/);
});
