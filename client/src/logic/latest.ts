// SPDX-License-Identifier: MPL-2.0
// Only the last of several overlapping requests counts.

export interface Latest {
    /**
     * Runs `work` after `delay_ms`, and drops the run before it. Answers undefined when it was
     * dropped itself.
     */
    run<T>(delay_ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
    /** Drops what is waiting or under way. */
    drop(): void;
}

function pause(delay_ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, delay_ms);
        signal.addEventListener("abort", () => {
            clearTimeout(timer);
            resolve();
        });
    });
}

export function createLatest(): Latest {
    let current = new AbortController();
    return {
        async run(delay_ms, work) {
            current.abort();
            const mine = (current = new AbortController());
            await pause(delay_ms, mine.signal);
            if (mine.signal.aborted) {
                return undefined;
            }
            try {
                const answer = await work(mine.signal);
                return mine.signal.aborted ? undefined : answer;
            } catch (error) {
                if (mine.signal.aborted) {
                    return undefined;
                }
                throw error;
            }
        },
        drop() {
            current.abort();
        },
    };
}
