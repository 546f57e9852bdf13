// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { createLatest } from "../src/logic/latest";

test("an answer that comes after a newer request is dropped", async () => {
    const latest = createLatest();
    let answerFirst: (text: string) => void = () => undefined;
    let started: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (started = resolve));
    const first = latest.run(0, () => {
        started();
        return new Promise<string>((resolve) => (answerFirst = resolve));
    });
    await begun;
    const second = latest.run(0, () => Promise.resolve("second"));
    answerFirst("first");
    assert.equal(await first, undefined);
    assert.equal(await second, "second");
});

test("only the last of quick requests is sent at all", async () => {
    const latest = createLatest();
    const sent: number[] = [];
    const work = (number: number) => () => Promise.resolve(sent.push(number));
    await Promise.all([latest.run(1, work(1)), latest.run(1, work(2)), latest.run(1, work(3))]);
    assert.deepEqual(sent, [3]);
});

test("the failure of a dropped request is nobody's", async () => {
    const latest = createLatest();
    let started: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (started = resolve));
    const first = latest.run(0, (signal) => {
        started();
        return new Promise((_, reject) =>
            signal.addEventListener("abort", () => reject(new Error("aborted"))),
        );
    });
    await begun;
    latest.drop();
    assert.equal(await first, undefined);
});

test("the failure of the last request is thrown", async () => {
    const failing = createLatest().run(0, () => Promise.reject(new Error("no")));
    await assert.rejects(failing, /no/);
});
