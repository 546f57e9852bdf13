// SPDX-License-Identifier: MPL-2.0
// A job with all that is known of it: state, progress, fault, result and files.
import { useEffect, useState } from "preact/hooks";
import { faultOf, fileUrl } from "../api";
import { bytes, count, counted, left, span, time } from "../logic/format";
import { isOver, isSearch, stateText, titleOf } from "../logic/jobs";
import { cancelJob, loadRecord, records } from "../store/jobs";
import type { Fault, Job, PredictionResult, ProcessResult } from "../types";
import { Downloads } from "./Downloads";
import { DriftTable } from "./DriftTable";
import { FaultBox } from "./FaultBox";
import { Link } from "./Link";
import { ModelReport } from "./ModelReport";
import { SearchSteering } from "./SearchSteering";

function Progress({ job }: { job: Job }) {
    const [fault, setFault] = useState<Fault | null>(null);
    const [asked, setAsked] = useState(false);
    const cancel = (): void => {
        setAsked(true);
        setFault(null);
        cancelJob(job.id).catch((error: unknown) => {
            setAsked(false);
            setFault(faultOf(error));
        });
    };
    const parts = [`${Math.round(job.progress * 100)} %`, job.stage, left(job.eta_ms)];
    return (
        <>
            <div class="job-progress">
                <progress aria-label={`${titleOf(job)}: progress`} max={1} value={job.progress} />
                <span>{parts.filter((part) => part !== "").join(" · ")}</span>
            </div>
            <div class="buttons">
                {isSearch(job) && <SearchSteering job={job} />}
                <button type="button" disabled={asked} onClick={cancel}>
                    {asked ? "Cancelling…" : "Cancel"}
                </button>
            </div>
            {fault && <FaultBox fault={fault} />}
        </>
    );
}

function ProcessSummary({ result }: { result: ProcessResult }) {
    return (
        <p>
            {count(result.rows_out)} of {counted(result.rows_in, "row")} kept,{" "}
            {counted(result.columns.length, "column")}, {bytes(result.bytes)}.
        </p>
    );
}

function TrainSummary({ model }: { model: string }) {
    const [fault, setFault] = useState<Fault | null>(null);
    const load = (): void => {
        setFault(null);
        loadRecord(model).catch((error: unknown) => setFault(faultOf(error)));
    };
    useEffect(load, [model]);
    const record = records.value.get(model);
    if (fault) {
        return <FaultBox fault={fault} action="Try again" onAction={load} />;
    }
    return record ? (
        <ModelReport record={record} />
    ) : (
        <p class="hint">Reading the model’s record…</p>
    );
}

const REPORT = "report.html";

function ReportLink({ job }: { job: Job }) {
    return job.files?.some((file) => file.name === REPORT) ? (
        <a class="button primary" href={fileUrl(job.id, REPORT)} target="_blank" rel="noopener">
            Open report <span class="unseen">in a new tab</span>
        </a>
    ) : null;
}

function PredictionSummary({ result }: { result: PredictionResult }) {
    const without = result.rows - result.predicted;
    return (
        <>
            <p>
                {count(result.predicted)} of {counted(result.rows, "row")} predicted
                {without > 0 && `; ${count(without)} miss a value that the model needs`}.
            </p>
            {result.remarks?.map(({ column, detail }) => (
                <p key={column + detail} class="hint">
                    <strong>{column}</strong>: {detail}
                </p>
            ))}
            {result.drift && <DriftTable columns={result.drift.columns} />}
        </>
    );
}

function Outcome({ job }: { job: Job }) {
    if (job.state === "failed" && job.fault) {
        return <FaultBox fault={job.fault} />;
    }
    if (job.state !== "done") {
        return null;
    }
    return (
        <>
            {job.kind === "process" && job.result !== null && (
                <ProcessSummary result={job.result as ProcessResult} />
            )}
            {job.kind === "predict" && job.result !== null && (
                <PredictionSummary result={job.result as PredictionResult} />
            )}
            {job.kind === "train" && job.model && (
                <>
                    <Link to={`/models/${job.model}`} class="button primary">
                        Use the model
                    </Link>
                    <TrainSummary model={job.model} />
                </>
            )}
            {job.kind === "profile" && <ReportLink job={job} />}
            <Downloads job_id={job.id} files={job.files ?? []} />
        </>
    );
}

export function JobCard({ job, level }: { job: Job; level: 2 | 3 }) {
    const Title = `h${level}` as const;
    return (
        <article class="job" data-state={job.state}>
            <div class="job-head">
                <Title>{titleOf(job)}</Title>
                <span class={`state state-${job.state}`}>{stateText(job.state)}</span>
            </div>
            <p class="hint">
                Started {time(job.started ?? job.created)}
                {job.ended && `, took ${span(job.started ?? job.created, job.ended)}`}
                {job.attempt > 1 && `, attempt ${job.attempt}`}
            </p>
            {isOver(job) ? <Outcome job={job} /> : <Progress job={job} />}
        </article>
    );
}
