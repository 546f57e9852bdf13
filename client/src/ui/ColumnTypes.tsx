// SPDX-License-Identifier: MPL-2.0
// The type of each column, why it is that one, and another one to read it as.
import { useState } from "preact/hooks";
import { count, counted } from "../logic/format";
import {
    type ColumnForm,
    type ImportForm,
    mixedText,
    NO_COLUMN,
    takesFormat,
    tokensError,
    TYPES,
} from "../logic/importing";
import type { ColumnDescription, ColumnType } from "../types";
import { TypeBadge } from "./TypeBadge";

/** From this many columns on there is a box to search them by name. */
const SEARCH_FROM = 15;
/** More are not drawn at once; the search finds them. */
const SHOWN = 100;

interface RowProps {
    column: ColumnDescription;
    form: ColumnForm;
    onChange: (name: string, edit: Partial<ColumnForm>) => void;
}

function Notes({ column }: { column: ColumnDescription }) {
    const mixed = mixedText(column);
    const refused = column.refused ?? 0;
    const examples = column.examples.slice(0, 3).join(", ");
    return (
        <>
            {refused > 0 && (
                <span class="refused">
                    {counted(refused, "cell")} did not fit and became missing.{" "}
                </span>
            )}
            {mixed ? <span>{mixed}</span> : <span class="examples">{examples}</span>}
        </>
    );
}

function Row({ column, form, onChange }: RowProps) {
    const { name } = column;
    const error = tokensError(form.missing);
    return (
        <tr>
            <th scope="row">
                {name} <TypeBadge type={column.type} />
            </th>
            <td class="column-controls">
                <select
                    aria-label={`Type of ${name}`}
                    value={form.type}
                    onChange={(event) =>
                        onChange(name, { type: event.currentTarget.value as ColumnType | "" })
                    }
                >
                    <option value="">{column.declared ? "Guess" : `Guess: ${column.type}`}</option>
                    {TYPES.map((type) => (
                        <option key={type} value={type}>
                            {type}
                        </option>
                    ))}
                </select>
                {takesFormat(form) && (
                    <input
                        aria-label={`Format of ${name}`}
                        placeholder="%d.%m.%Y"
                        autocomplete="off"
                        spellcheck={false}
                        value={form.format}
                        onInput={(event) => onChange(name, { format: event.currentTarget.value })}
                    />
                )}
            </td>
            <td class="column-missing">
                <textarea
                    aria-label={`Texts that mean missing in ${name}, one a line`}
                    placeholder="such as n.a."
                    aria-invalid={error ? true : undefined}
                    rows={1}
                    spellcheck={false}
                    value={form.missing}
                    onInput={(event) => onChange(name, { missing: event.currentTarget.value })}
                />
                {error && <span class="error">{error}</span>}
            </td>
            <td class="column-why">
                <Notes column={column} />
            </td>
        </tr>
    );
}

interface Props {
    columns: readonly ColumnDescription[];
    form: ImportForm;
    onChange: (name: string, edit: Partial<ColumnForm>) => void;
}

export function ColumnTypes({ columns, form, onChange }: Props) {
    const [search, setSearch] = useState("");
    const found = columns.filter((column) =>
        column.name.toLowerCase().includes(search.toLowerCase()),
    );
    return (
        <section class="column-types" aria-labelledby="types-title">
            <h3 id="types-title">Columns</h3>
            {columns.length >= SEARCH_FROM && (
                <input
                    type="search"
                    aria-label="Find a column"
                    placeholder="Find a column"
                    value={search}
                    onInput={(event) => setSearch(event.currentTarget.value)}
                />
            )}
            <div class="scroll" role="region" aria-label="Types of columns" tabIndex={0}>
                <table class="list">
                    <thead>
                        <tr>
                            <th scope="col">Column</th>
                            <th scope="col">Read as</th>
                            <th scope="col">Also missing</th>
                            <th scope="col">What is in it</th>
                        </tr>
                    </thead>
                    <tbody>
                        {found.slice(0, SHOWN).map((column) => (
                            <Row
                                key={column.name}
                                column={column}
                                form={form.columns[column.name] ?? NO_COLUMN}
                                onChange={onChange}
                            />
                        ))}
                    </tbody>
                </table>
            </div>
            {found.length > SHOWN && (
                <p class="hint">{count(found.length - SHOWN)} more: search for them by name.</p>
            )}
        </section>
    );
}
