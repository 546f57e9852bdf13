// SPDX-License-Identifier: MPL-2.0
// One job on a page of its own, which can be bookmarked.
import { useEffect, useState } from "preact/hooks";
import { faultOf } from "../api";
import { titleOf } from "../logic/jobs";
import { nameOf } from "../store/datasets";
import { jobs, loadJob } from "../store/jobs";
import type { Fault } from "../types";
import { FaultBox } from "./FaultBox";
import { Heading } from "./Heading";
import { JobCard } from "./JobCard";
import { Link } from "./Link";

export function JobScreen({ id }: { id: string }) {
    const [fault, setFault] = useState<Fault | null>(null);
    const load = (): void => {
        setFault(null);
        loadJob(id).catch((error: unknown) => setFault(faultOf(error)));
    };
    useEffect(load, [id]);
    const job = jobs.value?.find((each) => each.id === id);
    if (!job) {
        return (
            <section class="narrow">
                <Heading title="Job" />
                {fault ? (
                    <FaultBox fault={fault} action="Try again" onAction={load} />
                ) : (
                    <p class="empty">Opening…</p>
                )}
            </section>
        );
    }
    return (
        <section class="narrow">
            <Heading title={`${titleOf(job)}: ${nameOf(job.dataset)}`} />
            <p>
                <Link to={`/datasets/${job.dataset}`}>Open the dataset</Link>
            </p>
            <JobCard job={job} level={2} />
        </section>
    );
}
