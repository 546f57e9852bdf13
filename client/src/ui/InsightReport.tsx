// SPDX-License-Identifier: MPL-2.0
// What is known of a model beside its scores: which columns count, curves, and what is missing of it.
import type { Insight, ModelRecord } from "../types";
import { ClassCharts } from "./ClassCharts";
import { Counts } from "./Counts";
import { DependenceCharts } from "./DependenceCharts";
import { ResidualCharts } from "./ResidualCharts";

export function InsightReport({ of, record }: { of: Insight; record: ModelRecord }) {
    const { target, labels = [] } = record;
    const { importance, classes, gain, residuals, dependence, left_out } = of;
    return (
        <>
            {importance && <Counts of={importance} />}
            {classes && classes.length > 0 && (
                <section class="insight">
                    <h4>How sure it is</h4>
                    <p class="hint">
                        One label against the rest, on the rows it never saw. Dashed: what guessing
                        gives, in the calibration what is right; its dots are larger where they are
                        of more rows.
                    </p>
                    <ClassCharts classes={classes} gain={gain} labels={labels} />
                </section>
            )}
            {residuals && (
                <section class="insight">
                    <h4>How far it is off</h4>
                    <p class="hint">On the rows it never saw.</p>
                    <ResidualCharts of={residuals} target={target ?? ""} />
                </section>
            )}
            {dependence && dependence.features.length > 0 && (
                <DependenceCharts of={dependence} record={record} />
            )}
            {left_out.map((sentence) => (
                <p key={sentence} class="hint">
                    {sentence}
                </p>
            ))}
        </>
    );
}
