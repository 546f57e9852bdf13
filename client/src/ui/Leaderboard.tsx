// SPDX-License-Identifier: MPL-2.0
// What a search tried, the best first, and why some of it failed.
import { estimatorTitle } from "../logic/estimators";
import { percent, value } from "../logic/format";
import { deviationText, scoreLabel, scoreText, troubleOf } from "../logic/scores";
import { catalogue } from "../store/catalogue";
import type { Trial } from "../types";

interface Props {
    chosen: string;
    trials: readonly Trial[];
}

function About({ trial }: { trial: Trial }) {
    const parts = [value(trial.parameters)];
    if (trial.rows_share !== undefined) {
        parts.push(`on ${percent(trial.rows_share)} of the rows`);
    }
    const trouble = troubleOf(trial);
    return (
        <>
            <span class="hint">{parts.filter(Boolean).join("; ")}</span>
            {trouble && <span class="error">{trouble}</span>}
        </>
    );
}

export function Leaderboard({ chosen, trials }: Props) {
    return (
        <div class="scroll" role="region" aria-label="Leaderboard" tabIndex={0}>
            <table class="figures">
                <caption>What was tried</caption>
                <thead>
                    <tr>
                        <th scope="col">Place</th>
                        <th scope="col" class="word">
                            Algorithm
                        </th>
                        <th scope="col">{scoreLabel(chosen)}</th>
                        <th scope="col">Deviation</th>
                        <th scope="col">Seconds</th>
                    </tr>
                </thead>
                <tbody>
                    {trials.map((trial, index) => (
                        <tr key={index} data-state={trial.state}>
                            <td class="word">{trial.state === "done" ? index + 1 : "–"}</td>
                            <th scope="row">
                                {estimatorTitle(catalogue.value, trial.algorithm)}
                                <About trial={trial} />
                            </th>
                            <td>{scoreText(chosen, trial.score)}</td>
                            <td>{deviationText(chosen, trial.sd)}</td>
                            <td>{trial.seconds.toFixed(1)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
