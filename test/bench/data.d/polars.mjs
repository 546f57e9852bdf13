// SPDX-License-Identifier: MPL-2.0
// polars.mjs recipe|read IN [OUT]: the recipe of the benchmark, or reading alone, by Polars, eagerly. Prints the seconds.
import { createRequire } from "node:module";
const pl = createRequire(import.meta.url)("nodejs-polars");

const [what, input, output] = process.argv.slice(2);
const begun = process.hrtime.bigint();
let table = pl.readCSV(input, { inferSchemaLength: 10000 });
if (what === "recipe") {
    const fill = (name, value) => pl.col(name).fillNull(pl.lit(value)).alias(name);
    const value = (expression) => table.select(expression.alias("v")).getColumn("v").toArray()[0];
    table = table.withColumns(
        ...["f0", "f1", "f2"].map((name) => fill(name, value(pl.col(name).mean()))),
        ...["f3", "f4"].map((name) => fill(name, value(pl.col(name).median()))),
    );
    const z = (name) => {
        const mean = value(pl.col(name).mean());
        const rows = value(pl.col(name).count());
        const sd = value(pl.col(name).std()) * Math.sqrt((rows - 1) / rows);
        return pl.col(name).sub(pl.lit(mean)).div(pl.lit(sd)).alias(name);
    };
    const range = (name) => {
        const least = value(pl.col(name).min());
        const most = value(pl.col(name).max());
        return pl.col(name).cast(pl.Float64).sub(pl.lit(least)).div(pl.lit(most - least)).alias(name);
    };
    table = table.withColumns(...["f0", "f1", "f5"].map(z), ...["f2", "i1"].map(range));
    const levels = (name) => table.getColumn(name).unique().sort().toArray();
    const codes = levels("c2");
    table = table.join(pl.DataFrame({ c2: codes, c2_code: codes.map((_, i) => i) }), { on: "c2", how: "left" });
    const hot = (name) => levels(name).map((level) =>
        pl.col(name).eq(pl.lit(level)).cast(pl.Int32).alias(`${name}_${level}`));
    const hots = [...hot("c0"), ...hot("c1")];
    table = table.withColumns(...hots);
    table = table.drop("c0", "c1", "c2", "hid");
    table = table.rename({ c2_code: "c2" });
    table.writeCSV(output);
}
console.log(Number(process.hrtime.bigint() - begun) / 1e9);
