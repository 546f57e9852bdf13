// SPDX-License-Identifier: MPL-2.0
// The whole path in a real browser, against a platform that runs at BASE_URL. Pictures of each
// screen go to the folder SCREENS. Prints "ok" and exits 0, or says what failed and exits 1.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { openPage } from "./browser.mjs";
import { createLooker } from "./screens.mjs";
import { createTable } from "./table.mjs";

const PENGUINS = fileURLToPath(new URL("../data/penguins.csv", import.meta.url));
const PASSWORD = "a long password for a short test";
const JOB_TIMEOUT_MS = 120_000;
/** So many that their run is not over before a person could cancel it. */
const LONG_ROWS = 500_000;
const NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];

/** A table with a day in another country's order and a cell that is no number. */
const MIXED = [
    "code;born;price;big",
    ...Array.from({ length: 120 }, (_, row) =>
        [
            row === 17 ? "n.a." : row * 3,
            `${String((row % 28) + 1).padStart(2, "0")}.03.2020`,
            row % 10 === 3 ? "" : `${row % 13},25`,
            100_000 + ((row * 7919) % 800_000),
        ].join(";"),
    ),
].join("\n");

const { browser, page, troubles } = await openPage(process.env.BASE_URL ?? "http://127.0.0.1:8080");
const look = await createLooker(page, process.env.SCREENS);
const { cell, waitForCell } = await createTable(page);
const email = `journey-${Date.now()}@example.org`;

const button = (name, options = {}) => page.getByRole("button", { name, ...options });
const step = (number) => page.locator(`.step[data-step="${number}"]`);
const sheet = () => page.locator(".cells");

async function addStep(number, method, columns) {
    await button("Add a step").click();
    await step(number).getByLabel("What to do").selectOption(method);
    for (const column of columns) {
        await step(number).getByRole("checkbox", { name: column }).check();
    }
}

const closeStep = (number) => step(number).getByRole("button", { name: "Done" }).click();

async function download(link) {
    const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
    return readFile(await file.path());
}

const downloadLink = (name) =>
    page.getByRole("link", { name, exact: false }).and(page.locator(".downloads a"));

const stages = {
    async "a newcomer registers"() {
        await page.goto("/");
        await page.getByRole("heading", { name: "Log in" }).waitFor();
        await look("login");
        await page.getByLabel("E-mail").fill(email);
        await page.getByLabel("Password").fill(PASSWORD);
        await button("Log in").click();
        await page.getByRole("alert").waitFor();
        await look("login-refused");
        await button("Register").click();
        await page.getByLabel("E-mail").fill(email);
        await page.getByLabel("Password").fill(PASSWORD);
        await button("Register").click();
        await page.getByText("Drop a CSV file here").waitFor();
        await look("home-empty");
    },

    async "a broken file is refused with its line"() {
        const broken = {
            name: "broken.csv",
            mimeType: "text/csv",
            buffer: Buffer.from("a,b\n1,2\n3\n"),
        };
        await page.locator("input[type=file]").setInputFiles(broken);
        await page.getByRole("alert").getByText("line 3", { exact: false }).first().waitFor();
        await look("upload-refused");
    },

    async "a table is uploaded and shown"() {
        await page.locator("input[type=file]").setInputFiles(PENGUINS);
        await page.getByRole("heading", { name: "penguins.csv" }).waitFor();
        await sheet().waitFor();
        assert.equal(await sheet().locator("tbody tr").count(), 50);
        assert.match(await cell(4, "bill_length_mm"), /missing/);
        await look("prepare-empty");
    },

    async "each step changes the table"() {
        await addStep(1, "missing.median", NUMBERS);
        await waitForCell(4, "bill_length_mm", /44\.45$/);
        await look("step-editor");
        await closeStep(1);
        await addStep(2, "missing.mode", ["sex"]);
        await waitForCell(4, "sex", /now male$/);
        await closeStep(2);
        await addStep(3, "scale.z_score", NUMBERS);
        await waitForCell(1, "bill_length_mm", /-0\.88/);
        await closeStep(3);
        await addStep(4, "encode.one_hot", ["island", "sex"]);
        await waitForCell(1, "island_Torgersen", /1$/);
        await closeStep(4);
        await look("prepare");
        await page.getByRole("radio", { name: "Before" }).check();
        await waitForCell(4, "sex", /^missing$/);
        await look("before");
        await page.getByRole("radio", { name: "After" }).check();
    },

    async "a bad step is named and the last good table stays"() {
        await addStep(5, "missing.mean", ["species"]);
        const said = step(5).getByRole("alert");
        await said.waitFor();
        assert.match((await said.textContent()) ?? "", /species/);
        assert.match(await cell(1, "island_Torgersen"), /1$/, "the last good table is gone");
        assert.ok(
            await button("Run over the whole file").isDisabled(),
            "a recipe with a bad step can be run",
        );
        await look("bad-step");
        await step(5).getByLabel("What to do").selectOption("missing.mode");
        await said.waitFor({ state: "detached" });
        await closeStep(5);
        await step(5)
            .getByRole("button", { name: /^Remove/ })
            .click();
        await step(5).waitFor({ state: "detached" });
    },

    async "the recipe is kept"() {
        await page.locator(".save-note", { hasText: "Saved" }).waitFor();
        await page.reload();
        await waitForCell(1, "island_Torgersen", /1$/);
        assert.equal(await page.locator(".step").count(), 4);
    },

    async "the whole file is run with progress"() {
        await button("Run over the whole file").click();
        await page.locator('.job[data-state="done"]').waitFor({ timeout: JOB_TIMEOUT_MS });
        const csv = (await download(downloadLink("data.csv"))).toString("utf8");
        const lines = csv.trimEnd().split(/\r?\n/);
        assert.equal(lines.length, 345, "the result has not 344 rows");
        assert.ok(lines[0]?.includes("island_Torgersen"), `no one-hot column in "${lines[0]}"`);
        assert.ok(!/(^|,)NA(,|$)/m.test(csv), "a gap is left in the result");
        await look("run-done");
    },

    async "a run writes its file in another style"() {
        await page.getByText("Output", { exact: true }).click();
        await page.getByLabel("Between fields").selectOption(";");
        await page.getByLabel("Quotes around every cell").check();
        await page.getByLabel("Pack the file").check();
        await look("output");
        await button("Run over the whole file").click();
        await downloadLink("data.csv.gz").waitFor({ timeout: JOB_TIMEOUT_MS });
        const csv = gunzipSync(await download(downloadLink("data.csv.gz"))).toString("utf8");
        assert.ok(csv.startsWith('"species";"island_Biscoe";'), csv.slice(0, 80));
    },

    async "a long run shows its progress and is cancelled"() {
        const row = "39.1,18.7,181,3750,NA\n";
        const buffer = Buffer.from(
            `alpha,beta,gamma,delta,omega\n${row.repeat(LONG_ROWS)}1,2,3,4,5\n`,
        );
        await page.getByRole("link", { name: "AutoDP" }).click();
        await page
            .locator("input[type=file]")
            .setInputFiles({ name: "long.csv", mimeType: "text/csv", buffer });
        await page.getByRole("heading", { name: "long.csv" }).waitFor({ timeout: JOB_TIMEOUT_MS });
        await addStep(1, "missing.median", ["omega"]);
        await waitForCell(1, "omega", /5$/);
        await closeStep(1);
        await addStep(2, "scale.z_score", ["alpha", "beta", "gamma", "delta"]);
        await waitForCell(1, "alpha", /, now /);
        await closeStep(2);
        await button("Run over the whole file").click();
        await page.getByRole("progressbar", { name: /^Run over/ }).waitFor();
        await button("Cancel").click();
        await page.locator('.job[data-state="cancelled"]').waitFor();
        await look("cancelled");
        await page.getByRole("link", { name: "Datasets" }).click();
        await page.getByRole("link", { name: "penguins.csv" }).click();
    },

    async "a model is trained on the species"() {
        await page.getByRole("link", { name: "Train", exact: true }).click();
        await button("Train the model").click();
        await page.getByText("Choose the column to predict").waitFor();
        await look("train-incomplete");
        await page.getByLabel("Predict", { exact: true }).selectOption("species");
        await page.getByText("Not scaled: year.").waitFor();
        await look("train-form");
        await page.getByLabel("Algorithm").selectOption("svc");
        await page.getByText("Parameters", { exact: true }).click();
        await page.getByLabel("C", { exact: true }).fill("0");
        await page.getByText("Parameters", { exact: true }).click();
        await button("Train the model").click();
        await page.locator("#parameters-C-error").waitFor();
        await look("train-parameters");
        await page.getByLabel("C", { exact: true }).fill("2");
        await page.getByRole("checkbox", { name: /^year/ }).uncheck();
        await page.getByText("Not scaled").waitFor({ state: "detached" });
        await button("Train the model").click();
        await page.getByText("Test: Accuracy").waitFor({ timeout: JOB_TIMEOUT_MS });
        const accuracy = Number.parseFloat(
            (await page.locator(".score-figure").first().textContent()) ?? "",
        );
        assert.ok(accuracy > 90 && accuracy <= 100, `a test accuracy of ${accuracy} %`);
        const matrix = page.locator(".matrix");
        assert.deepEqual(await matrix.locator("tbody th").allTextContents(), [
            "Adelie",
            "Chinstrap",
            "Gentoo",
        ]);
        assert.equal(await matrix.locator("tbody td").count(), 9);
        await look("train-done");
    },

    async "the model's files can be had"() {
        const pickle = await download(downloadLink("model.pkl"));
        assert.deepEqual(
            [...pickle.subarray(0, 2)],
            [0x80, 0x05],
            "model.pkl is no protocol-5 pickle",
        );
        const predictions = (await download(downloadLink("predictions.csv"))).toString("utf8");
        assert.match(predictions, /^row,prediction\r?\n1,Adelie/);
        const record = JSON.parse((await download(downloadLink("record.json"))).toString("utf8"));
        assert.equal(record.target, "species");
        assert.equal(record.parameters.C, 2);
        const saved = JSON.parse((await download(downloadLink("model.json"))).toString("utf8"));
        assert.equal(saved.model.estimator, "svc");
    },

    async "a forest is judged by cross-validation and says what counts"() {
        await page.getByLabel("Algorithm").selectOption("random_forest");
        await page.getByLabel("Folds").fill("3");
        await button("Train the model").click();
        const counts = page.locator(".importances:not(.counts) dt");
        await counts.first().waitFor({ timeout: JOB_TIMEOUT_MS });
        assert.equal(await counts.count(), 9);
        const scores = page.getByRole("region", { name: "Scores" });
        await scores.getByText("Validation (3 parts)").waitFor();
        assert.match((await scores.locator(".best").textContent()) ?? "", /Accuracy.*%.*% ± /);
        assert.equal(await page.locator(".counts dt").count(), 6);
        assert.deepEqual(await page.locator(".chart figcaption").allTextContents(), [
            "ROC curve",
            "Precision and recall",
            "Calibration",
            ...(await page.locator(".counts dt").allTextContents()).filter((name) =>
                NUMBERS.includes(name),
            ),
        ]);
        const roc = page.getByRole("img", { name: "ROC curve" });
        assert.equal(await roc.locator("path.series").count(), 3);
        await page.getByText("Figures of ROC curve").click();
        const figures = page.getByRole("region", { name: "Figures: ROC curve" });
        await figures.locator("tbody tr").nth(3).waitFor();
        await look("train-forest");
    },

    async "a number is predicted by the algorithm that a search finds"() {
        await page.getByLabel("Predict", { exact: true }).selectOption("body_mass_g");
        assert.equal(await page.getByLabel("Predict it as").inputValue(), "regress");
        await page.getByRole("checkbox", { name: /^species/ }).uncheck();
        await page.getByLabel("Algorithm").selectOption("auto");
        await page.getByLabel("Trials").fill("5");
        await page.getByLabel("Budget").fill("60");
        await look("train-automatic");
        await button("Train the model").click();
        await page.getByText("Test: R²").waitFor({ timeout: JOB_TIMEOUT_MS });
        const board = page.getByRole("region", { name: "Leaderboard" });
        assert.equal(await board.locator("tbody tr").count(), 5);
        await board.getByText("Baseline").waitFor();
        assert.equal(await page.locator(".matrix").count(), 0, "numbers have a confusion matrix");
        await look("train-searched");
    },

    async "rows are divided by groups, and more rows are tried"() {
        await page.getByLabel("Algorithm").selectOption("ridge");
        await page.getByLabel("Look for better parameters").selectOption("grid");
        await page.getByLabel("Memory (MB)").fill("2000");
        await page.getByLabel("Test rows").selectOption("group");
        await page.getByLabel("Learning curve").check();
        await page.getByLabel("Folds").fill("2");
        await button("Train the model").click();
        await page.locator("#split_column-error").waitFor();
        await page.getByLabel("Divided by the column").selectOption("island");
        assert.ok(!(await page.getByRole("checkbox", { name: /^island/ }).isChecked()));
        await page.getByLabel("Compare models by").selectOption("mae");
        await look("train-split");
        await button("Train the model").click();
        await page.getByRole("img", { name: "Learning curve" }).waitFor({
            timeout: JOB_TIMEOUT_MS,
        });
        await page.getByText("all rows of 1 of the 3 groups in “island”").waitFor();
        await page.getByText("Models are compared by MAE").waitFor();
        for (const name of ["Predicted and true", "Residuals by prediction", "Residuals"]) {
            await page.getByRole("img", { name, exact: true }).waitFor();
        }
        const dots = page.getByRole("img", { name: "Predicted and true" }).locator(".dot");
        assert.ok((await dots.count()) > 40, "the residuals have too few dots");
        await look("train-divided");
    },

    async "groups are found that nobody told"() {
        await page.getByLabel("Learn to").selectOption("cluster");
        await page.getByRole("checkbox", { name: /^species/ }).uncheck();
        assert.equal(await page.getByLabel("Predict", { exact: true }).count(), 0);
        assert.equal(await page.getByLabel("Folds").count(), 0, "nothing judges groups");
        assert.equal(await page.getByRole("group", { name: "Search" }).count(), 0);
        await look("train-groups");
        await button("Train the model").click();
        await page.getByText("Test: Silhouette").waitFor({ timeout: JOB_TIMEOUT_MS });
        await page.getByText(/works with \d+ columns/).waitFor();
        await look("train-grouped");
    },

    async "jobs are listed and opened"() {
        await page
            .getByRole("navigation", { name: "Main" })
            .getByRole("link", { name: /^Jobs/ })
            .click();
        assert.equal(await page.locator('tr[data-state="done"]').count(), 7);
        await look("jobs");
        await page.getByRole("link", { name: "Training" }).last().click();
        await page.locator(".matrix").waitFor();
        await look("job");
    },

    async "a model is found again, asked for one row, used on a table, and taken away"() {
        await page.getByRole("link", { name: "Use the model" }).click();
        await page.getByText("Try it on one row").waitFor();
        await page.locator("#predict-island").fill("Mars");
        await page.getByRole("button", { name: "Predict", exact: true }).click();
        await page.getByText("How good it is").waitFor();
        await page.getByText(/had not seen the value 'Mars'/).waitFor();
        await look("model-asked");
        await page.locator("#predict-bill_length_mm").fill("long");
        await page.getByRole("button", { name: "Predict", exact: true }).click();
        await page
            .getByRole("alert")
            .getByText(/is no value for column/)
            .waitFor();
        await look("model-refused");
        await button("Predict all rows").click();
        await page.getByText("Change since the training").waitFor({ timeout: JOB_TIMEOUT_MS });
        await look("model-predicted");
        await page.getByText("Name and version").click();
        await page.getByLabel("Name", { exact: true }).fill("birds");
        await button("Rename").click();
        await page.getByRole("heading", { name: "birds" }).waitFor();
        await page
            .getByRole("navigation", { name: "Main" })
            .getByRole("link", { name: "Models" })
            .click();
        await page.getByRole("link", { name: "birds" }).waitFor();
        assert.equal(await page.locator("table.list tbody tr").count(), 5);
        await look("models");
        await page.getByRole("link", { name: "birds" }).click();
        await button("Delete the model birds").click();
        await button("Yes").click();
        await page.getByRole("heading", { name: "Models" }).waitFor();
        assert.equal(await page.getByRole("link", { name: "birds" }).count(), 0);
    },

    async "steps are suggested, taken and left"() {
        await page.getByRole("link", { name: "Datasets" }).click();
        await page.getByRole("link", { name: "penguins.csv" }).click();
        await sheet().waitFor();
        for (const _ of await page.locator(".step").all()) {
            await step(1)
                .getByRole("button", { name: /^Remove/ })
                .click();
        }
        const open = page.locator(".suggestions li");
        await open.first().waitFor();
        await look("suggestions");
        const count = Number(await page.locator(".suggestions .tally").textContent());
        await button("Take: Fill with the median: bill_length_mm").click();
        await waitForCell(4, "bill_length_mm", /44\.45$/);
        await button("Leave: Fill with the median: bill_depth_mm").click();
        await page.locator(".suggestions .tally", { hasText: `${count - 2}` }).waitFor();
        await button("Take all").click();
        await page.locator(".suggestions").waitFor({ state: "detached" });
        await waitForCell(1, "island_Torgersen", /1$/);
        assert.match(await cell(4, "bill_depth_mm"), /missing/, "a step that was left is taken");
        await look("suggestions-taken");
    },

    async "a step is found by its purpose and written as a formula"() {
        await button("Add a step").click();
        const fresh = page.locator(".step").last();
        await look("kinds");
        await fresh.getByLabel("Find a step").fill("formula");
        await fresh.getByRole("button", { name: /^Calculate a column/ }).click();
        await fresh.getByLabel("Name of the new column").fill("next year");
        await fresh.getByLabel("Expression").fill("1 + ");
        await fresh.getByLabel("Put a column in").selectOption("year");
        await waitForCell(1, "next year", /\d$/);
        await fresh.getByText("Functions and operators").click();
        await look("expression");
        await fresh.getByRole("button", { name: "Done" }).click();
    },

    async "the preview moves through the table"() {
        await button("Next 50 rows").click();
        await page.getByText("51–100 of 344 rows").waitFor();
        await waitForCell(51, "next year", /\d$/);
        await button("Previous 50 rows").click();
        await page.getByText("1–50 of 344 rows").waitFor();
    },

    async "behind a sort the first rows of all are shown"() {
        const number = (await page.locator(".step").count()) + 1;
        await addStep(number, "sort", ["bill_length_mm"]);
        await page.getByText("First 50 of 344 sorted rows").waitFor();
        assert.equal(
            await button("Next 50 rows").count(),
            0,
            "a window of sorted rows can be moved",
        );
        const first = Number(await cell(1, "bill_length_mm"));
        assert.ok(first <= Number(await cell(2, "bill_length_mm")), `${first} is not the least`);
        await look("sorted");
        await closeStep(number);
        await step(number)
            .getByRole("button", { name: /^Remove/ })
            .click();
        await page.getByText("1–50 of 344 rows").waitFor();
    },

    async "a file is read in another way"() {
        const mixed = { name: "mixed.csv", mimeType: "text/csv" };
        await page.getByRole("link", { name: "AutoDP" }).click();
        await page
            .locator("input[type=file]")
            .setInputFiles({ ...mixed, buffer: Buffer.from(`${MIXED}\n`) });
        await page.getByRole("heading", { name: "mixed.csv" }).waitFor();
        await page.getByRole("link", { name: "File", exact: true }).click();
        await page.getByText("semicolon").first().waitFor();
        await page.getByText("the first “n.a.” in row 18").waitFor();
        await page.getByText("Read it in another way").click();
        await look("file");
        await page.getByLabel("Type of born").selectOption("date");
        await page.getByLabel("Format of born").fill("%d.%m.%Y");
        await page.getByLabel("Type of code").selectOption("integer");
        await button("Read again").click();
        await page.getByText("1 cell did not fit").waitFor();
        await look("file-again");
        await page.reload();
        await page.getByText("1 cell did not fit").waitFor();
        assert.equal(await page.getByLabel("Format of born").inputValue(), "%d.%m.%Y");
    },

    async "a file is uploaded with how it is read"() {
        await page.getByRole("link", { name: "AutoDP" }).click();
        await page.getByText("Say how to read it").click();
        await page.getByLabel("Between fields").selectOption(";");
        await page.getByLabel("Decimal mark").selectOption(",");
        await page.getByLabel("Texts that mean missing").fill("n.a.");
        await look("upload-options");
        const said = {
            name: "said.csv",
            mimeType: "text/csv",
            buffer: Buffer.from(`${MIXED}\n`),
        };
        await page.locator("input[type=file]").setInputFiles(said);
        await page.getByRole("heading", { name: "said.csv" }).waitFor();
        await waitForCell(18, "code", /missing/);
        await page.getByRole("link", { name: "File", exact: true }).click();
        await page.getByText("Read it in another way").click();
        assert.equal(
            await page.getByLabel("Texts that mean missing", { exact: true }).inputValue(),
            "n.a.",
        );
    },

    async "a report on the table is made"() {
        await button("Profile report").click();
        const link = page.getByRole("link", { name: "Open report" });
        await link.waitFor({ timeout: JOB_TIMEOUT_MS });
        await look("profile");
        const [report] = await Promise.all([page.waitForEvent("popup"), link.click()]);
        await report.getByText("born").first().waitFor();
        if (process.env.SCREENS) {
            // Nothing may run in it, axe neither.
            await report.screenshot({
                path: `${process.env.SCREENS}/report.png`,
            });
        }
        await report.close();
        const saved = (await download(downloadLink("report.html"))).toString("utf8");
        assert.match(saved, /born/);
    },

    async "the person comes back"() {
        await button("Log out").click();
        await page.getByRole("heading", { name: "Log in" }).waitFor();
        await page.getByLabel("E-mail").fill(email);
        await page.getByLabel("Password").fill(PASSWORD);
        await button("Log in").click();
        await page.getByRole("link", { name: "penguins.csv" }).waitFor();
        await look("home");
    },
};

let code = 0;
for (const [name, stage] of Object.entries(stages)) {
    try {
        await stage();
        assert.deepEqual(troubles, [], "trouble in the page");
        console.log(`  ${name}`);
    } catch (error) {
        console.error(`FAILED: ${name}\n${error.message}`);
        if (process.env.SCREENS) {
            await page
                .screenshot({ path: `${process.env.SCREENS}/failed.png` })
                .catch(() => undefined);
        }
        code = 1;
        break;
    }
}
await browser.close();
console.log(code === 0 ? "ok" : "not ok");
process.exitCode = code;
