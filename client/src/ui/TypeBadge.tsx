// SPDX-License-Identifier: MPL-2.0
import type { ColumnType } from "../types";

const SHORT: Record<ColumnType, string> = {
    integer: "int",
    float: "float",
    text: "text",
};

export function TypeBadge({ type }: { type: ColumnType }) {
    return <span class={`type type-${type}`}>{SHORT[type] ?? type}</span>;
}
