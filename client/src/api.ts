// SPDX-License-Identifier: MPL-2.0
// The HTTP interface (docs/http.md): the only place that talks to the server.
import { type CatalogueDocument, catalogueOf } from "./logic/catalogue";
import type {
    Catalogue,
    Dataset,
    DatasetRow,
    Fault,
    ImportOptions,
    Job,
    Model,
    ModelRow,
    Output,
    Prediction,
    Preview,
    Step,
    TrainingRequest,
    User,
    Wish,
} from "./types";

const BASE = "/api/v1";
const HEADER = { "X-AutoDP": "1" };
const JOB_TRIES = 3;
const KEY_BYTES = 16;

export const NOT_REACHED: Fault = {
    code: "NETWORK",
    detail: "AutoDP did not answer",
    remedy: "check that it is still running and that you are online, then try again",
    line: 0,
    step: 0,
    column: "",
};

/** A failed request: `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly fault: Fault,
    ) {
        super(fault.detail);
    }
}

let signedOut: () => void = () => undefined;

/** Sets what happens when the server no longer knows the session. */
export function onSignedOut(handler: () => void): void {
    signedOut = handler;
}

/**
 * The fault of anything thrown by this module; an aborted request throws AbortError, which is none.
 */
export function faultOf(error: unknown): Fault {
    if (error instanceof ApiError) {
        return error.fault;
    }
    return {
        ...NOT_REACHED,
        code: "CLIENT",
        detail: String(error),
        remedy: "load the page again",
    };
}

export function isAbort(error: unknown): boolean {
    return error instanceof DOMException && error.name === "AbortError";
}

function problem(status: number, text: string): ApiError {
    const fault: Fault = {
        ...NOT_REACHED,
        code: `HTTP_${status}`,
        detail: `the server answered ${status}`,
    };
    try {
        Object.assign(fault, { remedy: "" }, JSON.parse(text));
    } catch {
        // not a problem document (a proxy's page): the status must do
    }
    if (status === 401) {
        signedOut();
    }
    return new ApiError(status, fault);
}

interface Options {
    signal?: AbortSignal;
    headers?: Record<string, string>;
    keepalive?: boolean;
}

async function request<T>(
    method: string,
    path: string,
    body?: unknown,
    options: Options = {},
): Promise<T> {
    const headers: Record<string, string> = { ...HEADER, ...options.headers };
    const init: RequestInit = { ...options, method, headers };
    if (body !== undefined) {
        headers["Content-Type"] = "application/json";
        init.body = JSON.stringify(body);
    }
    let response: Response;
    let text: string;
    try {
        response = await fetch(BASE + path, init);
        text = await response.text();
    } catch (error) {
        throw isAbort(error) ? error : new ApiError(0, NOT_REACHED);
    }
    if (!response.ok) {
        throw problem(response.status, text);
    }
    return (text === "" ? undefined : JSON.parse(text)) as T;
}

const segment = encodeURIComponent;

export const register = async (email: string, password: string): Promise<User> =>
    (await request<{ user: User }>("POST", "/users", { email, password })).user;

export const logIn = async (email: string, password: string): Promise<User> =>
    (await request<{ user: User }>("POST", "/session", { email, password })).user;

export const session = async (): Promise<User> =>
    (await request<{ user: User }>("GET", "/session")).user;

export const logOut = (): Promise<void> => request("DELETE", "/session");

export const datasets = async (): Promise<DatasetRow[]> =>
    (await request<{ datasets: DatasetRow[] }>("GET", "/datasets")).datasets;

export const dataset = async (id: string): Promise<Dataset> =>
    (await request<{ dataset: Dataset }>("GET", `/datasets/${segment(id)}`)).dataset;

export const deleteDataset = (id: string): Promise<void> =>
    request("DELETE", `/datasets/${segment(id)}`);

export const datasetUrl = (id: string): string => `${BASE}/datasets/${segment(id)}/data`;

/** Keeps the recipe; `leaving` lets the request outlive the page. */
export const saveRecipe = (id: string, recipe: Step[], leaving = false): Promise<void> =>
    request("PUT", `/datasets/${segment(id)}/recipe`, { recipe }, { keepalive: leaving });

/** What the recipe makes of 50 rows, the first of them row `from` (counted from 0). */
export const preview = async (
    id: string,
    recipe: Step[],
    from: number,
    signal: AbortSignal,
): Promise<Preview> =>
    (
        await request<{ preview: Preview }>(
            "POST",
            `/datasets/${segment(id)}/preview`,
            from > 0 ? { recipe, from } : { recipe },
            { signal },
        )
    ).preview;

/** Reads the uploaded file again in another way. */
export const importAgain = async (id: string, options: ImportOptions): Promise<Dataset> =>
    (
        await request<{ dataset: Dataset }>("POST", `/datasets/${segment(id)}/import`, {
            options,
        })
    ).dataset;

/** The kinds of steps there are, and the functions of the expression language. */
export const catalogue = async (): Promise<Catalogue> =>
    catalogueOf((await request<{ catalogue: CatalogueDocument }>("GET", "/catalogue")).catalogue);

function uploadUrl(name: string, options: ImportOptions): string {
    const url = `${BASE}/datasets?name=${segment(name)}`;
    const said = Object.keys(options).length > 0;
    return said ? `${url}&options=${segment(JSON.stringify(options))}` : url;
}

/**
 * Uploads a file as a new dataset. XMLHttpRequest, because fetch cannot tell how much has been
 * sent. `progress` gets bytes sent and bytes in all.
 */
export function upload(
    file: File,
    options: ImportOptions,
    progress: (sent: number, total: number) => void,
    signal: AbortSignal,
): Promise<Dataset> {
    return new Promise((resolve, reject) => {
        const xhr = new XMLHttpRequest();
        xhr.open("POST", uploadUrl(file.name, options));
        xhr.setRequestHeader("X-AutoDP", HEADER["X-AutoDP"]);
        xhr.setRequestHeader("Content-Type", "text/csv");
        xhr.upload.onprogress = (event) => progress(event.loaded, event.total);
        xhr.onerror = () => reject(new ApiError(0, NOT_REACHED));
        xhr.onabort = () => reject(new DOMException("upload cancelled", "AbortError"));
        xhr.onload = () => {
            if (xhr.status === 201) {
                resolve((JSON.parse(xhr.responseText) as { dataset: Dataset }).dataset);
            } else {
                reject(problem(xhr.status, xhr.responseText));
            }
        };
        signal.addEventListener("abort", () => xhr.abort());
        xhr.send(file);
    });
}

function newKey(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export type JobRequest =
    | { kind: "process"; dataset: string; recipe: Step[]; output?: Output | undefined }
    | { kind: "profile"; dataset: string; recipe: Step[] }
    | { kind: "predict"; dataset: string; recipe: Step[]; model: string }
    | {
          kind: "train";
          dataset: string;
          recipe: Step[];
          training: TrainingRequest;
      };

/**
 * Starts a job. A lost answer is asked for again under the same key, so no job is started twice.
 */
export async function startJob(body: JobRequest): Promise<Job> {
    const headers = { "Idempotency-Key": newKey() };
    for (let attempt = 1; ; attempt++) {
        try {
            return (await request<{ job: Job }>("POST", "/jobs", body, { headers })).job;
        } catch (error) {
            if (attempt === JOB_TRIES || !(error instanceof ApiError) || error.status !== 0) {
                throw error;
            }
        }
    }
}

export const jobs = async (): Promise<Job[]> =>
    (await request<{ jobs: Job[] }>("GET", "/jobs")).jobs;

export const job = async (id: string): Promise<Job> =>
    (await request<{ job: Job }>("GET", `/jobs/${segment(id)}`)).job;

export const cancelJob = async (id: string): Promise<Job> =>
    (await request<{ job: Job }>("DELETE", `/jobs/${segment(id)}`)).job;

/** Says what a search that is under way is to do. */
export const steerJob = async (id: string, wish: Wish): Promise<Job> =>
    (await request<{ job: Job }>("POST", `/jobs/${segment(id)}/steer`, { wish })).job;

export const fileUrl = (job_id: string, name: string): string =>
    `${BASE}/jobs/${segment(job_id)}/files/${segment(name)}`;

export const models = async (): Promise<ModelRow[]> =>
    (await request<{ models: ModelRow[] }>("GET", "/models")).models;

export const renameModel = async (id: string, name: string): Promise<Model> =>
    (await request<{ model: Model }>("PUT", `/models/${segment(id)}`, { name })).model;

export const removeModel = async (id: string): Promise<void> =>
    request<void>("DELETE", `/models/${segment(id)}`);

/** Cells are texts as a file has them; "" is a missing value. */
export const predict = async (id: string, row: Record<string, string>): Promise<Prediction> =>
    (
        await request<{ prediction: Prediction }>("POST", `/models/${segment(id)}/predictions`, {
            rows: [row],
        })
    ).prediction;

export const model = async (id: string): Promise<Model> =>
    (await request<{ model: Model }>("GET", `/models/${segment(id)}`)).model;

/**
 * The stream of the user's job changes; the browser reconnects it and sends the last event's id.
 */
export const events = (): EventSource => new EventSource(`${BASE}/events`);
