// SPDX-License-Identifier: MPL-2.0
// The person's datasets and the upload under way.
import { signal } from "@preact/signals";
import * as api from "../api";
import { bytes } from "../logic/format";
import type { DatasetRow, Fault, ImportOptions } from "../types";
import { announce } from "./announce";
import { navigate } from "./router";

export interface Upload {
    name: string;
    sent: number;
    total: number;
}

export const datasets = signal<DatasetRow[] | undefined>(undefined);
export const datasetsFault = signal<Fault | null>(null);
export const upload = signal<Upload | null>(null);
/** What went wrong with the last upload, and with which file. */
export const uploadFault = signal<{ name: string; fault: Fault } | null>(null);

let uploading: AbortController | undefined;

export async function loadDatasets(): Promise<void> {
    try {
        datasets.value = await api.datasets();
        datasetsFault.value = null;
    } catch (error) {
        datasetsFault.value = api.faultOf(error);
    }
}

/**
 * Uploads a file, which is read with these options, and opens it. A second upload waits for
 * nobody: it is refused while one runs.
 */
export async function uploadFile(file: File, options: ImportOptions): Promise<void> {
    if (upload.value) {
        return;
    }
    uploading = new AbortController();
    uploadFault.value = null;
    upload.value = { name: file.name, sent: 0, total: file.size };
    announce(`Uploading ${file.name}, ${bytes(file.size)}`);
    const progress = (sent: number, total: number): void => {
        upload.value = { name: file.name, sent, total };
    };
    try {
        const dataset = await api.upload(file, options, progress, uploading.signal);
        announce(`${file.name} is uploaded`);
        navigate(`/datasets/${dataset.id}`);
        void loadDatasets();
    } catch (error) {
        if (!api.isAbort(error)) {
            uploadFault.value = { name: file.name, fault: api.faultOf(error) };
        }
    } finally {
        upload.value = null;
    }
}

export function cancelUpload(): void {
    uploading?.abort();
}

export async function removeDataset(id: string): Promise<void> {
    try {
        await api.deleteDataset(id);
        announce("The dataset is deleted");
    } catch (error) {
        datasetsFault.value = api.faultOf(error);
        return;
    }
    await loadDatasets();
}

/** The dataset's name for a list; its id when it is not among the person's any more. */
export function nameOf(id: string): string {
    return datasets.value?.find((dataset) => dataset.id === id)?.name ?? id;
}
