// SPDX-License-Identifier: MPL-2.0
// All models, newest first; those of one name are versions of each other.
import { useEffect } from "preact/hooks";
import { estimatorTitle } from "../logic/estimators";
import { time } from "../logic/format";
import { scoreLabel, scoreText } from "../logic/scores";
import { catalogue, loadCatalogue } from "../store/catalogue";
import { loadModels, models, modelsFault } from "../store/models";
import type { ModelRow } from "../types";
import { FaultBox } from "./FaultBox";
import { Heading } from "./Heading";
import { Link } from "./Link";

function Row({ row }: { row: ModelRow }) {
    const name = row.score_name;
    return (
        <tr>
            <th scope="row">
                <Link to={`/models/${row.id}`}>{row.name}</Link>
            </th>
            <td class="number">{row.version}</td>
            <td>{estimatorTitle(catalogue.value, row.algorithm)}</td>
            <td>{name ? `${scoreLabel(name)} ${scoreText(name, row.score)}` : ""}</td>
            <td class="extra">{time(row.created)}</td>
        </tr>
    );
}

function List({ rows }: { rows: readonly ModelRow[] }) {
    return (
        <div class="scroll" role="region" aria-label="Your models" tabIndex={0}>
            <table class="list">
                <caption class="unseen">Your models, newest first</caption>
                <thead>
                    <tr>
                        <th scope="col">Name</th>
                        <th scope="col" class="number">
                            Version
                        </th>
                        <th scope="col">Algorithm</th>
                        <th scope="col">Test score</th>
                        <th scope="col" class="extra">
                            Trained
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <Row key={row.id} row={row} />
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function Content() {
    if (modelsFault.value) {
        return (
            <FaultBox
                fault={modelsFault.value}
                action="Try again"
                onAction={() => void loadModels()}
            />
        );
    }
    if (!models.value) {
        return <p class="empty">Reading the list…</p>;
    }
    return models.value.length > 0 ? (
        <List rows={models.value} />
    ) : (
        <p class="empty">No models yet. Open a dataset and train one.</p>
    );
}

export function ModelsScreen() {
    useEffect(() => {
        void loadModels();
        void loadCatalogue();
    }, []);
    return (
        <section class="narrow">
            <Heading title="Models" />
            <Content />
        </section>
    );
}
