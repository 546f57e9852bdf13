// SPDX-License-Identifier: MPL-2.0
// Runs the recipe over the whole file and shows the last such run.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { count } from "../logic/format";
import { AS_IT_WAS, outputOf } from "../logic/output";
import { jobs, startJob } from "../store/jobs";
import { previewFault, recipe } from "../store/workspace";
import type { Dataset, Fault } from "../types";
import { FaultBox } from "./FaultBox";
import { JobCard } from "./JobCard";
import { OutputFields } from "./OutputFields";

export function RunPanel({ of }: { of: Dataset }) {
    const [busy, setBusy] = useState(false);
    const [fault, setFault] = useState<Fault | null>(null);
    const [form, setForm] = useState(AS_IT_WAS);
    const last = jobs.value?.find((job) => job.kind === "process" && job.dataset === of.id);
    const bad = (previewFault.value?.step ?? 0) > 0;
    const run = async (): Promise<void> => {
        setBusy(true);
        setFault(null);
        try {
            await startJob({
                kind: "process",
                dataset: of.id,
                recipe: recipe.value,
                output: outputOf(form),
            });
        } catch (error) {
            setFault(faultOf(error));
        } finally {
            setBusy(false);
        }
    };
    return (
        <section class="run" aria-labelledby="run-title">
            <h2 id="run-title">Whole file</h2>
            <p class="hint">
                {bad
                    ? "Mend the step marked in the recipe, then run it."
                    : `Applies the recipe to all ${count(of.description.rows)} rows in the background.`}
            </p>
            <button type="button" class="primary" disabled={busy || bad} onClick={() => void run()}>
                Run over the whole file
            </button>
            <OutputFields form={form} set={(edit) => setForm((held) => ({ ...held, ...edit }))} />
            {fault && <FaultBox fault={fault} />}
            {last && <JobCard job={last} level={3} />}
        </section>
    );
}
