// SPDX-License-Identifier: MPL-2.0
// The person's jobs, kept live by the event stream, and the records of the models they made.
import { computed, signal } from "@preact/signals";
import * as api from "../api";
import { recordOf } from "../logic/scores";
import { isOver, merged, stateText, titleOf } from "../logic/jobs";
import type { Fault, Job, ModelRecord, Wish } from "../types";
import { announce } from "./announce";
import { nameOf } from "./datasets";
import { user } from "./session";

const RECONNECT_MS = 3000;

/** undefined until the list has come. */
export const jobs = signal<Job[] | undefined>(undefined);
export const jobsFault = signal<Fault | null>(null);
export const records = signal<ReadonlyMap<string, ModelRecord>>(new Map());
/** Whether the event stream stands. */
export const live = signal(true);

export const activeJobs = computed(() => (jobs.value ?? []).filter((job) => !isOver(job)).length);

let source: EventSource | undefined;

function accept(incoming: Job[]): void {
    const before = new Map((jobs.value ?? []).map((job) => [job.id, job.state]));
    jobs.value = merged(jobs.value ?? [], incoming);
    for (const job of incoming) {
        const held = jobs.value.find((each) => each.id === job.id);
        const state = before.get(job.id);
        if (held && state !== undefined && state !== held.state) {
            announce(
                `${titleOf(held)}, ${nameOf(held.dataset)}: ${stateText(held.state).toLowerCase()}`,
            );
        }
    }
}

export async function loadJobs(): Promise<void> {
    try {
        const list = await api.jobs();
        jobs.value ??= [];
        accept(list);
        jobsFault.value = null;
    } catch (error) {
        jobsFault.value = api.faultOf(error);
    }
}

/** Fetches one job, for a page that shows only it. Throws what the request throws. */
export async function loadJob(id: string): Promise<void> {
    accept([await api.job(id)]);
}

/** Starts a job. Throws what the request throws. */
export async function startJob(request: api.JobRequest): Promise<Job> {
    const job = await api.startJob(request);
    accept([job]);
    announce(`${titleOf(job)} is waiting to start`);
    return job;
}

export async function cancelJob(id: string): Promise<void> {
    accept([await api.cancelJob(id)]);
}

/** Says what a search is to do. Throws what the request throws. */
export async function steerJob(id: string, wish: Wish): Promise<void> {
    accept([await api.steerJob(id, wish)]);
}

/** Fetches the record of a model once. Throws what the request throws. */
export async function loadRecord(model_id: string): Promise<void> {
    if (!records.value.has(model_id)) {
        const { record } = await api.model(model_id);
        records.value = new Map(records.value).set(model_id, recordOf(record));
    }
}

function onJobEvent(event: MessageEvent<string>): void {
    accept([(JSON.parse(event.data) as { job: Job }).job]);
}

/**
 * An event stream does not tell why it was refused; a plain request does, and a lost session ends
 * it there.
 */
async function reconnect(): Promise<void> {
    await loadJobs();
    connect();
}

/**
 * Opens the event stream; once open, asks for the list, since events before it may have been
 * missed.
 */
export function connect(): void {
    if (source || !user.value) {
        return;
    }
    const mine = (source = api.events());
    mine.addEventListener("job", onJobEvent);
    mine.onopen = () => {
        live.value = true;
        void loadJobs();
    };
    mine.onerror = () => {
        live.value = false;
        // The browser reconnects by itself but for a refused stream, which it closes for good.
        if (mine.readyState === EventSource.CLOSED && source === mine) {
            source = undefined;
            setTimeout(() => void reconnect(), RECONNECT_MS);
        }
    };
}
