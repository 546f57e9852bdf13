// SPDX-License-Identifier: MPL-2.0
// The recipe of a training: labels are learned as they stand in the file, so what the recipe does
// to the target is left out, and where it renames the target, the steps behind speak of it by the
// name that it has in the file.
import type { Catalogue, SettingKind, Step } from "../types";
import { kindOf } from "./catalogue";
import { withName } from "./expression";

/** A step, and what the target is called in front of it; "" when it is gone. */
interface Place {
    step: Step;
    number: number;
    name: string;
}

/** Steps that choose or order rows or columns, and leave the cells alone. */
const LEAVES_CELLS = new Set(["rows", "sort", "keep", "reorder"]);

const namesIn = (step: Step): Record<string, string> =>
    step.op === "rename" ? ((step.names ?? {}) as Record<string, string>) : {};

const names = (step: Step, name: string): boolean => step.columns?.includes(name) ?? false;

function nameBehind(step: Step, name: string): string {
    const gone = step.op === "drop" ? names(step, name) : step.op === "keep" && !names(step, name);
    return gone ? "" : (namesIn(step)[name] ?? name);
}

function places(recipe: readonly Step[], target: string): Place[] {
    let name = target;
    return recipe.map((step, index) => {
        const place = { step, number: index + 1, name };
        name = name === "" ? "" : nameBehind(step, name);
        return place;
    });
}

function changes({ step, name }: Place): boolean {
    if (name === "") {
        return false;
    }
    const cells = !LEAVES_CELLS.has(step.op) && !/^drop_rows$|_remove$/.test(step.method ?? "");
    return name in namesIn(step) || (cells && names(step, name));
}

/** The numbers (from 1) of the recipe's steps that would change the target. */
export function stepsOnTarget(recipe: readonly Step[], target: string): number[] {
    return places(recipe, target)
        .filter(changes)
        .map((place) => place.number);
}

/** A step without what it does to the column; undefined when nothing is left of it. */
function without(step: Step, name: string): Step | undefined {
    if (step.op === "rename") {
        const { [name]: _, ...rest } = namesIn(step);
        return Object.keys(rest).length > 0 ? { ...step, names: rest } : undefined;
    }
    const columns = step.columns?.filter((each) => each !== name) ?? [];
    return columns.length > 0 ? { ...step, columns } : undefined;
}

type Renamer = (value: unknown, from: string, to: string) => unknown;

const renamed = (name: unknown, from: string, to: string): unknown => (name === from ? to : name);

const listed: Renamer = (value, from, to) =>
    Array.isArray(value) ? value.map((name) => renamed(name, from, to)) : value;

/** How a setting speaks of columns. */
const RENAMERS: Partial<Record<SettingKind, Renamer>> = {
    column: renamed,
    columns: listed,
    expression: (value, from, to) =>
        typeof value === "string" ? withName(value, from, to) : value,
};

/** A step that speaks of the column `from` by the name `to`. */
function speaking(step: Step, from: string, to: string, catalogue: Catalogue): Step {
    const next: Step = { ...step };
    if (step.columns) {
        next.columns = listed(step.columns, from, to) as string[];
    }
    for (const { name, kind } of kindOf(catalogue, step)?.settings ?? []) {
        const renamer = RENAMERS[kind];
        if (renamer && name in step) {
            next[name] = renamer(step[name], from, to);
        }
    }
    return next;
}

/** The recipe without what it does to the target. */
export function recipeFor(recipe: readonly Step[], target: string, catalogue: Catalogue): Step[] {
    return places(recipe, target).flatMap((place): Step[] => {
        const left = changes(place) ? without(place.step, place.name) : place.step;
        if (!left) {
            return [];
        }
        const away = place.name === "" || place.name === target;
        return [away ? left : speaking(left, place.name, target, catalogue)];
    });
}
