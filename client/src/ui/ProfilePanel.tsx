// SPDX-License-Identifier: MPL-2.0
// Starts a report on the table as it was uploaded, and shows the last one.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { isOver } from "../logic/jobs";
import { jobs, startJob } from "../store/jobs";
import type { Dataset, Fault } from "../types";
import { FaultBox } from "./FaultBox";
import { JobCard } from "./JobCard";

export function ProfilePanel({ of }: { of: Dataset }) {
    const [busy, setBusy] = useState(false);
    const [fault, setFault] = useState<Fault | null>(null);
    const last = jobs.value?.find((job) => job.kind === "profile" && job.dataset === of.id);
    const running = last !== undefined && !isOver(last);
    const start = async (): Promise<void> => {
        setBusy(true);
        setFault(null);
        try {
            await startJob({ kind: "profile", dataset: of.id, recipe: [] });
        } catch (error) {
            setFault(faultOf(error));
        } finally {
            setBusy(false);
        }
    };
    return (
        <section class="run stays" aria-labelledby="profile-title">
            <h2 id="profile-title">Profile</h2>
            <p class="hint">
                Distributions, gaps, outliers and correlations of all columns, on one page.
            </p>
            <button type="button" disabled={busy || running} onClick={() => void start()}>
                Profile report
            </button>
            {fault && <FaultBox fault={fault} />}
            {last && <JobCard job={last} level={3} />}
        </section>
    );
}
