// SPDX-License-Identifier: MPL-2.0
// A window of rows before and after the recipe.
import { useState } from "preact/hooks";
import { afterTable, beforeTable, changedCells, droppedRows, isSorted } from "../logic/cells";
import { count, counted } from "../logic/format";
import {
    moveWindow,
    preview,
    previewFault,
    previewPending,
    retryPreview,
    WINDOW_ROWS,
    windowFrom,
} from "../store/workspace";
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

function Shown({ of, sorted }: { of: Preview; sorted: boolean }) {
    if (sorted) {
        return (
            <span>
                First {count(of.after.rows.length)} of {counted(of.rows_after, "sorted row")}
            </span>
        );
    }
    const first = of.from ?? 0;
    return (
        <span>
            {count(first + 1)}–{count(first + of.before.rows.length)} of{" "}
            {counted(of.total_rows, "row")}
        </span>
    );
}

function Summary({ of, sorted }: { of: Preview; sorted: boolean }) {
    const changed = changedCells(of);
    const dropped = droppedRows(of).length;
    return (
        <p class="facts">
            <Shown of={of} sorted={sorted} />
            {!isSorted(of) && <span>{counted(changed, "cell")} changed</span>}
            {dropped > 0 && <span>{dropped} of these rows dropped</span>}
            {!sorted && <span>{counted(of.rows_after, "row")} after the recipe</span>}
        </p>
    );
}

function WindowButtons({ total }: { total: number }) {
    const from = windowFrom.value;
    if (total <= WINDOW_ROWS) {
        return null;
    }
    return (
        <div class="window" role="group" aria-label="Rows shown">
            <button
                type="button"
                class="icon"
                aria-label={`Previous ${WINDOW_ROWS} rows`}
                disabled={from === 0}
                onClick={() => moveWindow(-1)}
            >
                ‹
            </button>
            <button
                type="button"
                class="icon"
                aria-label={`Next ${WINDOW_ROWS} rows`}
                disabled={from + WINDOW_ROWS >= total}
                onClick={() => moveWindow(1)}
            >
                ›
            </button>
        </div>
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
    const sorted = now !== null && isSorted(now) && view === "after";
    return (
        <section
            class="preview stays"
            aria-labelledby="preview-title"
            aria-busy={previewPending.value}
        >
            <div class="panel-head">
                <h2 id="preview-title">Preview</h2>
                {now && <Summary of={now} sorted={sorted} />}
                {now && !sorted && <WindowButtons total={now.total_rows} />}
                <div class="preview-tools">
                    <label class="tick">
                        <input
                            type="checkbox"
                            checked={showWas}
                            disabled={view === "before" || sorted}
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
                    caption={`Rows of ${name}, ${view} the recipe`}
                    table={view === "after" ? afterTable(now) : beforeTable(now)}
                    showWas={showWas}
                    stale={stale}
                />
            )}
            {!now && previewPending.value && <p class="empty">Reading the rows…</p>}
        </section>
    );
}
