// SPDX-License-Identifier: MPL-2.0
// The suggestions that a person has left, by dataset. The browser keeps short names only, nothing of
// the data; where it keeps nothing (a private window), they are left until the page is closed.
import { signal } from "@preact/signals";

const PREFIX = "autodp.left.";

export const dismissed = signal<ReadonlySet<string>>(new Set());

export function readDismissed(dataset_id: string): void {
    let names: string[] = [];
    try {
        names = (localStorage.getItem(PREFIX + dataset_id) ?? "").split(" ").filter(Boolean);
    } catch {
        // the browser keeps nothing
    }
    dismissed.value = new Set(names);
}

export function dismiss(dataset_id: string, name: string): void {
    dismissed.value = new Set(dismissed.value).add(name);
    try {
        localStorage.setItem(PREFIX + dataset_id, [...dismissed.value].join(" "));
    } catch {
        // the browser keeps nothing
    }
}
