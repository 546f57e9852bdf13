// SPDX-License-Identifier: MPL-2.0
// Which columns count: what the score loses when one of them is shuffled.
import { counted } from "../logic/format";
import { countsNote, countsOf } from "../logic/insight";
import type { Insight } from "../types";

export function Counts({ of }: { of: NonNullable<Insight["importance"]> }) {
    const { shown, others } = countsOf(of);
    const most = Math.max(shown[0]?.mean ?? 0, 0);
    if (shown.length === 0) {
        return null;
    }
    return (
        <section class="importances counts">
            <h4>What counts</h4>
            <p class="hint">{countsNote(of)}</p>
            <dl>
                {shown.map(({ name, mean, text }) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>
                            <meter
                                min={0}
                                max={most || 1}
                                value={Math.max(mean, 0)}
                                aria-hidden="true"
                            />
                            {text}
                        </dd>
                    </div>
                ))}
            </dl>
            {others > 0 && <p class="hint">and {counted(others, "more column")} with less</p>}
        </section>
    );
}
