// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import {
    catalogueOf,
    grouped,
    kindById,
    kindId,
    kindOf,
    NO_CATALOGUE,
    search,
    titleOf,
} from "../src/logic/catalogue";
import { CATALOGUE } from "./kinds";

const found = (text: string): string[] => search(CATALOGUE.steps, text).map(kindId);

test("a kind is found by a step and by its id", () => {
    assert.equal(
        kindOf(CATALOGUE, { op: "missing", method: "median" })?.title,
        "Fill with the median",
    );
    assert.equal(kindOf(CATALOGUE, { op: "drop" })?.title, "Drop columns");
    assert.equal(kindOf(CATALOGUE, { op: "missing", method: "magic" }), undefined);
    assert.equal(kindById(CATALOGUE, "bin.edges")?.op, "bin");
});

test("a step has a title without the catalogue too", () => {
    assert.equal(titleOf(NO_CATALOGUE, { op: "scale", method: "z_score" }), "Scale z score");
    assert.equal(titleOf(NO_CATALOGUE, { op: "" }), "New step");
});

test("kinds are grouped in the client's order, new ones last", () => {
    const groups = grouped(CATALOGUE.steps);
    assert.equal(groups[0]?.title, "Missing values");
    assert.equal(groups[groups.length - 1]?.title, "Paint");
    assert.equal(
        groups.reduce((sum, group) => sum + group.kinds.length, 0),
        CATALOGUE.steps.length,
    );
});

test("a search finds title, help, group and other words for the thing", () => {
    assert.deepEqual(found("median"), ["missing.median"]);
    assert.deepEqual(found("distinct"), ["encode.one_hot"]);
    assert.deepEqual(found("dummy"), ["encode.one_hot"]);
    assert.deepEqual(found("MISSING median"), ["missing.median"]);
    assert.deepEqual(found("formula"), ["derive"]);
    assert.deepEqual(found("no such thing"), []);
    assert.equal(found("").length, CATALOGUE.steps.length);
});

test("what is found in the title comes first", () => {
    assert.equal(found("columns")[0], "drop");
});

test("functions come as a list or beside the operators", () => {
    const one = (name: string) => ({
        name,
        usage: name,
        result: "",
        description: "",
        example: "",
        gives: "",
    });
    const names = (functions: Parameters<typeof catalogueOf>[0]["functions"]) =>
        catalogueOf({
            steps: [],
            functions,
            estimators: [],
            training: { classes: 20, tasks: [], scores: {}, splits: [], options: [], search: [] },
        }).functions.map((each) => each.name);
    assert.deepEqual(names([one("abs")]), ["abs"]);
    assert.deepEqual(names({ functions: [one("abs")], operators: [one("+")] }), ["abs", "+"]);
});
