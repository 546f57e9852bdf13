// SPDX-License-Identifier: MPL-2.0
// How a run writes its file: out of the way, for most are content with it as it was.
import { charText, DELIMITERS } from "../logic/importing";
import { type OutputForm, SWITCHES } from "../logic/output";
import { Choice } from "./Choice";

interface Props {
    form: OutputForm;
    set: (edit: Partial<OutputForm>) => void;
}

export function OutputFields({ form, set }: Props) {
    return (
        <details class="fold">
            <summary>Output</summary>
            <fieldset class="settings">
                <legend>The file that is written</legend>
                <Choice
                    id="output-delimiter"
                    label="Between fields"
                    none="As in the table"
                    options={DELIMITERS.map((each) => [each, charText(each)] as const)}
                    value={form.delimiter}
                    onChange={(delimiter) => set({ delimiter })}
                />
                {SWITCHES.map(([name, label]) => (
                    <label class="tick" key={name}>
                        <input
                            type="checkbox"
                            checked={form[name]}
                            onChange={(event) => set({ [name]: event.currentTarget.checked })}
                        />
                        {label}
                    </label>
                ))}
            </fieldset>
        </details>
    );
}
