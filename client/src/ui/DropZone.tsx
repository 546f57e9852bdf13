// SPDX-License-Identifier: MPL-2.0
// Where a CSV is dropped or picked, and how far its upload is.
import { useState } from "preact/hooks";
import { bytes } from "../logic/format";
import { formOf, type ImportForm, optionsOf, tokensError } from "../logic/importing";
import { cancelUpload, type Upload, upload, uploadFault, uploadFile } from "../store/datasets";
import { FaultBox } from "./FaultBox";
import { ImportFields } from "./ImportFields";

function Uploading({ now }: { now: Upload }) {
    const sent = now.total > 0 && now.sent >= now.total;
    return (
        <div class="drop busy">
            <p>
                <b>{now.name}</b> ·{" "}
                {sent ? "reading the table…" : `${bytes(now.sent)} of ${bytes(now.total)}`}
            </p>
            <progress
                aria-label={`Upload of ${now.name}`}
                max={1}
                value={sent ? undefined : now.sent / (now.total || 1)}
            />
            <button type="button" onClick={cancelUpload}>
                Cancel the upload
            </button>
        </div>
    );
}

function Target({ form }: { form: ImportForm }) {
    const [over, setOver] = useState(false);
    const bad = tokensError(form.missing) !== "";
    const take = (files: FileList | null | undefined): void => {
        const file = files?.[0];
        if (file && !bad) {
            void uploadFile(file, optionsOf(form));
        }
    };
    return (
        <div
            class={over ? "drop over" : "drop"}
            onDragOver={(event) => {
                event.preventDefault();
                setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
                event.preventDefault();
                setOver(false);
                take(event.dataTransfer?.files);
            }}
        >
            <p class="drop-title">Drop a CSV file here</p>
            <label class="button primary">
                Choose a file
                <input
                    type="file"
                    class="unseen"
                    accept=".csv,.tsv,.txt,text/csv"
                    disabled={bad}
                    onChange={(event) => {
                        take(event.currentTarget.files);
                        event.currentTarget.value = "";
                    }}
                />
            </label>
            <p class="hint">Its encoding, its header and what divides its fields are guessed.</p>
        </div>
    );
}

export function DropZone() {
    const [form, setForm] = useState(() => formOf());
    const failed = uploadFault.value;
    return (
        <>
            {upload.value ? <Uploading now={upload.value} /> : <Target form={form} />}
            <details class="fold">
                <summary>Say how to read it</summary>
                <ImportFields
                    form={form}
                    set={(edit) => setForm((held) => ({ ...held, ...edit }))}
                />
            </details>
            {failed && <FaultBox fault={failed.fault} about={failed.name} />}
        </>
    );
}
