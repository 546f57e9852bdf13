// SPDX-License-Identifier: MPL-2.0
// The table itself. A changed cell is told by colour, by its old value or a mark, and in words to a
// screen reader.
import { isNumber } from "../logic/catalogue";
import { shortCell, type Table, type TableCell, type TableColumn } from "../logic/cells";
import type { Cell } from "../types";
import { TypeBadge } from "./TypeBadge";

interface Props {
    caption: string;
    table: Table;
    showWas: boolean;
    stale: boolean;
}

const TITLE_CHARS = 1000;

function Head({ column }: { column: TableColumn }) {
    return (
        <th scope="col" class={isNumber(column.type) ? "number" : ""}>
            <span class="column-name">{column.name}</span>
            <span class="column-notes">
                <TypeBadge type={column.type} />
                {column.mark !== "" && (
                    <span class={`mark mark-${column.mark}`}>{column.mark}</span>
                )}
                {column.missing > 0 && <span class="gaps">{column.missing} missing</span>}
            </span>
        </th>
    );
}

function Value({ value }: { value: Cell }) {
    return value === null ? <span class="missing">missing</span> : <>{shortCell(value)}</>;
}

function Was({ cell, fresh, shown }: { cell: TableCell; fresh: boolean; shown: boolean }) {
    if (!cell.changed) {
        return null;
    }
    if (fresh) {
        return <span class="unseen">new: </span>;
    }
    if (!shown || cell.was === undefined) {
        return (
            <span class="delta">
                <span aria-hidden="true">Δ </span>
                <span class="unseen">changed: </span>
            </span>
        );
    }
    return (
        <span class="was">
            <span class="unseen">was </span>
            <s>{cell.was === null ? "missing" : shortCell(cell.was)}</s>
            <span class="unseen">, now </span>
        </span>
    );
}

interface BodyCellProps {
    cell: TableCell;
    column: TableColumn | undefined;
    showWas: boolean;
}

function BodyCell({ cell, column, showWas }: BodyCellProps) {
    const fresh = column?.mark === "new";
    const tint = fresh ? "fresh" : cell.changed ? "changed" : "";
    const kind = [column && isNumber(column.type) ? "number" : "", tint].join(" ").trim();
    return (
        <td class={kind || undefined} title={cell.value?.slice(0, TITLE_CHARS)}>
            <Was cell={cell} fresh={fresh} shown={showWas} />
            <Value value={cell.value} />
        </td>
    );
}

export function PreviewTable({ caption, table, showWas, stale }: Props) {
    return (
        <>
            <div
                class={stale ? "sheet stale" : "sheet"}
                role="region"
                aria-label={caption}
                tabIndex={0}
            >
                <table class="cells">
                    <caption class="unseen">{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="corner">
                                Row
                            </th>
                            {table.columns.map((column) => (
                                <Head key={column.name} column={column} />
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {table.rows.map((row) => (
                            <tr key={row.number} class={row.dropped ? "dropped" : undefined}>
                                <th scope="row">
                                    {row.number}
                                    {row.dropped && <span class="dropped-note">dropped</span>}
                                </th>
                                {row.cells.map((cell, index) => (
                                    <BodyCell
                                        key={index}
                                        cell={cell}
                                        column={table.columns[index]}
                                        showWas={showWas}
                                    />
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            <p class="hint">
                Long decimals are cut to six digits here; point at a cell for all of them.
                {table.hidden_columns > 0 && ` ${table.hidden_columns} more columns are not shown.`}
            </p>
        </>
    );
}
