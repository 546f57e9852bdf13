// SPDX-License-Identifier: MPL-2.0
// The first 50 rows before and after the recipe.
import { useState } from "preact/hooks";
import { afterTable, beforeTable, changedCells, droppedRows } from "../logic/cells";
import { count, counted } from "../logic/format";
import { preview, previewFault, previewPending, retryPreview } from "../store/workspace";
import type { Preview } from "../types";
import { FaultBox } from "./FaultBox";
import { PreviewTable } from "./PreviewTable";

type View = "after" | "before";

const VIEWS: readonly { id: View; label: string }[] = [
    { id: "before", label: "Before" },
    { id: "after", label: "After" },
];

function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
    return (
        <fieldset class="switch">
            <legend class="unseen">Show the table</legend>
            {VIEWS.map(({ id, label }) => (
                <label key={id}>
                    <input
                        type="radio"
                        name="view"
                        value={id}
                        checked={view === id}
                        onChange={() => onChange(id)}
                    />
                    <span>{label}</span>
                </label>
            ))}
        </fieldset>
    );
}

function Summary({ of }: { of: Preview }) {
    const changed = changedCells(of);
    const dropped = droppedRows(of).length;
    const shown = of.before.rows.length;
    return (
        <p class="facts">
            <span>
                {shown} of {count(of.total_rows)} rows
            </span>
            <span>{counted(changed, "cell")} changed</span>
            {dropped > 0 && <span>{dropped} of these rows dropped</span>}
            <span>{counted(of.rows_after, "row")} after the recipe</span>
        </p>
    );
}

function Trouble({ kept }: { kept: boolean }) {
    const fault = previewFault.value;
    if (!fault) {
        return null;
    }
    const note = kept && <p class="stale-note">The table below is the last one that worked.</p>;
    if (fault.step > 0) {
        return (
            <div class="fault slim">
                <p>
                    <b>Step {fault.step} cannot run</b>
                    {fault.column !== "" && ` because of column “${fault.column}”`}; see the recipe.
                </p>
                {note}
            </div>
        );
    }
    return (
        <>
            <FaultBox fault={fault} about="No preview" action="Try again" onAction={retryPreview} />
            {note}
        </>
    );
}

export function PreviewPanel({ name }: { name: string }) {
    const [view, setView] = useState<View>("after");
    const [showWas, setShowWas] = useState(true);
    const now = preview.value;
    const stale = previewFault.value !== null;
    return (
        <section
            class="preview stays"
            aria-labelledby="preview-title"
            aria-busy={previewPending.value}
        >
            <div class="panel-head">
                <h2 id="preview-title">Preview</h2>
                {now && <Summary of={now} />}
                <div class="preview-tools">
                    <label class="tick">
                        <input
                            type="checkbox"
                            checked={showWas}
                            disabled={view === "before"}
                            onChange={(event) => setShowWas(event.currentTarget.checked)}
                        />
                        Old values
                    </label>
                    <ViewSwitch view={view} onChange={setView} />
                </div>
            </div>
            <Trouble kept={now !== null} />
            {now && (
                <PreviewTable
                    caption={`First rows of ${name}, ${view} the recipe`}
                    table={view === "after" ? afterTable(now) : beforeTable(now)}
                    showWas={showWas}
                    stale={stale}
                />
            )}
            {!now && previewPending.value && <p class="empty">Reading the first rows…</p>}
        </section>
    );
}
