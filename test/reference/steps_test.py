# SPDX-License-Identifier: MPL-2.0
"""Steps over rows, by order and by groups against pandas: ties, missing values, one row, many stripes, threads."""
import json
import os
import random
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd

RUN = os.environ["AUTODP_RECIPE_RUN"]


def write_table(path, rows, seed):
    rng = random.Random(seed)

    def cell(value, gaps=0.2):
        return "" if rng.random() < gaps else value

    with open(path, "w", newline="") as file:
        file.write("id,number,float,word,group,day,flag\n")
        for i in range(rows):
            word = rng.choice(["plain", '"a ""b"""', '"x,y"', "é€", "b", "B"])
            file.write(
                f"{i},{cell(rng.randrange(-9, 10))},{cell(round(rng.gauss(0, 3), 2))},{cell(word)},"
                f"{cell(rng.choice('abcde'), 0.1)},{cell(f'2020-0{rng.randrange(1, 10)}-1{rng.randrange(10)}')},"
                f"{cell(rng.choice(['true', 'false']))}\n"
            )


def read(path):
    return pd.read_csv(path, float_precision="round_trip", keep_default_na=False, na_values=[""])


class Steps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.tables = {}
        for rows, stripe in ((1, 0), (2, 1), (300, 7), (2000, 300)):
            path = os.path.join(cls.folder.name, f"{rows}.csv")
            write_table(path, rows, rows)
            cls.tables[path] = stripe

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_one(self, path, steps, stripe, threads):
        output = os.path.join(self.folder.name, "out.csv")
        if os.path.exists(output):
            os.remove(output)
        types = {"id": "integer", "number": "integer", "float": "float", "word": "text", "group": "text", "day": "date",
                 "flag": "boolean"}
        options = {"columns": {name: {"type": type} for name, type in types.items()}}
        done = subprocess.run([RUN, path, json.dumps(steps), output, "--threads", str(threads), "--rows", str(stripe),
                               "--import", json.dumps(options)], capture_output=True, check=True)
        result = json.loads(done.stdout)
        if "error" in result:
            return result, None
        with open(output, "rb") as file:
            return result, file.read()

    def process(self, path, *steps):
        """The output, byte by byte the same for any threads, and up to rounding for any stripes."""
        result, made = self.run_one(path, steps, self.tables[path], 1)
        self.assertNotIn("error", result)
        output = os.path.join(self.folder.name, "out.csv")
        self.assertEqual(self.run_one(path, steps, self.tables[path], 4), (result, made))
        frame = read(output)
        self.run_one(path, steps, 0, 4)
        pd.testing.assert_frame_equal(frame, read(output), rtol=1e-12, atol=1e-12)
        self.assertEqual(result["rows_out"], len(frame))
        self.assertEqual(len(result["steps"]), len(steps))
        return frame, result

    def same(self, made, expected):
        """Equal cells in equal order; numbers to the last bits."""
        expected = expected.reset_index(drop=True)
        self.assertEqual(list(made.columns), list(expected.columns))
        pd.testing.assert_frame_equal(made, expected, check_dtype=False, rtol=1e-12, atol=1e-12)

    def each(self, make, *steps):
        """Holds the steps against what `make` says of every table; None: nothing is left."""
        for path in self.tables:
            with self.subTest(table=os.path.basename(path), steps=steps):
                table = read(path)
                expected = make(table)
                if expected is None or len(expected) == 0:
                    result, _ = self.run_one(path, steps, self.tables[path], 1)
                    self.assertEqual(result.get("error"), "NO_ROWS")
                    continue
                self.same(self.process(path, *steps)[0], expected)


class RowSteps(Steps):
    def test_filter(self):
        self.each(lambda t: t[t.number > 0], {"op": "filter", "expression": "number > 0"})
        self.each(lambda t: t[(t.word == "b") | (t.float < 0)],
                  {"op": "filter", "expression": "word = 'b' or float < 0"})

    def test_filter_counts_faulty_cells(self):
        path = os.path.join(self.folder.name, "300.csv")
        table = read(path)
        _, result = self.process(path, {"op": "filter", "expression": "1 / number > 0"})
        self.assertEqual(result["steps"][0].get("cells_lost", 0), int((table.number == 0).sum()))

    def test_filter_wants_truth(self):
        result, _ = self.run_one(os.path.join(self.folder.name, "300.csv"),
                                 [{"op": "filter", "expression": "number + 1"}], 0, 1)
        self.assertEqual((result["error"], result["step"]), ("STEP_PARAMETER", 1))

    def test_deduplicate(self):
        for columns in (["number"], ["group", "flag"], ["word"], ["float", "day"], ["number", "word", "flag"]):
            self.each(lambda t: t.drop_duplicates(columns), {"op": "rows", "method": "deduplicate", "columns": columns})
        self.each(lambda t: t.drop_duplicates(), {"op": "rows", "method": "deduplicate"})

    def test_head_and_tail(self):
        for rows in (1, 5, 299, 5000):
            self.each(lambda t: t.head(rows), {"op": "rows", "method": "head", "rows": rows})
            self.each(lambda t: t.tail(rows), {"op": "rows", "method": "tail", "rows": rows})
        self.each(lambda t: t[t.number > 0].head(20).tail(3), {"op": "filter", "expression": "number > 0"},
                  {"op": "rows", "method": "head", "rows": 20}, {"op": "rows", "method": "tail", "rows": 3})

    def test_sample(self):
        path = os.path.join(self.folder.name, "2000.csv")
        made = {}
        for seed in (1, 2, 42):
            for rows in (1, 100, 1999, 2000, 9999):
                frame, _ = self.process(path, {"op": "rows", "method": "sample", "rows": rows, "seed": seed})
                self.assertEqual(len(frame), min(rows, 2000))
                self.assertTrue(frame.id.is_monotonic_increasing)
                made[seed, rows] = frame
            self.assertTrue(set(made[seed, 1].id) <= set(made[seed, 100].id))
            self.assertLess(abs(made[seed, 100].id.mean() - 1000), 200)
        self.assertLess(len(set(made[1, 100].id) & set(made[2, 100].id)), 20)
        frame, _ = self.process(path, {"op": "rows", "method": "sample", "share": 0.25})
        self.assertLess(abs(len(frame) - 500), 80)
        whole, _ = self.process(path, {"op": "rows", "method": "sample", "share": 1})
        self.assertEqual(len(whole), 2000)

    def test_sample_wants_one_of_rows_and_share(self):
        path = os.path.join(self.folder.name, "2.csv")
        for settings in ({}, {"rows": 1, "share": 0.5}):
            result, _ = self.run_one(path, [{"op": "rows", "method": "sample", **settings}], 0, 1)
            self.assertEqual(result["error"], "STEP_PARAMETER")

    def bounds(self, column, method, factor):
        if method.startswith("iqr"):
            low, high = column.quantile(0.25), column.quantile(0.75)
            return low - factor * (high - low), high + factor * (high - low)
        return column.mean() - factor * column.std(ddof=0), column.mean() + factor * column.std(ddof=0)

    def test_outliers(self):
        columns = ["number", "float"]
        for rows in (300, 2000):
            path = os.path.join(self.folder.name, f"{rows}.csv")
            table = read(path)
            for method, factor in (("iqr", 0.3), ("iqr", 1.5), ("z_score", 1), ("z_score", 3)):
                step = {"op": "outliers", "columns": columns, "factor": factor}
                inside = pd.Series(True, table.index)
                clipped = table.copy()
                for name in columns:
                    low, high = self.bounds(table[name], method, factor)
                    inside &= ~((table[name] < low) | (table[name] > high))
                    clipped[name] = table[name].clip(low, high)
                self.same(self.process(path, {**step, "method": method + "_remove"})[0], table[inside])
                self.same(self.process(path, {**step, "method": method + "_clip"})[0], clipped)


class SortSteps(Steps):
    def by(self, columns, descending=False, missing="last"):
        return lambda t: t.sort_values(columns, ascending=not descending, na_position=missing, kind="stable")

    def test_sort(self):
        for columns in (["number"], ["float"], ["word"], ["day"], ["flag"], ["group", "number"], ["flag", "word", "day"]):
            for descending in (False, True):
                for missing in ("last", "first"):
                    step = {"op": "sort", "columns": columns, "descending": descending, "missing": missing}
                    self.each(self.by(columns, descending, missing), step)

    def test_sort_between_steps(self):
        def make(table):
            table = self.by(["number"])(table[table.id % 2 == 0])
            table = table.assign(float=table.float.fillna(table.float.median())).head(100)
            return self.by(["float", "id"], True)(table).tail(50)

        path = os.path.join(self.folder.name, "2000.csv")
        made, result = self.process(path, {"op": "filter", "expression": "mod(id, 2) = 0"}, {"op": "sort", "columns": ["number"]},
                                    {"op": "missing", "method": "median", "columns": ["float"]},
                                    {"op": "rows", "method": "head", "rows": 100},
                                    {"op": "sort", "columns": ["float", "id"], "descending": True},
                                    {"op": "rows", "method": "tail", "rows": 50})
        self.same(made, make(read(path)))
        self.assertEqual(result["rows_in"], 2000)
        self.assertEqual([step["op"] for step in result["steps"]], ["filter", "sort", "missing", "rows", "sort", "rows"])

    def test_cells_stay_as_they_were(self):
        path = os.path.join(self.folder.name, "cells.csv")
        lines = ['3,"1.50",NA,01.02.2020', '1,2.0,"a",02.01.2020', '2,,"x ""y""",', '0,NA,NA,NA']
        with open(path, "w") as file:
            file.write("a,b,c,d\n" + "\n".join(lines) + "\n")
        options = {"columns": {"d": {"type": "date", "format": "%d.%m.%Y"}}}
        output = os.path.join(self.folder.name, "cells_out.csv")
        done = subprocess.run([RUN, path, json.dumps([{"op": "sort", "columns": ["a"]}]), output, "--import", json.dumps(options)],
                              capture_output=True, check=True)
        self.assertEqual(json.loads(done.stdout)["rows_out"], 4)
        with open(output) as file:
            made = file.read().splitlines()[1:]
        self.assertEqual(made, ["0,NA,NA,NA", '1,2.0,"a",2020-01-02', '2,,"x ""y""",', '3,"1.50",NA,2020-02-01'])


class OrderSteps(Steps):
    def test_fill_from_neighbours(self):
        columns = ["number", "float", "word", "group", "day", "flag"]
        for method, fill in (("forward", pd.DataFrame.ffill), ("backward", pd.DataFrame.bfill)):
            for limit in (None, 1, 2):
                step = {"op": "missing", "method": method, "columns": columns, **({"limit": limit} if limit else {})}
                self.each(lambda t: fill(t, limit=limit), step)

    def test_interpolate(self):
        self.each(lambda t: t.assign(number=t.number.interpolate(), float=t.float.interpolate()),
                  {"op": "missing", "method": "interpolate", "columns": ["number", "float"]})

    def test_indicator(self):
        def make(table):
            table.insert(2, "number_missing", table.number.isna().astype(int))
            return table

        self.each(make, {"op": "missing", "method": "indicator", "columns": ["number"]})


if __name__ == "__main__":
    unittest.main()
