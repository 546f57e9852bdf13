// SPDX-License-Identifier: MPL-2.0
import { fileUrl } from "../api";
import { bytes } from "../logic/format";
import type { JobFile } from "../types";

const ABOUT: Record<string, string> = {
    "data.csv": "the prepared table",
    "data.csv.gz": "the prepared table, packed",
    "model.pkl": "the model, for scikit-learn",
    "model.json": "the model, for autodp predict",
    "model.onnx": "the model, for ONNX runtimes",
    "model.svm": "the model, for libsvm",
    "model.ubj": "the model, for XGBoost",
    "predictions.csv": "a prediction for each row",
    "report.html": "the report as a page",
    "report.json": "the report’s figures",
    "record.json": "how the model was made",
    "card.md": "what to know of the model, as Markdown",
    "card.html": "what to know of the model, as a page",
    SHA256SUMS: "checksums of these files",
};

export function Downloads({ job_id, files }: { job_id: string; files: JobFile[] }) {
    if (files.length === 0) {
        return null;
    }
    return (
        <ul class="downloads" aria-label="Downloads">
            {files.map((file) => (
                <li key={file.name}>
                    <a href={fileUrl(job_id, file.name)} download={file.name}>
                        <span aria-hidden="true">↓ </span>
                        {file.name}
                    </a>
                    <span class="hint">
                        {[ABOUT[file.name], bytes(file.bytes)].filter(Boolean).join(", ")}
                    </span>
                </li>
            ))}
        </ul>
    );
}
