// SPDX-License-Identifier: MPL-2.0
// The training form beside the last training's result.
import { jobs } from "../store/jobs";
import type { Dataset } from "../types";
import { JobCard } from "./JobCard";
import { TrainForm } from "./TrainForm";

export function TrainPanel({ of }: { of: Dataset }) {
    const last = jobs.value?.find((job) => job.kind === "train" && job.dataset === of.id);
    return (
        <div class="bench even">
            <TrainForm of={of} />
            <section class="stays" aria-labelledby="model-title">
                <h2 id="model-title">Last training</h2>
                {last ? (
                    <JobCard job={last} level={3} />
                ) : (
                    <p class="empty">
                        Choose what to predict and start. How well the model does on rows it never
                        saw will stand here.
                    </p>
                )}
            </section>
        </div>
    );
}
