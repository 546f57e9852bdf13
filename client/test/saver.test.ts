// SPDX-License-Identifier: MPL-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { createSaver, type SaveState } from "../src/logic/saver";

const NEVER_MS = 1_000_000;

test("one request at a time, and the last value wins", async () => {
    const saved: string[] = [];
    const release: (() => void)[] = [];
    const saver = createSaver<string>(
        NEVER_MS,
        (value) => {
            saved.push(value);
            return new Promise((resolve) => release.push(resolve));
        },
        () => undefined,
    );
    saver.put("a");
    const flushed = saver.flush();
    saver.put("b");
    saver.put("c");
    release[0]?.();
    const again = saver.flush();
    while (release.length < 2) {
        await new Promise((resolve) => setImmediate(resolve));
    }
    release[1]?.();
    await Promise.all([flushed, again]);
    assert.deepEqual(saved, ["a", "c"]);
    assert.equal(saver.take(), undefined);
});

test("what could not be saved is kept for the next try", async () => {
    const states: SaveState[] = [];
    let fail = true;
    const saved: string[] = [];
    const saver = createSaver<string>(
        NEVER_MS,
        (value) =>
            fail ? Promise.reject(new Error("down")) : Promise.resolve(void saved.push(value)),
        (state) => states.push(state),
    );
    saver.put("a");
    await saver.flush();
    assert.deepEqual(states, ["waiting", "saving", "failed"]);
    fail = false;
    await saver.flush();
    assert.deepEqual(saved, ["a"]);
    assert.equal(states[states.length - 1], "saved");
});

test("what waits can be taken when the page goes", () => {
    const saver = createSaver<string>(
        NEVER_MS,
        () => Promise.reject(new Error("not called")),
        () => undefined,
    );
    saver.put("a");
    saver.put("b");
    assert.equal(saver.take(), "b");
    assert.equal(saver.take(), undefined);
});
