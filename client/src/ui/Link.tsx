// SPDX-License-Identifier: MPL-2.0
// A link inside the client: a real address, followed without loading the page again.
import type { ComponentChildren } from "preact";
import { navigate } from "../store/router";

interface Props {
    to: string;
    class?: string;
    current?: boolean;
    children: ComponentChildren;
}

export function Link({ to, class: name, current, children }: Props) {
    const follow = (event: MouseEvent): void => {
        if (
            event.button === 0 &&
            !event.metaKey &&
            !event.ctrlKey &&
            !event.shiftKey &&
            !event.altKey
        ) {
            event.preventDefault();
            navigate(to);
        }
    };
    return (
        <a href={to} class={name} aria-current={current ? "page" : undefined} onClick={follow}>
            {children}
        </a>
    );
}
