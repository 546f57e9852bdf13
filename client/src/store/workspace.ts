// SPDX-License-Identifier: MPL-2.0
// The open dataset: its recipe as it is edited, the preview that follows it, and the saving of it.
import { computed, signal } from "@preact/signals";
import * as api from "../api";
import { createLatest } from "../logic/latest";
import { type Draft, draftOf, moved, recipeOf, stepNumbers, turnedInto } from "../logic/recipe";
import { createSaver, type SaveState } from "../logic/saver";
import { gathered, openOnes, placeOf } from "../logic/suggestions";
import type { Dataset, Fault, ImportOptions, Preview, Step, StepKind, Suggestion } from "../types";
import { announce } from "./announce";
import { catalogue, loadCatalogue } from "./catalogue";
import { dismissed, readDismissed } from "./dismissed";

const PREVIEW_DELAY_MS = 150;
const SAVE_DELAY_MS = 400;
/** The rows of a preview. */
export const WINDOW_ROWS = 50;

export const dataset = signal<Dataset | null>(null);
export const openFault = signal<Fault | null>(null);
export const drafts = signal<readonly Draft[]>([]);
/** The step whose editor is open, by key. */
export const editing = signal<number | null>(null);

/** The last good preview; it stays while a newer one is awaited or has failed. */
export const preview = signal<Preview | null>(null);
export const previewPending = signal(false);
export const previewFault = signal<Fault | null>(null);
/** The first input row of the preview, counted from 0. */
export const windowFrom = signal(0);
export const saveState = signal<SaveState>("saved");
export const saveFault = signal<Fault | null>(null);

export const recipe = computed<Step[]>(() =>
    dataset.value ? recipeOf(drafts.value, dataset.value.description, catalogue.value) : [],
);
export const numbers = computed(() => stepNumbers(drafts.value, catalogue.value));

/** The suggested steps that are neither taken nor left. */
export const suggestions = computed<Suggestion[]>(() =>
    openOnes(dataset.value?.description.suggestions ?? [], recipe.value, dismissed.value),
);

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
        const answer = await latest.run(delay_ms, (signal) =>
            api.preview(id, steps, windowFrom.value, signal),
        );
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
    windowFrom.value = 0;
    readDismissed(id);
    try {
        const [answer] = await Promise.all([api.dataset(id), loadCatalogue()]);
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

/** Shows the window of rows before (-1) or behind (1) the one that is shown. */
export function moveWindow(by: -1 | 1): void {
    const rows = dataset.value?.description.rows ?? 0;
    const next = windowFrom.value + by * WINDOW_ROWS;
    if (next < rows) {
        windowFrom.value = Math.max(0, next);
        void refreshPreview(0);
    }
}

/** Reads the file of the open dataset again. Throws what the request throws. */
export async function importAgain(options: ImportOptions): Promise<void> {
    const id = dataset.value?.id;
    if (id === undefined) {
        return;
    }
    const answer = await api.importAgain(id, options);
    if (dataset.value?.id === id) {
        dataset.value = answer;
        windowFrom.value = 0;
        preview.value = null;
        announce("The file has been read again");
        void refreshPreview(0);
    }
}

export function addStep(): void {
    const key = nextKey++;
    editing.value = key;
    change([...drafts.value, { key, op: "", columns: [], settings: {} }]);
}

function edited(key: number, edit: (draft: Draft) => Draft): void {
    change(drafts.value.map((draft) => (draft.key === key ? edit(draft) : draft)));
}

export function setColumns(key: number, columns: string[]): void {
    edited(key, (draft) => ({ ...draft, columns }));
}

/** Sets what stands in a setting's control; undefined takes the setting away. */
export function setEntry(key: number, name: string, entry: unknown): void {
    edited(key, (draft) => {
        const { [name]: _, ...rest } = draft.settings;
        return {
            ...draft,
            settings: entry === undefined ? rest : { ...draft.settings, [name]: entry },
        };
    });
}

export function setKind(key: number, kind: StepKind): void {
    edited(key, (draft) => turnedInto(draft, kind));
}

/** Adds a suggested step where the order of the suggestions wants it. */
export function takeSuggestion(suggestion: Suggestion): void {
    const all = dataset.value?.description.suggestions ?? [];
    const number = placeOf(suggestion, all, recipe.value) + 1;
    const place = drafts.value.findIndex((draft) => numbers.value.get(draft.key) === number);
    const list = [...drafts.value];
    list.splice(place < 0 ? list.length : place, 0, draftOf(suggestion.step, nextKey++));
    change(list);
}

/** Adds all open suggestions, those of a kind as one step. */
export function takeSuggestions(): void {
    const steps = gathered(suggestions.value.map((suggestion) => suggestion.step));
    announce(`${steps.length === 1 ? "1 step" : `${steps.length} steps`} added`);
    change([...drafts.value, ...steps.map((step) => draftOf(step, nextKey++))]);
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
