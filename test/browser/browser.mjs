// SPDX-License-Identifier: MPL-2.0
// Starts the browser and notes everything that must not happen in a page: script errors and
// breaches of its policy.
import { chromium } from "playwright-core";

const FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
const TIMEOUT_MS = 20_000;

/**
 * Opens a page on `base_url`. Answers the browser, the page and the list of troubles, which must
 * stay empty.
 */
export async function openPage(base_url) {
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        headless: true,
        args: FLAGS,
    });
    const context = await browser.newContext({
        baseURL: base_url,
        acceptDownloads: true,
        reducedMotion: "reduce",
        viewport: { width: 1280, height: 800 },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    const troubles = [];
    page.on("pageerror", (error) => troubles.push(`script error: ${error.message}`));
    page.on("console", (message) => {
        if (/content security policy/i.test(message.text())) {
            troubles.push(`policy: ${message.text()}`);
        }
    });
    page.on("response", (response) => {
        if (response.status() >= 500) {
            troubles.push(
                `${response.status()} from ${response.request().method()} ${response.url()}`,
            );
        }
    });
    return { browser, page, troubles };
}
