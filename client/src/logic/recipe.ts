// SPDX-License-Identifier: MPL-2.0
// A recipe while it is being edited: steps with a key, some not finished, and the recipe they make.
import type { Catalogue, Description, Step, StepKind } from "../types";
import { isNumber, kindOf } from "./catalogue";
import { complaint, read } from "./settings";
import { afterStep, type Standing } from "./standing";

export interface Draft {
    key: number;
    /** "" until a person has chosen what the step does. */
    op: string;
    method?: string;
    columns: string[];
    /** The settings' entries by name, as logic/settings.ts reads them. */
    settings: Record<string, unknown>;
}

export function draftOf(step: Step, key: number): Draft {
    const { op, method, columns, ...settings } = step;
    const draft = { key, op, columns: columns ?? [], settings };
    return method === undefined ? draft : { ...draft, method };
}

/** What is wrong with each setting of a draft, by its name. */
export function complaints(draft: Draft, kind: StepKind): Map<string, string> {
    return new Map(
        kind.settings
            .map((setting): [string, string] => [
                setting.name,
                complaint(setting, draft.settings[setting.name]),
            ])
            .filter(([, text]) => text !== ""),
    );
}

/** What a draft still lacks before it can be part of the recipe; "" when it is complete. */
export function lacks(draft: Draft, catalogue: Catalogue): string {
    if (draft.op === "") {
        return "Choose what to do";
    }
    const kind = kindOf(catalogue, draft);
    if (!kind) {
        return "";
    }
    if (kind.columns === "some" && draft.columns.length === 0) {
        return "Choose at least one column";
    }
    for (const text of complaints(draft, kind).values()) {
        return text;
    }
    return "";
}

/** Whether values for these columns are numbers: columns the table does not have may hold any. */
function areNumbers(draft: Draft, standing: readonly Standing[]): boolean {
    const types = new Map(standing.map((column) => [column.name, column.type]));
    return draft.columns.every((name) => {
        const type = types.get(name);
        return type === undefined || isNumber(type);
    });
}

function stepOf(draft: Draft, kind: StepKind | undefined, standing: readonly Standing[]): Step {
    const step: Step = { op: draft.op };
    if (draft.method !== undefined) {
        step.method = draft.method;
    }
    if (draft.columns.length > 0 && kind?.columns !== "none") {
        step.columns = draft.columns;
    }
    const settings = new Map(kind?.settings.map((setting) => [setting.name, setting]));
    for (const [name, entry] of Object.entries(draft.settings)) {
        const setting = settings.get(name);
        const reading = setting
            ? read(setting, entry, areNumbers(draft, standing))
            : { value: entry };
        if (reading.error === undefined && reading.value !== undefined) {
            step[name] = reading.value;
        }
    }
    return step;
}

const startOf = (description: Description): Standing[] =>
    description.columns.map(({ name, type, missing }) => ({ name, type, missing }));

/** The recipe made of the complete drafts, in order. */
export function recipeOf(
    drafts: readonly Draft[],
    description: Description,
    catalogue: Catalogue,
): Step[] {
    let standing = startOf(description);
    const recipe: Step[] = [];
    for (const draft of drafts) {
        if (lacks(draft, catalogue) === "") {
            const kind = kindOf(catalogue, draft);
            const step = stepOf(draft, kind, standing);
            recipe.push(step);
            standing = afterStep(standing, step, kind, []);
        }
    }
    return recipe;
}

/** The number (from 1) each complete draft has in the recipe the server sees, by key. */
export function stepNumbers(drafts: readonly Draft[], catalogue: Catalogue): Map<number, number> {
    const complete = drafts.filter((draft) => lacks(draft, catalogue) === "");
    return new Map(complete.map((draft, index) => [draft.key, index + 1]));
}

/**
 * The columns that are left when draft number `index` (from 0) is reached. Columns whose names come
 * from the data are known from the last good preview (`after`).
 */
export function columnsBefore(
    drafts: readonly Draft[],
    index: number,
    description: Description,
    catalogue: Catalogue,
    after: Parameters<typeof afterStep>[3],
): Standing[] {
    let standing = startOf(description);
    for (const draft of drafts.slice(0, index)) {
        if (lacks(draft, catalogue) === "") {
            const kind = kindOf(catalogue, draft);
            standing = afterStep(standing, stepOf(draft, kind, standing), kind, after);
        }
    }
    return standing;
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

/** The draft as a step of another kind: columns stay, and settings that the new kind has too. */
export function turnedInto(draft: Draft, kind: StepKind): Draft {
    const names = new Set(kind.settings.map((setting) => setting.name));
    const settings = Object.fromEntries(
        Object.entries(draft.settings).filter(([name]) => names.has(name)),
    );
    const next = { key: draft.key, op: kind.op, columns: draft.columns, settings };
    return kind.method === undefined ? next : { ...next, method: kind.method };
}
