// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { gathered, nameOf, openOnes, placeOf } from "../src/logic/suggestions";
import type { Step, Suggestion } from "../src/types";

const median = (...columns: string[]): Step => ({ op: "missing", method: "median", columns });
const mode = (...columns: string[]): Step => ({ op: "missing", method: "mode", columns });
const scale = (...columns: string[]): Step => ({ op: "scale", method: "z_score", columns });
const code = (...columns: string[]): Step => ({ op: "encode", method: "one_hot", columns });
const drop = (...columns: string[]): Step => ({ op: "drop", columns });

const suggested = (...steps: Step[]): Suggestion[] =>
    steps.map((step) => ({ step, reason: "because" }));
const stepsOf = (list: readonly Suggestion[]): Step[] => list.map((each) => each.step);

const NONE = new Set<string>();
const LIST = suggested(median("mass"), mode("sex"), scale("mass", "bill"), code("sex"));

test("all are open in an empty recipe", () => {
    assert.equal(openOnes(LIST, [], NONE).length, 4);
});

test("a taken one is no longer open, alone or in a larger step", () => {
    assert.deepEqual(stepsOf(openOnes(LIST, [median("mass")], NONE)), stepsOf(LIST.slice(1)));
    assert.equal(openOnes(LIST, [median("bill", "mass")], NONE).length, 3);
    assert.equal(openOnes(LIST, [scale("mass")], NONE).length, 4, "bill is not scaled yet");
});

test("another step of the same operation settles it, and so does taking the column away", () => {
    const constant: Step = { op: "missing", method: "constant", columns: ["mass"], value: 0 };
    assert.equal(openOnes(LIST, [constant], NONE).length, 3);
    const left = [median("mass"), scale("mass", "bill")];
    assert.deepEqual(stepsOf(openOnes(LIST, [drop("sex")], NONE)), left);
    const renamed: Step = { op: "rename", names: { sex: "gender" } };
    assert.deepEqual(stepsOf(openOnes(LIST, [renamed], NONE)), left);
    assert.deepEqual(openOnes(LIST, [{ op: "keep", columns: ["bill"] }], NONE), []);
});

test("one that was left is not open, whatever the order of its settings", () => {
    const [first] = LIST as [Suggestion];
    const again: Suggestion = {
        step: { columns: ["mass"], method: "median", op: "missing" },
        reason: "",
    };
    assert.equal(nameOf(first), nameOf(again));
    assert.equal(openOnes(LIST, [], new Set([nameOf(first)])).length, 3);
    assert.equal(new Set(LIST.map(nameOf)).size, LIST.length);
});

test("one that is taken late goes before the steps suggested behind it", () => {
    const [first, second, third] = LIST as [Suggestion, Suggestion, Suggestion];
    assert.equal(placeOf(second, LIST, [code("sex")]), 0);
    assert.equal(placeOf(third, LIST, [median("mass"), code("sex")]), 1);
    assert.equal(placeOf(third, LIST, [median("mass")]), 1);
    assert.equal(placeOf(first, LIST, []), 0);
});

test("steps of a kind are gathered", () => {
    assert.deepEqual(gathered([median("a"), mode("b"), median("c"), code("b"), code("d")]), [
        median("a", "c"),
        mode("b"),
        code("b", "d"),
    ]);
});

test("steps do not pass one that touches their columns", () => {
    assert.deepEqual(gathered([median("a"), scale("a", "b"), median("b")]), [
        median("a"),
        scale("a", "b"),
        median("b"),
    ]);
    const other: Step = { op: "missing", method: "constant", columns: ["b"], value: 1 };
    assert.deepEqual(gathered([{ ...other, columns: ["a"], value: 2 }, other]).length, 2);
});
