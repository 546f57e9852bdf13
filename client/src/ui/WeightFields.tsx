// SPDX-License-Identifier: MPL-2.0
// How much the rows of each label count.
import type { FormErrors, TrainingForm } from "../logic/training";
import { Field } from "./Field";

const LINES = 3;

interface Props {
    form: TrainingForm;
    errors: FormErrors;
    set: (edit: Partial<TrainingForm>) => void;
}

export function WeightFields({ form, errors, set }: Props) {
    return (
        <>
            <Field id="weights" label="Class weights">
                {(described) => (
                    <select
                        {...described}
                        value={form.weights}
                        onChange={(event) =>
                            set({
                                weights: event.currentTarget.value as TrainingForm["weights"],
                            })
                        }
                    >
                        <option value="none">all the same</option>
                        <option value="balanced">balanced: rare labels count more</option>
                        <option value="own">my own</option>
                    </select>
                )}
            </Field>
            {form.weights === "own" && (
                <Field
                    id="own_weights"
                    label="Weight of each label"
                    hint="One a line, such as Adelie: 2; others weigh 1"
                    error={errors.own_weights}
                >
                    {(described) => (
                        <textarea
                            {...described}
                            rows={LINES}
                            value={form.own_weights}
                            onInput={(event) => set({ own_weights: event.currentTarget.value })}
                        />
                    )}
                </Field>
            )}
        </>
    );
}
