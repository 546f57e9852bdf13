// SPDX-License-Identifier: MPL-2.0
// Looks at a screen as a person with each device would: pictures, and axe's rules for
// accessibility.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const SIZES = [
    { name: "wide", width: 1280, height: 800 },
    { name: "phone", width: 390, height: 844 },
];
const SCHEMES = ["light", "dark"];
const GRAVE = new Set(["serious", "critical"]);

const axeSource = await readFile(
    createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
    "utf8",
);

async function graveViolations(page) {
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    return violations
        .filter((violation) => GRAVE.has(violation.impact))
        .map(
            ({ id, help, nodes }) =>
                `${id} (${help}): ${nodes.map((node) => node.target.join(" ")).join("; ")}`,
        );
}

async function sideways(page) {
    return page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
}

/**
 * Makes the function that looks at the page as it is now; pictures go to `folder`, none when it is
 * undefined.
 */
export async function createLooker(page, folder) {
    if (folder) {
        await mkdir(folder, { recursive: true });
    }
    let count = 0;
    return async function look(name) {
        const number = String(++count).padStart(2, "0");
        for (const { name: size, width, height } of SIZES) {
            await page.setViewportSize({ width, height });
            for (const scheme of SCHEMES) {
                await page.emulateMedia({
                    colorScheme: scheme,
                    reducedMotion: "reduce",
                });
                const where = `${name}, ${size}, ${scheme}`;
                if (folder) {
                    const path = join(folder, `${number}-${name}-${size}-${scheme}.png`);
                    await page.screenshot({ path, fullPage: size === "phone" });
                }
                const grave = await graveViolations(page);
                if (grave.length > 0) {
                    throw new Error(`accessibility (${where}):\n  ${grave.join("\n  ")}`);
                }
                if (await sideways(page)) {
                    throw new Error(`the page scrolls sideways (${where})`);
                }
            }
        }
        await page.setViewportSize(SIZES[0]);
        await page.emulateMedia({
            colorScheme: "light",
            reducedMotion: "reduce",
        });
    };
}
