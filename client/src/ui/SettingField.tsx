// SPDX-License-Identifier: MPL-2.0
// The control of one setting, by its kind.
import { capital, settingLabel, words } from "../logic/catalogue";
import { TYPES } from "../logic/importing";
import { itemsOf, numberHint, optionsIn, textOf } from "../logic/settings";
import type { Standing } from "../logic/standing";
import type { Setting } from "../types";
import { ColumnPicker } from "./ColumnPicker";
import { ExpressionField } from "./ExpressionField";
import { Field } from "./Field";
import { NamesField } from "./NamesField";

export interface SettingProps {
    id: string;
    setting: Setting;
    entry: unknown;
    columns: readonly Standing[];
    error: string | undefined;
    /** undefined takes the setting away. */
    onChange: (entry: unknown) => void;
}

const LIST_ROWS = 4;

/** An error about nothing given is told by the step's note already. */
function shownError({ entry, error }: SettingProps): string | undefined {
    return entry === undefined || entry === "" ? undefined : error;
}

export function settingHint(setting: Setting): string {
    const number = setting.kind === "number" || setting.kind === "integer";
    const parts = [capital(setting.help), number ? numberHint(setting) : ""];
    if (setting.kind === "values" || setting.kind === "list") {
        parts.push("One a line");
    }
    if (!setting.required && setting.default === undefined && setting.kind !== "boolean") {
        parts.push("May be left empty");
    }
    return parts.filter(Boolean).join(". ");
}

function InputField(props: SettingProps) {
    const { id, setting, entry, onChange } = props;
    const number = setting.kind === "number" || setting.kind === "integer";
    const clears = setting.kind !== "text";
    return (
        <Field
            id={id}
            label={settingLabel(setting)}
            hint={settingHint(setting)}
            error={shownError(props)}
        >
            {(described) => (
                <input
                    {...described}
                    inputMode={number ? "decimal" : undefined}
                    autocomplete="off"
                    spellcheck={false}
                    placeholder={textOf(setting.default)}
                    value={textOf(entry)}
                    onInput={(event) => {
                        const text = event.currentTarget.value;
                        onChange(text === "" && clears ? undefined : text);
                    }}
                />
            )}
        </Field>
    );
}

function LinesField(props: SettingProps) {
    const { id, setting, entry, onChange } = props;
    return (
        <Field
            id={id}
            label={settingLabel(setting)}
            hint={settingHint(setting)}
            error={shownError(props)}
        >
            {(described) => (
                <textarea
                    {...described}
                    rows={LIST_ROWS}
                    spellcheck={false}
                    value={textOf(entry)}
                    onInput={(event) => onChange(event.currentTarget.value || undefined)}
                />
            )}
        </Field>
    );
}

interface Option {
    value: string;
    label: string;
}

function SelectField(props: SettingProps & { options: readonly Option[] }) {
    const { id, setting, entry, options, onChange } = props;
    const initial = setting.default;
    const now = textOf(entry ?? initial);
    const known = options.some((option) => option.value === now);
    return (
        <Field id={id} label={settingLabel(setting)} hint={capital(setting.help)}>
            {(described) => (
                <select
                    {...described}
                    value={now}
                    onChange={(event) => {
                        const chosen = event.currentTarget.value;
                        onChange(chosen === "" || chosen === initial ? undefined : chosen);
                    }}
                >
                    {(initial === undefined || now === "") && (
                        <option value="">{setting.required ? "Choose…" : "None"}</option>
                    )}
                    {!known && now !== "" && <option value={now}>{now} (not there)</option>}
                    {options.map(({ value, label }) => (
                        <option key={value} value={value}>
                            {label}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

function TickField({ id, setting, entry, onChange }: SettingProps) {
    const initial = setting.default === true;
    return (
        <div class="field">
            <label class="tick" for={id}>
                <input
                    type="checkbox"
                    id={id}
                    aria-describedby={`${id}-hint`}
                    checked={(entry ?? initial) === true}
                    onChange={(event) => {
                        const on = event.currentTarget.checked;
                        onChange(on === initial ? undefined : on);
                    }}
                />
                {settingLabel(setting)}
            </label>
            <span class="hint" id={`${id}-hint`}>
                {capital(setting.help)}
            </span>
        </div>
    );
}

/** A list whose help says what may stand in it. */
function OptionsField(props: SettingProps & { options: readonly string[] }) {
    const { id, setting, entry, options, onChange } = props;
    const chosen = itemsOf(entry).map(String);
    const toggle = (name: string, on: boolean): void => {
        const next = options.filter((each) => (each === name ? on : chosen.includes(each)));
        onChange(next.length > 0 ? next : undefined);
    };
    return (
        <fieldset class="options" id={id}>
            <legend>{settingLabel(setting)}</legend>
            {options.map((name) => (
                <label key={name} class="tick">
                    <input
                        type="checkbox"
                        checked={chosen.includes(name)}
                        onChange={(event) => toggle(name, event.currentTarget.checked)}
                    />
                    {words(name)}
                </label>
            ))}
        </fieldset>
    );
}

const sameLabel = (value: string): Option => ({ value, label: words(value) });

export function SettingField(props: SettingProps) {
    const { setting, columns } = props;
    switch (setting.kind) {
        case "boolean":
            return <TickField {...props} />;
        case "choice":
            return <SelectField {...props} options={(setting.choices ?? []).map(sameLabel)} />;
        case "type":
            return <SelectField {...props} options={TYPES.map(sameLabel)} />;
        case "column":
            return (
                <SelectField
                    {...props}
                    options={columns.map(({ name, type }) => ({
                        value: name,
                        label: `${name} (${type})`,
                    }))}
                />
            );
        case "columns":
            return (
                <ColumnPicker
                    legend={settingLabel(setting)}
                    columns={columns}
                    chosen={itemsOf(props.entry).map(String)}
                    onChange={(names) => props.onChange(names.length > 0 ? names : undefined)}
                />
            );
        case "names":
            return <NamesField {...props} />;
        case "expression":
            return <ExpressionField {...props} />;
        case "list": {
            const options = optionsIn(setting.help);
            return options.length > 0 ? (
                <OptionsField {...props} options={options} />
            ) : (
                <LinesField {...props} />
            );
        }
        case "values":
            return <LinesField {...props} />;
        default:
            return <InputField {...props} />;
    }
}
