// SPDX-License-Identifier: MPL-2.0
// A preview as a table to draw: each cell with what it was before.
import type { Cell, Preview, PreviewColumn } from "../types";

/** More columns than this are counted, not drawn: a page cannot hold them. */
export const COLUMNS_SHOWN = 200;

const SIGNIFICANT_DIGITS = 6;
const CELL_CHARS = 200;

export interface TableColumn extends PreviewColumn {
    /** "new" when the column was made by a step, "changed" when a step touched it, else "". */
    mark: "" | "new" | "changed";
    missing: number;
}

export interface TableCell {
    value: Cell;
    /** Differs from the input, or stands in a new column. */
    changed: boolean;
    /** The input's value where the cell changed and there is one to compare with. */
    was?: Cell;
}

export interface TableRow {
    number: number;
    cells: TableCell[];
    dropped: boolean;
}

export interface Table {
    columns: TableColumn[];
    rows: TableRow[];
    hidden_columns: number;
}

function missingIn(rows: readonly Cell[][], index: number): number {
    return rows.filter((row) => (row[index] ?? null) === null).length;
}

const firstOf = (preview: Preview): number => preview.from ?? 0;

/**
 * Whether the rows after are the first of all in a new order: none of them comes from the row that
 * stands beside it before, and their numbers are places in that order.
 */
export const isSorted = (preview: Preview): boolean =>
    preview.steps.some((step) => step.op === "sort");

/** The input's rows, those that the recipe drops marked. */
export function beforeTable(preview: Preview): Table {
    const { columns, rows } = preview.before;
    const gone = new Set(droppedRows(preview));
    const first = firstOf(preview);
    return {
        columns: columns.slice(0, COLUMNS_SHOWN).map((column, index) => ({
            ...column,
            mark: "",
            missing: missingIn(rows, index),
        })),
        rows: rows.map((row, index) => ({
            number: first + index + 1,
            cells: row.slice(0, COLUMNS_SHOWN).map((value) => ({ value, changed: false })),
            dropped: gone.has(first + index + 1),
        })),
        hidden_columns: Math.max(0, columns.length - COLUMNS_SHOWN),
    };
}

function markOf(column: PreviewColumn, names: ReadonlyMap<string, number>): TableColumn["mark"] {
    if (!names.has(column.name)) {
        return "new";
    }
    return column.changed ? "changed" : "";
}

/** What becomes of the rows, changed cells marked. */
export function afterTable(preview: Preview): Table {
    const names = new Map(preview.before.columns.map((column, index) => [column.name, index]));
    const { columns, rows, row_numbers, changed } = preview.after;
    const inputs = isSorted(preview) ? [] : preview.before.rows;
    const tableRow = (row: Cell[], index: number): TableRow => {
        const number = row_numbers[index] ?? 0;
        const differs = new Set(changed[index] ?? []);
        const input = inputs[number - 1 - firstOf(preview)];
        const cells = row.slice(0, COLUMNS_SHOWN).map((value, place): TableCell => {
            const from = names.get(columns[place]?.name ?? "");
            if (!differs.has(place) || from === undefined || !input) {
                return { value, changed: differs.has(place) };
            }
            return { value, changed: true, was: input[from] ?? null };
        });
        return { number, cells, dropped: false };
    };
    return {
        columns: columns.slice(0, COLUMNS_SHOWN).map((column, index) => ({
            ...column,
            mark: markOf(column, names),
            missing: missingIn(rows, index),
        })),
        rows: rows.map(tableRow),
        hidden_columns: Math.max(0, columns.length - COLUMNS_SHOWN),
    };
}

export function changedCells(preview: Preview): number {
    return preview.after.changed.reduce((sum, row) => sum + row.length, 0);
}

/**
 * The numbers of the shown input rows that the recipe drops. Behind a sample the first rows of the
 * result are shown, and what becomes of an input row behind the last of them is not known; behind a
 * sort, of none of them.
 */
export function droppedRows(preview: Preview): number[] {
    if (isSorted(preview)) {
        return [];
    }
    const { row_numbers } = preview.after;
    const { rows } = preview.before;
    const kept = new Set(row_numbers);
    const first = firstOf(preview);
    const known = row_numbers.length < rows.length ? Infinity : Math.max(0, ...row_numbers);
    return rows
        .map((_, index) => first + index + 1)
        .filter((number) => number <= known && !kept.has(number));
}

/** A long decimal cut to six significant digits for the eye, a very long text to its beginning. */
export function shortCell(value: string): string {
    if (value.length > CELL_CHARS) {
        return `${value.slice(0, CELL_CHARS)}…`;
    }
    if (
        !/^-?\d+\.\d+(e[+-]?\d+)?$/i.test(value) ||
        value.replace(/\D/g, "").length <= SIGNIFICANT_DIGITS + 1
    ) {
        return value;
    }
    return String(Number(Number(value).toPrecision(SIGNIFICANT_DIGITS)));
}
