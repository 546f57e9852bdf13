// SPDX-License-Identifier: MPL-2.0
// A step's settings: as a step has them (JSON), as a person types them, and in words.
//
// What a draft holds of a setting, its entry, is either the JSON value of a step that was read, or
// what stands in the control: a text for a number, lines for a list, pairs for names. `read` makes
// the JSON value of either.
import type { Setting } from "../types";
import { words } from "./catalogue";
import { count } from "./format";

export type Pair = [old: string, now: string];

/** The value of a setting, none (`value` is undefined), or what is wrong with the entry. */
export type Reading = { value: unknown; error?: undefined } | { error: string };

const SHOWN_CHARS = 60;
const NOTHING: Reading = { value: undefined };

const isTyped = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

const bound = (value: number | undefined): string =>
    value !== undefined && Math.abs(value) >= 1000 ? count(value) : String(value);

function rangeText(setting: Setting): string {
    const { min, max } = setting;
    const huge = (value: number | undefined): boolean =>
        value === undefined || Math.abs(value) >= 1e9;
    if (!huge(min) && !huge(max)) {
        return ` from ${bound(min)} to ${bound(max)}`;
    }
    return huge(min) ? (huge(max) ? "" : ` up to ${bound(max)}`) : ` from ${bound(min)} on`;
}

/** The texts that may stand for a number. */
const wordsFor = (setting: Setting): string[] => [
    ...(setting.choices ?? []),
    ...(setting.nullable ? ["null"] : []),
];

/** "A whole number from 2 to 100", "A number from 0 on, or scale, or auto". */
export function numberHint(setting: Setting): string {
    const number = setting.kind === "integer" ? "A whole number" : "A number";
    return [number + rangeText(setting), ...wordsFor(setting)].join(", or ");
}

function readNumber(setting: Setting, entry: unknown): Reading {
    const text = String(entry).trim();
    const value = Number(text);
    if (wordsFor(setting).includes(text)) {
        return { value: text === "null" ? null : text };
    }
    const good =
        isTyped(text) &&
        (setting.kind !== "integer" || Number.isSafeInteger(value)) &&
        value >= (setting.min ?? -Infinity) &&
        value <= (setting.max ?? Infinity);
    return good ? { value } : { error: numberHint(setting) };
}

/** The items of a list: those of a step, or the lines that are not empty. */
export function itemsOf(entry: unknown): (string | number)[] {
    if (Array.isArray(entry)) {
        return entry as (string | number)[];
    }
    return String(entry ?? "")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");
}

/** The rows of a names setting: a step's object, or the pairs being typed. */
export function pairsOf(entry: unknown): Pair[] {
    if (Array.isArray(entry)) {
        return entry as Pair[];
    }
    return entry !== null && typeof entry === "object"
        ? Object.entries(entry as Record<string, string>)
        : [];
}

function readNames(entry: unknown): Reading {
    const pairs = pairsOf(entry).filter(([old, now]) => old !== "" && now.trim() !== "");
    if (new Set(pairs.map(([old]) => old)).size < pairs.length) {
        return { error: "Name each column once" };
    }
    return pairs.length === 0 ? NOTHING : { value: Object.fromEntries(pairs) };
}

function readItems(setting: Setting, entry: unknown, numeric: boolean): Reading {
    const items = itemsOf(entry).map((item) =>
        setting.kind === "values" && numeric && isTyped(String(item)) ? Number(item) : item,
    );
    if (new Set(items).size < items.length) {
        return { error: "Give each one once" };
    }
    return items.length === 0 ? NOTHING : { value: items };
}

/** Whether the entry says nothing. A text may be empty where that has a meaning: as a default. */
function isEmpty(setting: Setting, entry: unknown): boolean {
    const says = setting.kind === "text" && typeof setting.default === "string";
    return entry === undefined || entry === null || (entry === "" && !says);
}

/**
 * Reads an entry. `numeric` says that the step's columns hold numbers, so that values that look
 * like numbers are numbers.
 */
export function read(setting: Setting, entry: unknown, numeric: boolean): Reading {
    if (isEmpty(setting, entry)) {
        return NOTHING;
    }
    switch (setting.kind) {
        case "number":
        case "integer":
            return readNumber(setting, entry);
        case "boolean":
            return { value: entry === true };
        case "value":
            return { value: numeric && isTyped(String(entry)) ? Number(entry) : entry };
        case "values":
        case "columns":
        case "list":
            return readItems(setting, entry, numeric);
        case "names":
            return readNames(entry);
        case "expression":
            return String(entry).trim() === "" ? NOTHING : { value: entry };
        default:
            return { value: entry };
    }
}

/** What a person has to mend in a setting; "" when nothing. */
export function complaint(setting: Setting, entry: unknown): string {
    const reading = read(setting, entry, false);
    if (reading.error !== undefined) {
        return reading.error;
    }
    const without = reading.value === undefined && setting.default === undefined;
    return without && setting.required ? MISSING[setting.kind] : "";
}

const MISSING: Record<Setting["kind"], string> = {
    number: "Give a number",
    integer: "Give a number",
    boolean: "Choose one",
    text: "Give a text",
    choice: "Choose one",
    value: "Give the value",
    values: "Give at least one value",
    column: "Choose a column",
    columns: "Choose at least one column",
    name: "Give a name",
    names: "Give at least one new name",
    list: "Give at least one name",
    expression: "Write an expression",
    type: "Choose a type",
};

/** The entry as the text of a control. */
export function textOf(entry: unknown): string {
    if (Array.isArray(entry)) {
        return entry.join("\n");
    }
    return entry === undefined || entry === null ? "" : String(entry);
}

/** The items a help text lists: "some of year, month, is_weekend"; none for any other text. */
export function optionsIn(help: string): string[] {
    const list = /^some of (.+)$/.exec(help)?.[1];
    return list === undefined ? [] : list.split(/,\s*|\s+and\s+/).filter(Boolean);
}

function short(text: string): string {
    return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function entryWords(setting: Setting, entry: unknown): string {
    switch (setting.kind) {
        case "names":
            return pairsOf(entry)
                .map(([old, now]) => `${old} → ${now}`)
                .join(", ");
        case "values":
        case "columns":
        case "list":
            return itemsOf(entry).join(", ");
        case "choice":
            return words(String(entry));
        case "text":
        case "value":
            return `“${textOf(entry)}”`;
        default:
            return textOf(entry);
    }
}

/** What an entry says; undefined when it is nothing, the default, or cannot be read. */
function departure(setting: Setting, entry: unknown): unknown {
    const reading = read(setting, entry, true);
    const same =
        reading.error !== undefined ||
        JSON.stringify(reading.value) === JSON.stringify(setting.default);
    return same ? undefined : reading.value;
}

/** The values that differ from their defaults. */
export function departures(
    settings: readonly Setting[],
    entries: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
    return Object.fromEntries(
        settings
            .map((setting) => [setting.name, departure(setting, entries[setting.name])])
            .filter(([, value]) => value !== undefined),
    ) as Record<string, unknown>;
}

/** The settings that differ from their defaults, in words: "value “unknown”, bins 4". */
export function inWords(
    settings: readonly Setting[],
    entries: Readonly<Record<string, unknown>>,
): string {
    return settings
        .filter((setting) => departure(setting, entries[setting.name]) !== undefined)
        .map((setting) => {
            const said = short(entryWords(setting, entries[setting.name]));
            if (setting.kind === "boolean") {
                return entries[setting.name] === true
                    ? words(setting.name)
                    : `not ${words(setting.name)}`;
            }
            const plain = setting.kind === "names" || setting.kind === "expression";
            return plain ? said : `${words(setting.name)} ${said}`;
        })
        .join(", ");
}
