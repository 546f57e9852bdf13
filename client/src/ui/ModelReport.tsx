// SPDX-License-Identifier: MPL-2.0
// How good the model is, what else was tried, what counts for it, and how it was made.
import { useEffect } from "preact/hooks";
import { estimatorTitle } from "../logic/estimators";
import { counted, value } from "../logic/format";
import { reasonText, splitText } from "../logic/insight";
import { isShare, scoreLabel, scoreText } from "../logic/scores";
import { catalogue, loadCatalogue } from "../store/catalogue";
import type { ModelRecord } from "../types";
import { ConfusionMatrix } from "./ConfusionMatrix";
import { Importances } from "./Importances";
import { InsightReport } from "./InsightReport";
import { Leaderboard } from "./Leaderboard";
import { LearningChart } from "./LearningChart";
import { ScoreTable } from "./ScoreTable";

interface ScoreProps {
    title: string;
    name: string;
    score: number | null | undefined;
    note: string;
}

function Score({ title, name, score, note }: ScoreProps) {
    return (
        <div class="score">
            <dt>{title}</dt>
            <dd>
                <span class="score-figure">{scoreText(name, score)}</span>
                {isShare(name) && <meter min={0} max={1} value={score ?? 0} aria-hidden="true" />}
                <span class="hint">{note}</span>
            </dd>
        </div>
    );
}

function Left({ rows }: { rows: ModelRecord["rows"] }) {
    const parts = [];
    if (rows.target_missing > 0) {
        parts.push(`${counted(rows.target_missing, "row")} without a target`);
    }
    if (rows.dropped_missing > 0) {
        parts.push(`${counted(rows.dropped_missing, "row")} dropped for gaps`);
    }
    return parts.length > 0 ? <> Left out: {parts.join(", ")}.</> : null;
}

/** The scores are those of a model that had not seen the test rows; the one that is kept has. */
function Judged({ rows: { train, model = train } }: { rows: ModelRecord["rows"] }) {
    return model > train ? (
        <> Its scores are those of its like that learned from {counted(train, "row")} alone.</>
    ) : null;
}

function Headline({ record }: { record: ModelRecord }) {
    const { scores, rows } = record;
    const name = scores.chosen;
    return (
        <dl class="scores">
            <Score
                title={`Test: ${scoreLabel(name)}`}
                name={name}
                score={scores.test[name]}
                note={`${counted(rows.test, "row")} it never saw`}
            />
            {scores.baseline && (
                <Score
                    title="Baseline"
                    name={name}
                    score={scores.baseline[name]}
                    note="the same answer for every row"
                />
            )}
        </dl>
    );
}

function Settings({ record }: { record: ModelRecord }) {
    const { parameters, test_size, seed } = record;
    return (
        <details class="learned">
            <summary>Parameters</summary>
            <dl>
                {Object.entries({ ...parameters, test_size, seed }).map(([name, setting]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{value(setting)}</dd>
                    </div>
                ))}
            </dl>
        </details>
    );
}

export function ModelReport({ record }: { record: ModelRecord }) {
    useEffect(() => void loadCatalogue(), []);
    const { scores, rows, confusion, importances, support_vectors } = record;
    return (
        <div class="report">
            <Headline record={record} />
            <p class="hint">
                {estimatorTitle(catalogue.value, record.algorithm)}{" "}
                {record.target === null ? "works with" : `predicts ${record.target} from`}{" "}
                {counted(record.features.length, "column")}; it learned from{" "}
                {counted(rows.model ?? rows.train, "row")}
                {support_vectors !== undefined &&
                    ` and keeps ${counted(support_vectors, "support vector")}`}
                .<Judged rows={rows} />
                <Left rows={rows} /> {splitText(record)} {reasonText(record)}
            </p>
            {confusion && <ConfusionMatrix target={record.target ?? ""} confusion={confusion} />}
            <ScoreTable scores={scores} />
            {scores.leaderboard && (
                <Leaderboard chosen={scores.chosen} trials={scores.leaderboard} />
            )}
            {record.insight && <InsightReport of={record.insight} record={record} />}
            {scores.learning_curve && <LearningChart of={scores.learning_curve} />}
            {importances && <Importances of={importances} />}
            <Settings record={record} />
        </div>
    );
}
