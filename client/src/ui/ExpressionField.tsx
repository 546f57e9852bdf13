// SPDX-License-Identifier: MPL-2.0
// An expression, with the columns and functions that may stand in it: a click puts one where the
// cursor is.
import { useRef, useState } from "preact/hooks";
import { settingLabel } from "../logic/catalogue";
import { expressionName } from "../logic/expression";
import { textOf } from "../logic/settings";
import { catalogue } from "../store/catalogue";
import type { ExpressionFunction } from "../types";
import { Field } from "./Field";
import { settingHint, type SettingProps } from "./SettingField";

const SHOWN = 100;

function matches(each: ExpressionFunction, text: string): boolean {
    return [each.name, each.group ?? "", each.usage, each.description]
        .join(" ")
        .toLowerCase()
        .includes(text.toLowerCase());
}

function Functions({ onInsert }: { onInsert: (text: string) => void }) {
    const [text, setText] = useState("");
    const all = catalogue.value.functions;
    return (
        <details class="functions">
            <summary>Functions and operators ({all.length})</summary>
            <input
                type="search"
                aria-label="Find a function"
                placeholder="Find a function"
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
            />
            <ul tabIndex={0} aria-label="Functions and operators">
                {all
                    .filter((each) => matches(each, text))
                    .slice(0, SHOWN)
                    .map((each) => (
                        <li key={each.usage}>
                            <button
                                type="button"
                                class="link"
                                aria-label={`Put in ${each.usage}`}
                                onClick={() => onInsert(each.usage)}
                            >
                                <code>{each.usage}</code>
                            </button>
                            <span>
                                {each.description}.{" "}
                                <code>
                                    {each.example} = {each.gives}
                                </code>
                            </span>
                        </li>
                    ))}
            </ul>
        </details>
    );
}

export function ExpressionField({ id, setting, entry, columns, onChange }: SettingProps) {
    const area = useRef<HTMLTextAreaElement>(null);
    const insert = (text: string): void => {
        const box = area.current;
        if (box) {
            box.focus();
            box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
            onChange(box.value);
        }
    };
    return (
        <div class="expression">
            <Field id={id} label={settingLabel(setting)} hint={settingHint(setting)}>
                {(described) => (
                    <textarea
                        {...described}
                        ref={area}
                        rows={3}
                        spellcheck={false}
                        autocapitalize="off"
                        value={textOf(entry)}
                        onInput={(event) => onChange(event.currentTarget.value || undefined)}
                    />
                )}
            </Field>
            <select
                aria-label="Put a column in"
                value=""
                onChange={(event) => {
                    insert(expressionName(event.currentTarget.value));
                    event.currentTarget.value = "";
                }}
            >
                <option value="">Put a column in…</option>
                {columns.map(({ name, type }) => (
                    <option key={name} value={name}>
                        {name} ({type})
                    </option>
                ))}
            </select>
            <Functions onInsert={insert} />
        </div>
    );
}
