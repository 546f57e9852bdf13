// SPDX-License-Identifier: MPL-2.0
// Steps that the data suggests, each with its reason: take one, take all, or leave one.
import { useState } from "preact/hooks";
import { counted } from "../logic/format";
import { titleOf } from "../logic/catalogue";
import { nameOf } from "../logic/suggestions";
import { announce } from "../store/announce";
import { catalogue } from "../store/catalogue";
import { dismiss } from "../store/dismissed";
import { suggestions, takeSuggestion, takeSuggestions } from "../store/workspace";
import type { Suggestion } from "../types";
import { sentence } from "./FaultBox";

/** So many are shown before somebody asks for more. */
const SHOWN = 4;
const TITLE_ID = "suggestions-title";

function Row({ of, dataset }: { of: Suggestion; dataset: string }) {
    const title = titleOf(catalogue.value, of.step);
    const columns = (of.step.columns ?? []).join(", ");
    const about = [title, columns].filter(Boolean).join(": ");
    const refocus = (): void => document.getElementById(TITLE_ID)?.focus();
    const take = (): void => {
        takeSuggestion(of);
        announce(`Step added: ${about}`);
        refocus();
    };
    const leave = (): void => {
        dismiss(dataset, nameOf(of));
        refocus();
    };
    return (
        <li>
            <p class="suggestion-title">
                <b>{title}</b> <span class="step-columns">{columns}</span>
            </p>
            <p class="hint">{sentence(of.reason)}</p>
            <div class="suggestion-actions">
                <button type="button" class="small" aria-label={`Take: ${about}`} onClick={take}>
                    Take
                </button>
                <button type="button" class="quiet" aria-label={`Leave: ${about}`} onClick={leave}>
                    Leave
                </button>
            </div>
        </li>
    );
}

export function SuggestionsPanel({ dataset }: { dataset: string }) {
    const [all, setAll] = useState(false);
    const list = suggestions.value;
    if (list.length === 0) {
        return null;
    }
    const shown = all ? list : list.slice(0, SHOWN);
    return (
        <section class="suggestions" aria-labelledby={TITLE_ID}>
            <div class="panel-head">
                <h3 id={TITLE_ID} tabIndex={-1}>
                    Suggested steps <span class="tally">{list.length}</span>
                </h3>
                <button type="button" class="small" onClick={takeSuggestions}>
                    Take all
                </button>
            </div>
            <ul>
                {shown.map((suggestion) => (
                    <Row key={nameOf(suggestion)} of={suggestion} dataset={dataset} />
                ))}
            </ul>
            {list.length > SHOWN && (
                <button type="button" class="link" onClick={() => setAll(!all)}>
                    {all ? "Show fewer" : `Show ${counted(list.length - SHOWN, "more suggestion")}`}
                </button>
            )}
        </section>
    );
}
