// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { recipeFor, stepsOnTarget } from "../src/logic/target";
import type { Step } from "../src/types";
import { CATALOGUE } from "./kinds";

const made = (recipe: Step[]): Step[] => recipeFor(recipe, "species", CATALOGUE);

test("the target is left out of the steps that would change it", () => {
    const recipe: Step[] = [
        { op: "missing", method: "mode", columns: ["sex", "species"] },
        { op: "encode", method: "label", columns: ["species"] },
        { op: "missing", method: "drop_rows", columns: ["species"] },
        { op: "missing", method: "drop_rows" },
    ];
    assert.deepEqual(stepsOnTarget(recipe, "species"), [1, 2]);
    assert.deepEqual(made(recipe), [
        { op: "missing", method: "mode", columns: ["sex"] },
        recipe[2],
        recipe[3],
    ]);
});

test("a target that is renamed keeps its name, also in the steps behind", () => {
    const recipe: Step[] = [
        { op: "rename", names: { species: "kind", mass: "weight" } },
        { op: "missing", method: "mode", columns: ["kind", "sex"] },
        { op: "filter", expression: "kind <> 'kind'" },
        { op: "rename", names: { kind: "what" } },
        { op: "sort", columns: ["what", "weight"] },
        { op: "encode", method: "label", columns: ["what"] },
    ];
    assert.deepEqual(stepsOnTarget(recipe, "species"), [1, 2, 4, 6]);
    assert.deepEqual(made(recipe), [
        { op: "rename", names: { mass: "weight" } },
        { op: "missing", method: "mode", columns: ["sex"] },
        { op: "filter", expression: "species <> 'kind'" },
        { op: "sort", columns: ["species", "weight"] },
    ]);
});

test("another column that has taken the target's old name is not the target", () => {
    const recipe: Step[] = [
        { op: "drop", columns: ["species", "year"] },
        { op: "missing", method: "mode", columns: ["species"] },
    ];
    assert.deepEqual(stepsOnTarget(recipe, "species"), [1]);
    assert.deepEqual(made(recipe), [{ op: "drop", columns: ["year"] }, recipe[1]]);
});

test("a target that is kept out may stay out", () => {
    const recipe: Step[] = [
        { op: "keep", columns: ["mass", "sex"] },
        { op: "scale", method: "z_score", columns: ["mass"] },
    ];
    assert.deepEqual(stepsOnTarget(recipe, "species"), []);
    assert.deepEqual(made(recipe), recipe);
    const kept: Step[] = [
        { op: "rename", names: { species: "kind" } },
        { op: "keep", columns: ["kind", "mass"] },
    ];
    assert.deepEqual(made(kept), [{ op: "keep", columns: ["species", "mass"] }]);
});

test("a step that marks where the target is missing would make a column of it", () => {
    const recipe: Step[] = [{ op: "missing", method: "indicator", columns: ["species", "sex"] }];
    assert.deepEqual(made(recipe), [{ ...recipe[0], columns: ["sex"] }]);
});
