// SPDX-License-Identifier: MPL-2.0
// What to learn, from what, and how.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { goalOf, goalsWithoutTarget } from "../logic/estimators";
import { recipeFor, stepsOnTarget } from "../logic/target";
import {
    check,
    edited,
    EMPTY,
    type FormErrors,
    requestOf,
    taskOf,
    type TrainingForm,
} from "../logic/training";
import { catalogue } from "../store/catalogue";
import { startJob } from "../store/jobs";
import { recipe } from "../store/workspace";
import type { ColumnDescription, Dataset, Fault, Task } from "../types";
import { ColumnPicker } from "./ColumnPicker";
import { FaultBox } from "./FaultBox";
import { Field } from "./Field";
import { TrainSettings } from "./TrainSettings";

/** A column is predicted, or something is found that nobody told. */
function GoalField({ form, set }: Pick<ColumnsProps, "form" | "set">) {
    const goal = goalOf(form.task, catalogue.value);
    return (
        <Field id="goal" label="Learn to" hint={goal?.help}>
            {(described) => (
                <select
                    {...described}
                    value={goal?.name ?? ""}
                    onChange={(event) => set({ task: event.currentTarget.value as Task | "" })}
                >
                    <option value="">Predict a column</option>
                    {goalsWithoutTarget(catalogue.value).map(({ name, title }) => (
                        <option key={name} value={name}>
                            {title}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

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

interface ColumnsProps {
    of: Dataset;
    form: TrainingForm;
    errors: FormErrors;
    set: (edit: Partial<TrainingForm>) => void;
}

interface TargetProps extends Omit<ColumnsProps, "of"> {
    columns: readonly ColumnDescription[];
}

function TargetField({ columns, form, errors, set }: TargetProps) {
    return (
        <Field id="target" label="Predict" error={errors.target}>
            {(described) => (
                <select
                    {...described}
                    value={form.target}
                    onChange={(event) => set({ target: event.currentTarget.value })}
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
    );
}

function Columns({ of, form, errors, set }: ColumnsProps) {
    const columns = of.description.columns;
    const others = columns.filter((column) => column.name !== form.target);
    const goal = goalOf(form.task, catalogue.value);
    return (
        <>
            <GoalField form={form} set={set} />
            {!goal && <TargetField columns={columns} form={form} errors={errors} set={set} />}
            <TargetNote target={form.target} />
            {(goal !== undefined || form.target !== "") && (
                <ColumnPicker
                    legend="From these columns"
                    columns={others}
                    chosen={form.features}
                    error={errors.features}
                    onChange={(features) => set({ features })}
                />
            )}
        </>
    );
}

function focusFirst(errors: FormErrors): void {
    const control = document.getElementById(Object.keys(errors)[0] ?? "");
    control?.closest("details")?.setAttribute("open", "");
    control?.focus();
}

export function TrainForm({ of }: { of: Dataset }) {
    const [form, setForm] = useState<TrainingForm>(EMPTY);
    const [errors, setErrors] = useState<FormErrors>({});
    const [busy, setBusy] = useState(false);
    const [fault, setFault] = useState<Fault | null>(null);
    const { columns } = of.description;
    const checked = (now: TrainingForm): FormErrors =>
        check(now, taskOf(now, columns, catalogue.value), catalogue.value);
    const set = (edit: Partial<TrainingForm>): void => {
        const next = edited(form, edit, columns, catalogue.value);
        setForm(next);
        if (Object.keys(errors).length > 0) {
            setErrors(checked(next));
        }
    };
    const task = taskOf(form, columns, catalogue.value);
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        const found = checked(form);
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
                training: requestOf(form, task, catalogue.value),
            });
        } catch (error) {
            setFault(faultOf(error));
        } finally {
            setBusy(false);
        }
    };
    return (
        <form class="train" noValidate onSubmit={(event) => void submit(event)}>
            <h2>Train a model</h2>
            <p class="hint">
                The recipe travels inside the model. The rows that judge it teach it nothing until
                it has been judged.
            </p>
            <Columns of={of} form={form} errors={errors} set={set} />
            <TrainSettings of={of} form={form} task={task} errors={errors} set={set} />
            <button type="submit" class="primary" disabled={busy}>
                Train the model
            </button>
            {fault && <FaultBox fault={fault} />}
        </form>
    );
}
