// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { factsOf, formOf, mixedText, optionsOf, tokensError } from "../src/logic/importing";
import type { ImportOptions } from "../src/types";

test("a form of no options guesses everything", () => {
    assert.deepEqual(optionsOf(formOf()), {});
    assert.deepEqual(optionsOf(formOf({ encoding: "auto", delimiter: "auto" })), {});
});

test("options survive the form", () => {
    const options: ImportOptions = {
        encoding: "latin-1",
        delimiter: "tab",
        decimal: ",",
        header: false,
        lenient: true,
        missing: ["-", "n. a."],
        columns: {
            born: { type: "date", format: "%d.%m.%Y" },
            code: { type: "text", missing: ["?"] },
        },
    };
    assert.deepEqual(optionsOf(formOf(options)), options);
});

test("a format goes with dates only, and empty overrides go away", () => {
    const form = formOf();
    form.columns = {
        a: { type: "integer", format: "%d", missing: "" },
        b: { type: "", format: "", missing: " \n" },
    };
    assert.deepEqual(optionsOf(form), { columns: { a: { type: "integer" } } });
});

test("lists of texts that are too long are told", () => {
    assert.equal(tokensError("NA\n-"), "");
    assert.match(tokensError("x".repeat(65)), /64/);
    assert.match(tokensError("x\n".repeat(101)), /100/);
});

test("the dialect is told in words", () => {
    const guess = <T>(value: T, guessed = true) => ({ value, guessed });
    const facts = factsOf({
        encoding: guess("utf-8"),
        delimiter: guess("\t", false),
        quote: guess('"'),
        decimal: guess(","),
        header: guess(true),
        packing: "zip",
        member: "a.csv",
    });
    assert.deepEqual(
        facts.map(({ text }) => text),
        ["utf-8", "tab", 'double quote ( " )', "comma ( , )", "names of columns", "zip, a.csv"],
    );
    assert.deepEqual(
        facts.map(({ guessed }) => guessed),
        [true, false, true, true, true, false],
    );
});

test("a mixed column names its rarest cells first", () => {
    const column = {
        name: "code",
        type: "text" as const,
        missing: 0,
        distinct: 344,
        distinct_exact: true,
        examples: [],
        cells: {
            integer: { count: 343, row: 1, value: "12" },
            text: { count: 1, row: 17, value: "n.a." },
        },
    };
    assert.equal(
        mixedText(column),
        "1 text cell, the first “n.a.” in row 17; 343 integer cells, the first “12” in row 1",
    );
});
