// SPDX-License-Identifier: MPL-2.0
// Reads the preview table as it stands in the page.
import assert from "node:assert/strict";

// Runs in the page: the text of a cell, by input row number and column name; "" when it is not
// there.
function cellText(row, column) {
    const texts = (selector, within) =>
        [...within.querySelectorAll(selector)].map((each) => each.textContent);
    const place = texts(".cells thead .column-name", document).indexOf(column);
    const line = [...document.querySelectorAll(".cells tbody tr")].find(
        (each) => each.querySelector("th").firstChild.textContent === String(row),
    );
    return (line && texts("td", line)[place]) ?? "";
}

/** Makes the readers of the table; to be called before the page is opened. */
export async function createTable(page) {
    await page.addInitScript(`globalThis.cellText = ${cellText}`);
    const cell = (row, column) =>
        page.evaluate((place) => globalThis.cellText(...place), [row, column]);
    return {
        cell,
        /** Waits until the cell's text fits `pattern`. */
        async waitForCell(row, column, pattern) {
            try {
                await page.waitForFunction(
                    ([source, ...place]) => new RegExp(source).test(globalThis.cellText(...place)),
                    [pattern.source, row, column],
                );
            } catch {
                const shown = await cell(row, column);
                assert.fail(`row ${row} of ${column} should fit ${pattern}, it is "${shown}"`);
            }
        },
    };
}
