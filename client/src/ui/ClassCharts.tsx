// SPDX-License-Identifier: MPL-2.0
// How well a classifier tells its classes apart, and how far its probabilities can be believed.
import { shareAxis } from "../logic/chart";
import { calibrationSeries, curveSeries, gainSeries, ordered, placeOf } from "../logic/insight";
import type { ClassCurves, Insight } from "../types";
import { LineChart } from "./LineChart";

const DIAGONAL = { xs: [0, 1], ys: [0, 1] };

const described = (what: string, names: readonly string[]): string =>
    `${what}. ${names.join("; ")}.`;

interface GainProps {
    of: NonNullable<Insight["gain"]>;
    labels: Props["labels"];
}

function Gain({ of, labels }: GainProps) {
    const series = { ...gainSeries(of), ...placeOf(of.label, labels) };
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
    labels: readonly ClassCurves["label"][];
}

export function ClassCharts({ classes, gain, labels }: Props) {
    const all = ordered(classes, labels);
    const roc = curveSeries(all, "roc", labels);
    const recall = curveSeries(all, "precision_recall", labels);
    const calibration = calibrationSeries(all, labels);
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
            {gain && <Gain of={gain} labels={labels} />}
        </div>
    );
}
