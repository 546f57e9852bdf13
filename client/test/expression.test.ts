// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { expressionName, withName } from "../src/logic/expression";

test("a column's name is quoted where an expression needs it", () => {
    assert.equal(expressionName("price_2"), "price_2");
    assert.equal(expressionName("größe"), "größe");
    assert.equal(expressionName("unit price"), "`unit price`");
    assert.equal(expressionName("2nd"), "`2nd`");
    assert.equal(expressionName("a`b"), "`a``b`");
    assert.equal(expressionName("In"), "`In`");
});

test("a column gets another name where it is meant, and nowhere else", () => {
    const cases: [expression: string, from: string, to: string, now: string][] = [
        ["kind = 'kind' or kinder > 1", "kind", "species", "species = 'kind' or kinder > 1"],
        ['lower(lower) = "a ""lower"', "lower", "x y", 'lower(`x y`) = "a ""lower"'],
        ["`my kind` + 1e3", "my kind", "e3", "e3 + 1e3"],
        ["`a``b` is not missing", "a`b", "c", "c is not missing"],
        ["x in ('it''s x') and `in` > 1", "in", "n", "x in ('it''s x') and n > 1"],
        ["größe * 2", "größe", "gr", "gr * 2"],
    ];
    for (const [expression, from, to, now] of cases) {
        assert.equal(withName(expression, from, to), now);
    }
});
