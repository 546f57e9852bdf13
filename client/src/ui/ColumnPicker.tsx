// SPDX-License-Identifier: MPL-2.0
// Check boxes for columns, with their types and gaps; chosen columns that are gone stay, so they can be unticked.
import { counted } from "../logic/format";
import type { Standing } from "../logic/recipe";
import { TypeBadge } from "./TypeBadge";

interface Props {
    legend: string;
    columns: readonly Standing[];
    chosen: readonly string[];
    /** Offers a button that ticks exactly the number columns. */
    numbersFirst?: boolean;
    error?: string | undefined;
    onChange: (chosen: string[]) => void;
}

interface QuickProps {
    columns: readonly Standing[];
    numbersFirst: boolean;
    onChange: (chosen: string[]) => void;
}

function Quick({ columns, numbersFirst, onChange }: QuickProps) {
    const numbers = columns.filter((column) => column.type !== "text");
    const gaps = columns.filter((column) => column.missing > 0 && (!numbersFirst || column.type !== "text"));
    const pick = (list: readonly Standing[]): void => onChange(list.map((column) => column.name));
    return (
        <div class="quick">
            {gaps.length > 0 && (
                <button type="button" class="link" onClick={() => pick(gaps)}>
                    With gaps
                </button>
            )}
            <button type="button" class="link" onClick={() => pick(numbers)}>
                Numbers
            </button>
            {!numbersFirst && (
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

export function ColumnPicker({ legend, columns, chosen, numbersFirst = false, error, onChange }: Props) {
    const names = columns.map((column) => column.name);
    const gone = chosen.filter((name) => !names.includes(name));
    const toggle = (name: string, on: boolean): void => {
        const ticked = new Set(on ? [...chosen, name] : chosen.filter((each) => each !== name));
        onChange([...names, ...gone].filter((each) => ticked.has(each)));
    };
    return (
        <fieldset class="picker">
            <legend>{legend}</legend>
            <Quick columns={columns} numbersFirst={numbersFirst} onChange={onChange} />
            {error && <p class="error">{error}</p>}
            <div class="picker-list">
                {columns.map((column) => (
                    <label key={column.name}>
                        <input
                            type="checkbox"
                            checked={chosen.includes(column.name)}
                            onChange={(event) => toggle(column.name, event.currentTarget.checked)}
                        />
                        <span class="picker-name">{column.name}</span>
                        {column.missing > 0 && <span class="gaps">{counted(column.missing, "gap")}</span>}
                        <TypeBadge type={column.type} />
                    </label>
                ))}
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
