// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { settingOf } from "../src/logic/params";
import { complaint, departures, numberHint } from "../src/logic/settings";
import { PARAMS } from "./kinds";

const { C, gamma, kernel, max_depth, max_features, bootstrap } = PARAMS;

const said = (param: typeof C, entry: unknown) =>
    departures([settingOf(param)], { [param.name]: entry })[param.name];

test("a parameter is a setting with its default and range", () => {
    assert.deepEqual(settingOf(C), {
        name: "C",
        kind: "number",
        required: false,
        help: "What an error costs",
        default: 1,
        min: 1e-6,
        max: 1e6,
    });
});

test("words may stand for a number", () => {
    assert.equal(said(gamma, "auto"), "auto");
    assert.equal(said(gamma, "0.5"), 0.5);
    assert.equal(said(gamma, "scale"), undefined);
    assert.ok(complaint(settingOf(gamma), "wide"));
    assert.match(numberHint(settingOf(gamma)), /, or scale, or auto$/);
});

test("null is typed where the default is something else", () => {
    assert.equal(said(max_features, "null"), null);
    assert.match(numberHint(settingOf(max_features)), /, or null$/);
    assert.ok(complaint(settingOf(max_depth), "null"));
    assert.equal(said(max_depth, ""), undefined);
    assert.equal(said(max_depth, "3"), 3);
});

test("a default is not said", () => {
    assert.equal(said(C, "1.0"), undefined);
    assert.equal(said(kernel, "rbf"), undefined);
    assert.equal(said(kernel, "linear"), "linear");
    assert.equal(said(bootstrap, true), undefined);
    assert.equal(said(bootstrap, false), false);
});
