// SPDX-License-Identifier: MPL-2.0
// Bundles the client into dist/ (--watch: again at each change; --test: the unit tests into dist-test/).
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const ROOT = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(ROOT, ...parts);

const APP = {
    entryPoints: [
        { in: at("src/main.tsx"), out: "app" },
        { in: at("src/style/app.css"), out: "app" },
    ],
    outdir: at("dist"),
    bundle: true,
    format: "esm",
    target: "es2021",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
};

async function buildTests() {
    const names = (await readdir(at("test"))).filter((name) => name.endsWith(".test.ts"));
    await rm(at("dist-test"), { recursive: true, force: true });
    await esbuild.build({
        entryPoints: names.map((name) => at("test", name)),
        outdir: at("dist-test"),
        outExtension: { ".js": ".mjs" },
        bundle: true,
        format: "esm",
        platform: "node",
        target: "node18",
    });
}

async function buildApp(watch) {
    await rm(at("dist"), { recursive: true, force: true });
    await mkdir(at("dist"));
    await cp(at("public"), at("dist"), { recursive: true });
    if (!watch) {
        await esbuild.build(APP);
        return;
    }
    const context = await esbuild.context({
        ...APP,
        minify: false,
        logLevel: "info",
    });
    await context.watch();
}

if (process.argv.includes("--test")) {
    await buildTests();
} else {
    await buildApp(process.argv.includes("--watch"));
}
