// SPDX-License-Identifier: MPL-2.0
// The import form: how the file was read, and how it shall be read again.
import type {
    ColumnDescription,
    ColumnImport,
    ColumnType,
    Dialect,
    Guess,
    ImportOptions,
} from "../types";

export interface ColumnForm {
    /** "" leaves the type to the server. */
    type: ColumnType | "";
    format: string;
    /** Texts that mean missing, one a line; "" means those of the table. */
    missing: string;
}

/** "" in a field means: guess it. */
export interface ImportForm {
    encoding: string;
    delimiter: string;
    quote: string;
    decimal: string;
    header: "" | "yes" | "no";
    lenient: boolean;
    missing: string;
    columns: Record<string, ColumnForm>;
}

export const TYPES: readonly ColumnType[] = [
    "integer",
    "float",
    "boolean",
    "date",
    "datetime",
    "category",
    "text",
];

export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "latin-1", "windows-1252"] as const;

const CHARS: Readonly<Record<string, string>> = {
    ",": "comma ( , )",
    ";": "semicolon ( ; )",
    "\t": "tab",
    "|": "bar ( | )",
    " ": "space",
    ":": "colon ( : )",
    '"': 'double quote ( " )',
    "'": "single quote ( ' )",
    ".": "point ( . )",
    "": "none",
    "\0": "none",
};

export const DELIMITERS = [",", ";", "\t", "|", " ", ":"] as const;
export const QUOTES = ['"', "'"] as const;
export const DECIMALS = [".", ","] as const;

/** A character in words: "semicolon ( ; )". */
export const charText = (char: string): string => CHARS[char] ?? char;

export const NO_COLUMN: ColumnForm = { type: "", format: "", missing: "" };

const MAX_TOKENS = 100;
const MAX_TOKEN_BYTES = 64;

const isTime = (type: ColumnType | ""): boolean => type === "date" || type === "datetime";

export const takesFormat = (column: ColumnForm): boolean => isTime(column.type);

const linesOf = (text: string): string[] =>
    text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");

/** The server writes the tab as "tab" or as itself. */
const charOf = (option: string | undefined): string =>
    option === undefined || option === "auto" ? "" : option === "tab" ? "\t" : option;

/** The form of a dataset that was read with these options. */
export function formOf(options: ImportOptions = {}): ImportForm {
    const columns = Object.entries(options.columns ?? {}).map(
        ([name, column]): [string, ColumnForm] => [
            name,
            {
                type: column.type ?? "",
                format: column.format ?? "",
                missing: (column.missing ?? []).join("\n"),
            },
        ],
    );
    return {
        encoding: options.encoding === "auto" ? "" : (options.encoding ?? ""),
        delimiter: charOf(options.delimiter),
        quote: charOf(options.quote),
        decimal: charOf(options.decimal),
        header: options.header === undefined ? "" : options.header ? "yes" : "no",
        lenient: options.lenient ?? false,
        missing: (options.missing ?? []).join("\n"),
        columns: Object.fromEntries(columns),
    };
}

function columnOptions(form: ColumnForm): ColumnImport | undefined {
    const options: ColumnImport = {};
    if (form.type !== "") {
        options.type = form.type;
    }
    if (takesFormat(form) && form.format.trim() !== "") {
        options.format = form.format.trim();
    }
    const missing = linesOf(form.missing);
    if (missing.length > 0) {
        options.missing = missing;
    }
    return Object.keys(options).length > 0 ? options : undefined;
}

/** The options of a form; what is to be guessed is left out. */
export function optionsOf(form: ImportForm): ImportOptions {
    const options: ImportOptions = {};
    for (const field of ["encoding", "delimiter", "quote", "decimal"] as const) {
        if (form[field] !== "") {
            options[field] = form[field] === "\t" ? "tab" : form[field];
        }
    }
    if (form.header !== "") {
        options.header = form.header === "yes";
    }
    if (form.lenient) {
        options.lenient = true;
    }
    const missing = linesOf(form.missing);
    if (missing.length > 0) {
        options.missing = missing;
    }
    const columns = Object.entries(form.columns).flatMap(([name, column]) => {
        const own = columnOptions(column);
        return own ? [[name, own] as const] : [];
    });
    if (columns.length > 0) {
        options.columns = Object.fromEntries(columns);
    }
    return options;
}

/** What is wrong with a list of texts that mean missing; "" when nothing. */
export function tokensError(text: string): string {
    const lines = linesOf(text);
    const size = (line: string): number => new TextEncoder().encode(line).length;
    if (lines.length > MAX_TOKENS) {
        return `At most ${MAX_TOKENS} texts`;
    }
    return lines.some((line) => size(line) > MAX_TOKEN_BYTES)
        ? `At most ${MAX_TOKEN_BYTES} bytes in a text`
        : "";
}

export interface Fact {
    label: string;
    text: string;
    guessed: boolean;
}

const fact = (label: string, guess: Guess<string>, text: string): Fact => ({
    label,
    text,
    guessed: guess.guessed,
});

/** How the file was read, for a list: each with whether it was guessed. */
export function factsOf(dialect: Dialect): Fact[] {
    const { encoding, delimiter, quote, decimal, header, packing, member } = dialect;
    return [
        fact("Encoding", encoding, encoding.value),
        fact("Between fields", delimiter, charText(delimiter.value)),
        fact("Around texts", quote, charText(quote.value)),
        fact("Decimal mark", decimal, charText(decimal.value)),
        {
            label: "First line",
            text: header.value ? "names of columns" : "data",
            guessed: header.guessed,
        },
        {
            label: "Packing",
            text: [packing, member].filter(Boolean).join(", "),
            guessed: false,
        },
    ];
}

/** Why a column is not of a narrower type: "2 text cells, the first “n.a.” in row 17". */
export function mixedText(column: ColumnDescription): string {
    return Object.entries(column.cells ?? {})
        .sort(([, a], [, b]) => a.count - b.count)
        .map(
            ([type, { count, row, value }]) =>
                `${count} ${type} cell${count === 1 ? "" : "s"}, the first “${value}” in row ${row}`,
        )
        .join("; ");
}
