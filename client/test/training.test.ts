// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import {
    check,
    choicesOf,
    edited,
    EMPTY,
    parseWeights,
    requestOf,
    taskOf,
    type TrainingForm,
    unscaled,
    wantsScale,
} from "../src/logic/training";
import type { ColumnDescription, ColumnType, Step } from "../src/types";
import { CATALOGUE } from "./kinds";

const column = (name: string, type: ColumnType, distinct: number): ColumnDescription => ({
    name,
    type,
    distinct,
    distinct_exact: true,
    missing: 0,
    examples: [],
});

const COLUMNS = [
    column("species", "category", 3),
    column("mass", "integer", 94),
    column("year", "integer", 3),
];

const edit = (form: TrainingForm, change: Partial<TrainingForm>): TrainingForm =>
    edited(form, change, COLUMNS, CATALOGUE);

const FORM = edit(EMPTY, { target: "species" });
const SVC = edit(FORM, { algorithm: "svc" });

const wrong = (form: TrainingForm): string[] =>
    Object.keys(check(form, taskOf(form, COLUMNS, CATALOGUE), CATALOGUE));

const asked = (form: TrainingForm) => requestOf(form, taskOf(form, COLUMNS, CATALOGUE), CATALOGUE);

test("a target brings all other columns along", () => {
    assert.deepEqual(FORM.features, ["mass", "year"]);
    assert.deepEqual(wrong(FORM), []);
    assert.deepEqual(wrong(EMPTY), ["target", "features"]);
});

test("the task follows from the target until a person says it", () => {
    const task = (change: Partial<TrainingForm>) => taskOf(edit(FORM, change), COLUMNS, CATALOGUE);
    assert.equal(task({}), "classify");
    assert.equal(task({ target: "mass" }), "regress");
    assert.equal(task({ target: "year" }), "classify");
    const mass = edit(FORM, { target: "mass" });
    const said = edit(mass, { task: "classify" });
    assert.equal(taskOf(said, COLUMNS, CATALOGUE), "classify");
    assert.equal(edit(said, { target: "year" }).task, "");
    assert.deepEqual(choicesOf(mass, COLUMNS), ["classify", "regress"]);
    assert.deepEqual(choicesOf(FORM, COLUMNS), ["classify"]);
});

test("groups are found without a target, of all columns", () => {
    const groups = edit(edit(SVC, { options: { folds: "5", learning_curve: true } }), {
        task: "cluster",
    });
    assert.equal(groups.target, "");
    assert.equal(groups.algorithm, "k_means");
    assert.deepEqual(wrong(groups), []);
    assert.deepEqual(asked(groups), {
        features: ["species", "mass", "year"],
        task: "cluster",
        algorithm: "k_means",
    });
    assert.equal(edit(edit(FORM, { task: "cluster" }), {}).algorithm, "k_means");
    const divided = edit(SVC, { method: "grid", split: "group" });
    const kept = edit(edit(divided, { split_column: "year" }), { task: "cluster" });
    assert.deepEqual(wrong(kept), []);
    assert.deepEqual(asked(kept), {
        features: ["species", "mass"],
        task: "cluster",
        algorithm: "k_means",
        split: { kind: "group", column: "year" },
    });
    const back = edit(groups, { task: "" });
    assert.equal(back.algorithm, "auto");
    assert.deepEqual(wrong(back), ["target"]);
    assert.equal(edit(back, { target: "mass" }).task, "");
});

test("an algorithm that is not for the task gives way, its parameters too", () => {
    const set = edit(SVC, { parameters: { C: "2" } });
    assert.equal(edit(set, { target: "mass" }).algorithm, "auto");
    assert.deepEqual(edit(set, { target: "mass" }).parameters, {});
    assert.equal(edit(set, { target: "year" }).algorithm, "svc");
    assert.deepEqual(edit(set, { algorithm: "random_forest" }).parameters, {});
    assert.deepEqual(edit(set, { target: "year" }).parameters, { C: "2" });
});

test("only what differs from the defaults is asked for", () => {
    const bare = { target: "species", features: ["mass", "year"] };
    assert.deepEqual(asked(FORM), { ...bare, algorithm: "auto" });
    assert.deepEqual(asked(edit(SVC, { parameters: { C: "1.0", kernel: "rbf" } })), {
        ...bare,
        algorithm: "svc",
    });
    assert.deepEqual(
        asked(
            edit(SVC, {
                parameters: { C: "2", gamma: "0.5" },
                weights: "balanced",
                options: { folds: "5", seed: "42" },
                search: { trials: "3" },
            }),
        ),
        {
            ...bare,
            algorithm: "svc",
            parameters: { C: 2, gamma: 0.5, class_weight: "balanced" },
            folds: 5,
        },
    );
});

test("a search of its own has trials and a budget", () => {
    const form = edit(FORM, { search: { trials: "7", budget: "30" } });
    assert.deepEqual(asked(form).search, { trials: 7, budget: 30 });
});

test("a named algorithm is searched when a person says how", () => {
    const form = edit(SVC, { method: "grid", search: { trials: "7" } });
    assert.deepEqual(asked(form).search, { method: "grid", trials: 7 });
    assert.deepEqual(asked(edit(SVC, { method: "random" })).search, { method: "random" });
    assert.equal(asked(edit(SVC, { search: { trials: "7" } })).search, undefined);
    assert.equal(edit(form, { algorithm: "auto" }).method, "");
});

test("rows are divided by a column, which is no feature then", () => {
    const time = edit(FORM, { split: "time" });
    assert.deepEqual(wrong(time), ["split_column"]);
    const by = edit(time, { split_column: "year" });
    assert.deepEqual(by.features, ["mass"]);
    assert.deepEqual(asked(by).split, { kind: "time", column: "year" });
    assert.equal(edit(by, { target: "year" }).split_column, "");
    assert.equal(edit(by, { split: "random" }).split_column, "");
    assert.equal(asked(edit(by, { split: "" })).split, undefined);
    const again = edit(by, { features: ["mass", "year"] });
    assert.deepEqual(wrong(again), [], "a trend may be learned from");
    assert.deepEqual(wrong({ ...again, split: "group" }), ["features"]);
});

test("what does not fit the task is not asked for", () => {
    const form = edit(FORM, { split: "stratified", score: "f1_macro" });
    assert.equal(asked(form).score, "f1_macro");
    const mass = edit(form, { target: "mass" });
    assert.deepEqual([mass.split, mass.score], ["", ""]);
});

test("a task that a person said is sent, and classes are weighed where there are some", () => {
    const form = edit(edit(FORM, { target: "mass", weights: "balanced" }), { task: "regress" });
    assert.equal(asked(form).task, "regress");
    assert.equal(asked(form).parameters, undefined);
});

test("each wrong setting is named by its control", () => {
    const options = { folds: "1", test_size: "1", seed: "-1" };
    assert.deepEqual(wrong(edit(SVC, { parameters: { C: "0", gamma: "wide" }, options })), [
        "parameters-C",
        "parameters-gamma",
        "options-folds",
        "options-test_size",
        "options-seed",
    ]);
    assert.deepEqual(wrong(edit(FORM, { search: { trials: "0" } })), ["search-trials"]);
    assert.deepEqual(wrong(edit(SVC, { weights: "own" })), ["own_weights"]);
});

test("scales matter to the algorithm, or to one that may be tried", () => {
    const wants = (algorithm: string) => wantsScale({ ...FORM, algorithm }, "classify", CATALOGUE);
    assert.deepEqual(["svc", "random_forest", "auto"].map(wants), [true, false, true]);
});

test("weights are read by their last colon", () => {
    assert.deepEqual(parseWeights("Adelie: 2\n\n a:b :0.5"), {
        Adelie: 2,
        "a:b": 0.5,
    });
    for (const bad of ["", "Adelie", "Adelie: -1", ": 2", "Adelie: two"]) {
        assert.equal(parseWeights(bad), undefined, bad);
    }
});

test("number columns that no step scales are named", () => {
    const columns = [
        { name: "mass", type: "integer" as const },
        { name: "year", type: "integer" as const },
        { name: "bill", type: "float" as const },
        { name: "island", type: "text" as const },
    ];
    const recipe: Step[] = [
        { op: "missing", method: "median", columns: ["mass", "year"] },
        { op: "scale", method: "z_score", columns: ["mass"] },
        { op: "encode", method: "one_hot", columns: ["island"] },
    ];
    assert.deepEqual(unscaled(recipe, columns, ["mass", "year", "island"]), ["year"]);
    assert.deepEqual(unscaled([], columns, ["island"]), []);
});
