// SPDX-License-Identifier: MPL-2.0
// The figures behind a chart, made when a person opens them.
import { useState } from "preact/hooks";
import { figure } from "../logic/chart";

export interface FigureTable {
    head: readonly string[];
    rows: readonly (readonly (string | number | null)[])[];
}

const text = (cell: string | number | null): string =>
    cell === null ? "–" : typeof cell === "number" ? figure(cell, 4) : cell;

export function ChartFigures({ title, table }: { title: string; table: FigureTable }) {
    const [open, setOpen] = useState(false);
    return (
        <details class="figures-of" onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>
                Figures <span class="unseen">of {title}</span>
            </summary>
            {open && (
                <div class="scroll" role="region" aria-label={`Figures: ${title}`} tabIndex={0}>
                    <table class="figures">
                        <thead>
                            <tr>
                                {table.head.map((name, at) => (
                                    <th key={at} scope="col">
                                        {name}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {table.rows.map((row, at) => (
                                <tr key={at}>
                                    {row.map((cell, column) => (
                                        <td
                                            key={column}
                                            class={typeof cell === "string" ? "word" : ""}
                                        >
                                            {text(cell)}
                                        </td>
                                    ))}
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </details>
    );
}
