// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { AS_IT_WAS, outputOf } from "../src/logic/output";

test("a file that is written as the table was needs no words", () => {
    assert.equal(outputOf(AS_IT_WAS), undefined);
});

test("only what differs is said, and the tab by its name", () => {
    assert.deepEqual(outputOf({ ...AS_IT_WAS, delimiter: "\t", gzip: true }), {
        delimiter: "tab",
        gzip: true,
    });
    assert.deepEqual(outputOf({ delimiter: ";", quote_all: true, bom: true, gzip: false }), {
        delimiter: ";",
        quote_all: true,
        bom: true,
    });
});
