// SPDX-License-Identifier: MPL-2.0
// Suggested steps: which are still open, where a taken one goes, and many of them in few steps.
import type { Step, Suggestion } from "../types";

const HASH_SEED = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/** A step as text, whatever the order of its settings. */
const textOf = (step: Step): string =>
    JSON.stringify(Object.entries(step).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A suggestion's short name (FNV-1a of its step): what is kept of one that a person has left. */
export function nameOf(suggestion: Suggestion): string {
    let hash = HASH_SEED;
    for (const char of textOf(suggestion.step)) {
        hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), HASH_PRIME) >>> 0;
    }
    return hash.toString(36);
}

/** Whether a step takes the column away or calls it otherwise, so that none behind it can name it. */
function takesAway(step: Step, column: string): boolean {
    switch (step.op) {
        case "drop":
        case "merge":
            return !!step.columns?.includes(column);
        case "keep":
            return !step.columns?.includes(column);
        case "rename":
            return column in ((step.names ?? {}) as Record<string, string>);
        default:
            return false;
    }
}

/** Whether the recipe already does to the step's columns what the suggestion is about. */
function isSettled(step: Step, recipe: readonly Step[]): boolean {
    const columns = step.columns ?? [];
    const done = (column: string): boolean =>
        recipe.some((each) => each.op === step.op && each.columns?.includes(column));
    const gone = (column: string): boolean => recipe.some((each) => takesAway(each, column));
    return columns.some(gone) || columns.every(done);
}

/** The suggestions that are neither taken, nor left, nor made idle by another step. */
export function openOnes(
    suggestions: readonly Suggestion[],
    recipe: readonly Step[],
    left: ReadonlySet<string>,
): Suggestion[] {
    return suggestions.filter(
        (suggestion) => !left.has(nameOf(suggestion)) && !isSettled(suggestion.step, recipe),
    );
}

const same = (a: Step, b: Step): boolean => textOf(a) === textOf(b);

/**
 * The place (from 0) in the recipe where a taken suggestion goes: before the steps that were
 * suggested behind it, else at the end.
 */
export function placeOf(
    suggestion: Suggestion,
    suggestions: readonly Suggestion[],
    recipe: readonly Step[],
): number {
    const later = suggestions.slice(suggestions.indexOf(suggestion) + 1);
    const place = recipe.findIndex((step) => later.some((each) => same(each.step, step)));
    return place < 0 ? recipe.length : place;
}

function apart(a: Step, b: Step): boolean {
    const columns = new Set(a.columns ?? []);
    return columns.size > 0 && !!b.columns?.length && !b.columns.some((name) => columns.has(name));
}

function joined(a: Step, b: Step): Step | undefined {
    const { columns: ours = [], ...one } = a;
    const { columns: theirs = [], ...other } = b;
    return same(one as Step, other as Step) && apart(a, b)
        ? { ...a, columns: [...ours, ...theirs] }
        : undefined;
}

/**
 * Steps with those of the same kind and settings joined, where nothing between them touches the
 * same columns.
 */
export function gathered(steps: readonly Step[]): Step[] {
    const list: Step[] = [];
    for (const step of steps) {
        let at = list.length - 1;
        let both: Step | undefined;
        while (at >= 0 && !both) {
            const before = list[at] as Step;
            both = joined(before, step);
            if (!both && !apart(before, step)) {
                break;
            }
            at -= both ? 0 : 1;
        }
        if (both) {
            list[at] = both;
        } else {
            list.push(step);
        }
    }
    return list;
}
