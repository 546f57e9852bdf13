// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { kindById, NO_CATALOGUE } from "../src/logic/catalogue";
import {
    columnsBefore,
    draftOf,
    lacks,
    moved,
    recipeOf,
    stepNumbers,
    turnedInto,
} from "../src/logic/recipe";
import type { Draft } from "../src/logic/recipe";
import type { Description, Step, StepKind } from "../src/types";
import { CATALOGUE } from "./kinds";

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
    assert.deepEqual(recipeOf(drafts(...recipe), TABLE, CATALOGUE), recipe);
    assert.deepEqual(recipeOf(drafts(...recipe), TABLE, NO_CATALOGUE), recipe);
});

test("settings of all kinds survive being edited unchanged", () => {
    const recipe: Step[] = [
        { op: "rename", names: { mass: "weight" } },
        { op: "derive", as: "double", expression: "weight * 2" },
        { op: "bin", method: "edges", columns: ["weight"], edges: [0, 10.5] },
        { op: "sort", columns: ["sex", "species"], descending: true },
        { op: "cast", columns: ["sex"], type: "category" },
    ];
    assert.deepEqual(recipeOf(drafts(...recipe), TABLE, CATALOGUE), recipe);
});

test("a setting that is wrong keeps the step out until it is mended", () => {
    const [draft] = drafts({ op: "bin", method: "equal_width", columns: ["mass"] }) as [Draft];
    const typed = (bins: string): Draft => ({ ...draft, settings: { bins } });
    assert.match(lacks(draft, CATALOGUE), /number/);
    assert.match(lacks(typed("1"), CATALOGUE), /from 2/);
    assert.deepEqual(recipeOf([typed("1")], TABLE, CATALOGUE), []);
    assert.equal(recipeOf([typed("5")], TABLE, CATALOGUE)[0]?.bins, 5);
});

test("a new step wants a kind, and keeps columns and shared settings when it gets another", () => {
    const fresh: Draft = { key: 1, op: "", columns: [], settings: {} };
    assert.match(lacks(fresh, CATALOGUE), /what to do/);
    const [draft] = drafts({
        op: "bin",
        method: "equal_width",
        columns: ["mass"],
        bins: 4,
    }) as [Draft];
    const turned = turnedInto(draft, kindById(CATALOGUE, "drop") as StepKind);
    assert.deepEqual(turned, { key: 1, op: "drop", columns: ["mass"], settings: {} });
});

test("a step of an unknown kind is kept as it is", () => {
    const recipe: Step[] = [{ op: "winsorise", method: "iqr", columns: ["mass"] }];
    assert.deepEqual(recipeOf(drafts(...recipe), TABLE, CATALOGUE), recipe);
});

test("an incomplete step is left out, and the others know their number", () => {
    const list = drafts(
        { op: "missing", method: "median" },
        { op: "missing", method: "constant", columns: ["sex"] },
        { op: "missing", method: "mode", columns: ["sex"] },
    );
    assert.match(lacks(list[0] as Draft, CATALOGUE), /column/);
    assert.match(lacks(list[1] as Draft, CATALOGUE), /value/);
    assert.equal(recipeOf(list, TABLE, CATALOGUE).length, 1);
    assert.deepEqual([...stepNumbers(list, CATALOGUE)], [[3, 1]]);
});

test("a constant is a number only when every column holds numbers", () => {
    const constant = (columns: string[], value: string) =>
        recipeOf(drafts({ op: "missing", method: "constant", columns, value }), TABLE, CATALOGUE)[0]
            ?.value;
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
        columnsBefore(list, index, TABLE, CATALOGUE, after).map((each) => each.name);
    assert.deepEqual(names(0), ["species", "mass", "sex"]);
    assert.deepEqual(names(4), ["mass", "sex_female", "sex_male"]);
    assert.deepEqual(columnsBefore(list, 2, TABLE, CATALOGUE, after)[1], {
        name: "mass",
        type: "float",
        missing: 0,
    });
});

test("dropping incomplete rows leaves no gap anywhere", () => {
    const list = drafts({ op: "missing", method: "drop_rows" });
    assert.ok(columnsBefore(list, 1, TABLE, CATALOGUE, []).every((each) => each.missing === 0));
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

test("columns that a step names or makes anew are there for the next one", () => {
    const list = drafts(
        { op: "rename", names: { mass: "weight" } },
        { op: "derive", as: "double", expression: "weight * 2" },
        { op: "cast", columns: ["weight"], type: "text" },
    );
    const after = [{ name: "double", type: "integer" as const }];
    assert.deepEqual(columnsBefore(list, 3, TABLE, CATALOGUE, after), [
        { name: "species", type: "text", missing: 0 },
        { name: "weight", type: "text", missing: 1 },
        { name: "sex", type: "text", missing: 2 },
        { name: "double", type: "integer", missing: 0 },
    ]);
});
