// SPDX-License-Identifier: MPL-2.0
// Asks the model for one row.
import { useState } from "preact/hooks";
import { faultOf, predict } from "../api";
import { percent } from "../logic/format";
import { answerOf, type Question, questionsOf, sharesOf } from "../logic/models";
import type { Fault, Model, Prediction } from "../types";
import { FaultBox } from "./FaultBox";
import { Field } from "./Field";

const SHARES_SHOWN = 5;

interface InputProps {
    question: Question;
    value: string;
    onValue: (value: string) => void;
}

function Input({ question, value, onValue }: InputProps) {
    const { column, numeric, choices } = question;
    const list = choices.length > 0 ? `values-${column}` : undefined;
    return (
        <Field id={`predict-${column}`} label={column}>
            {(described) => (
                <>
                    <input
                        {...described}
                        value={value}
                        list={list}
                        inputMode={numeric ? "decimal" : "text"}
                        autoComplete="off"
                        onInput={(event) => onValue(event.currentTarget.value)}
                    />
                    {list && (
                        <datalist id={list}>
                            {choices.map((choice) => (
                                <option key={choice} value={choice} />
                            ))}
                        </datalist>
                    )}
                </>
            )}
        </Field>
    );
}

function Answer({ target, prediction }: { target: string; prediction: Prediction }) {
    const answer = answerOf(prediction);
    const shares = sharesOf(prediction).slice(0, SHARES_SHOWN);
    return (
        <div class="report" role="status">
            <dl class="scores">
                <div class="score">
                    <dt>{target}</dt>
                    <dd>
                        <span class="score-figure">{answer || "no prediction"}</span>
                    </dd>
                </div>
            </dl>
            {shares.length > 0 && (
                <section class="importances">
                    <h4>How sure it is</h4>
                    <dl>
                        {shares.map(({ label, share }) => (
                            <div key={String(label)}>
                                <dt>{String(label)}</dt>
                                <dd>
                                    <meter min={0} max={1} value={share} aria-hidden="true" />
                                    {percent(share)}
                                </dd>
                            </div>
                        ))}
                    </dl>
                </section>
            )}
            {prediction.notes.map((note) => (
                <p key={note.column} class="hint">
                    <strong>{note.column}</strong>: {note.detail}
                </p>
            ))}
        </div>
    );
}

export function PredictForm({ model }: { model: Model }) {
    const questions = questionsOf(model.record);
    const [values, setValues] = useState<Record<string, string>>(
        Object.fromEntries(questions.map(({ column, example }) => [column, example])),
    );
    const [prediction, setPrediction] = useState<Prediction | null>(null);
    const [fault, setFault] = useState<Fault | null>(null);
    const ask = (event: Event): void => {
        event.preventDefault();
        setFault(null);
        predict(model.id, values)
            .then(setPrediction)
            .catch((error: unknown) => {
                setPrediction(null);
                setFault(faultOf(error));
            });
    };
    return (
        <form class="train" onSubmit={ask} aria-labelledby="predict-title">
            <h2 id="predict-title">Try it on one row</h2>
            <p class="hint">A field left empty is a missing value.</p>
            <div class="settings">
                {questions.map((question) => (
                    <Input
                        key={question.column}
                        question={question}
                        value={values[question.column] ?? ""}
                        onValue={(value) => setValues({ ...values, [question.column]: value })}
                    />
                ))}
            </div>
            <button type="submit" class="primary">
                Predict
            </button>
            {fault && <FaultBox fault={fault} />}
            {prediction && (
                <Answer target={model.record.target ?? "Answer"} prediction={prediction} />
            )}
        </form>
    );
}
