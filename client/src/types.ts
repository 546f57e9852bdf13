// SPDX-License-Identifier: MPL-2.0
// The documents of the HTTP interface, as docs/documents.md and docs/http.md define them.

export interface User {
    id: string;
    email: string;
    role: string;
    created: string;
}

/** A failure: what is wrong, where (0 and "" mean no place) and what to do about it. */
export interface Fault {
    code: string;
    detail: string;
    remedy: string;
    line: number;
    step: number;
    column: string;
}

export type ColumnType =
    "integer" | "float" | "boolean" | "date" | "datetime" | "category" | "text";

/** The cells of one class in a column that missed a type: how many, and the first of them. */
export interface CellClass {
    count: number;
    row: number;
    value: string;
}

export interface ColumnDescription {
    name: string;
    type: ColumnType;
    missing: number;
    distinct: number;
    distinct_exact: boolean;
    examples: string[];
    min?: number;
    max?: number;
    mean?: number;
    sd?: number;
    cells?: Record<string, CellClass>;
    /** A person said the type; `refused` cells did not fit it and are missing. */
    declared?: boolean;
    refused?: number;
}

export interface Guess<T> {
    value: T;
    guessed: boolean;
}

/** How the file is written, as far as it was guessed or said. */
export interface Dialect {
    encoding: Guess<string>;
    delimiter: Guess<string>;
    quote: Guess<string>;
    decimal: Guess<string>;
    header: Guess<boolean>;
    packing: string;
    line_ends?: string;
    member?: string;
}

export interface BadLine {
    line: number;
    reason: string;
    detail: string;
    text: string;
}

export interface Suggestion {
    step: Step;
    reason: string;
}

export interface ColumnImport {
    type?: ColumnType;
    format?: string;
    missing?: string[];
}

/** How to read a file; what is left out is guessed. */
export interface ImportOptions {
    encoding?: string;
    delimiter?: string;
    quote?: string;
    header?: boolean;
    decimal?: string;
    lenient?: boolean;
    missing?: string[];
    columns?: Record<string, ColumnImport>;
}

export interface Description {
    rows: number;
    bytes: number;
    delimiter: string;
    columns: ColumnDescription[];
    dialect?: Dialect;
    bad_lines?: { count: number; listed: BadLine[] };
    suggestions?: Suggestion[];
    import?: ImportOptions;
}

/** One step of a recipe: its kind, its columns, and the settings the kind has. */
export interface Step {
    op: string;
    method?: string;
    columns?: string[];
    [setting: string]: unknown;
}

export type SettingKind =
    | "number"
    | "integer"
    | "boolean"
    | "text"
    | "choice"
    | "value"
    | "values"
    | "column"
    | "columns"
    | "name"
    | "names"
    | "list"
    | "expression"
    | "type";

/** One setting of a kind of step. */
export interface Setting {
    name: string;
    kind: SettingKind;
    required: boolean;
    default?: unknown;
    min?: number;
    max?: number;
    choices?: string[];
    /** A parameter whose default is something: null is a value too, and is typed. */
    nullable?: boolean;
    help: string;
}

/** A kind of step, as the catalogue tells it. */
export interface StepKind {
    op: string;
    method?: string;
    title: string;
    help: string;
    columns: "some" | "any" | "none";
    types: ColumnType[];
    settings: Setting[];
    learns: boolean;
}

/** A function or an operator of the expression language. */
export interface ExpressionFunction {
    name: string;
    group?: string;
    usage: string;
    result: string;
    description: string;
    example: string;
    gives: string;
}

/** An algorithm that learns, as the catalogue tells it. */
export interface Estimator {
    name: string;
    title: string;
    help: string;
    tasks: string[];
    /** Columns with large numbers count for more, unless they are scaled. */
    scale: boolean;
    /** The most rows it learns from; 0: no limit. */
    rows_max: number;
    params: Setting[];
}

/** A way to divide rows into those that are learned from and those that judge. */
export interface Split {
    name: string;
    title: string;
    help: string;
    /** Whether it goes by a column, and the types that it may have. */
    column: boolean;
    types: ColumnType[];
    tasks: string[];
}

/** Something that can be learned. */
export interface TrainingTask {
    name: string;
    title: string;
    help: string;
    /** Whether a column is predicted. */
    target: boolean;
    /** The algorithm when nobody names one. */
    algorithm: string;
}

/** What a training may say beside an algorithm's own parameters. */
export interface TrainingTerms {
    /** Up to so many distinct numbers are labels. */
    classes: number;
    /** The names of scores, by task. */
    scores: Record<string, string[]>;
    splits: Split[];
    tasks: TrainingTask[];
    options: Setting[];
    search: Setting[];
}

export interface Catalogue {
    steps: StepKind[];
    functions: ExpressionFunction[];
    estimators: Estimator[];
    training: TrainingTerms;
}

export interface DatasetRow {
    id: string;
    name: string;
    created: string;
    bytes: number;
    rows: number;
    columns: number;
}

export interface Dataset {
    id: string;
    name: string;
    created: string;
    bytes: number;
    description: Description;
    recipe: Step[];
}

/** A cell as the output file will hold it; null is missing. */
export type Cell = string | null;

export interface PreviewColumn {
    name: string;
    type: ColumnType;
    from?: string;
    changed?: boolean;
}

/** What one column of a step learned from the data, beside the column's name. */
export type StepParameter = { column: string } & Record<string, unknown>;

export interface FittedStep {
    op: string;
    method?: string;
    columns?: string[];
    /** Of a rename. */
    names?: Record<string, string>;
    parameters?: StepParameter[];
}

export interface Preview {
    total_rows: number;
    rows_after: number;
    /** The first input row shown, counted from 0. */
    from?: number;
    before: { columns: PreviewColumn[]; rows: Cell[][] };
    after: {
        columns: PreviewColumn[];
        row_numbers: number[];
        rows: Cell[][];
        changed: number[][];
    };
    steps: FittedStep[];
}

/** How a run writes its file; what is left out is as in the table. */
export interface Output {
    delimiter?: string;
    quote_all?: boolean;
    bom?: boolean;
    gzip?: boolean;
}

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

export interface JobFile {
    name: string;
    bytes: number;
}

export interface ProcessResult {
    rows_in: number;
    rows_out: number;
    columns: { name: string; type: ColumnType }[];
    bytes: number;
}

export interface Job {
    id: string;
    kind: "process" | "train" | "profile" | "predict";
    dataset: string;
    state: JobState;
    progress: number;
    stage: string;
    /** What is probably left, in milliseconds; null: not known. */
    eta_ms: number | null;
    attempt: number;
    created: string;
    started: string | null;
    ended: string | null;
    result: unknown;
    fault: Fault | null;
    files: JobFile[] | null;
    model: string | null;
    /** What a person wants of a search that is under way. */
    wish?: Wish | null;
}

export type Wish = "go" | "pause" | "stop";

/** What is predicted: a label, or a number. */
export type Task = "classify" | "regress" | "cluster" | "outlier";
export type ClassWeight = "balanced" | Record<string, number>;

/** What is left out is the server's default. */
export interface TrainingRequest {
    target?: string;
    features: string[];
    task?: Task;
    algorithm: string;
    parameters?: Record<string, unknown>;
    search?: Record<string, unknown>;
    split?: { kind: string; column?: string };
    score?: string;
    [option: string]: unknown;
}

/** Figures by their names; null where one is not defined. */
export type Scores = Record<string, number | null>;

export interface Spread {
    mean: number | null;
    sd: number | null;
}

/** One trial of a search. */
export interface Trial {
    algorithm: string;
    parameters: Record<string, unknown>;
    state: "done" | "failed" | "stopped";
    score?: number | null;
    sd?: number | null;
    seconds: number;
    /** Where fewer rows were used. */
    rows_share?: number;
    fault?: Fault;
}

/** A curve: of all rows the area, of some of them the points. */
export interface Curve {
    area: number | null;
    x: number[];
    y: number[];
}

/** One class against the rest. */
export interface ClassCurves {
    label: string | number | boolean;
    rows: number;
    roc: Curve;
    precision_recall: Curve;
    calibration: { said: number[]; seen: number[]; rows: number[] };
}

export interface Dependence {
    name: string;
    x: number[];
    lines: { label?: string | number | boolean; y: (number | null)[] }[];
}

/** What is known of a model beside its scores, of its test rows. */
export interface Insight {
    rows: number;
    classes?: ClassCurves[];
    gain?: { label: string | number | boolean; gain: number[]; lift: number[] };
    residuals?: {
        truth: number[];
        predicted: number[];
        mean: number | null;
        sd: number | null;
        histogram: { edges: number[]; rows: number[] };
    };
    importance?: {
        score: string;
        base: number | null;
        rows: number;
        repeats: number;
        features: { name: string; mean: number | null; sd: number | null }[];
    };
    dependence?: { of: string; rows: number; features: Dependence[] };
    /** Sentences. */
    left_out: string[];
}

export interface LearningCurve {
    score: string;
    folds: number;
    points: { share: number; rows: number; train: Spread; validation: Spread }[];
}

export interface ModelRecord {
    algorithm: string;
    /** null: groups or outliers were looked for. */
    target: string | null;
    features: string[];
    feature_types?: ColumnType[];
    inputs: string[];
    steps?: FittedStep[];
    self_check?: { rows: Cell[][] };
    parameters: Record<string, unknown>;
    rows: {
        total: number;
        used: number;
        train: number;
        test: number;
        /** That the kept model learned from; absent in records of before. */
        model?: number;
        target_missing: number;
        dropped_missing: number;
    };
    seed: number;
    test_size: number;
    split?: {
        kind: string;
        column?: string;
        from?: number | string;
        groups?: number;
        test_groups?: number;
    };
    scores: {
        /** The one that models are compared by. */
        chosen: string;
        /** Why it is that one. */
        reason?: string;
        test: Scores;
        train: Scores;
        /** null where there is nothing to compare with. */
        baseline: Scores | null;
        validation?: { folds: number; scores: Record<string, Spread> };
        leaderboard?: Trial[];
        learning_curve?: LearningCurve;
    };
    insight?: Insight;
    labels?: ClassCurves["label"][];
    confusion?: { labels: (string | number)[]; matrix: number[][] };
    importances?: Record<string, number>;
    support_vectors?: number;
    /** The files that others load, or why there is none. */
    exports?: Record<string, { bytes?: number; sha256?: string; refused?: string }>;
}

export interface Model {
    id: string;
    job: string;
    dataset: string;
    created: string;
    name: string;
    version: number;
    record: ModelRecord;
    files: JobFile[];
}

/** A model as lists have it. */
export interface ModelRow {
    id: string;
    job: string;
    dataset: string;
    created: string;
    name: string;
    version: number;
    algorithm: string;
    score_name: string | null;
    score: number | null;
}

export type Label = string | number | boolean;

/** What a model says of single rows. */
export interface Prediction {
    predictions: (Label | null)[];
    probabilities?: (number[] | null)[];
    labels?: Label[];
    notes: { row: number; column: string; detail: string }[];
}

/** How far one column has moved from the model's training rows. */
export interface Drift {
    column: string;
    index: number;
    change: "little" | "some" | "much";
}

export interface PredictionResult {
    rows: number;
    predicted: number;
    /** What is odd about the table; absent in jobs of older versions. */
    remarks?: { column: string; rows: number; detail: string }[];
    drift: { rows: number; columns: Drift[] } | null;
}
