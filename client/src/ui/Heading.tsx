// SPDX-License-Identifier: MPL-2.0
// A screen's heading: names the page, and takes the focus when the person came here by a link.
import { useEffect, useRef } from "preact/hooks";
import { navigations } from "../store/router";

export function Heading({ title }: { title: string }) {
    const heading = useRef<HTMLHeadingElement>(null);
    const visit = navigations.value;
    useEffect(() => {
        document.title = `${title} · AutoDP`;
    }, [title]);
    useEffect(() => {
        if (visit > 0) {
            heading.current?.focus();
        }
    }, [visit]);
    return (
        <h1 ref={heading} tabIndex={-1}>
            {title}
        </h1>
    );
}
