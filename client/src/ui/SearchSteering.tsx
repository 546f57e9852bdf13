// SPDX-License-Identifier: MPL-2.0
// A search that is under way pauses, goes on, or ends with the best it has found.
import { useState } from "preact/hooks";
import { faultOf } from "../api";
import { steerJob } from "../store/jobs";
import type { Fault, Job, Wish } from "../types";
import { FaultBox } from "./FaultBox";

export function SearchSteering({ job }: { job: Job }) {
    const [fault, setFault] = useState<Fault | null>(null);
    const steer = (wish: Wish): void => {
        setFault(null);
        steerJob(job.id, wish).catch((error: unknown) => setFault(faultOf(error)));
    };
    const ending = job.wish === "stop";
    const paused = job.wish === "pause";
    return (
        <>
            <button type="button" disabled={ending} onClick={() => steer("stop")}>
                {ending ? "Ending…" : "Keep the best so far"}
            </button>
            <button type="button" disabled={ending} onClick={() => steer(paused ? "go" : "pause")}>
                {paused ? "Go on" : "Pause"}
            </button>
            {fault && <FaultBox fault={fault} />}
        </>
    );
}
