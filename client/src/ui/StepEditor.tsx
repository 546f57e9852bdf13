// SPDX-License-Identifier: MPL-2.0
// Editing a step: each change is applied at once, so the table beside it always shows the step as
// it stands.
import { useLayoutEffect, useRef } from "preact/hooks";
import { GROUPS, methodById, methodOf, METHODS } from "../logic/methods";
import { columnsBefore, type Draft } from "../logic/recipe";
import { drafts, editing, editStep, preview, setMethod } from "../store/workspace";
import type { Dataset } from "../types";
import { ColumnPicker } from "./ColumnPicker";
import { Field } from "./Field";

interface Props {
    draft: Draft;
    index: number;
    of: Dataset;
}

function MethodOptions() {
    return (
        <>
            {GROUPS.map((group) => (
                <optgroup key={group} label={group}>
                    {METHODS.filter((method) => method.group === group).map((method) => (
                        <option key={method.id} value={method.id}>
                            {method.label}
                        </option>
                    ))}
                </optgroup>
            ))}
        </>
    );
}

export function StepEditor({ draft, index, of }: Props) {
    const first = useRef<HTMLSelectElement>(null);
    useLayoutEffect(() => first.current?.focus(), []);
    const method = methodOf(draft);
    const standing = columnsBefore(
        drafts.value,
        index,
        of.description,
        preview.value?.after.columns ?? [],
    );
    const done = (): void => {
        editing.value = null;
        document.getElementById(`edit-${draft.key}`)?.focus();
    };
    const choose = (id: string): void => {
        const chosen = methodById(id);
        if (chosen) {
            setMethod(draft.key, chosen.op, chosen.method);
        }
    };
    return (
        <div class="editor">
            <Field
                id={`method-${draft.key}`}
                label="What to do"
                {...(method ? { hint: method.help } : {})}
            >
                {(described) => (
                    <select
                        {...described}
                        ref={first}
                        value={method?.id ?? ""}
                        onChange={(event) => choose(event.currentTarget.value)}
                    >
                        <MethodOptions />
                    </select>
                )}
            </Field>
            <ColumnPicker
                legend="In which columns"
                columns={standing}
                chosen={draft.columns}
                numbersFirst={method?.fits === "numbers"}
                onChange={(columns) => editStep(draft.key, { columns })}
            />
            {method?.takesValue && (
                <Field id={`value-${draft.key}`} label="Value">
                    {(described) => (
                        <input
                            {...described}
                            value={draft.value}
                            onInput={(event) =>
                                editStep(draft.key, { value: event.currentTarget.value })
                            }
                        />
                    )}
                </Field>
            )}
            <button type="button" class="primary small" onClick={done}>
                Done
            </button>
        </div>
    );
}
