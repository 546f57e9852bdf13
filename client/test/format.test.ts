// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { bytes, counted, left, percent, span, value } from "../src/logic/format";

test("sizes are given in the unit that fits", () => {
    assert.equal(bytes(0), "0 B");
    assert.equal(bytes(15241), "15.2 kB");
    assert.equal(bytes(2_000_000_000), "2.0 GB");
    assert.equal(bytes(512_000), "512 kB");
});

test("one is singular", () => {
    assert.equal(counted(1, "row"), "1 row");
    assert.equal(counted(1200, "row"), "1,200 rows");
});

test("shares and times read easily", () => {
    assert.equal(percent(68 / 69), "98.6 %");
    assert.equal(span("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.400Z"), "0.4 s");
    assert.equal(span("2026-01-01T00:00:00Z", "2026-01-01T00:03:05Z"), "3 min 5 s");
});

test("what is left gets coarser with time", () => {
    assert.equal(left(null), "");
    assert.equal(left(4000), "a few seconds left");
    assert.equal(left(21_000), "about 25 s left");
    assert.equal(left(12 * 60_000), "about 12 min left");
    assert.equal(left(3 * 3_600_000), "about 3 h left");
});

test("any value of a document is short text", () => {
    assert.equal(value({ mean: 43.92192982456141, sd: 5 }), "mean 43.9219, sd 5");
    assert.equal(value(["a", "b", "c", "d", "e", "f"]), "a, b, c, d and 2 more");
    assert.equal(value(null), "none");
});
