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

export type ColumnType = "integer" | "float" | "text";

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
}

export interface Description {
    rows: number;
    bytes: number;
    delimiter: string;
    header_line: number;
    columns: ColumnDescription[];
}

/** One step of a recipe; `columns` is left out by drop_rows over all columns. */
export interface Step {
    op: string;
    method?: string;
    columns?: string[];
    value?: string | number;
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
    parameters?: StepParameter[];
}

export interface Preview {
    total_rows: number;
    rows_after: number;
    before: { columns: PreviewColumn[]; rows: Cell[][] };
    after: {
        columns: PreviewColumn[];
        row_numbers: number[];
        rows: Cell[][];
        changed: number[][];
    };
    steps: FittedStep[];
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
    kind: "process" | "train";
    dataset: string;
    state: JobState;
    progress: number;
    stage: string;
    attempt: number;
    created: string;
    started: string | null;
    ended: string | null;
    result: unknown;
    fault: Fault | null;
    files: JobFile[] | null;
    model: string | null;
}

export type Kernel = "rbf" | "linear" | "poly" | "sigmoid";
export type ClassWeight = null | "balanced" | Record<string, number>;

export interface SvcParameters {
    C: number;
    kernel: Kernel;
    gamma: number | "scale" | "auto";
    degree: number;
    coef0: number;
    class_weight: ClassWeight;
}

export interface TrainingRequest {
    target: string;
    features: string[];
    algorithm: "svc";
    parameters: SvcParameters;
    test_size: number;
    seed: number;
}

export interface ModelRecord {
    target: string;
    features: string[];
    inputs: string[];
    labels: (string | number)[];
    parameters: Record<string, unknown>;
    rows: {
        total: number;
        used: number;
        train: number;
        test: number;
        target_missing: number;
        dropped_missing: number;
    };
    seed: number;
    test_size: number;
    scores: {
        test_accuracy: number;
        train_accuracy: number;
        baseline_accuracy: number;
    };
    confusion: { labels: (string | number)[]; matrix: number[][] };
    support_vectors: number;
}

export interface Model {
    id: string;
    job: string;
    dataset: string;
    created: string;
    name: string;
    record: ModelRecord;
}
