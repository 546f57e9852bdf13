// SPDX-License-Identifier: MPL-2.0
// One step: what it does, what it learned, what is wrong with it, and its editor.
import { kindOf, titleOf, words } from "../logic/catalogue";
import { value } from "../logic/format";
import { type Draft, lacks } from "../logic/recipe";
import { inWords } from "../logic/settings";
import { catalogue } from "../store/catalogue";
import { editing, moveStep, numbers, preview, previewFault, removeStep } from "../store/workspace";
import type { Dataset, FittedStep } from "../types";
import { sentence } from "./FaultBox";
import { StepEditor } from "./StepEditor";

interface Props {
    draft: Draft;
    index: number;
    last: boolean;
    of: Dataset;
}

const NAMES_SHOWN = 4;

/** The button that takes the focus when a step goes. */
export const ADD_ID = "add-step";

function columnsText(draft: Draft): string {
    if (draft.columns.length === 0) {
        return kindOf(catalogue.value, draft)?.columns === "any" ? "all columns" : "";
    }
    const shown = draft.columns.slice(0, NAMES_SHOWN).join(", ");
    const more = draft.columns.length - NAMES_SHOWN;
    return more > 0 ? `${shown} and ${more} more` : shown;
}

/** The settings in words; those of a step that the catalogue does not have, as they are. */
function settingsText(draft: Draft): string {
    const kind = kindOf(catalogue.value, draft);
    if (kind) {
        return inWords(kind.settings, draft.settings);
    }
    return Object.entries(draft.settings)
        .map(([name, entry]) => `${words(name)} ${value(entry)}`)
        .join(", ");
}

function Learned({ fitted }: { fitted: FittedStep }) {
    const parameters = fitted.parameters ?? [];
    if (parameters.length === 0) {
        return null;
    }
    return (
        <details class="learned">
            <summary>Learned from all rows</summary>
            <dl>
                {parameters.map(({ column, ...figures }) => (
                    <div key={column}>
                        <dt>{column}</dt>
                        <dd>{value(figures)}</dd>
                    </div>
                ))}
            </dl>
        </details>
    );
}

/** The fitted step, but only while the preview is that of the recipe on the screen. */
function fittedOf(draft: Draft): FittedStep | undefined {
    const number = numbers.value.get(draft.key);
    const fitted = number === undefined ? undefined : preview.value?.steps[number - 1];
    return fitted?.op === draft.op && fitted.method === draft.method && !previewFault.value
        ? fitted
        : undefined;
}

function Actions({ draft, index, last }: Omit<Props, "of">) {
    const name = `step ${index + 1}, ${titleOf(catalogue.value, draft)}`;
    const open = editing.value === draft.key;
    const remove = (): void => {
        removeStep(draft.key);
        document.getElementById(ADD_ID)?.focus();
    };
    return (
        <div class="step-actions">
            <button
                type="button"
                class="icon"
                disabled={index === 0}
                aria-label={`Move ${name} up`}
                onClick={() => moveStep(draft.key, -1)}
            >
                ↑
            </button>
            <button
                type="button"
                class="icon"
                disabled={last}
                aria-label={`Move ${name} down`}
                onClick={() => moveStep(draft.key, 1)}
            >
                ↓
            </button>
            {(draft.op === "" || kindOf(catalogue.value, draft)) && (
                <button
                    type="button"
                    class="quiet"
                    id={`edit-${draft.key}`}
                    aria-expanded={open}
                    aria-label={`${open ? "Close" : "Edit"} ${name}`}
                    onClick={() => (editing.value = open ? null : draft.key)}
                >
                    {open ? "Close" : "Edit"}
                </button>
            )}
            <button type="button" class="quiet" aria-label={`Remove ${name}`} onClick={remove}>
                Remove
            </button>
        </div>
    );
}

export function StepCard({ draft, index, last, of }: Props) {
    const missing = lacks(draft, catalogue.value);
    const number = numbers.value.get(draft.key);
    const fault =
        number !== undefined && previewFault.value?.step === number ? previewFault.value : null;
    const open = editing.value === draft.key;
    const fitted = fittedOf(draft);
    const columns = columnsText(draft);
    const settings = settingsText(draft);
    const state = fault ? "step bad" : missing ? "step unready" : "step";
    return (
        <li class={state} data-step={index + 1}>
            <div class="step-head">
                <h3>{titleOf(catalogue.value, draft)}</h3>
                {columns && <p class="step-columns">{columns}</p>}
                {settings && <p class="step-settings">{settings}</p>}
            </div>
            {fault && (
                <div class="step-fault" role="alert">
                    <p>
                        <b>This step cannot run.</b> {sentence(fault.detail)}
                    </p>
                    {fault.remedy && <p>{sentence(fault.remedy)}</p>}
                </div>
            )}
            {missing && <p class="step-note">{missing}. Until then the step is not applied.</p>}
            {open && <StepEditor draft={draft} index={index} of={of} />}
            {!open && fitted && <Learned fitted={fitted} />}
            <Actions draft={draft} index={index} last={last} />
        </li>
    );
}
