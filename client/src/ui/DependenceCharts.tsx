// SPDX-License-Identifier: MPL-2.0
// What the model says on average when one column has one value in every row.
import { axisOf, shareAxis } from "../logic/chart";
import { counted } from "../logic/format";
import type { Dependence, Insight } from "../types";
import { LineChart } from "./LineChart";

interface Props {
    of: NonNullable<Insight["dependence"]>;
    target: string;
}

function One({ of, what, target }: { of: Dependence; what: string; target: string }) {
    const { name, x, lines } = of;
    const values = lines.flatMap(({ y }) => y.filter((each) => each !== null));
    const label = what === "prediction" ? `mean ${target}` : `mean ${what}`;
    return (
        <LineChart
            title={name}
            description={`The ${label} by ${name}, all other columns being as they are.`}
            x={{ label: name, from: x[0] ?? 0, to: x[x.length - 1] ?? 1 }}
            y={what === "prediction" ? axisOf(label, values) : shareAxis(label)}
            series={lines.map((line) => ({
                name: String(line.label ?? target),
                xs: x,
                ys: line.y,
            }))}
            named={what !== "prediction"}
        />
    );
}

export function DependenceCharts({ of, target }: Props) {
    return (
        <section class="insight">
            <h4>What single columns do</h4>
            <p class="hint">
                The model’s answer on average, when one column has the same value in each of{" "}
                {counted(of.rows, "test row")}.
            </p>
            <div class="charts">
                {of.features.map((feature) => (
                    <One key={feature.name} of={feature} what={of.of} target={target} />
                ))}
            </div>
        </section>
    );
}
