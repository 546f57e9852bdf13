// SPDX-License-Identifier: MPL-2.0
import type { ColumnType } from "../types";

const SHORT: Record<ColumnType, string> = {
    integer: "int",
    float: "float",
    boolean: "bool",
    date: "date",
    datetime: "time",
    category: "cat",
    text: "text",
};

export function TypeBadge({ type }: { type: ColumnType }) {
    return (
        <span class={`type type-${type}`} title={type}>
            {SHORT[type] ?? type}
        </span>
    );
}
