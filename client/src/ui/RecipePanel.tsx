// SPDX-License-Identifier: MPL-2.0
// The list of steps in their order.
import { catalogue, catalogueFault, loadCatalogue } from "../store/catalogue";
import { addStep, drafts, saveFault, saveState, retrySave } from "../store/workspace";
import type { Dataset } from "../types";
import { FaultBox } from "./FaultBox";
import { ADD_ID, StepCard } from "./StepCard";
import { SuggestionsPanel } from "./SuggestionsPanel";

function SaveNote() {
    if (saveFault.value) {
        return (
            <FaultBox
                about="Not saved"
                fault={saveFault.value}
                action="Save again"
                onAction={retrySave}
            />
        );
    }
    return <p class="save-note">{saveState.value === "saved" ? "Saved" : "Saving…"}</p>;
}

export function RecipePanel({ of }: { of: Dataset }) {
    const list = drafts.value;
    return (
        <section class="recipe" aria-labelledby="recipe-title">
            <div class="panel-head">
                <h2 id="recipe-title">Recipe</h2>
                <SaveNote />
            </div>
            {list.length === 0 && (
                <p class="hint">No steps yet: the table is as you uploaded it.</p>
            )}
            <ol class="rail">
                {list.map((draft, index) => (
                    <StepCard
                        key={draft.key}
                        draft={draft}
                        index={index}
                        last={index === list.length - 1}
                        of={of}
                    />
                ))}
            </ol>
            {catalogueFault.value && (
                <FaultBox
                    about="Steps cannot be edited"
                    fault={catalogueFault.value}
                    action="Try again"
                    onAction={() => void loadCatalogue()}
                />
            )}
            <button
                type="button"
                id={ADD_ID}
                class="add"
                disabled={catalogue.value.steps.length === 0}
                onClick={addStep}
            >
                <span aria-hidden="true">+</span> Add a step
            </button>
            <SuggestionsPanel dataset={of.id} />
        </section>
    );
}
