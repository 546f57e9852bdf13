// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import {
    complaint,
    inWords,
    numberHint,
    optionsIn,
    pairsOf,
    read,
    textOf,
} from "../src/logic/settings";
import { SETTINGS } from "./kinds";

const value = (name: keyof typeof SETTINGS, entry: unknown, numeric = false): unknown => {
    const reading = read(SETTINGS[name], entry, numeric);
    return reading.error === undefined ? reading.value : `error: ${reading.error}`;
};

test("what a step has is read as it is", () => {
    assert.equal(value("bins", 4), 4);
    assert.equal(value("factor", 2.5), 2.5);
    assert.deepEqual(value("edges", [0, 10.5]), [0, 10.5]);
    assert.deepEqual(value("names", { a: "b" }), { a: "b" });
    assert.equal(value("descending", true), true);
    assert.equal(value("how", "all"), "all");
    assert.equal(value("with", ""), "");
});

test("what is typed becomes the setting's value", () => {
    assert.equal(value("bins", " 4 "), 4);
    assert.equal(value("factor", "1e-2"), 0.01);
    assert.deepEqual(value("edges", "0\n\n 10.5 \n", true), [0, 10.5]);
    assert.deepEqual(value("edges", "0\n10.5", false), ["0", "10.5"]);
    assert.deepEqual(value("into", "first\nlast"), ["first", "last"]);
    assert.deepEqual(
        value("names", [
            ["a", "b"],
            ["", ""],
            ["c", ""],
        ]),
        { a: "b" },
    );
    assert.equal(value("value", "7", true), 7);
    assert.equal(value("value", "7", false), "7");
});

test("an empty control gives nothing", () => {
    assert.equal(value("bins", ""), undefined);
    assert.equal(value("edges", " \n"), undefined);
    assert.equal(value("names", [["", ""]]), undefined);
    assert.equal(value("expression", "  "), undefined);
    assert.equal(value("as", undefined), undefined);
});

test("wrong entries are told", () => {
    const { bins, factor, names, edges, expression } = SETTINGS;
    assert.match(complaint(bins, "1"), /whole number from 2 to 1,000/);
    assert.match(complaint(bins, "2.5"), /whole/);
    assert.match(complaint(bins, "four"), /whole/);
    assert.equal(complaint(bins, "12"), "");
    assert.match(complaint(bins, undefined), /Give a number/);
    assert.equal(complaint(factor, undefined), "", "it has a default");
    assert.match(complaint(factor, "-1"), /from 0 to/);
    assert.match(
        complaint(names, [
            ["a", "b"],
            ["a", "c"],
        ]),
        /once/,
    );
    assert.match(complaint(edges, "1\n1"), /once/);
    assert.match(complaint(expression, ""), /expression/);
});

test("a huge bound is no bound for people", () => {
    assert.equal(numberHint({ ...SETTINGS.bins, max: 1e15 }), "A whole number from 2 on");
});

test("entries stand in controls as texts and rows", () => {
    assert.equal(textOf([1, "b"]), "1\nb");
    assert.equal(textOf(undefined), "");
    assert.deepEqual(pairsOf({ a: "b" }), [["a", "b"]]);
    assert.deepEqual(pairsOf(undefined), []);
});

test("a help that lists what there is makes a choice of it", () => {
    assert.deepEqual(optionsIn("some of year, month, is_weekend"), ["year", "month", "is_weekend"]);
    assert.deepEqual(optionsIn("the new columns"), []);
});

test("settings are told in words, defaults are not", () => {
    const { value: constant, factor, names, how } = SETTINGS;
    assert.equal(inWords([constant], { value: "unknown" }), "value “unknown”");
    assert.equal(inWords([factor, how], { factor: 1.5, how: "any" }), "");
    assert.equal(inWords([factor, how], { factor: "3", how: "all" }), "factor 3, how all");
    assert.equal(inWords([SETTINGS.descending], { descending: true }), "descending");
    assert.equal(inWords([names], { names: { a: "b", c: "d" } }), "a → b, c → d");
});
