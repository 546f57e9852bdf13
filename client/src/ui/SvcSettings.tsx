// SPDX-License-Identifier: MPL-2.0
// The settings of the support vector machine; those the kernel does not use are not shown.
import {
    type FormErrors,
    KERNELS,
    type TrainingForm,
    usesCoef0,
    usesDegree,
    usesGamma,
} from "../logic/training";
import type { Kernel } from "../types";
import { Field } from "./Field";

interface Props {
    form: TrainingForm;
    errors: FormErrors;
    set: (edit: Partial<TrainingForm>) => void;
}

type TextField = "C" | "gamma_number" | "degree" | "coef0" | "test_size" | "seed";

interface NumberProps extends Props {
    name: TextField;
    label: string;
    hint?: string;
}

function NumberField({ name, label, hint, form, errors, set }: NumberProps) {
    return (
        <Field id={name} label={label} error={errors[name]} {...(hint ? { hint } : {})}>
            {(described) => (
                <input
                    {...described}
                    inputMode="decimal"
                    autocomplete="off"
                    value={form[name]}
                    onInput={(event) => set({ [name]: event.currentTarget.value })}
                />
            )}
        </Field>
    );
}

const GAMMA_HINTS: Record<TrainingForm["gamma"], string> = {
    scale: "1 / (columns × variance)",
    auto: "1 / columns",
    number: "Larger bends the border more",
};

function GammaField({ form, set }: Props) {
    return (
        <Field id="gamma" label="Gamma" hint={GAMMA_HINTS[form.gamma]}>
            {(described) => (
                <select
                    {...described}
                    value={form.gamma}
                    onChange={(event) =>
                        set({ gamma: event.currentTarget.value as TrainingForm["gamma"] })
                    }
                >
                    <option value="scale">scale</option>
                    <option value="auto">auto</option>
                    <option value="number">a number</option>
                </select>
            )}
        </Field>
    );
}

function WeightFields(props: Props) {
    const { form, errors, set } = props;
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
                            rows={3}
                            value={form.own_weights}
                            onInput={(event) => set({ own_weights: event.currentTarget.value })}
                        />
                    )}
                </Field>
            )}
        </>
    );
}

export function SvcSettings(props: Props) {
    const { form, set } = props;
    return (
        <fieldset class="settings">
            <legend>Settings</legend>
            <Field id="kernel" label="Kernel">
                {(described) => (
                    <select
                        {...described}
                        value={form.kernel}
                        onChange={(event) => set({ kernel: event.currentTarget.value as Kernel })}
                    >
                        {KERNELS.map(({ id, label }) => (
                            <option key={id} value={id}>
                                {label}
                            </option>
                        ))}
                    </select>
                )}
            </Field>
            <NumberField
                {...props}
                name="C"
                label="C"
                hint="Larger fits the training rows closer"
            />
            {usesGamma(form.kernel) && <GammaField {...props} />}
            {usesGamma(form.kernel) && form.gamma === "number" && (
                <NumberField {...props} name="gamma_number" label="Gamma’s value" />
            )}
            {usesDegree(form.kernel) && <NumberField {...props} name="degree" label="Degree" />}
            {usesCoef0(form.kernel) && <NumberField {...props} name="coef0" label="coef0" />}
            <WeightFields {...props} />
            <NumberField
                {...props}
                name="test_size"
                label="Share kept for the test"
                hint="0.2 is every fifth row"
            />
            <NumberField
                {...props}
                name="seed"
                label="Seed"
                hint="The same seed splits the same way"
            />
        </fieldset>
    );
}
