// SPDX-License-Identifier: MPL-2.0
// duckdb.mjs recipe|profile IN [OUT]: the recipe of the benchmark, or what a profile needs, by DuckDB. Prints the seconds.
import { DuckDBInstance } from "@duckdb/node-api";

const [what, input, output] = process.argv.slice(2);
const threads = process.env.THREADS ?? "2";
const instance = await DuckDBInstance.create(":memory:", { threads });
const db = await instance.connect();
const rows = async (sql) => (await db.runAndReadAll(sql)).getRows();
const begun = process.hrtime.bigint();
await db.run("SET preserve_insertion_order = true");
await db.run(`CREATE TABLE t AS SELECT * FROM read_csv('${input}', header = true)`);
if (what === "recipe") {
    const [fit] = await rows("SELECT avg(f0), avg(f1), avg(f2), median(f3), median(f4), avg(f5), stddev_pop(f5), min(i1), max(i1), min(f2), max(f2) FROM t");
    const [m0, m1, m2, d3, d4, m5, s5, low1, high1, low2, high2] = fit.map(Number);
    const [second] = await rows(`SELECT stddev_pop(coalesce(f0, ${m0})), stddev_pop(coalesce(f1, ${m1})), avg(coalesce(f0, ${m0})), avg(coalesce(f1, ${m1})) FROM t`);
    const [s0, s1, a0, a1] = second.map(Number);
    const levels = async (name) => (await rows(`SELECT DISTINCT ${name} FROM t ORDER BY 1`)).map(([level]) => level);
    const hot = async (name) => (await levels(name)).map((level) => `(${name} = '${level}')::INT AS "${name}_${level}"`).join(", ");
    const codes = (await levels("c2")).map((level, i) => `WHEN '${level}' THEN ${i}`).join(" ");
    await db.run(`COPY (SELECT id, (coalesce(f0, ${m0}) - ${a0}) / ${s0} AS f0, (coalesce(f1, ${m1}) - ${a1}) / ${s1} AS f1,
        (coalesce(f2, ${m2}) - ${low2}) / ${high2 - low2} AS f2, coalesce(f3, ${d3}) AS f3, coalesce(f4, ${d4}) AS f4,
        (f5 - ${m5}) / ${s5} AS f5, f6, f7, i0, (i1 - ${low1}) / ${high1 - low1}::DOUBLE AS i1, i2, ${await hot("c0")}, ${await hot("c1")},
        CASE c2 ${codes} END AS c2, note, date FROM t) TO '${output}' (HEADER, DELIMITER ',')`);
} else {
    await rows("SUMMARIZE t");
    const numbers = ["id", "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "i0", "i1", "i2"];
    const pairs = numbers.flatMap((a, i) => numbers.slice(i + 1).map((b) => `corr(${a}, ${b})`));
    await rows(`SELECT ${pairs.join(", ")} FROM t`);
    for (const name of [...numbers, "c0", "c1", "c2", "hid", "note", "date"]) {
        await rows(`SELECT ${name}, count(*) AS n FROM t GROUP BY 1 ORDER BY n DESC LIMIT 10`);
    }
}
console.log(Number(process.hrtime.bigint() - begun) / 1e9);
