// SPDX-License-Identifier: MPL-2.0
// What to learn, from what, and how.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { recipeFor, stepsOnTarget } from "../logic/target";
import {
    check,
    DEFAULTS,
    type FormErrors,
    requestOf,
    type TrainingForm,
    unscaled,
} from "../logic/training";
import { catalogue } from "../store/catalogue";
import { startJob } from "../store/jobs";
import { recipe } from "../store/workspace";
import type { Dataset, Fault } from "../types";
import { ColumnPicker } from "./ColumnPicker";
import { FaultBox } from "./FaultBox";
import { Field } from "./Field";
import { SvcSettings } from "./SvcSettings";

function TargetNote({ target }: { target: string }) {
    const steps = stepsOnTarget(recipe.value, target);
    if (target === "" || steps.length === 0) {
        return null;
    }
    return (
        <p class="step-note">
            Labels are learned as they are: {steps.length === 1 ? "step" : "steps"}{" "}
            {steps.join(", ")} of the recipe will leave “{target}” alone in this training.
        </p>
    );
}

/** Distances are what a support vector machine learns from: one column in thousands drowns the others. */
function ScaleNote({ of, features }: { of: Dataset; features: readonly string[] }) {
    const names = unscaled(recipe.value, of.description.columns, features);
    if (names.length === 0 || features.length < 2) {
        return null;
    }
    return (
        <p class="step-note">
            Not scaled: {names.join(", ")}. Columns with large numbers count for more than the
            others; add a scaling step for them, or leave them out.
        </p>
    );
}

interface ColumnsProps {
    of: Dataset;
    form: TrainingForm;
    errors: FormErrors;
    set: (edit: Partial<TrainingForm>) => void;
}

function Columns({ of, form, errors, set }: ColumnsProps) {
    const columns = of.description.columns;
    const others = columns.filter((column) => column.name !== form.target);
    const setTarget = (target: string): void =>
        set({
            target,
            features: columns.map((column) => column.name).filter((name) => name !== target),
        });
    return (
        <>
            <Field id="target" label="Predict" error={errors.target}>
                {(described) => (
                    <select
                        {...described}
                        value={form.target}
                        onChange={(event) => setTarget(event.currentTarget.value)}
                    >
                        <option value="">Choose a column…</option>
                        {columns.map((column) => (
                            <option key={column.name} value={column.name}>
                                {column.name} ({column.distinct} distinct)
                            </option>
                        ))}
                    </select>
                )}
            </Field>
            <TargetNote target={form.target} />
            {form.target !== "" && (
                <ColumnPicker
                    legend="From these columns"
                    columns={others}
                    chosen={form.features}
                    error={errors.features}
                    onChange={(features) => set({ features })}
                />
            )}
            <ScaleNote of={of} features={form.features} />
        </>
    );
}

function focusFirst(errors: FormErrors): void {
    const id = Object.keys(errors)[0];
    if (id) {
        document.getElementById(id)?.focus();
    }
}

export function TrainForm({ of }: { of: Dataset }) {
    const [form, setForm] = useState<TrainingForm>(DEFAULTS);
    const [errors, setErrors] = useState<FormErrors>({});
    const [busy, setBusy] = useState(false);
    const [fault, setFault] = useState<Fault | null>(null);
    const set = (edit: Partial<TrainingForm>): void => {
        const next = { ...form, ...edit };
        setForm(next);
        if (Object.keys(errors).length > 0) {
            setErrors(check(next));
        }
    };
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        const found = check(form);
        setErrors(found);
        setFault(null);
        if (Object.keys(found).length > 0) {
            focusFirst(found);
            return;
        }
        setBusy(true);
        try {
            const steps = recipeFor(recipe.value, form.target, catalogue.value);
            await startJob({
                kind: "train",
                dataset: of.id,
                recipe: steps,
                training: requestOf(form),
            });
        } catch (error) {
            setFault(faultOf(error));
        } finally {
            setBusy(false);
        }
    };
    return (
        <form class="train" noValidate onSubmit={(event) => void submit(event)}>
            <h2>Support vector machine</h2>
            <p class="hint">
                The recipe is fitted on the training rows only, and travels inside the model.
            </p>
            <Columns of={of} form={form} errors={errors} set={set} />
            <SvcSettings form={form} errors={errors} set={set} />
            <button type="submit" class="primary" disabled={busy}>
                Train the model
            </button>
            {fault && <FaultBox fault={fault} />}
        </form>
    );
}
