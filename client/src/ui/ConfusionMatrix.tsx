// SPDX-License-Identifier: MPL-2.0
// Test rows by true label (row) and predicted label (column).
import type { ModelRecord } from "../types";

const SHADES = 4;

interface Props {
    target: string;
    confusion: NonNullable<ModelRecord["confusion"]>;
}

function shade(count: number, row_total: number): string {
    return count === 0 ? "" : ` shade-${Math.ceil((count / row_total) * SHADES)}`;
}

export function ConfusionMatrix({ target, confusion }: Props) {
    const { labels, matrix } = confusion;
    return (
        <div class="scroll" role="region" aria-label="Confusion matrix" tabIndex={0}>
            <table class="matrix">
                <caption>True {target} down, predicted across</caption>
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="unseen">True label</span>
                        </th>
                        {labels.map((label) => (
                            <th key={label} scope="col">
                                {label}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {matrix.map((row, truth) => {
                        const total = row.reduce((sum, count) => sum + count, 0);
                        return (
                            <tr key={truth}>
                                <th scope="row">{labels[truth]}</th>
                                {row.map((count, predicted) => (
                                    <td
                                        key={predicted}
                                        class={
                                            (truth === predicted ? "right" : "wrong") +
                                            shade(count, total)
                                        }
                                    >
                                        {count}
                                        {count > 0 && (
                                            <span class="unseen">
                                                {truth === predicted ? " right" : " wrong"}
                                            </span>
                                        )}
                                    </td>
                                ))}
                            </tr>
                        );
                    })}
                </tbody>
            </table>
        </div>
    );
}
