// SPDX-License-Identifier: MPL-2.0
// One dataset: what it is, and its tabs.
import { useEffect } from "preact/hooks";
import { datasetUrl } from "../api";
import { bytes, count, counted } from "../logic/format";
import { jobs } from "../store/jobs";
import type { DatasetTab } from "../store/router";
import { dataset, open, openFault } from "../store/workspace";
import type { Dataset } from "../types";
import { FaultBox } from "./FaultBox";
import { FilePanel } from "./FilePanel";
import { Heading } from "./Heading";
import { JobList } from "./JobList";
import { Link } from "./Link";
import { PreparePanel } from "./PreparePanel";
import { TrainPanel } from "./TrainPanel";

function Facts({ of }: { of: Dataset }) {
    const { rows, columns, bad_lines } = of.description;
    const missing = columns.reduce((sum, column) => sum + column.missing, 0);
    return (
        <p class="facts">
            <span>{counted(rows, "row")}</span>
            <span>{counted(columns.length, "column")}</span>
            <span>{missing === 0 ? "no gaps" : `${count(missing)} missing values`}</span>
            {bad_lines && (
                <Link to={`/datasets/${of.id}/file`}>
                    {counted(bad_lines.count, "line")} left out
                </Link>
            )}
            <a href={datasetUrl(of.id)} download={of.name}>
                Original, {bytes(of.bytes)}
            </a>
        </p>
    );
}

function Tabs({ id, tab }: { id: string; tab: DatasetTab }) {
    const base = `/datasets/${id}`;
    const started = (jobs.value ?? []).filter((job) => job.dataset === id).length;
    return (
        <nav class="tabs" aria-label="Dataset">
            <Link to={base} current={tab === "prepare"}>
                Prepare
            </Link>
            <Link to={`${base}/file`} current={tab === "file"}>
                File
            </Link>
            <Link to={`${base}/train`} current={tab === "train"}>
                Train
            </Link>
            <Link to={`${base}/jobs`} current={tab === "jobs"}>
                Jobs {started > 0 && <span class="tally">{started}</span>}
            </Link>
        </nav>
    );
}

function Panel({ of, tab }: { of: Dataset; tab: DatasetTab }) {
    switch (tab) {
        case "prepare":
            return <PreparePanel of={of} />;
        case "file":
            return <FilePanel of={of} />;
        case "train":
            return <TrainPanel key={of.id} of={of} />;
        case "jobs":
            return <JobList dataset={of.id} />;
    }
}

export function DatasetScreen({ id, tab }: { id: string; tab: DatasetTab }) {
    useEffect(() => {
        void open(id);
    }, [id]);
    const here = dataset.value;
    if (openFault.value) {
        return (
            <section class="narrow">
                <Heading title="The dataset cannot be opened" />
                <FaultBox
                    fault={openFault.value}
                    action="Try again"
                    onAction={() => void open(id)}
                />
            </section>
        );
    }
    if (here?.id !== id) {
        return <p class="empty">Opening…</p>;
    }
    return (
        <section class="wide">
            <div class="title">
                <Heading title={here.name} />
                <Facts of={here} />
            </div>
            <Tabs id={id} tab={tab} />
            <Panel of={here} tab={tab} />
        </section>
    );
}
