// SPDX-License-Identifier: MPL-2.0
// What a step does: a list of all kinds in their groups, and a search by name or purpose.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Group, grouped, kindId, search } from "../logic/catalogue";
import { catalogue } from "../store/catalogue";
import type { StepKind } from "../types";
import { Field } from "./Field";

interface Props {
    id: string;
    kind: StepKind | undefined;
    onChoose: (kind: StepKind) => void;
}

interface FoundProps {
    groups: readonly Group[];
    chosen: StepKind | undefined;
    onChoose: (kind: StepKind) => void;
}

function Found({ groups, chosen, onChoose }: FoundProps) {
    return (
        <div class="kinds" role="region" aria-label="Steps found" tabIndex={0}>
            {groups.length === 0 && <p class="hint">There is no such step.</p>}
            {groups.map((group) => (
                <section key={group.title} aria-label={group.title}>
                    <h4>{group.title}</h4>
                    {group.kinds.map((kind) => (
                        <button
                            type="button"
                            key={kindId(kind)}
                            class="kind"
                            aria-pressed={kind === chosen}
                            onClick={() => onChoose(kind)}
                        >
                            <b>{kind.title}</b> <span>{kind.help}</span>
                        </button>
                    ))}
                </section>
            ))}
        </div>
    );
}

export function KindPicker({ id, kind, onChoose }: Props) {
    const first = useRef<HTMLInputElement>(null);
    const [text, setText] = useState("");
    const [browsing, setBrowsing] = useState(kind === undefined);
    useLayoutEffect(() => first.current?.focus(), []);
    const { steps } = catalogue.value;
    const choose = (chosen: StepKind | undefined): void => {
        if (chosen) {
            setText("");
            setBrowsing(false);
            onChoose(chosen);
        }
    };
    return (
        <>
            <Field id={id} label="What to do" hint={kind?.help}>
                {(described) => (
                    <select
                        {...described}
                        value={kind ? kindId(kind) : ""}
                        onChange={(event) =>
                            choose(steps.find((each) => kindId(each) === event.currentTarget.value))
                        }
                    >
                        {!kind && <option value="">Choose…</option>}
                        {grouped(steps).map((group) => (
                            <optgroup key={group.title} label={group.title}>
                                {group.kinds.map((each) => (
                                    <option key={kindId(each)} value={kindId(each)}>
                                        {each.title}
                                    </option>
                                ))}
                            </optgroup>
                        ))}
                    </select>
                )}
            </Field>
            <div class="find">
                <input
                    type="search"
                    ref={first}
                    aria-label="Find a step by its name or purpose"
                    placeholder="Find: outlier, date, formula…"
                    value={text}
                    onInput={(event) => setText(event.currentTarget.value)}
                />
                {(browsing || text.trim() !== "") && (
                    <Found groups={grouped(search(steps, text))} chosen={kind} onChoose={choose} />
                )}
            </div>
        </>
    );
}
