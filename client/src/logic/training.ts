// SPDX-License-Identifier: MPL-2.0
// The training form: what is typed, what is wrong with it, and the request it makes. Algorithms,
// parameters, ranges and defaults are the catalogue's.
import type {
    Catalogue,
    ClassWeight,
    ColumnDescription,
    Estimator,
    Setting,
    Split,
    Step,
    Task,
    TrainingRequest,
} from "../types";
import { isNumber as isNumberType } from "./catalogue";
import { estimatorByName, estimatorsFor, goalOf, tasksOf, usualTask } from "./estimators";
import { complaint, departures } from "./settings";

/** What stands in the controls of settings, by their names. */
export type Entries = Readonly<Record<string, unknown>>;

export interface TrainingForm {
    target: string;
    features: string[];
    /** "" follows from the target; there is none for groups and outliers. */
    task: Task | "";
    /** The name of an estimator, or AUTOMATIC. */
    algorithm: string;
    parameters: Entries;
    weights: "none" | "balanced" | "own";
    /** One "label: weight" a line. */
    own_weights: string;
    options: Entries;
    /** How a search goes, or "": none. An automatic algorithm has its own. */
    method: string;
    search: Entries;
    /** How the rows are divided; "" follows from the task. */
    split: string;
    split_column: string;
    /** The score that models are compared by; "" follows from the rows. */
    score: string;
}

/** What is wrong, by the id of the control that has it, in the order of the form. */
export type FormErrors = Readonly<Record<string, string>>;

export const AUTOMATIC = "auto";

export const EMPTY: TrainingForm = {
    target: "",
    features: [],
    task: "",
    algorithm: AUTOMATIC,
    parameters: {},
    weights: "none",
    own_weights: "",
    options: {},
    method: "",
    search: {},
    split: "",
    split_column: "",
    score: "",
};

/** The groups of settings that a form may have. */
export type Group = "parameters" | "options" | "search";

export const controlId = (group: Group, setting: Setting): string => `${group}-${setting.name}`;

const CLASS_WEIGHT = "class_weight";

/** An estimator's parameters but for class weights, which every classifier has. */
export const parametersOf = (estimator: Estimator): Setting[] =>
    estimator.params.filter(({ name }) => name !== CLASS_WEIGHT);

type Columns = readonly ColumnDescription[];

const METHOD = "method";

/** How a search may go, as the catalogue tells it. */
export const methodOf = (catalogue: Catalogue): Setting | undefined =>
    catalogue.training.search.find(({ name }) => name === METHOD);

/** The ways to divide rows for a task. */
export const splitsFor = (catalogue: Catalogue, task: Task): Split[] =>
    catalogue.training.splits.filter(({ tasks }) => tasks.includes(task));

export const splitByName = (catalogue: Catalogue, name: string): Split | undefined =>
    catalogue.training.splits.find((split) => split.name === name);

/** The columns that rows may be divided by. */
export const splitColumns = (split: Split, form: TrainingForm, columns: Columns): string[] =>
    columns
        .filter(({ name, type }) => split.types.includes(type) && name !== form.target)
        .map(({ name }) => name);

/** What is predicted: as the person says, or as it follows from the target. */
export function taskOf(form: TrainingForm, columns: Columns, catalogue: Catalogue): Task {
    const target = columns.find(({ name }) => name === form.target);
    return form.task || (target ? usualTask(target, catalogue) : "classify");
}

/** What may be predicted of the target. */
export function choicesOf(form: TrainingForm, columns: Columns): Task[] {
    const target = columns.find(({ name }) => name === form.target);
    return target ? tasksOf(target) : [];
}

/** The form after an edit; what does not fit it any more is as if nobody had said it. */
export function edited(
    form: TrainingForm,
    edit: Partial<TrainingForm>,
    columns: Columns,
    catalogue: Catalogue,
): TrainingForm {
    const next = { ...form, ...edit };
    const goal = goalOf(next.task, catalogue);
    if (goal) {
        next.target = "";
    }
    const anew = next.target !== form.target || goal !== goalOf(form.task, catalogue);
    if (anew) {
        next.task = goal ? next.task : "";
        next.features = columns.map(({ name }) => name).filter((name) => name !== next.target);
    }
    const estimator = estimatorByName(catalogue, next.algorithm);
    const fits = estimator?.tasks.includes(taskOf(next, columns, catalogue)) ?? !goal;
    if (!fits) {
        next.algorithm = goal?.algorithm ?? AUTOMATIC;
    }
    if (next.algorithm !== form.algorithm) {
        next.parameters = {};
    }
    if (next.algorithm === AUTOMATIC || goal) {
        next.method = "";
    }
    const task = taskOf(next, columns, catalogue);
    if (!splitsFor(catalogue, task).some(({ name }) => name === next.split)) {
        next.split = "";
    }
    if (!catalogue.training.scores[task]?.includes(next.score)) {
        next.score = "";
    }
    const split = splitByName(catalogue, next.split);
    if (!split?.column || !splitColumns(split, next, columns).includes(next.split_column)) {
        next.split_column = "";
    }
    if (anew || next.split_column !== form.split_column) {
        next.features = next.features.filter((name) => name !== next.split_column);
    }
    return next;
}

const isPositive = (text: string): boolean =>
    text.trim() !== "" && Number.isFinite(Number(text)) && Number(text) > 0;

/**
 * Reads "label: weight" lines; the last colon of a line divides. Answers undefined at the first bad
 * line.
 */
export function parseWeights(text: string): Record<string, number> | undefined {
    const weights: Record<string, number> = {};
    for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
        const colon = line.lastIndexOf(":");
        const label = line.slice(0, colon).trim();
        if (colon < 0 || label === "" || !isPositive(line.slice(colon + 1))) {
            return undefined;
        }
        weights[label] = Number(line.slice(colon + 1));
    }
    return Object.keys(weights).length > 0 ? weights : undefined;
}

/** Steps behind which a column is no more in its own units. */
const SETTLES = new Set(["scale", "encode", "bin", "drop"]);

/** The chosen number columns that reach the model in their own units: no step scales, encodes or drops them. */
export function unscaled(
    recipe: readonly Step[],
    columns: readonly Pick<ColumnDescription, "name" | "type">[],
    features: readonly string[],
): string[] {
    const settled = new Set(
        recipe.filter((step) => SETTLES.has(step.op)).flatMap((step) => step.columns ?? []),
    );
    return columns
        .filter((column) => isNumberType(column.type) && features.includes(column.name))
        .map((column) => column.name)
        .filter((name) => !settled.has(name));
}

/** Whether columns with large numbers count for more: in the algorithm, or in one that may be tried. */
export function wantsScale(form: TrainingForm, task: Task, catalogue: Catalogue): boolean {
    return estimatorsFor(catalogue, task).some(
        ({ name, scale }) => scale && (form.algorithm === AUTOMATIC || form.algorithm === name),
    );
}

/** What only makes sense where something tells which model is better. */
const NEED_TARGET = new Set(["folds", "learning_curve"]);

interface Part {
    group: Group;
    settings: readonly Setting[];
}

/** The settings that the form shows, in its order. */
export function partsOf(form: TrainingForm, catalogue: Catalogue): Part[] {
    const { options, search } = catalogue.training;
    const estimator = estimatorByName(catalogue, form.algorithm);
    const searching = form.algorithm === AUTOMATIC || form.method !== "";
    const limits = search.filter(({ name }) => name !== METHOD);
    return [
        { group: "search", settings: searching ? limits : [] },
        { group: "parameters", settings: estimator ? parametersOf(estimator) : [] },
        {
            group: "options",
            settings: goalOf(form.task, catalogue)
                ? options.filter(({ name }) => !NEED_TARGET.has(name))
                : options,
        },
    ];
}

function featuresComplaint({ features, split, split_column }: TrainingForm): string {
    if (features.length === 0) {
        return "Choose at least one column to learn from";
    }
    return split === "group" && features.includes(split_column)
        ? `“${split_column}” says which rows belong together; it cannot be learned from`
        : "";
}

/** What the person has to mend before the form can be sent; empty when nothing. */
export function check(form: TrainingForm, task: Task, catalogue: Catalogue): FormErrors {
    const parts = partsOf(form, catalogue).flatMap(({ group, settings }) =>
        settings.map((setting): [string, string] => [
            controlId(group, setting),
            complaint(setting, form[group][setting.name]),
        ]),
    );
    const own = task === "classify" && form.weights === "own";
    const divides = splitByName(catalogue, form.split)?.column === true;
    const all: [string, string][] = [
        [
            "target",
            form.target === "" && !goalOf(task, catalogue) ? "Choose the column to predict" : "",
        ],
        ["features", featuresComplaint(form)],
        ...parts,
        [
            "split_column",
            divides && form.split_column === "" ? "Choose the column to divide the rows by" : "",
        ],
        [
            "own_weights",
            own && !parseWeights(form.own_weights) ? "One line a label, such as Adelie: 2" : "",
        ],
    ];
    return Object.fromEntries(all.filter(([, text]) => text !== ""));
}

function classWeight(form: TrainingForm): ClassWeight | undefined {
    if (form.weights === "own") {
        return parseWeights(form.own_weights);
    }
    return form.weights === "balanced" ? "balanced" : undefined;
}

const unlessEmpty = (key: string, values: Record<string, unknown>): Record<string, unknown> =>
    Object.keys(values).length > 0 ? { [key]: values } : {};

/** The request of a form that `check` finds nothing wrong with: what differs from the defaults. */
export function requestOf(form: TrainingForm, task: Task, catalogue: Catalogue): TrainingRequest {
    const said = Object.fromEntries(
        partsOf(form, catalogue).map(({ group, settings }) => [
            group,
            departures(settings, form[group]),
        ]),
    ) as Record<Group, Record<string, unknown>>;
    const weight = task === "classify" ? classWeight(form) : undefined;
    const weighed = weight === undefined ? {} : { [CLASS_WEIGHT]: weight };
    const method = form.method === "" ? {} : { [METHOD]: form.method };
    const by = form.split_column === "" ? {} : { column: form.split_column };
    return {
        ...(goalOf(task, catalogue) ? {} : { target: form.target }),
        features: form.features,
        ...(form.task === "" ? {} : { task: form.task }),
        algorithm: form.algorithm,
        ...unlessEmpty("parameters", { ...said.parameters, ...weighed }),
        ...unlessEmpty("search", { ...method, ...said.search }),
        ...(form.split === "" ? {} : { split: { kind: form.split, ...by } }),
        ...(form.score === "" ? {} : { score: form.score }),
        ...said.options,
    };
}
