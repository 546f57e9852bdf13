// SPDX-License-Identifier: MPL-2.0
// The person's models, and the one that is looked at.
import { signal } from "@preact/signals";
import * as api from "../api";
import { recordOf } from "../logic/scores";
import type { Fault, Model, ModelRow } from "../types";
import { announce } from "./announce";
import { navigate } from "./router";

/** undefined until the list has come. */
export const models = signal<ModelRow[] | undefined>(undefined);
export const modelsFault = signal<Fault | null>(null);
export const model = signal<Model | undefined>(undefined);
export const modelFault = signal<Fault | null>(null);

export async function loadModels(): Promise<void> {
    modelsFault.value = null;
    try {
        models.value = await api.models();
    } catch (error) {
        modelsFault.value = api.faultOf(error);
    }
}

export async function openModel(id: string): Promise<void> {
    modelFault.value = null;
    try {
        const found = await api.model(id);
        model.value = { ...found, record: recordOf(found.record) };
    } catch (error) {
        modelFault.value = api.faultOf(error);
    }
}

/** Gives the model another name. Throws what the request throws. */
export async function renameModel(id: string, name: string): Promise<void> {
    const found = await api.renameModel(id, name);
    model.value = { ...found, record: recordOf(found.record) };
    announce(`It is ${found.name}, version ${found.version} now`);
}

/** Removes the model for good and goes to the list. */
export async function removeModel(id: string): Promise<void> {
    try {
        await api.removeModel(id);
        models.value = models.value?.filter((row) => row.id !== id);
        navigate("/models");
    } catch (error) {
        modelFault.value = api.faultOf(error);
    }
}
