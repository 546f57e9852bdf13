// SPDX-License-Identifier: MPL-2.0
// A recipe while it is being edited: steps with a key, some not finished, and the recipe they make.
import type { ColumnType, Description, PreviewColumn, Step } from "../types";
import { methodOf } from "./methods";

export interface Draft {
    key: number;
    op: string;
    method?: string;
    columns: string[];
    /** The constant as typed; it becomes a number when every chosen column holds numbers. */
    value: string;
}

/** A column as it stands when a step is reached. */
export interface Standing {
    name: string;
    type: ColumnType;
    missing: number;
}

export function draftOf(step: Step, key: number): Draft {
    const draft = {
        key,
        op: step.op,
        columns: step.columns ?? [],
        value: String(step.value ?? ""),
    };
    return step.method === undefined ? draft : { ...draft, method: step.method };
}

/** What a draft still lacks before it can be part of the recipe; "" when it is complete. */
export function lacks(draft: Draft): string {
    const method = methodOf(draft);
    if (method && method.columns === "required" && draft.columns.length === 0) {
        return "Choose at least one column";
    }
    if (method?.takesValue && draft.value === "") {
        return "Give the value to fill in";
    }
    return "";
}

function valueOf(draft: Draft, types: Map<string, ColumnType>): string | number {
    const numbers = draft.columns.every((name) => (types.get(name) ?? "text") !== "text");
    const parsed = Number(draft.value);
    return numbers && draft.value.trim() !== "" && Number.isFinite(parsed) ? parsed : draft.value;
}

/** The recipe made of the complete drafts, in order. */
export function recipeOf(drafts: readonly Draft[], description: Description): Step[] {
    const types = new Map(description.columns.map((column) => [column.name, column.type]));
    return drafts
        .filter((draft) => lacks(draft) === "")
        .map((draft) => {
            const step: Step = { op: draft.op };
            if (draft.method !== undefined) {
                step.method = draft.method;
            }
            if (draft.columns.length > 0) {
                step.columns = draft.columns;
            }
            if (methodOf(draft)?.takesValue) {
                step.value = valueOf(draft, types);
            }
            return step;
        });
}

/** The number (from 1) each complete draft has in the recipe the server sees, by key. */
export function stepNumbers(drafts: readonly Draft[]): Map<number, number> {
    const complete = drafts.filter((draft) => lacks(draft) === "");
    return new Map(complete.map((draft, index) => [draft.key, index + 1]));
}

function afterStep(columns: Standing[], draft: Draft, after: readonly PreviewColumn[]): Standing[] {
    const touched = new Set(draft.columns);
    if (draft.op === "drop") {
        return columns.filter((column) => !touched.has(column.name));
    }
    return columns.flatMap((column): Standing[] => {
        if (!touched.has(column.name)) {
            const cleared = draft.method === "drop_rows" && touched.size === 0;
            return [cleared ? { ...column, missing: 0 } : column];
        }
        if (draft.op === "missing") {
            return [{ ...column, missing: 0 }];
        }
        if (draft.op === "scale") {
            return [{ ...column, type: "float" }];
        }
        if (draft.method === "label") {
            return [{ ...column, type: "integer" }];
        }
        return after
            .filter((made) => made.from === column.name && made.name !== column.name)
            .map((made) => ({ name: made.name, type: made.type, missing: 0 }));
    });
}

/**
 * The columns that are left when draft number `index` (from 0) is reached. One-hot columns are
 * known from the last good preview (`after`), since their names come from the data.
 */
export function columnsBefore(
    drafts: readonly Draft[],
    index: number,
    description: Description,
    after: readonly PreviewColumn[],
): Standing[] {
    const start = description.columns.map(({ name, type, missing }) => ({
        name,
        type,
        missing,
    }));
    return drafts
        .slice(0, index)
        .filter((draft) => lacks(draft) === "")
        .reduce((columns, draft) => afterStep(columns, draft, after), start);
}

/** Moves the draft at `from` to place `to`; out of range leaves the list as it is. */
export function moved(drafts: readonly Draft[], from: number, to: number): Draft[] {
    const list = [...drafts];
    if (to < 0 || to >= list.length) {
        return list;
    }
    const [draft] = list.splice(from, 1);
    if (draft) {
        list.splice(to, 0, draft);
    }
    return list;
}
