// SPDX-License-Identifier: MPL-2.0
// Saves a value that changes often: after a pause, one request at a time, the last value wins.

export type SaveState = "saved" | "waiting" | "saving" | "failed";

export interface Saver<T> {
    /** Saves `value` after the pause, instead of what waits now. */
    put(value: T): void;
    /** Saves at once what waits. */
    flush(): Promise<void>;
    /** Takes away what waits and has not been handed to `save`; undefined when nothing waits. */
    take(): T | undefined;
}

/**
 * `save` stores a value, `state` hears of each change (with the error when it failed). A value that
 * could not be saved waits for the next put or flush.
 */
export function createSaver<T>(
    delay_ms: number,
    save: (value: T) => Promise<void>,
    state: (state: SaveState, error?: unknown) => void,
): Saver<T> {
    let waiting: { value: T } | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running: Promise<void> | undefined;

    async function drain(): Promise<void> {
        while (waiting) {
            const { value } = waiting;
            waiting = undefined;
            state("saving");
            try {
                await save(value);
            } catch (error) {
                waiting ??= { value };
                state("failed", error);
                return;
            }
        }
        state("saved");
    }

    async function flush(): Promise<void> {
        clearTimeout(timer);
        while (running) {
            await running;
        }
        if (waiting) {
            running = drain().finally(() => (running = undefined));
            await running;
        }
    }

    return {
        put(value) {
            waiting = { value };
            state("waiting");
            clearTimeout(timer);
            timer = setTimeout(() => void flush(), delay_ms);
        },
        flush,
        take() {
            clearTimeout(timer);
            const value = waiting?.value;
            waiting = undefined;
            return value;
        },
    };
}
