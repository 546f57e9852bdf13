// SPDX-License-Identifier: MPL-2.0
// What is known of a job arrives by two ways, the event stream and answers; the later state must
// win.
import type { Job, JobState } from "../types";

const RANK: Record<JobState, number> = {
    queued: 0,
    running: 1,
    done: 2,
    failed: 2,
    cancelled: 2,
};

export function isOver(job: Job): boolean {
    return RANK[job.state] === 2;
}

/** Whether `next` says at least as much as `held`, so that a late answer never turns a job back. */
export function supersedes(next: Job, held: Job): boolean {
    if (isOver(held) || isOver(next)) {
        return isOver(next);
    }
    if (next.attempt !== held.attempt) {
        return next.attempt > held.attempt;
    }
    if (next.state !== held.state) {
        return RANK[next.state] > RANK[held.state];
    }
    return next.progress >= held.progress;
}

/** The held jobs with `incoming` merged in, newest first. */
export function merged(held: readonly Job[], incoming: readonly Job[]): Job[] {
    const byId = new Map(held.map((job) => [job.id, job]));
    for (const job of incoming) {
        const old = byId.get(job.id);
        if (!old || supersedes(job, old)) {
            byId.set(job.id, job);
        }
    }
    return [...byId.values()].sort((a, b) =>
        a.created < b.created ? 1 : a.created > b.created ? -1 : 0,
    );
}

/** Whether a job is at work on a search, which a person may end early: its stage says so. */
export function isSearch(job: Job): boolean {
    return job.kind === "train" && /^(search|paused)/.test(job.stage);
}

const KIND: Record<Job["kind"], string> = {
    process: "Run over the whole file",
    train: "Training",
    profile: "Profile report",
    predict: "Predictions",
};

export function titleOf(job: Job): string {
    return KIND[job.kind] ?? job.kind;
}

const STATE: Record<JobState, string> = {
    queued: "Waiting",
    running: "Running",
    done: "Done",
    failed: "Failed",
    cancelled: "Cancelled",
};

export function stateText(state: JobState): string {
    return STATE[state] ?? state;
}
