// SPDX-License-Identifier: MPL-2.0
// Where a CSV is dropped or picked, and how far its upload is.
import { useState } from "preact/hooks";
import { bytes } from "../logic/format";
import { cancelUpload, type Upload, upload, uploadFault, uploadFile } from "../store/datasets";
import { FaultBox } from "./FaultBox";

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

function Target() {
    const [over, setOver] = useState(false);
    const take = (files: FileList | null | undefined): void => {
        const file = files?.[0];
        if (file) {
            void uploadFile(file);
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
                    onChange={(event) => {
                        take(event.currentTarget.files);
                        event.currentTarget.value = "";
                    }}
                />
            </label>
            <p class="hint">
                UTF-8, first line is the header, comma, semicolon, tab or bar between fields.
            </p>
        </div>
    );
}

export function DropZone() {
    const failed = uploadFault.value;
    return (
        <>
            {upload.value ? <Uploading now={upload.value} /> : <Target />}
            {failed && <FaultBox fault={failed.fault} about={failed.name} />}
        </>
    );
}
