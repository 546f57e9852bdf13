// SPDX-License-Identifier: MPL-2.0
// The frame of a chart: title, axes with round ticks, a legend, and the figures as a table.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { type Axis, figure, HEIGHT, type Plot, plotOf, ticksOf, WIDTH } from "../logic/chart";
import { ChartFigures, type FigureTable } from "./ChartFigures";

const TICK = 4;

/** What a line is, and the place of its colour. */
export interface LegendEntry {
    name: string;
    place: number;
}

interface Props {
    title: string;
    /** One sentence on what is seen, for those who do not see it. */
    description: string;
    x: Axis;
    y: Axis;
    legend?: readonly LegendEntry[];
    table: FigureTable;
    children: (plot: Plot) => ComponentChildren;
}

function AxisX({ axis, plot }: { axis: Axis; plot: Plot }) {
    return (
        <g class="axis">
            <line x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} />
            {ticksOf(axis).map((tick) => (
                <g key={tick}>
                    <line
                        x1={plot.x(tick)}
                        x2={plot.x(tick)}
                        y1={plot.bottom}
                        y2={plot.bottom + TICK}
                    />
                    <text x={plot.x(tick)} y={plot.bottom + 17} text-anchor="middle">
                        {figure(tick)}
                    </text>
                </g>
            ))}
            <text
                class="axis-label"
                x={(plot.left + plot.right) / 2}
                y={HEIGHT - 5}
                text-anchor="middle"
            >
                {axis.label}
            </text>
        </g>
    );
}

function AxisY({ axis, plot }: { axis: Axis; plot: Plot }) {
    const middle = (plot.top + plot.bottom) / 2;
    return (
        <g class="axis">
            {ticksOf(axis).map((tick) => (
                <g key={tick}>
                    <line
                        class="grid"
                        x1={plot.left}
                        x2={plot.right}
                        y1={plot.y(tick)}
                        y2={plot.y(tick)}
                    />
                    <text x={plot.left - 6} y={plot.y(tick) + 4} text-anchor="end">
                        {figure(tick)}
                    </text>
                </g>
            ))}
            <text
                class="axis-label"
                x={11}
                y={middle}
                text-anchor="middle"
                transform={`rotate(-90 11 ${middle})`}
            >
                {axis.label}
            </text>
        </g>
    );
}

function Legend({ of }: { of: readonly LegendEntry[] }) {
    return (
        <ul class="legend">
            {of.map(({ name, place }, at) => (
                <li key={at}>
                    <svg viewBox="0 0 20 8" aria-hidden="true">
                        <line class={`series series-${place}`} x1={0} x2={20} y1={4} y2={4} />
                    </svg>
                    {name}
                </li>
            ))}
        </ul>
    );
}

export function Chart({ title, description, x, y, legend, table, children }: Props) {
    const id = useId();
    const plot = plotOf(x, y);
    return (
        <figure class="chart">
            <figcaption>{title}</figcaption>
            <svg
                viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
                role="img"
                aria-labelledby={`${id}-title`}
                aria-describedby={`${id}-description`}
            >
                <title id={`${id}-title`}>{title}</title>
                <desc id={`${id}-description`}>{description}</desc>
                <AxisY axis={y} plot={plot} />
                <AxisX axis={x} plot={plot} />
                {children(plot)}
            </svg>
            {legend && legend.length > 0 && <Legend of={legend} />}
            <ChartFigures title={title} table={table} />
        </figure>
    );
}
