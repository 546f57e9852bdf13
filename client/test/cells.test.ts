// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import {
    afterTable,
    beforeTable,
    changedCells,
    COLUMNS_SHOWN,
    droppedRows,
    isSorted,
    shortCell,
} from "../src/logic/cells";
import type { Preview } from "../src/types";

const PREVIEW: Preview = {
    total_rows: 3,
    rows_after: 2,
    before: {
        columns: [
            { name: "mass", type: "integer" },
            { name: "sex", type: "text" },
        ],
        rows: [
            ["10", "male"],
            [null, null],
            ["30", "female"],
        ],
    },
    after: {
        columns: [
            { name: "mass", type: "float", from: "mass", changed: true },
            { name: "sex_female", type: "integer", from: "sex", changed: true },
        ],
        row_numbers: [1, 3],
        rows: [
            ["-1", "0"],
            ["1", "1"],
        ],
        changed: [
            [0, 1],
            [0, 1],
        ],
    },
    steps: [],
};

test("a changed cell says what it was, by the number of its input row", () => {
    const row = afterTable(PREVIEW).rows[1];
    assert.equal(row?.number, 3);
    assert.deepEqual(row?.cells[0], { value: "1", changed: true, was: "30" });
});

test("a cell of a new column has no old value", () => {
    const table = afterTable(PREVIEW);
    assert.deepEqual(table.rows[0]?.cells[1], { value: "0", changed: true });
    assert.deepEqual(
        table.columns.map((column) => column.mark),
        ["changed", "new"],
    );
});

test("dropped rows are marked in the view before", () => {
    assert.deepEqual(droppedRows(PREVIEW), [2]);
    assert.deepEqual(
        beforeTable(PREVIEW).rows.map((row) => row.dropped),
        [false, true, false],
    );
    assert.equal(changedCells(PREVIEW), 4);
});

test("gaps are counted by column", () => {
    assert.deepEqual(
        beforeTable(PREVIEW).columns.map((column) => column.missing),
        [1, 1],
    );
});

test("a very wide table is cut and says so", () => {
    const width = COLUMNS_SHOWN + 7;
    const columns = Array.from({ length: width }, (_, index) => ({
        name: `c${index}`,
        type: "text" as const,
    }));
    const rows = [columns.map(() => "x")];
    const wide: Preview = {
        ...PREVIEW,
        before: { columns, rows },
        after: { columns, row_numbers: [1], rows, changed: [[]] },
    };
    for (const table of [beforeTable(wide), afterTable(wide)]) {
        assert.equal(table.columns.length, COLUMNS_SHOWN);
        assert.equal(table.rows[0]?.cells.length, COLUMNS_SHOWN);
        assert.equal(table.hidden_columns, 7);
    }
});

test("only long decimals are shortened", () => {
    assert.equal(shortCell("-0.8832054842"), "-0.883205");
    assert.equal(shortCell("39.1"), "39.1");
    assert.equal(shortCell("9007199254740993"), "9007199254740993");
    assert.equal(shortCell("007"), "007");
    assert.equal(shortCell("1.2.3-long-text"), "1.2.3-long-text");
});

test("a very long text shows its beginning", () => {
    const short = shortCell("x".repeat(1_000_000));
    assert.ok(short.length < 300 && short.endsWith("…"));
});

test("a window further down keeps its row numbers", () => {
    const later: Preview = {
        ...PREVIEW,
        from: 50,
        after: { ...PREVIEW.after, row_numbers: [51, 53] },
    };
    assert.deepEqual(
        beforeTable(later).rows.map(({ number, dropped }) => [number, dropped]),
        [
            [51, false],
            [52, true],
            [53, false],
        ],
    );
    assert.equal(afterTable(later).rows[1]?.cells[0]?.was, "30");
    assert.deepEqual(droppedRows(later), [52]);
});

test("behind a sort the rows after stand beside others before", () => {
    const sorted: Preview = {
        ...PREVIEW,
        after: { ...PREVIEW.after, row_numbers: [1, 2] },
        steps: [{ op: "sort" }],
    };
    assert.ok(isSorted(sorted) && !isSorted(PREVIEW));
    assert.deepEqual(afterTable(sorted).rows[0]?.cells[0], { value: "-1", changed: true });
    assert.deepEqual(droppedRows(sorted), []);
    assert.ok(beforeTable(sorted).rows.every((row) => !row.dropped));
});

test("behind a sample the rows beyond the shown ones are not called dropped", () => {
    const sample: Preview = {
        ...PREVIEW,
        from: 50,
        after: {
            ...PREVIEW.after,
            row_numbers: [2, 9, 51],
            rows: [
                ["1", "0"],
                ["2", "0"],
                ["3", "1"],
            ],
            changed: [[], [], []],
        },
    };
    assert.deepEqual(droppedRows(sample), []);
});
