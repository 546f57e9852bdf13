// SPDX-License-Identifier: MPL-2.0
// A button for what cannot be undone: it asks once, in place.
import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
    label: string;
    /** The label as a screen reader hears it, naming the thing. */
    name: string;
    question: string;
    onConfirm: () => void;
}

export function ConfirmButton({ label, name, question, onConfirm }: Props) {
    const [asking, setAsking] = useState(false);
    const no = useRef<HTMLButtonElement>(null);
    useEffect(() => {
        if (asking) {
            no.current?.focus();
        }
    }, [asking]);
    if (!asking) {
        return (
            <button type="button" class="quiet" aria-label={name} onClick={() => setAsking(true)}>
                {label}
            </button>
        );
    }
    return (
        <span class="confirm" role="group" aria-label={question}>
            <span>{question}</span>
            <button type="button" class="danger" onClick={onConfirm}>
                Yes
            </button>
            <button type="button" ref={no} onClick={() => setAsking(false)}>
                No
            </button>
        </span>
    );
}
