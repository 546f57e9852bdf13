// SPDX-License-Identifier: MPL-2.0
// A small catalogue for the tests, with each kind of setting.
import { estimatorOf, type Param, termsOf } from "../src/logic/params";
import type {
    Catalogue,
    ColumnType,
    Estimator,
    Setting,
    Split,
    StepKind,
    TrainingTask,
} from "../src/types";

const TASKS = ["classify", "regress", "cluster", "outlier"];
const ALL: ColumnType[] = ["integer", "float", "boolean", "date", "datetime", "category", "text"];
const NUMBERS: ColumnType[] = ["integer", "float"];

const setting = (name: string, kind: Setting["kind"], more: Partial<Setting> = {}): Setting => ({
    name,
    kind,
    required: false,
    help: "",
    ...more,
});

const kind = (
    id: string,
    title: string,
    settings: Setting[] = [],
    more: Partial<StepKind> = {},
): StepKind => {
    const [op = "", method] = id.split(".");
    const base = { op, title, help: "", columns: "some" as const, types: ALL, learns: false };
    return { ...base, settings, ...(method === undefined ? {} : { method }), ...more };
};

export const SETTINGS = {
    value: setting("value", "value", { required: true }),
    bins: setting("bins", "integer", { required: true, min: 2, max: 1000 }),
    factor: setting("factor", "number", { min: 0, max: 1e6, default: 1.5 }),
    edges: setting("edges", "values", { required: true }),
    names: setting("names", "names", { required: true }),
    with: setting("with", "text", { default: "" }),
    descending: setting("descending", "boolean", { default: false }),
    how: setting("how", "choice", { default: "any", choices: ["any", "all"] }),
    as: setting("as", "name", { required: true }),
    expression: setting("expression", "expression", { required: true }),
    into: setting("into", "list", { required: true }),
    type: setting("type", "type", { required: true }),
};

const param = (name: string, type: Param["type"], more: Partial<Param> = {}): Param => ({
    name,
    type,
    default: null,
    help: "",
    ...more,
});

export const PARAMS = {
    C: param("C", "number", { default: 1, min: 1e-6, max: 1e6, help: "What an error costs." }),
    gamma: param("gamma", "number", {
        default: "scale",
        min: 1e-12,
        max: 1e12,
        choices: ["scale", "auto"],
    }),
    kernel: param("kernel", "choice", { default: "rbf", choices: ["rbf", "linear"] }),
    class_weight: param("class_weight", "choice", { choices: ["balanced"], optional: true }),
    max_depth: param("max_depth", "integer", { min: 1, max: 1e6, optional: true }),
    max_features: param("max_features", "number", {
        default: "auto",
        min: 1e-9,
        max: 1e6,
        choices: ["auto", "sqrt"],
        optional: true,
    }),
    bootstrap: param("bootstrap", "boolean", { default: true }),
};

const estimator = (
    name: string,
    title: string,
    tasks: Estimator["tasks"],
    scale: boolean,
    params: Param[],
): Estimator => estimatorOf({ name, title, help: "", tasks, scale, rows_max: 0, params });

const split = (name: string, tasks: string[], types: ColumnType[] = []): Split => ({
    name,
    title: name,
    help: "",
    column: types.length > 0,
    types,
    tasks,
});

const task = (name: string, target: boolean, algorithm: string): TrainingTask => ({
    name,
    title: name,
    help: "",
    target,
    algorithm,
});

const { C, gamma, kernel: how, class_weight, max_depth, max_features, bootstrap } = PARAMS;

export const CATALOGUE: Catalogue = {
    steps: [
        kind("sort", "Sort rows", [SETTINGS.descending]),
        kind("missing.drop_rows", "Drop rows with missing values", [SETTINGS.how], {
            columns: "any",
        }),
        kind("missing.median", "Fill with the median", [], { types: NUMBERS, learns: true }),
        kind("missing.mode", "Fill with the most frequent value"),
        kind("missing.constant", "Fill with a value of your own", [SETTINGS.value]),
        kind("scale.z_score", "Scale to mean 0, deviation 1", [], { types: NUMBERS }),
        kind("encode.one_hot", "A 0/1 column for each value", [], {
            help: "One 0/1 column for each distinct value.",
        }),
        kind("bin.equal_width", "Intervals of the same width", [SETTINGS.bins], {
            types: NUMBERS,
        }),
        kind("bin.edges", "Intervals of your own", [SETTINGS.edges], { types: NUMBERS }),
        kind("outliers.iqr_clip", "Clip outliers", [SETTINGS.factor], { types: NUMBERS }),
        kind("drop", "Drop columns"),
        kind("rename", "Rename columns", [SETTINGS.names], { columns: "none" }),
        kind("derive", "Calculate a column", [SETTINGS.as, SETTINGS.expression], {
            columns: "none",
        }),
        kind("filter", "Keep rows", [SETTINGS.expression], { columns: "none" }),
        kind("cast", "Change the type", [SETTINGS.type]),
        kind("paint", "Paint cells"),
    ],
    functions: [],
    estimators: [
        estimator("svc", "Support vector machine", ["classify"], true, [
            C,
            gamma,
            how,
            class_weight,
        ]),
        estimator("random_forest", "Random forest", ["classify", "regress"], false, [
            max_depth,
            max_features,
            bootstrap,
        ]),
        estimator("ridge", "Ridge regression", ["regress"], true, []),
        estimator("k_means", "k-means", ["cluster"], false, []),
    ],
    training: termsOf({
        classes: 20,
        tasks: [
            task("classify", true, "svc"),
            task("regress", true, "random_forest"),
            task("cluster", false, "k_means"),
        ],
        options: [
            param("folds", "integer", { min: 2, max: 20, optional: true }),
            param("learning_curve", "boolean"),
            param("test_size", "number", { default: 0.2, min: 1e-6, max: 0.9 }),
            param("seed", "integer", { default: 42, min: 0, max: Number.MAX_SAFE_INTEGER }),
        ],
        scores: {
            classify: ["accuracy", "f1_macro", "roc_auc"],
            regress: ["r2", "rmse"],
        },
        splits: [
            split("stratified", ["classify"]),
            split("random", TASKS),
            split("time", TASKS, ["integer", "float", "date", "datetime"]),
            split("group", TASKS, ALL),
        ],
        search: [
            param("method", "choice", {
                default: "random",
                choices: ["random", "grid", "halving"],
            }),
            param("trials", "integer", { default: 20, min: 1, max: 10000 }),
            param("budget", "number", { min: 1e-3, max: 1e7, optional: true }),
        ],
    }),
};
