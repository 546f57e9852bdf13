// SPDX-License-Identifier: MPL-2.0
// How far predictions of numbers are off, and where.
import { type Axis, axisOf, figure } from "../logic/chart";
import type { Insight } from "../types";
import { Chart } from "./Chart";

type Residuals = NonNullable<Insight["residuals"]>;

interface DotsProps {
    title: string;
    description: string;
    x: Axis;
    y: Axis;
    xs: readonly number[];
    ys: readonly number[];
    guide: readonly [from: number, to: number];
}

function Dots({ title, description, x, y, xs, ys, guide }: DotsProps) {
    return (
        <Chart
            title={title}
            description={description}
            x={x}
            y={y}
            table={{ head: [x.label, y.label], rows: xs.map((each, at) => [each, ys[at] ?? null]) }}
        >
            {(plot) => (
                <>
                    <line
                        class="guide"
                        x1={plot.x(x.from)}
                        y1={plot.y(guide[0])}
                        x2={plot.x(x.to)}
                        y2={plot.y(guide[1])}
                    />
                    {xs.map((each, at) => (
                        <circle
                            key={at}
                            class="dot"
                            cx={plot.x(each)}
                            cy={plot.y(ys[at] ?? 0)}
                            r={2.5}
                        />
                    ))}
                </>
            )}
        </Chart>
    );
}

function Histogram({ of, description }: { of: Residuals["histogram"]; description: string }) {
    const { edges, rows } = of;
    const most = rows.reduce((a, b) => Math.max(a, b), 1);
    const x = {
        label: "truth less prediction",
        from: edges[0] ?? 0,
        to: edges[edges.length - 1] ?? 1,
    };
    const y = { label: "rows", from: 0, to: most * 1.05 };
    return (
        <Chart
            title="Residuals"
            description={description}
            x={x}
            y={y}
            table={{
                head: ["From", "To", "Rows"],
                rows: rows.map((count, at) => [edges[at] ?? null, edges[at + 1] ?? null, count]),
            }}
        >
            {(plot) =>
                rows.map((count, at) => {
                    const left = plot.x(edges[at] ?? 0);
                    const right = plot.x(edges[at + 1] ?? 0);
                    return (
                        <rect
                            key={at}
                            class="bar"
                            x={left + 0.5}
                            width={Math.max(right - left - 1, 0.5)}
                            y={plot.y(count)}
                            height={plot.bottom - plot.y(count)}
                        />
                    );
                })
            }
        </Chart>
    );
}

export function ResidualCharts({ of, target }: { of: Residuals; target: string }) {
    const { truth, predicted, histogram, mean, sd } = of;
    const said = axisOf("predicted", [...truth, ...predicted]);
    const seen = { ...said, label: `true ${target}` };
    const residuals = truth.map((value, at) => value - (predicted[at] ?? 0));
    const off = axisOf("truth less prediction", [...residuals, 0]);
    const middle =
        mean === null || sd === null
            ? "They have no mean"
            : `Their mean is ${figure(mean)}, their deviation ${figure(sd)}`;
    return (
        <div class="charts">
            <Dots
                title="Predicted and true"
                description="A dot for each test row; on the line the prediction is right."
                x={said}
                y={seen}
                xs={predicted}
                ys={truth}
                guide={[said.from, said.to]}
            />
            <Dots
                title="Residuals by prediction"
                description="A dot for each test row; above the line the truth is more than the prediction."
                x={axisOf("predicted", predicted)}
                y={off}
                xs={predicted}
                ys={residuals}
                guide={[0, 0]}
            />
            <Histogram
                of={histogram}
                description={`How many rows are off by how much. ${middle}.`}
            />
        </div>
    );
}
