// SPDX-License-Identifier: MPL-2.0
// What the trees of a model split by, as bars.
import { counted, percent } from "../logic/format";
import { importancesOf } from "../logic/scores";

export function Importances({ of }: { of: Record<string, number> }) {
    const { shown, others, rest } = importancesOf(of);
    const most = shown[0]?.[1] ?? 0;
    return (
        <section class="importances">
            <h4>What its trees split by</h4>
            <p class="hint">
                The share of each input in what the splits gained on the rows it learned from.
            </p>
            <dl>
                {shown.map(([input, share]) => (
                    <div key={input}>
                        <dt>{input}</dt>
                        <dd>
                            <meter min={0} max={most || 1} value={share} aria-hidden="true" />
                            {percent(share)}
                        </dd>
                    </div>
                ))}
            </dl>
            {others > 0 && (
                <p class="hint">
                    and {counted(others, "more input")} with {percent(rest)} together
                </p>
            )}
        </section>
    );
}
