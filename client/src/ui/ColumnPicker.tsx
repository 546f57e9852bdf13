// SPDX-License-Identifier: MPL-2.0
// Check boxes for columns, with their types and gaps; those of a type that does not fit come last, and
// chosen columns that are gone stay, so they can be unticked.
import { useState } from "preact/hooks";
import { isNumber } from "../logic/catalogue";
import { count, counted } from "../logic/format";
import type { Standing } from "../logic/standing";
import type { ColumnType } from "../types";
import { TypeBadge } from "./TypeBadge";

/** From this many columns on there is a box to search them by name. */
const SEARCH_FROM = 15;
/** More are not drawn at once; the search finds them. */
const SHOWN = 200;

interface Props {
    legend: string;
    columns: readonly Standing[];
    chosen: readonly string[];
    /** The types that fit; all when it is left out. */
    types?: readonly ColumnType[];
    /** The order of choosing says something: it is kept and shown. */
    ordered?: boolean;
    error?: string | undefined;
    onChange: (chosen: string[]) => void;
}

interface QuickProps {
    columns: readonly Standing[];
    onChange: (chosen: string[]) => void;
}

/** Buttons that tick many columns at once; `columns` are those that fit. */
function Quick({ columns, onChange }: QuickProps) {
    const numbers = columns.filter((column) => isNumber(column.type));
    const gaps = columns.filter((column) => column.missing > 0);
    const pick = (list: readonly Standing[]): void => onChange(list.map((column) => column.name));
    return (
        <div class="quick">
            {gaps.length > 0 && (
                <button type="button" class="link" onClick={() => pick(gaps)}>
                    With gaps
                </button>
            )}
            {numbers.length > 0 && (
                <button type="button" class="link" onClick={() => pick(numbers)}>
                    Numbers
                </button>
            )}
            {numbers.length < columns.length && (
                <button type="button" class="link" onClick={() => pick(columns)}>
                    All
                </button>
            )}
            <button type="button" class="link" onClick={() => onChange([])}>
                None
            </button>
        </div>
    );
}

interface RowProps {
    column: Standing;
    checked: boolean;
    fits: boolean;
    /** The place among the chosen ones, from 1; 0 when it says nothing. */
    place: number;
    onToggle: (name: string, on: boolean) => void;
}

function Row({ column, checked, fits, place, onToggle }: RowProps) {
    return (
        <label class={fits ? undefined : "unfit"}>
            <input
                type="checkbox"
                checked={checked}
                onChange={(event) => onToggle(column.name, event.currentTarget.checked)}
            />
            <span class="picker-name">{column.name}</span>
            {place > 0 && <span class="tally">{place}</span>}
            {!fits && <span class="gaps">does not fit</span>}
            {column.missing > 0 && <span class="gaps">{counted(column.missing, "gap")}</span>}
            <TypeBadge type={column.type} />
        </label>
    );
}

export function ColumnPicker({
    legend,
    columns,
    chosen,
    types,
    ordered = false,
    error,
    onChange,
}: Props) {
    const [search, setSearch] = useState("");
    const fits = (column: Standing): boolean => !types || types.includes(column.type);
    const fitting = columns.filter(fits);
    const found = [...fitting, ...columns.filter((column) => !fits(column))].filter((column) =>
        column.name.toLowerCase().includes(search.toLowerCase()),
    );
    const names = columns.map((column) => column.name);
    const ticked = new Set(chosen);
    const gone = chosen.filter((name) => !names.includes(name));
    const toggle = (name: string, on: boolean): void => {
        const next = new Set(on ? [...chosen, name] : chosen.filter((each) => each !== name));
        onChange(ordered ? [...next] : [...names, ...gone].filter((each) => next.has(each)));
    };
    return (
        <fieldset class="picker">
            <legend>{legend}</legend>
            <Quick columns={fitting} onChange={onChange} />
            {error && <p class="error">{error}</p>}
            {columns.length >= SEARCH_FROM && (
                <input
                    type="search"
                    aria-label="Find a column"
                    placeholder="Find a column"
                    value={search}
                    onInput={(event) => setSearch(event.currentTarget.value)}
                />
            )}
            <div class="picker-list">
                {found.slice(0, SHOWN).map((column) => (
                    <Row
                        key={column.name}
                        column={column}
                        checked={ticked.has(column.name)}
                        fits={fits(column)}
                        place={ordered ? chosen.indexOf(column.name) + 1 : 0}
                        onToggle={toggle}
                    />
                ))}
                {found.length > SHOWN && (
                    <p class="hint">{count(found.length - SHOWN)} more: search for them by name.</p>
                )}
                {gone.map((name) => (
                    <label key={name}>
                        <input type="checkbox" checked onChange={() => toggle(name, false)} />
                        <span class="picker-name">{name}</span>
                        <span class="gaps">not there any more</span>
                    </label>
                ))}
            </div>
        </fieldset>
    );
}
