// SPDX-License-Identifier: MPL-2.0
// One model: try it, use it on a table, see how good it is, take it away.
import { useEffect, useState } from "preact/hooks";
import { faultOf, fileUrl } from "../api";
import { time } from "../logic/format";
import { refusalsOf } from "../logic/models";
import { loadDatasets, nameOf } from "../store/datasets";
import { model, modelFault, openModel, removeModel, renameModel } from "../store/models";
import type { Fault, Model } from "../types";
import { ConfirmButton } from "./ConfirmButton";
import { Downloads } from "./Downloads";
import { FaultBox } from "./FaultBox";
import { Field } from "./Field";
import { Heading } from "./Heading";
import { Link } from "./Link";
import { ModelReport } from "./ModelReport";
import { PredictForm } from "./PredictForm";
import { PredictTable } from "./PredictTable";

const CARD = "card.html";

function Rename({ of }: { of: Model }) {
    const [name, setName] = useState(of.name);
    const [fault, setFault] = useState<Fault | null>(null);
    const rename = (event: Event): void => {
        event.preventDefault();
        setFault(null);
        renameModel(of.id, name).catch((error: unknown) => setFault(faultOf(error)));
    };
    return (
        <details class="learned">
            <summary>Name and version</summary>
            <form class="train" onSubmit={rename}>
                <Field
                    id="model-name"
                    label="Name"
                    hint="Models of one name are versions of each other."
                >
                    {(described) => (
                        <input
                            {...described}
                            value={name}
                            required
                            onInput={(event) => setName(event.currentTarget.value)}
                        />
                    )}
                </Field>
                <button type="submit" disabled={name === of.name}>
                    Rename
                </button>
                {fault && <FaultBox fault={fault} />}
            </form>
        </details>
    );
}

function Facts({ of }: { of: Model }) {
    return (
        <p class="facts">
            <span>version {of.version}</span>
            <span>trained {time(of.created)}</span>
            <Link to={`/datasets/${of.dataset}`}>{nameOf(of.dataset)}</Link>
            <Link to={`/jobs/${of.job}`}>its job</Link>
            {of.files.some(({ name }) => name === CARD) && (
                <a href={fileUrl(of.job, CARD)} target="_blank" rel="noopener">
                    Model card <span class="unseen">in a new tab</span>
                </a>
            )}
        </p>
    );
}

function Content({ of }: { of: Model }) {
    return (
        <div class="model">
            <div class="title">
                <Heading title={of.name} />
                <Facts of={of} />
            </div>
            <PredictForm model={of} />
            <PredictTable model={of} />
            <section class="train" aria-labelledby="report-title">
                <h2 id="report-title">How good it is</h2>
                <ModelReport record={of.record} />
                <Downloads job_id={of.job} files={of.files} />
                {refusalsOf(of.record).map((refusal) => (
                    <p class="hint" key={refusal}>
                        {refusal}
                    </p>
                ))}
                <Rename key={of.name} of={of} />
                <div>
                    <ConfirmButton
                        label="Delete the model"
                        name={`Delete the model ${of.name}`}
                        question="Delete for good?"
                        onConfirm={() => void removeModel(of.id)}
                    />
                </div>
            </section>
        </div>
    );
}

export function ModelScreen({ id }: { id: string }) {
    useEffect(() => {
        void openModel(id);
        void loadDatasets();
    }, [id]);
    const here = model.value;
    if (modelFault.value) {
        return (
            <section class="narrow">
                <Heading title="The model cannot be opened" />
                <FaultBox
                    fault={modelFault.value}
                    action="Try again"
                    onAction={() => void openModel(id)}
                />
            </section>
        );
    }
    return (
        <section class="narrow">
            {here?.id === id ? <Content of={here} /> : <p class="empty">Opening…</p>}
        </section>
    );
}
