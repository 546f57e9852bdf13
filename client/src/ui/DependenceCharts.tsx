// SPDX-License-Identifier: MPL-2.0
// What the model says on average when one column has one value in every row.
import { type Axis, axisOf, shareAxis } from "../logic/chart";
import { counted } from "../logic/format";
import { placeOf } from "../logic/insight";
import type { Dependence, Insight, ModelRecord } from "../types";
import { LineChart } from "./LineChart";

interface Props {
    of: NonNullable<Insight["dependence"]>;
    record: ModelRecord;
}

interface OneProps {
    of: Dependence;
    y: Axis;
    record: ModelRecord;
}

function One({ of, y, record }: OneProps) {
    const { name, x, lines } = of;
    const classes = lines.some(({ label }) => label !== undefined);
    const axis = { label: name, from: x[0] ?? 0, to: x[x.length - 1] ?? 1 };
    return (
        <LineChart
            title={name}
            description={`The ${y.label} by ${name}, all other columns being as they are.`}
            x={{ ...axis, whole: x.every(Number.isInteger) }}
            y={y}
            series={lines.map((line) => ({
                name: String(line.label ?? record.target),
                xs: x,
                ys: line.y,
                ...placeOf(line.label ?? "", record.labels ?? []),
            }))}
            named={classes}
        />
    );
}

export function DependenceCharts({ of, record }: Props) {
    const answers = of.features.flatMap(({ lines }) => lines.flatMap((line) => line.y));
    const known = answers.filter((each) => each !== null);
    // one axis for all, so that charts can be held against each other
    const y =
        of.of === "prediction"
            ? axisOf(`mean ${record.target}`, known)
            : shareAxis(`mean ${of.of}`);
    return (
        <section class="insight">
            <h4>What single columns do</h4>
            <p class="hint">
                The model’s answer on average, when one column has the same value in each of{" "}
                {counted(of.rows, "test row")}.
            </p>
            <div class="charts">
                {of.features.map((feature) => (
                    <One key={feature.name} of={feature} y={y} record={record} />
                ))}
            </div>
        </section>
    );
}
