// SPDX-License-Identifier: MPL-2.0
// Figures and times for people.

const UNITS = ["B", "kB", "MB", "GB", "TB"];
const SECOND_MS = 1000;
const MINUTE_S = 60;
const COARSE_S = 5;
const HOURS_FROM_MIN = 90;
const LIST_SHOWN = 4;

export function bytes(count: number): string {
    let value = count;
    let unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
        value /= 1000;
        unit++;
    }
    return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export function count(value: number): string {
    return value.toLocaleString("en-GB");
}

/** "1 row", "344 rows". */
export function counted(value: number, noun: string): string {
    return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** 0.9855 becomes "98.6 %". */
export function percent(share: number): string {
    return `${(share * 100).toFixed(1)} %`;
}

export function time(rfc3339: string): string {
    const date = new Date(rfc3339);
    return Number.isNaN(date.getTime())
        ? rfc3339
        : date.toLocaleString("en-GB", {
              day: "numeric",
              month: "short",
              hour: "2-digit",
              minute: "2-digit",
          });
}

/** The time between two moments: "0.4 s", "12 s", "3 min 5 s". */
export function span(from: string, to: string): string {
    const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / SECOND_MS);
    if (seconds < MINUTE_S) {
        return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
    }
    return `${Math.floor(seconds / MINUTE_S)} min ${Math.round(seconds % MINUTE_S)} s`;
}

/** What is left of some work: "about 25 s left"; nothing while that is not known. */
export function left(ms: number | null): string {
    const seconds = Math.ceil((ms ?? 0) / SECOND_MS);
    const minutes = Math.round(seconds / MINUTE_S);
    if (seconds <= 0) {
        return "";
    }
    if (seconds <= COARSE_S) {
        return "a few seconds left";
    }
    if (seconds < MINUTE_S) {
        return `about ${Math.ceil(seconds / COARSE_S) * COARSE_S} s left`;
    }
    return minutes < HOURS_FROM_MIN
        ? `about ${minutes} min left`
        : `about ${Math.round(minutes / MINUTE_S)} h left`;
}

function number(value: number): string {
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** Any value of a document as short text: lists are cut after a few entries. */
export function value(any: unknown): string {
    if (typeof any === "number") {
        return number(any);
    }
    if (Array.isArray(any)) {
        const shown = any.slice(0, LIST_SHOWN).map(value).join(", ");
        return any.length > LIST_SHOWN ? `${shown} and ${any.length - LIST_SHOWN} more` : shown;
    }
    if (any !== null && typeof any === "object") {
        return Object.entries(any)
            .map(([name, entry]) => `${name} ${value(entry)}`)
            .join(", ");
    }
    return any === null ? "none" : String(any);
}
