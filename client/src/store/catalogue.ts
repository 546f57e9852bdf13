// SPDX-License-Identifier: MPL-2.0
// The catalogue of steps: asked for once, when a dataset is opened.
import { signal } from "@preact/signals";
import * as api from "../api";
import { NO_CATALOGUE } from "../logic/catalogue";
import type { Catalogue, Fault } from "../types";

/** Empty until it has come; steps are shown as they are so long, and cannot be edited. */
export const catalogue = signal<Catalogue>(NO_CATALOGUE);
export const catalogueFault = signal<Fault | null>(null);

let asked: Promise<void> | undefined;

async function ask(): Promise<void> {
    try {
        catalogue.value = await api.catalogue();
        catalogueFault.value = null;
    } catch (error) {
        catalogueFault.value = api.faultOf(error);
        asked = undefined;
    }
}

export function loadCatalogue(): Promise<void> {
    asked ??= ask();
    return asked;
}
