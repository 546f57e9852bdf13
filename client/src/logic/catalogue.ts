// SPDX-License-Identifier: MPL-2.0
// The kinds of steps there are, as the server tells them: found by step, by id and by what a person
// types.
import type { Catalogue, ColumnType, ExpressionFunction, Setting, Step, StepKind } from "../types";
import { type EstimatorDocument, estimatorOf, type TermsDocument, termsOf } from "./params";

/** What the client knows before the catalogue has come. */
export const NO_CATALOGUE: Catalogue = {
    steps: [],
    functions: [],
    estimators: [],
    training: { classes: 0, tasks: [], scores: {}, splits: [], options: [], search: [] },
};

/** The answer of the server: functions are a list, or stand beside the operators. */
export interface CatalogueDocument {
    steps: StepKind[];
    functions:
        ExpressionFunction[] | { functions: ExpressionFunction[]; operators: ExpressionFunction[] };
    estimators: EstimatorDocument[];
    training: TermsDocument;
}

export function catalogueOf(document: CatalogueDocument): Catalogue {
    const { steps, functions, estimators, training } = document;
    const all = Array.isArray(functions)
        ? functions
        : [...functions.functions, ...functions.operators];
    return {
        steps,
        functions: all,
        estimators: estimators.map(estimatorOf),
        training: termsOf(training),
    };
}

/** The groups in which kinds are offered: an operation's name, in words and in this order. */
const GROUPS: readonly [op: string, title: string][] = [
    ["missing", "Missing values"],
    ["outliers", "Outliers"],
    ["scale", "Scale numbers"],
    ["encode", "Turn values into numbers"],
    ["bin", "Intervals"],
    ["text", "Text"],
    ["date", "Dates"],
    ["derive", "Columns"],
    ["cast", "Columns"],
    ["drop", "Columns"],
    ["keep", "Columns"],
    ["rename", "Columns"],
    ["reorder", "Columns"],
    ["duplicate", "Columns"],
    ["split", "Columns"],
    ["merge", "Columns"],
    ["filter", "Rows"],
    ["rows", "Rows"],
    ["sort", "Rows"],
];

const GROUP_OF = new Map(GROUPS);

/** Words that people use for a kind and that its title and help do not have. */
const SYNONYMS: Readonly<Record<string, string>> = {
    missing: "impute null nan empty gaps",
    "encode.one_hot": "one-hot onehot dummy dummies indicator",
    "encode.label": "label encoding ordinal category codes",
    "scale.z_score": "z-score standardise standardize normalise normalize",
    "scale.min_max": "min-max minmax normalise normalize range",
    "scale.robust": "robust iqr quartile",
    derive: "formula compute expression calculate new column",
    cast: "convert type number date",
    filter: "where condition select rows",
    "rows.deduplicate": "duplicates distinct unique",
    rename: "name",
    drop: "remove delete column",
    bin: "bucket group ranges histogram discretise discretize",
    outliers: "extreme winsorise winsorize cap",
};

export interface Group {
    title: string;
    kinds: StepKind[];
}

export const isNumber = (type: ColumnType): boolean => type === "integer" || type === "float";

export const kindId = (kind: Pick<Step, "op" | "method">): string =>
    kind.method === undefined ? kind.op : `${kind.op}.${kind.method}`;

export function kindById(catalogue: Catalogue, id: string): StepKind | undefined {
    return catalogue.steps.find((kind) => kindId(kind) === id);
}

/** The kind of a step; undefined for one this client does not know: it is kept as it is. */
export function kindOf(
    catalogue: Catalogue,
    step: Pick<Step, "op" | "method">,
): StepKind | undefined {
    return catalogue.steps.find(
        (kind) => kind.op === step.op && (kind.method === undefined || kind.method === step.method),
    );
}

/** A name of the server's in words: "day_of_year" becomes "day of year". */
export const words = (name: string): string => name.replace(/[_.]/g, " ");

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const settingLabel = (setting: Setting): string =>
    setting.name === "as" && setting.kind === "name"
        ? "Name of the new column"
        : capital(words(setting.name)).replace(/ mb$/, " (MB)");

export function titleOf(catalogue: Catalogue, step: Pick<Step, "op" | "method">): string {
    const kind = kindOf(catalogue, step);
    if (kind) {
        return kind.title;
    }
    return step.op === "" ? "New step" : capital(words(kindId(step)));
}

function groupTitle(kind: StepKind): string {
    return GROUP_OF.get(kind.op) ?? capital(words(kind.op));
}

/** Kinds in their groups: the known ones first, in their order, then those the client is new to. */
export function grouped(kinds: readonly StepKind[]): Group[] {
    const titles = new Set(GROUPS.map(([, title]) => title));
    const groups = new Map<string, StepKind[]>([...titles].map((title) => [title, []]));
    for (const kind of kinds) {
        const title = groupTitle(kind);
        groups.set(title, [...(groups.get(title) ?? []), kind]);
    }
    return [...groups]
        .filter(([, members]) => members.length > 0)
        .map(([title, members]) => ({ title, kinds: members }));
}

/** The kinds in which every word of `text` is found; those that have them in the title come first. */
export function search(kinds: readonly StepKind[], text: string): StepKind[] {
    const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = kinds.filter((kind) => {
        const said = [
            kind.title,
            kind.help,
            groupTitle(kind),
            words(kindId(kind)),
            SYNONYMS[kind.op] ?? "",
            SYNONYMS[kindId(kind)] ?? "",
        ]
            .join(" ")
            .toLowerCase();
        return wanted.every((word) => said.includes(word));
    });
    const inTitle = (kind: StepKind): boolean =>
        wanted.every((word) => kind.title.toLowerCase().includes(word));
    return [...found.filter(inTitle), ...found.filter((kind) => !inTitle(kind))];
}

/** Kinds in which the columns' order says something. */
const ORDERED = new Set(["sort", "reorder", "merge"]);

export const isOrdered = (op: string): boolean => ORDERED.has(op);
