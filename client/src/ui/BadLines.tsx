// SPDX-License-Identifier: MPL-2.0
// The lines of the file that were left out.
import { count as figure, counted } from "../logic/format";
import type { BadLine } from "../types";
import { sentence } from "./FaultBox";

export function BadLines({ count, listed }: { count: number; listed: readonly BadLine[] }) {
    return (
        <details class="bad-lines" open={count > 0}>
            <summary>{counted(count, "line")} left out: not readable</summary>
            <div class="scroll" role="region" aria-label="Lines left out" tabIndex={0}>
                <table class="list">
                    <thead>
                        <tr>
                            <th scope="col" class="number">
                                Line
                            </th>
                            <th scope="col">Why</th>
                            <th scope="col">What it says</th>
                        </tr>
                    </thead>
                    <tbody>
                        {listed.map((bad) => (
                            <tr key={bad.line}>
                                <td class="number">{figure(bad.line)}</td>
                                <td>{sentence(bad.detail)}</td>
                                <td>
                                    <code>{bad.text}</code>
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {listed.length < count && (
                <p class="hint">The first {figure(listed.length)} are shown.</p>
            )}
        </details>
    );
}
