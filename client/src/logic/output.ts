// SPDX-License-Identifier: MPL-2.0
// The output form: how a run writes its file.
import type { Output } from "../types";

/** "" as the delimiter means: that of the table. */
export interface OutputForm {
    delimiter: string;
    quote_all: boolean;
    bom: boolean;
    gzip: boolean;
}

export const AS_IT_WAS: OutputForm = { delimiter: "", quote_all: false, bom: false, gzip: false };

export const SWITCHES = [
    ["quote_all", "Quotes around every cell"],
    ["bom", "Byte order mark, for spreadsheets"],
    ["gzip", "Pack the file (.csv.gz)"],
] as const;

/** The request's part; undefined when the file is written as the table was. */
export function outputOf(form: OutputForm): Output | undefined {
    const output: Output = {};
    if (form.delimiter !== "") {
        output.delimiter = form.delimiter === "\t" ? "tab" : form.delimiter;
    }
    for (const [name] of SWITCHES) {
        if (form[name]) {
            output[name] = true;
        }
    }
    return Object.keys(output).length > 0 ? output : undefined;
}
