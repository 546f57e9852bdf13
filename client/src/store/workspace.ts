// SPDX-License-Identifier: MPL-2.0
// The open dataset: its recipe as it is edited, the preview that follows it, and the saving of it.
import { computed, signal } from "@preact/signals";
import * as api from "../api";
import { createLatest } from "../logic/latest";
import { type Draft, draftOf, moved, recipeOf, stepNumbers } from "../logic/recipe";
import { createSaver, type SaveState } from "../logic/saver";
import type { Dataset, Fault, Preview, Step } from "../types";

const PREVIEW_DELAY_MS = 150;
const SAVE_DELAY_MS = 400;

export const dataset = signal<Dataset | null>(null);
export const openFault = signal<Fault | null>(null);
export const drafts = signal<readonly Draft[]>([]);
/** The step whose editor is open, by key. */
export const editing = signal<number | null>(null);

/** The last good preview; it stays while a newer one is awaited or has failed. */
export const preview = signal<Preview | null>(null);
export const previewPending = signal(false);
export const previewFault = signal<Fault | null>(null);
export const saveState = signal<SaveState>("saved");
export const saveFault = signal<Fault | null>(null);

export const recipe = computed<Step[]>(() =>
    dataset.value ? recipeOf(drafts.value, dataset.value.description) : [],
);
export const numbers = computed(() => stepNumbers(drafts.value));

const latest = createLatest();
let opening = "";
let nextKey = 1;
let shown = "";

interface Save {
    id: string;
    recipe: Step[];
}

const saver = createSaver<Save>(
    SAVE_DELAY_MS,
    (save) => api.saveRecipe(save.id, save.recipe),
    (state, error) => {
        saveState.value = state;
        saveFault.value = state === "failed" ? api.faultOf(error) : null;
    },
);

async function refreshPreview(delay_ms: number): Promise<void> {
    const id = dataset.value?.id;
    if (id === undefined) {
        return;
    }
    const steps = recipe.value;
    previewPending.value = true;
    try {
        const answer = await latest.run(delay_ms, (signal) => api.preview(id, steps, signal));
        if (answer) {
            preview.value = answer;
            previewFault.value = null;
            previewPending.value = false;
        }
    } catch (error) {
        previewFault.value = api.faultOf(error);
        previewPending.value = false;
    }
}

/**
 * Takes over an edited recipe: asks for its preview and saves it, unless the edit changed nothing
 * in it.
 */
function change(next: readonly Draft[]): void {
    drafts.value = next;
    const text = JSON.stringify(recipe.value);
    if (!dataset.value || text === shown) {
        return;
    }
    shown = text;
    saver.put({ id: dataset.value.id, recipe: recipe.value });
    void refreshPreview(PREVIEW_DELAY_MS);
}

/** Opens a dataset; the one open before is saved first, so that coming back finds its last edit. */
export async function open(id: string): Promise<void> {
    if (dataset.value?.id === id) {
        return;
    }
    opening = id;
    latest.drop();
    await saver.flush();
    dataset.value = preview.value = openFault.value = previewFault.value = editing.value = null;
    drafts.value = [];
    try {
        const answer = await api.dataset(id);
        if (opening !== id) {
            return;
        }
        dataset.value = answer;
        drafts.value = answer.recipe.map((step) => draftOf(step, nextKey++));
        shown = JSON.stringify(recipe.value);
        await refreshPreview(0);
    } catch (error) {
        if (opening === id) {
            openFault.value = api.faultOf(error);
        }
    }
}

export function retryPreview(): void {
    void refreshPreview(0);
}

export function retrySave(): void {
    void saver.flush();
}

/** Takes up again what failed while nobody was logged in. */
export function resume(): void {
    if (dataset.value) {
        retryPreview();
        retrySave();
    }
}

export function addStep(): void {
    const key = nextKey++;
    editing.value = key;
    change([...drafts.value, { key, op: "missing", method: "median", columns: [], value: "" }]);
}

export function editStep(key: number, edit: Partial<Draft>): void {
    change(drafts.value.map((draft) => (draft.key === key ? { ...draft, ...edit } : draft)));
}

/** Gives a step another operation; `method` is undefined for an operation that has none. */
export function setMethod(key: number, op: string, method: string | undefined): void {
    change(
        drafts.value.map((draft) => {
            if (draft.key !== key) {
                return draft;
            }
            const { method: _, ...rest } = draft;
            return method === undefined ? { ...rest, op } : { ...rest, op, method };
        }),
    );
}

export function removeStep(key: number): void {
    if (editing.value === key) {
        editing.value = null;
    }
    change(drafts.value.filter((draft) => draft.key !== key));
}

export function moveStep(key: number, by: -1 | 1): void {
    const from = drafts.value.findIndex((draft) => draft.key === key);
    change(moved(drafts.value, from, from + by));
}

window.addEventListener("pagehide", () => {
    const last = saver.take();
    if (last) {
        void api.saveRecipe(last.id, last.recipe, true).catch(() => undefined);
    }
});
