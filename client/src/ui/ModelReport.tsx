// SPDX-License-Identifier: MPL-2.0
// How good the model is: three accuracies and the confusion matrix.
import { counted, percent, value } from "../logic/format";
import type { ModelRecord } from "../types";
import { ConfusionMatrix } from "./ConfusionMatrix";

function Score({ name, share, note }: { name: string; share: number; note: string }) {
    return (
        <div class="score">
            <dt>{name}</dt>
            <dd>
                <span class="score-figure">{percent(share)}</span>
                <meter min={0} max={1} value={share} aria-hidden="true" />
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

export function ModelReport({ record }: { record: ModelRecord }) {
    const { scores, rows } = record;
    return (
        <div class="report">
            <dl class="scores">
                <Score
                    name="Test accuracy"
                    share={scores.test_accuracy}
                    note={`${counted(rows.test, "row")} it never saw`}
                />
                <Score
                    name="Training accuracy"
                    share={scores.train_accuracy}
                    note={`${counted(rows.train, "row")} it learned from`}
                />
                <Score
                    name="Baseline"
                    share={scores.baseline_accuracy}
                    note="always the commonest label"
                />
            </dl>
            <ConfusionMatrix target={record.target} confusion={record.confusion} />
            <p class="hint">
                Predicts {record.target} from {counted(record.features.length, "column")};{" "}
                {counted(record.support_vectors, "support vector")}.
                <Left rows={rows} />
            </p>
            <details class="learned">
                <summary>Settings</summary>
                <dl>
                    {Object.entries({
                        ...record.parameters,
                        test_size: record.test_size,
                        seed: record.seed,
                    }).map(([name, setting]) => (
                        <div key={name}>
                            <dt>{name}</dt>
                            <dd>{value(setting)}</dd>
                        </div>
                    ))}
                </dl>
            </details>
        </div>
    );
}
