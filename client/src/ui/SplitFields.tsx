// SPDX-License-Identifier: MPL-2.0
// How the rows are divided into those that are learned from and those that judge.
import { type FormErrors, splitByName, splitColumns, splitsFor } from "../logic/training";
import type { TrainingForm } from "../logic/training";
import { catalogue } from "../store/catalogue";
import type { Dataset, Task } from "../types";
import { Field } from "./Field";

interface Props {
    of: Dataset;
    form: TrainingForm;
    errors: FormErrors;
    task: Task;
    set: (edit: Partial<TrainingForm>) => void;
}

function SplitColumn({ of, form, errors, set }: Props) {
    const split = splitByName(catalogue.value, form.split);
    if (!split?.column) {
        return null;
    }
    return (
        <Field id="split_column" label="Divided by the column" error={errors.split_column}>
            {(described) => (
                <select
                    {...described}
                    value={form.split_column}
                    onChange={(event) => set({ split_column: event.currentTarget.value })}
                >
                    <option value="">Choose a column…</option>
                    {splitColumns(split, form, of.description.columns).map((name) => (
                        <option key={name} value={name}>
                            {name}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

/** A time may be learned from, but what it teaches ends with the past. */
function TrendNote({ form }: Props) {
    return form.split === "time" && form.features.includes(form.split_column) ? (
        <p class="step-note">
            “{form.split_column}” is learned from as well: all test rows lie beyond what the model
            has seen of it.
        </p>
    ) : null;
}

export function SplitFields(props: Props) {
    const { form, task, set } = props;
    const splits = splitsFor(catalogue.value, task);
    const chosen = splitByName(catalogue.value, form.split) ?? splits[0];
    return (
        <>
            <Field id="split" label="Test rows" hint={chosen?.help}>
                {(described) => (
                    <select
                        {...described}
                        value={form.split || chosen?.name}
                        onChange={(event) => {
                            const name = event.currentTarget.value;
                            set({ split: name === splits[0]?.name ? "" : name });
                        }}
                    >
                        {splits.map(({ name, title }) => (
                            <option key={name} value={name}>
                                {title}
                            </option>
                        ))}
                    </select>
                )}
            </Field>
            <SplitColumn {...props} />
            <TrendNote {...props} />
        </>
    );
}
