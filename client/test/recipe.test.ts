// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { columnsBefore, draftOf, lacks, moved, recipeOf, stepNumbers } from "../src/logic/recipe";
import type { Draft } from "../src/logic/recipe";
import type { Description, Step } from "../src/types";

const column = (name: string, type: "integer" | "float" | "text", missing = 0) => ({
    name,
    type,
    missing,
    distinct: 3,
    distinct_exact: true,
    examples: [],
});

const TABLE: Description = {
    rows: 4,
    bytes: 40,
    delimiter: ",",
    header_line: 1,
    columns: [column("species", "text"), column("mass", "integer", 1), column("sex", "text", 2)],
};

const drafts = (...steps: Step[]): Draft[] => steps.map((step, index) => draftOf(step, index + 1));

test("a recipe survives being edited unchanged", () => {
    const recipe: Step[] = [
        { op: "missing", method: "median", columns: ["mass"] },
        { op: "missing", method: "constant", columns: ["sex"], value: "unknown" },
        { op: "missing", method: "drop_rows" },
        { op: "drop", columns: ["species"] },
    ];
    assert.deepEqual(recipeOf(drafts(...recipe), TABLE), recipe);
});

test("a step of an unknown kind is kept as it is", () => {
    const recipe: Step[] = [{ op: "winsorise", method: "iqr", columns: ["mass"] }];
    assert.deepEqual(recipeOf(drafts(...recipe), TABLE), recipe);
});

test("an incomplete step is left out, and the others know their number", () => {
    const list = drafts(
        { op: "missing", method: "median" },
        { op: "missing", method: "constant", columns: ["sex"] },
        { op: "missing", method: "mode", columns: ["sex"] },
    );
    assert.match(lacks(list[0] as Draft), /column/);
    assert.match(lacks(list[1] as Draft), /value/);
    assert.equal(recipeOf(list, TABLE).length, 1);
    assert.deepEqual([...stepNumbers(list)], [[3, 1]]);
});

test("a constant is a number only when every column holds numbers", () => {
    const constant = (columns: string[], value: string) =>
        recipeOf(drafts({ op: "missing", method: "constant", columns, value }), TABLE)[0]?.value;
    assert.equal(constant(["mass"], "0.5"), 0.5);
    assert.equal(constant(["mass", "sex"], "0.5"), "0.5");
    assert.equal(constant(["mass"], "none"), "none");
    assert.equal(constant(["mass"], " "), " ");
});

test("the columns at a step are those the steps before it left", () => {
    const list = drafts(
        { op: "missing", method: "median", columns: ["mass"] },
        { op: "scale", method: "z_score", columns: ["mass"] },
        { op: "encode", method: "one_hot", columns: ["sex"] },
        { op: "drop", columns: ["species"] },
    );
    const after = [
        { name: "mass", type: "float" as const, from: "mass" },
        { name: "sex_female", type: "integer" as const, from: "sex" },
        { name: "sex_male", type: "integer" as const, from: "sex" },
    ];
    const names = (index: number) =>
        columnsBefore(list, index, TABLE, after).map((each) => each.name);
    assert.deepEqual(names(0), ["species", "mass", "sex"]);
    assert.deepEqual(names(4), ["mass", "sex_female", "sex_male"]);
    assert.deepEqual(columnsBefore(list, 2, TABLE, after)[1], {
        name: "mass",
        type: "float",
        missing: 0,
    });
});

test("dropping incomplete rows leaves no gap anywhere", () => {
    const list = drafts({ op: "missing", method: "drop_rows" });
    assert.ok(columnsBefore(list, 1, TABLE, []).every((each) => each.missing === 0));
});

test("a step moves by one place and not over the ends", () => {
    const list = drafts({ op: "a" }, { op: "b" }, { op: "c" });
    const ops = (from: number, to: number) =>
        moved(list, from, to)
            .map((draft) => draft.op)
            .join("");
    assert.equal(ops(0, 1), "bac");
    assert.equal(ops(2, 1), "acb");
    assert.equal(ops(0, -1), "abc");
    assert.equal(ops(2, 3), "abc");
});
