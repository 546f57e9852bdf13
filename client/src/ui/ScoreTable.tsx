// SPDX-License-Identifier: MPL-2.0
// All scores: of the test, of the training, of the parts of a cross-validation, and without a model.
import { scoreLabel, scoreNames, scoreText, spreadText } from "../logic/scores";
import type { ModelRecord } from "../types";

export function ScoreTable({ scores }: { scores: ModelRecord["scores"] }) {
    const { chosen, test, train, baseline, validation } = scores;
    return (
        <div class="scroll" role="region" aria-label="Scores" tabIndex={0}>
            <table class="figures">
                <caption>Scores</caption>
                <thead>
                    <tr>
                        <th scope="col">Score</th>
                        <th scope="col">Test</th>
                        <th scope="col">Training</th>
                        {validation && <th scope="col">Validation ({validation.folds} parts)</th>}
                        {baseline && <th scope="col">Baseline</th>}
                    </tr>
                </thead>
                <tbody>
                    {scoreNames(scores).map((name) => (
                        <tr key={name} class={name === chosen ? "best" : ""}>
                            <th scope="row">{scoreLabel(name)}</th>
                            <td>{scoreText(name, test[name])}</td>
                            <td>{scoreText(name, train[name])}</td>
                            {validation && <td>{spreadText(name, validation.scores[name])}</td>}
                            {baseline && <td>{scoreText(name, baseline[name])}</td>}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
