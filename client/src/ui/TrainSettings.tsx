// SPDX-License-Identifier: MPL-2.0
// How to learn: the task, the algorithm, and what the catalogue says may be set of both.
import { words } from "../logic/catalogue";
import { estimatorByName, estimatorsFor, goalOf } from "../logic/estimators";
import { count } from "../logic/format";
import { scoreLabel } from "../logic/scores";
import {
    AUTOMATIC,
    choicesOf,
    controlId,
    type FormErrors,
    type Group,
    methodOf,
    partsOf,
    type TrainingForm,
    unscaled,
    wantsScale,
} from "../logic/training";
import { catalogue } from "../store/catalogue";
import { recipe } from "../store/workspace";
import type { Dataset, Setting, Task } from "../types";
import { Field } from "./Field";
import { SettingField } from "./SettingField";
import { SplitFields } from "./SplitFields";
import { WeightFields } from "./WeightFields";

interface Props {
    of: Dataset;
    form: TrainingForm;
    errors: FormErrors;
    task: Task;
    set: (edit: Partial<TrainingForm>) => void;
}

const TASKS: Partial<Record<Task, string>> = {
    classify: "Labels: one of the values it has",
    regress: "Numbers: any value",
};

function TaskField({ of, form, task, set }: Props) {
    const choices = choicesOf(form, of.description.columns);
    if (choices.length < 2) {
        return null;
    }
    return (
        <Field id="task" label="Predict it as">
            {(described) => (
                <select
                    {...described}
                    value={task}
                    onChange={(event) => set({ task: event.currentTarget.value as Task })}
                >
                    {choices.map((choice) => (
                        <option key={choice} value={choice}>
                            {TASKS[choice]}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

const AUTOMATIC_HELP = "Tries each algorithm, then other parameters for the best of them";

function AlgorithmField({ form, task, set }: Props) {
    const chosen = estimatorByName(catalogue.value, form.algorithm);
    return (
        <Field id="algorithm" label="Algorithm" hint={chosen?.help ?? AUTOMATIC_HELP}>
            {(described) => (
                <select
                    {...described}
                    value={form.algorithm}
                    onChange={(event) => set({ algorithm: event.currentTarget.value })}
                >
                    {!goalOf(task, catalogue.value) && <option value={AUTOMATIC}>Automatic</option>}
                    {estimatorsFor(catalogue.value, task).map(({ name, title }) => (
                        <option key={name} value={name}>
                            {title}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

/** An algorithm that takes too long on many rows says how many it takes. */
function RowsNote({ of, form }: Props) {
    const estimator = estimatorByName(catalogue.value, form.algorithm);
    const { rows } = of.description;
    return estimator && estimator.rows_max > 0 && rows > estimator.rows_max ? (
        <p class="step-note">
            {estimator.title} learns from {count(estimator.rows_max)} rows at most, and this table
            has {count(rows)}. Choose another algorithm, or keep fewer rows.
        </p>
    ) : null;
}

/** Where distances count, one column in thousands drowns the others. */
function ScaleNote({ of, form, task }: Props) {
    const { features } = form;
    const names = unscaled(recipe.value, of.description.columns, features);
    const matters = wantsScale(form, task, catalogue.value) && features.length > 1;
    if (names.length === 0 || !matters) {
        return null;
    }
    return (
        <p class="step-note">
            Not scaled: {names.join(", ")}. Columns with large numbers count for more than the
            others; add a scaling step for them, or leave them out.
        </p>
    );
}

/** Whether better parameters are looked for; an automatic algorithm always looks. */
function MethodField({ form, set }: Props) {
    const method = methodOf(catalogue.value);
    if (form.algorithm === AUTOMATIC || !method) {
        return null;
    }
    return (
        <Field id="method" label="Look for better parameters" hint={method.help}>
            {(described) => (
                <select
                    {...described}
                    value={form.method}
                    onChange={(event) => set({ method: event.currentTarget.value })}
                >
                    <option value="">no: those above</option>
                    {method.choices?.map((choice) => (
                        <option key={choice} value={choice}>
                            {words(choice)}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

function ScoreField({ form, task, set }: Props) {
    const names = catalogue.value.training.scores[task];
    if (!names) {
        return null;
    }
    const usual =
        task === "regress" ? "R²" : "accuracy, or F1 macro where labels are of unlike frequency";
    return (
        <Field
            id="score"
            label="Compare models by"
            hint="The score that a search goes by, and that tells what counts"
        >
            {(described) => (
                <select
                    {...described}
                    value={form.score}
                    onChange={(event) => set({ score: event.currentTarget.value })}
                >
                    <option value="">the usual score: {usual}</option>
                    {names.map((name) => (
                        <option key={name} value={name}>
                            {scoreLabel(name)}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

interface GroupProps extends Props {
    group: Group;
    settings: readonly Setting[];
}

function GroupFields({ group, settings, form, errors, set }: GroupProps) {
    return settings.map((setting) => (
        <SettingField
            key={setting.name}
            id={controlId(group, setting)}
            setting={setting}
            entry={form[group][setting.name]}
            columns={[]}
            error={errors[controlId(group, setting)]}
            onChange={(entry) => set({ [group]: { ...form[group], [setting.name]: entry } })}
        />
    ));
}

export function TrainSettings(props: Props) {
    const { form, task } = props;
    const [search, parameters, options] = partsOf(form, catalogue.value);
    return (
        <>
            <TaskField {...props} />
            <AlgorithmField {...props} />
            <RowsNote {...props} />
            <ScaleNote {...props} />
            {parameters && parameters.settings.length > 0 && (
                <details class="parameters" key={form.algorithm}>
                    <summary>Parameters</summary>
                    <div class="settings">
                        <GroupFields {...props} {...parameters} />
                    </div>
                </details>
            )}
            {!goalOf(task, catalogue.value) && (
                <fieldset class="settings">
                    <legend>Search</legend>
                    <MethodField {...props} />
                    {search && <GroupFields {...props} {...search} />}
                </fieldset>
            )}
            <fieldset class="settings">
                <legend>Rows and scores</legend>
                <SplitFields {...props} />
                <ScoreField {...props} />
                {options && <GroupFields {...props} {...options} />}
                {task === "classify" && <WeightFields {...props} />}
            </fieldset>
        </>
    );
}
