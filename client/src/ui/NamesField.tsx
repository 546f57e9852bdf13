// SPDX-License-Identifier: MPL-2.0
// Rows of a column's present and its new name.
import { settingLabel } from "../logic/catalogue";
import { type Pair, pairsOf } from "../logic/settings";
import type { SettingProps } from "./SettingField";

const BLANK: Pair = ["", ""];

export function NamesField({ id, setting, entry, columns, error, onChange }: SettingProps) {
    const given = pairsOf(entry);
    const pairs = given.length > 0 ? given : [BLANK];
    const set = (index: number, pair: Pair): void =>
        onChange(pairs.map((each, at) => (at === index ? pair : each)));
    return (
        <fieldset class="names" id={id}>
            <legend>{settingLabel(setting)}</legend>
            {given.length > 0 && error && <p class="error">{error}</p>}
            {pairs.map(([old, now], index) => (
                <div key={index} class="names-row">
                    <select
                        aria-label={`Column ${index + 1}`}
                        value={old}
                        onChange={(event) => set(index, [event.currentTarget.value, now])}
                    >
                        <option value="">Choose a column…</option>
                        {old !== "" && !columns.some((column) => column.name === old) && (
                            <option value={old}>{old} (not there)</option>
                        )}
                        {columns.map(({ name }) => (
                            <option key={name} value={name}>
                                {name}
                            </option>
                        ))}
                    </select>
                    <span aria-hidden="true">→</span>
                    <input
                        aria-label={`New name of ${old || `column ${index + 1}`}`}
                        placeholder="New name"
                        autocomplete="off"
                        value={now}
                        onInput={(event) => set(index, [old, event.currentTarget.value])}
                    />
                    <button
                        type="button"
                        class="icon"
                        aria-label={`Take out row ${index + 1}`}
                        disabled={given.length === 0}
                        onClick={() => onChange(pairs.filter((_, at) => at !== index))}
                    >
                        ×
                    </button>
                </div>
            ))}
            <button type="button" class="link" onClick={() => onChange([...pairs, BLANK])}>
                One more
            </button>
        </fieldset>
    );
}
