// SPDX-License-Identifier: MPL-2.0
// One of a list, or none of it.
import { Field } from "./Field";

interface Props {
    id: string;
    label: string;
    /** What choosing nothing means. */
    none: string;
    options: readonly (readonly [value: string, label: string])[];
    value: string;
    onChange: (value: string) => void;
}

export function Choice({ id, label, none, options, value, onChange }: Props) {
    return (
        <Field id={id} label={label}>
            {(described) => (
                <select
                    {...described}
                    value={value}
                    onChange={(event) => onChange(event.currentTarget.value)}
                >
                    <option value="">{none}</option>
                    {value !== "" && !options.some(([each]) => each === value) && (
                        <option value={value}>{value}</option>
                    )}
                    {options.map(([each, text]) => (
                        <option key={each} value={each}>
                            {text}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}
