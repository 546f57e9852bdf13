// SPDX-License-Identifier: MPL-2.0
// How the file was read, what in it could not be, and reading it again in another way.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { counted } from "../logic/format";
import {
    charText,
    type ColumnForm,
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    factsOf,
    formOf,
    type ImportForm,
    NO_COLUMN,
    optionsOf,
    QUOTES,
    tokensError,
} from "../logic/importing";
import { importAgain } from "../store/workspace";
import type { Dataset, Dialect, Fault } from "../types";
import { BadLines } from "./BadLines";
import { Choice } from "./Choice";
import { ColumnTypes } from "./ColumnTypes";
import { FaultBox } from "./FaultBox";
import { Field } from "./Field";

const TOKEN_ROWS = 3;

type Set = (edit: Partial<ImportForm>) => void;

function Facts({ dialect }: { dialect: Dialect }) {
    return (
        <dl class="dialect">
            {factsOf(dialect).map(({ label, text, guessed }) => (
                <div key={label}>
                    <dt>{label}</dt>
                    <dd>
                        {text} {guessed && <span class="hint">guessed</span>}
                    </dd>
                </div>
            ))}
        </dl>
    );
}

interface GuessProps {
    name: "encoding" | "delimiter" | "quote" | "decimal" | "header";
    label: string;
    options: readonly (readonly [value: string, label: string])[];
    form: ImportForm;
    set: Set;
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

function DialectFields({ form, set }: { form: ImportForm; set: Set }) {
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

export function ImportPanel({ of }: { of: Dataset }) {
    const { description } = of;
    const [form, setForm] = useState<ImportForm>(() => formOf(description.import));
    const [busy, setBusy] = useState(false);
    const [fault, setFault] = useState<Fault | null>(null);
    const set: Set = (edit) => setForm((held) => ({ ...held, ...edit }));
    const setColumn = (name: string, edit: Partial<ColumnForm>): void =>
        setForm((held) => ({
            ...held,
            columns: {
                ...held.columns,
                [name]: { ...(held.columns[name] ?? NO_COLUMN), ...edit },
            },
        }));
    const bad = [form, ...Object.values(form.columns)].some(
        (each) => tokensError(each.missing) !== "",
    );
    const read = async (event: Event): Promise<void> => {
        event.preventDefault();
        setBusy(true);
        setFault(null);
        try {
            await importAgain(optionsOf(form));
        } catch (error) {
            setFault(faultOf(error));
        } finally {
            setBusy(false);
        }
    };
    return (
        <form class="import" noValidate onSubmit={(event) => void read(event)}>
            <h2>How the file was read</h2>
            {description.dialect && <Facts dialect={description.dialect} />}
            {description.bad_lines && <BadLines {...description.bad_lines} />}
            <details class="fold">
                <summary>Read it in another way</summary>
                <DialectFields form={form} set={set} />
            </details>
            <ColumnTypes columns={description.columns} form={form} onChange={setColumn} />
            <div class="import-foot">
                <button type="submit" class="primary" disabled={busy || bad}>
                    {busy ? "Reading…" : "Read again"}
                </button>
                <p class="hint">
                    Reads all {counted(description.rows, "row")} of the uploaded file anew; the
                    recipe stays.
                </p>
            </div>
            {fault && <FaultBox about="Not read" fault={fault} />}
        </form>
    );
}
