// SPDX-License-Identifier: MPL-2.0
// How well a classifier tells its classes apart, and how far its probabilities can be believed.
import { shareAxis } from "../logic/chart";
import { calibrationSeries, curveSeries, gainSeries } from "../logic/insight";
import type { ClassCurves, Insight } from "../types";
import { LineChart } from "./LineChart";

const DIAGONAL = { xs: [0, 1], ys: [0, 1] };

const described = (what: string, names: readonly string[]): string =>
    `${what}. ${names.join("; ")}.`;

function Gain({ of }: { of: NonNullable<Insight["gain"]> }) {
    const series = gainSeries(of);
    const first = Math.round((of.gain[0] ?? 0) * 100);
    return (
        <LineChart
            title="Gain"
            description={`The most probable tenth of the rows holds ${first} % of all ${of.label}.`}
            x={shareAxis("share of the rows, the most probable first")}
            y={shareAxis(`share of all ${of.label}`)}
            series={[series]}
            guide={DIAGONAL}
        />
    );
}

interface Props {
    classes: readonly ClassCurves[];
    gain: Insight["gain"];
}

export function ClassCharts({ classes, gain }: Props) {
    const roc = curveSeries(classes, "roc");
    const recall = curveSeries(classes, "precision_recall");
    const calibration = calibrationSeries(classes);
    return (
        <div class="charts">
            <LineChart
                title="ROC curve"
                description={described(
                    "Areas under the curves",
                    roc.map(({ name }) => name),
                )}
                x={shareAxis("false positive rate")}
                y={shareAxis("true positive rate")}
                series={roc}
                guide={DIAGONAL}
            />
            <LineChart
                title="Precision and recall"
                description={described(
                    "Average precisions",
                    recall.map(({ name }) => name),
                )}
                x={shareAxis("recall")}
                y={shareAxis("precision")}
                series={recall}
            />
            <LineChart
                title="Calibration"
                description="Of rows with one probability, as many should be of the class as it says: a line on the diagonal."
                x={shareAxis("probability that the model gives")}
                y={shareAxis("share that is of the class")}
                series={calibration}
                guide={DIAGONAL}
            />
            {gain && <Gain of={gain} />}
        </div>
    );
}
