// SPDX-License-Identifier: MPL-2.0
// Lines over two axes, with dots where there are few points, and a line to compare them with.
import { type Axis, pathOf, type Plot } from "../logic/chart";
import type { Series } from "../logic/insight";
import { Chart } from "./Chart";

/** So few points are marked each. */
const MARKED = 12;

interface Props {
    title: string;
    description: string;
    x: Axis;
    y: Axis;
    series: readonly Series[];
    /** From one point to another: what no model, or a perfect one, would do. */
    guide?: { xs: readonly number[]; ys: readonly number[] };
    /** Whether one line alone has its name in a legend. */
    named?: boolean;
}

function Line({ of, at, plot }: { of: Series; at: number; plot: Plot }) {
    return (
        <g>
            <path class={`series series-${at}`} d={pathOf(plot, of.xs, of.ys)} />
            {of.xs.length <= MARKED &&
                of.xs.map((x, point) => {
                    const y = of.ys[point];
                    return y === null || y === undefined ? null : (
                        <circle
                            key={point}
                            class={`mark mark-${at}`}
                            cx={plot.x(x)}
                            cy={plot.y(y)}
                            r={3}
                        />
                    );
                })}
        </g>
    );
}

export function LineChart({ title, description, x, y, series, guide, named = true }: Props) {
    return (
        <Chart
            title={title}
            description={description}
            x={x}
            y={y}
            legend={named || series.length > 1 ? series.map(({ name }) => name) : []}
            table={{
                head: ["Line", x.label, y.label],
                rows: series.flatMap(({ name, xs, ys }) =>
                    xs.map((each, at) => [name, each, ys[at] ?? null]),
                ),
            }}
        >
            {(plot) => (
                <>
                    {guide && <path class="guide" d={pathOf(plot, guide.xs, guide.ys)} />}
                    {series.map((each, at) => (
                        <Line key={at} of={each} at={at} plot={plot} />
                    ))}
                </>
            )}
        </Chart>
    );
}
