// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { merged, supersedes } from "../src/logic/jobs";
import type { Job } from "../src/types";

const job = (edit: Partial<Job> = {}): Job => ({
    id: "jb_1",
    kind: "process",
    dataset: "ds_1",
    state: "running",
    progress: 0.5,
    stage: "fit",
    eta_ms: null,
    attempt: 1,
    created: "2026-01-01T00:00:00.000Z",
    started: null,
    ended: null,
    result: null,
    fault: null,
    files: [],
    model: null,
    ...edit,
});

test("a late answer does not turn a job back", () => {
    assert.equal(supersedes(job({ progress: 0.2 }), job()), false);
    assert.equal(supersedes(job({ state: "queued", progress: 0 }), job()), false);
    assert.equal(supersedes(job({ progress: 0.9 }), job({ state: "done" })), false);
});

test("a finished job takes what a fuller answer knows of it", () => {
    assert.equal(supersedes(job({ state: "done", model: "md_1" }), job({ state: "done" })), true);
});

test("a new attempt counts although it begins again", () => {
    assert.equal(supersedes(job({ attempt: 2, progress: 0 }), job()), true);
    assert.equal(
        supersedes(job({ attempt: 1, progress: 0.9 }), job({ attempt: 2, progress: 0.1 })),
        false,
    );
});

test("jobs are merged by id and sorted newest first", () => {
    const newer = job({ id: "jb_2", created: "2026-01-02T00:00:00.000Z" });
    const list = merged([job()], [newer, job({ progress: 0.75 })]);
    assert.deepEqual(
        list.map((each) => each.id),
        ["jb_2", "jb_1"],
    );
    assert.equal(list[1]?.progress, 0.75);
});
