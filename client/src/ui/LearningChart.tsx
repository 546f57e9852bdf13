// SPDX-License-Identifier: MPL-2.0
// How good the way to train becomes with more rows.
import { axisOf, bandOf, pathOf, type Plot } from "../logic/chart";
import { learningText } from "../logic/insight";
import { scoreLabel } from "../logic/scores";
import type { LearningCurve, Spread } from "../types";
import { Chart } from "./Chart";

const KINDS = ["validation", "train"] as const;
const LEGEND = ["Validation", "Training"].map((name, place) => ({ name, place }));

const low = ({ mean, sd }: Spread): number => (mean ?? 0) - (sd ?? 0);
const high = ({ mean, sd }: Spread): number => (mean ?? 0) + (sd ?? 0);

export function LearningChart({ of }: { of: LearningCurve }) {
    const points = of.points.filter((each) => KINDS.every((kind) => each[kind].mean !== null));
    const rows = points.map((each) => each.rows);
    const spreads = points.flatMap((each) => KINDS.map((kind) => each[kind]));
    const label = scoreLabel(of.score);
    const line = (plot: Plot, kind: (typeof KINDS)[number], at: number) => {
        const all = points.map((each) => each[kind]);
        return (
            <g key={kind}>
                <path
                    class={`band band-${at}`}
                    d={bandOf(plot, rows, all.map(low), all.map(high))}
                />
                <path
                    class={`series series-${at}`}
                    d={pathOf(
                        plot,
                        rows,
                        all.map(({ mean }) => mean),
                    )}
                />
                {all.map(({ mean }, point) => (
                    <circle
                        key={point}
                        class={`mark mark-${at}`}
                        cx={plot.x(rows[point] ?? 0)}
                        cy={plot.y(mean ?? 0)}
                        r={3}
                    />
                ))}
            </g>
        );
    };
    return (
        <section class="insight">
            <h4>Would more rows help?</h4>
            <p class="hint">
                {learningText(of)} While the validation still gets better, more rows would help;
                where both lines have met, they would not. Bands show the deviation over {of.folds}{" "}
                parts.
            </p>
            <div class="charts">
                <Chart
                    title="Learning curve"
                    description={learningText(of)}
                    x={{
                        label: "rows to learn from",
                        from: 0,
                        to: (rows[rows.length - 1] ?? 1) * 1.04,
                    }}
                    y={axisOf(label, [...spreads.map(low), ...spreads.map(high)])}
                    legend={LEGEND}
                    table={{
                        head: ["Rows", "Validation", "Deviation", "Training", "Deviation"],
                        rows: of.points.map(({ rows: count, validation, train }) => [
                            count,
                            validation.mean,
                            validation.sd,
                            train.mean,
                            train.sd,
                        ]),
                    }}
                >
                    {(plot) => KINDS.map((kind, at) => line(plot, kind, at))}
                </Chart>
            </div>
        </section>
    );
}
