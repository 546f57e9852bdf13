// SPDX-License-Identifier: MPL-2.0
// Runs the model over a whole dataset, in the background.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { datasets } from "../store/datasets";
import { jobs, startJob } from "../store/jobs";
import type { Fault, Model } from "../types";
import { FaultBox } from "./FaultBox";
import { Field } from "./Field";
import { JobCard } from "./JobCard";

export function PredictTable({ model }: { model: Model }) {
    const [chosen, setChosen] = useState(model.dataset);
    const [started, setStarted] = useState<string | null>(null);
    const [fault, setFault] = useState<Fault | null>(null);
    const job = jobs.value?.find((each) => each.id === started);
    const start = (event: Event): void => {
        event.preventDefault();
        setFault(null);
        startJob({ kind: "predict", dataset: chosen, recipe: [], model: model.id })
            .then(({ id }) => setStarted(id))
            .catch((error: unknown) => setFault(faultOf(error)));
    };
    return (
        <form class="train" onSubmit={start} aria-labelledby="predict-table-title">
            <h2 id="predict-table-title">Predict a whole table</h2>
            <Field
                id="predict-dataset"
                label="Dataset"
                hint="It needs the columns that the model learned; how far they have changed is told too."
            >
                {(described) => (
                    <select
                        {...described}
                        value={chosen}
                        onChange={(event) => setChosen(event.currentTarget.value)}
                    >
                        {(datasets.value ?? []).map(({ id, name }) => (
                            <option key={id} value={id}>
                                {name}
                            </option>
                        ))}
                    </select>
                )}
            </Field>
            <button type="submit" class="primary">
                Predict all rows
            </button>
            {fault && <FaultBox fault={fault} />}
            {job && <JobCard job={job} level={3} />}
        </form>
    );
}
