// SPDX-License-Identifier: MPL-2.0
// How far each column has moved from what the model learned from, the ones that moved most first.
import { useState } from "preact/hooks";
import { driftText } from "../logic/models";
import type { Drift } from "../types";

const SHOWN = 8;

export function DriftTable({ columns }: { columns: readonly Drift[] }) {
    const [all, setAll] = useState(false);
    const shown = all ? columns : columns.slice(0, SHOWN);
    return (
        <div class="scroll" role="region" aria-label="Change since the training" tabIndex={0}>
            <table class="figures">
                <caption>Change since the training</caption>
                <thead>
                    <tr>
                        <th scope="col">Column</th>
                        <th scope="col" class="word">
                            Has changed
                        </th>
                        <th scope="col">
                            <abbr title="Population stability index">Index</abbr>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {shown.map(({ column, change, index }) => (
                        <tr key={column}>
                            <th scope="row">{column}</th>
                            <td class={`word drift-${change}`}>{driftText(change)}</td>
                            <td>{index.toFixed(3)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {columns.length > shown.length && (
                <button type="button" class="quiet" onClick={() => setAll(true)}>
                    Show all {columns.length} columns
                </button>
            )}
        </div>
    );
}
