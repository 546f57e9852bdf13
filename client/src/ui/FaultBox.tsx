// SPDX-License-Identifier: MPL-2.0
// A failure as a person needs it: what, where, what to do.
import type { Fault } from "../types";

interface Props {
    fault: Fault;
    /** What was being done, such as the file's name. */
    about?: string;
    action?: string;
    onAction?: () => void;
}

function place(fault: Fault): string {
    const parts = [];
    if (fault.line > 0) {
        parts.push(`line ${fault.line}`);
    }
    if (fault.step > 0) {
        parts.push(`step ${fault.step}`);
    }
    if (fault.column !== "") {
        parts.push(`column “${fault.column}”`);
    }
    return parts.join(", ");
}

export function sentence(text: string): string {
    const start = text.charAt(0).toUpperCase() + text.slice(1);
    return /[.!?]$/.test(start) ? start : `${start}.`;
}

export function FaultBox({ fault, about, action, onAction }: Props) {
    const where = place(fault);
    return (
        <div class="fault" role="alert">
            <p class="fault-detail">
                {about && <b>{about}: </b>}
                {sentence(fault.detail)}
            </p>
            {fault.remedy && <p>{sentence(fault.remedy)}</p>}
            <p class="fault-place">
                {where && <span>At {where}. </span>}
                <code>{fault.code}</code>
            </p>
            {action && (
                <button type="button" onClick={onAction}>
                    {action}
                </button>
            )}
        </div>
    );
}
