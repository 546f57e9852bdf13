// SPDX-License-Identifier: MPL-2.0
// How the file was read, what in it could not be, and reading it again in another way.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { counted } from "../logic/format";
import {
    type ColumnForm,
    factsOf,
    formOf,
    type ImportForm,
    NO_COLUMN,
    optionsOf,
    tokensError,
} from "../logic/importing";
import { importAgain } from "../store/workspace";
import type { Dataset, Dialect, Fault } from "../types";
import { BadLines } from "./BadLines";
import { ColumnTypes } from "./ColumnTypes";
import { FaultBox } from "./FaultBox";
import { ImportFields } from "./ImportFields";

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

export function ImportPanel({ of }: { of: Dataset }) {
    const { description } = of;
    const [form, setForm] = useState<ImportForm>(() => formOf(description.import));
    const [busy, setBusy] = useState(false);
    const [fault, setFault] = useState<Fault | null>(null);
    const set = (edit: Partial<ImportForm>): void => setForm((held) => ({ ...held, ...edit }));
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
                <ImportFields form={form} set={set} />
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
