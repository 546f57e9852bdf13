// SPDX-License-Identifier: MPL-2.0
// Lines over two axes, with dots where there are few points, and a line to compare them with.
import { type Axis, pathOf, type Plot } from "../logic/chart";
import type { Series } from "../logic/insight";
import { Chart } from "./Chart";
import type { FigureTable } from "./ChartFigures";

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

/** Points of many rows are larger. */
function radiusOf({ rows }: Series, point: number): number {
    const most = rows?.reduce((a, b) => Math.max(a, b), 1) ?? 1;
    return rows ? 2 + 3 * Math.sqrt((rows[point] ?? 0) / most) : 3;
}

function Line({ of, place, plot }: { of: Series; place: number; plot: Plot }) {
    return (
        <g>
            <path class={`series series-${place}`} d={pathOf(plot, of.xs, of.ys)} />
            {of.xs.length <= MARKED &&
                of.xs.map((x, point) => {
                    const y = of.ys[point];
                    return y === null || y === undefined ? null : (
                        <circle
                            key={point}
                            class={`mark mark-${place}`}
                            cx={plot.x(x)}
                            cy={plot.y(y)}
                            r={radiusOf(of, point)}
                        />
                    );
                })}
        </g>
    );
}

/** The figures of all lines; with the rows of each point where they are known. */
function tableOf(x: Axis, y: Axis, series: readonly Series[]): FigureTable {
    const weighed = series.some(({ rows }) => rows);
    return {
        head: ["Line", x.label, y.label, ...(weighed ? ["rows"] : [])],
        rows: series.flatMap(({ name, xs, ys, rows }) =>
            xs.map((each, at) => [
                name,
                each,
                ys[at] ?? null,
                ...(weighed ? [rows?.[at] ?? null] : []),
            ]),
        ),
    };
}

export function LineChart({ title, description, x, y, series, guide, named = true }: Props) {
    return (
        <Chart
            title={title}
            description={description}
            x={x}
            y={y}
            legend={
                named || series.length > 1
                    ? series.map(({ name, place }, at) => ({ name, place: place ?? at }))
                    : []
            }
            table={tableOf(x, y, series)}
        >
            {(plot) => (
                <>
                    {guide && <path class="guide" d={pathOf(plot, guide.xs, guide.ys)} />}
                    {series.map((each, at) => (
                        <Line key={at} of={each} place={each.place ?? at} plot={plot} />
                    ))}
                </>
            )}
        </Chart>
    );
}
