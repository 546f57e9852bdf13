// SPDX-License-Identifier: MPL-2.0
// A labelled input with its hint and its error tied to it.
import type { ComponentChildren } from "preact";

export interface Described {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean | undefined;
}

interface Props {
    id: string;
    label: string;
    hint?: string | undefined;
    error?: string | undefined;
    children: (described: Described) => ComponentChildren;
}

export function Field({ id, label, hint, error, children }: Props) {
    const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
    return (
        <div class="field">
            <label for={id}>{label}</label>
            {children({
                id,
                "aria-describedby": describedBy || undefined,
                "aria-invalid": error ? true : undefined,
            })}
            {hint && (
                <span class="hint" id={`${id}-hint`}>
                    {hint}
                </span>
            )}
            {error && (
                <span class="error" id={`${id}-error`}>
                    {error}
                </span>
            )}
        </div>
    );
}
