// SPDX-License-Identifier: MPL-2.0
// The columns as they stand between the steps of a recipe, as far as the client can know them; the
// server has the last word.
import type { ColumnType, PreviewColumn, Step, StepKind } from "../types";

/** A column as it stands when a step is reached. */
export interface Standing {
    name: string;
    type: ColumnType;
    missing: number;
}

type Namer = (columns: Standing[], step: Step) => Standing[];

const MEANS = new Set(["mean", "median", "interpolate"]);
const FILLS_ALL = new Set(["mean", "median", "mode", "constant"]);

/** Steps that move, take or name columns. */
const NAMERS: Readonly<Record<string, Namer>> = {
    drop: (columns, step) => columns.filter((column) => !step.columns?.includes(column.name)),
    keep: (columns, step) => columns.filter((column) => step.columns?.includes(column.name)),
    rename: (columns, step) => {
        const names = (step.names ?? {}) as Record<string, string>;
        return columns.map((column) => ({ ...column, name: names[column.name] ?? column.name }));
    },
    reorder: (columns, step) => {
        const first = step.columns ?? [];
        const place = (column: Standing): number => {
            const at = first.indexOf(column.name);
            return at < 0 ? first.length : at;
        };
        return [...columns].sort((a, b) => place(a) - place(b));
    },
    merge: (columns, step) => {
        const joined = { name: String(step.as), type: "text" as const, missing: 0 };
        const first = columns.findIndex((column) => step.columns?.includes(column.name));
        const rest = columns.flatMap((column, index) =>
            index === first ? [joined] : step.columns?.includes(column.name) ? [] : [column],
        );
        return rest;
    },
    duplicate: (columns, step) => {
        const source = columns.find((column) => column.name === step.column);
        return source ? [...columns, { ...source, name: String(step.as) }] : columns;
    },
};

function filled(column: Standing, step: Step): Standing {
    const method = step.method ?? "";
    const type = column.type === "integer" && MEANS.has(method) ? "float" : column.type;
    return { ...column, type, missing: FILLS_ALL.has(method) ? 0 : column.missing };
}

/** What a step of no special kind makes of one of its columns, by the last preview. */
function previewed(column: Standing, after: readonly PreviewColumn[]): Standing[] {
    const same = after.find((made) => made.name === column.name);
    const made = after
        .filter((each) => each.from === column.name && each.name !== column.name)
        .map((each) => ({ name: each.name, type: each.type, missing: 0 }));
    const stays = same !== undefined || made.length === 0;
    return [...(stays ? [{ ...column, type: same?.type ?? column.type }] : []), ...made];
}

function touched(column: Standing, step: Step, after: readonly PreviewColumn[]): Standing[] {
    switch (step.op) {
        case "missing":
            return [filled(column, step)];
        case "outliers":
            return [column];
        case "scale":
            return [{ ...column, type: "float" }];
        case "cast":
            return [{ ...column, type: step.type as ColumnType }];
        case "encode":
            if (step.method === "one_hot") {
                return previewed(column, after).filter((each) => each.name !== column.name);
            }
            return [{ ...column, type: step.method === "label" ? "integer" : "float" }];
        case "text":
            return [{ ...column, type: step.method === "length" ? "integer" : "text" }];
        case "date":
            return step.method === "parse"
                ? [{ ...column, type: (step.to ?? "date") as ColumnType }]
                : previewed(column, after);
        default:
            return previewed(column, after);
    }
}

/** The columns that the settings of a step name anew. */
function named(
    step: Step,
    kind: StepKind | undefined,
    after: readonly PreviewColumn[],
): Standing[] {
    const names = (kind?.settings ?? []).flatMap((setting): string[] => {
        const value = step[setting.name];
        if (setting.kind === "name" && typeof value === "string") {
            return [value];
        }
        return step.op === "split" && setting.kind === "list" ? (value as string[]) : [];
    });
    const type = step.op === "split" ? "text" : "float";
    return names.map((name) => ({
        name,
        type: after.find((made) => made.name === name)?.type ?? type,
        missing: 0,
    }));
}

const onRows = (step: Step): boolean => step.op === "rows" || step.op === "sort";

/** The columns behind a step. `after` are those of the last good preview, of the whole recipe. */
export function afterStep(
    columns: Standing[],
    step: Step,
    kind: StepKind | undefined,
    after: readonly PreviewColumn[],
): Standing[] {
    const namer = NAMERS[step.op];
    if (namer) {
        return namer(columns, step);
    }
    const own = new Set(step.columns ?? []);
    if (step.op === "missing" && step.method === "drop_rows") {
        const cleared = step.how !== "all";
        return columns.map((column) =>
            cleared && (own.size === 0 || own.has(column.name))
                ? { ...column, missing: 0 }
                : column,
        );
    }
    if (onRows(step)) {
        return columns;
    }
    const next = columns.flatMap((column) =>
        own.has(column.name) ? touched(column, step, after) : [column],
    );
    const there = new Set(next.map((column) => column.name));
    return [...next, ...named(step, kind, after).filter((column) => !there.has(column.name))];
}
