// SPDX-License-Identifier: MPL-2.0
// The names of columns in the expression language (docs/expressions.md).

/** Words of the language: as names of columns they are quoted. */
const WORDS = new Set(
    "and or not in between is case when then else end null missing true false".split(" "),
);

/** Texts, quoted names, numbers and bare names, so that no name is found inside of another one. */
const TOKENS =
    /'(?:''|\\[\s\S]|[^'\\])*'|"(?:""|\\[\s\S]|[^"\\])*"|`(?:``|[^`])*`|\d[\p{L}\p{N}_.]*|[\p{L}_][\p{L}\p{M}\p{N}_]*/gu;

/** A column's name as an expression writes it. */
export function expressionName(name: string): string {
    const bare = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !WORDS.has(name.toLowerCase());
    return bare ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** The expression with the column `from` under the name `to`; functions and texts stay. */
export function withName(expression: string, from: string, to: string): string {
    const bare = WORDS.has(from.toLowerCase()) ? "" : from;
    const quoted = `\`${from.replaceAll("`", "``")}\``;
    return expression.replace(TOKENS, (token, offset: number) => {
        const called = /^\s*\(/.test(expression.slice(offset + token.length));
        return token === quoted || (token === bare && !called) ? expressionName(to) : token;
    });
}
