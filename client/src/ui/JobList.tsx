// SPDX-License-Identifier: MPL-2.0
// Jobs in a row each, newest first; of one dataset or of all.
import { time } from "../logic/format";
import { isOver, stateText, titleOf } from "../logic/jobs";
import { nameOf } from "../store/datasets";
import { jobs, jobsFault, loadJobs } from "../store/jobs";
import type { Job } from "../types";
import { FaultBox } from "./FaultBox";
import { Link } from "./Link";

function Row({ job }: { job: Job }) {
    return (
        <tr data-state={job.state}>
            <th scope="row">
                <Link to={`/jobs/${job.id}`}>{titleOf(job)}</Link>
            </th>
            <td>
                <Link to={`/datasets/${job.dataset}`}>{nameOf(job.dataset)}</Link>
            </td>
            <td>
                <span class={`state state-${job.state}`}>{stateText(job.state)}</span>
                {job.fault && <span class="hint">{job.fault.detail}</span>}
                {!isOver(job) && (
                    <progress
                        aria-label={`${titleOf(job)}: progress`}
                        max={1}
                        value={job.progress}
                    />
                )}
            </td>
            <td class="extra">{time(job.created)}</td>
        </tr>
    );
}

export function JobList({ dataset }: { dataset?: string }) {
    const list = jobs.value?.filter((job) => dataset === undefined || job.dataset === dataset);
    if (jobsFault.value) {
        return (
            <FaultBox fault={jobsFault.value} action="Try again" onAction={() => void loadJobs()} />
        );
    }
    if (!list) {
        return <p class="empty">Reading the list…</p>;
    }
    if (list.length === 0) {
        return <p class="empty">No jobs yet. Run a recipe over a whole file, or train a model.</p>;
    }
    return (
        <div class="scroll" role="region" aria-label="Jobs" tabIndex={0}>
            <table class="list">
                <caption class="unseen">Jobs, newest first</caption>
                <thead>
                    <tr>
                        <th scope="col">Job</th>
                        <th scope="col">Dataset</th>
                        <th scope="col">State</th>
                        <th scope="col" class="extra">
                            Started
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {list.map((job) => (
                        <Row key={job.id} job={job} />
                    ))}
                </tbody>
            </table>
        </div>
    );
}
