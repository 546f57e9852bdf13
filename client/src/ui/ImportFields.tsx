// SPDX-License-Identifier: MPL-2.0
// What a person says about a file: before it is uploaded, and when it is read again.
import {
    charText,
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    type ImportForm,
    QUOTES,
    tokensError,
} from "../logic/importing";
import { Choice } from "./Choice";
import { Field } from "./Field";

const TOKEN_ROWS = 3;

interface Props {
    form: ImportForm;
    set: (edit: Partial<ImportForm>) => void;
}

interface GuessProps extends Props {
    name: "encoding" | "delimiter" | "quote" | "decimal" | "header";
    label: string;
    options: readonly (readonly [value: string, label: string])[];
}

function Guessed({ name, label, options, form, set }: GuessProps) {
    return (
        <Choice
            id={`import-${name}`}
            none="Guess"
            value={form[name]}
            onChange={(value) => set({ [name]: value })}
            {...{ label, options }}
        />
    );
}

const charOptions = (chars: readonly string[]): (readonly [string, string])[] =>
    chars.map((char) => [char, charText(char)] as const);

const HEADERS = [
    ["yes", "names of columns"],
    ["no", "data"],
] as const;

export function ImportFields({ form, set }: Props) {
    return (
        <fieldset class="settings">
            <legend>The file</legend>
            <Guessed
                name="encoding"
                label="Encoding"
                options={ENCODINGS.map((each) => [each, each] as const)}
                {...{ form, set }}
            />
            <Guessed
                name="delimiter"
                label="Between fields"
                options={charOptions(DELIMITERS)}
                {...{ form, set }}
            />
            <Guessed
                name="quote"
                label="Around texts"
                options={charOptions(QUOTES)}
                {...{ form, set }}
            />
            <Guessed
                name="decimal"
                label="Decimal mark"
                options={charOptions(DECIMALS)}
                {...{ form, set }}
            />
            <Guessed name="header" label="First line" options={HEADERS} {...{ form, set }} />
            <Field
                id="import-missing"
                label="Texts that mean missing"
                hint="One a line; empty: NA, N/A, NaN, NULL and the like"
                error={tokensError(form.missing) || undefined}
            >
                {(described) => (
                    <textarea
                        {...described}
                        rows={TOKEN_ROWS}
                        spellcheck={false}
                        value={form.missing}
                        onInput={(event) => set({ missing: event.currentTarget.value })}
                    />
                )}
            </Field>
            <label class="tick">
                <input
                    type="checkbox"
                    checked={form.lenient}
                    onChange={(event) => set({ lenient: event.currentTarget.checked })}
                />
                Leave out lines that cannot be read, instead of refusing the file
            </label>
        </fieldset>
    );
}
