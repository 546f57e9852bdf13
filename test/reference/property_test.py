# SPDX-License-Identifier: MPL-2.0
"""Random recipes over random tables: what `autodp prep` writes equals what pandas makes of them, with one thread and with several,
over stripes of many sizes. AUTODP_PROPERTY_RUNS and AUTODP_PROPERTY_SEED say how many and which."""
import json
import math
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import numpy
import pandas

import engine

RUNS = int(os.environ.get("AUTODP_PROPERTY_RUNS", "150"))
SEED = int(os.environ.get("AUTODP_PROPERTY_SEED", "1"))
AUTODP = pathlib.Path(os.environ["AUTODP_WORKER"]).with_name("autodp")
WORDS = ["red", "green", "blue", " padded ", "Ärger", "a,b", 'quo"te', "two\nlines", "x" * 40, "Zebra", "éa"]


def number_text(value):
    return "" if math.isnan(value) else engine.level_name(value)


class Maker:
    """One random table and a recipe for it."""

    def __init__(self, seed):
        self.pick = random.Random(seed)
        self.rows = self.pick.choice([1, 2, 3, 10, 50, 300, 1000])
        self.table = pandas.DataFrame({f"c{i}": self.column() for i in range(self.pick.randint(1, 6))})
        self.recipe = []

    def column(self):
        kind = self.pick.choice(["integer", "float", "ties", "text", "constant", "wide"])
        missing = self.pick.choice([0, 0, 0.1, 0.5])
        make = {
            "integer": lambda: float(self.pick.randrange(-50, 50)),
            "float": lambda: self.pick.gauss(0, 10 ** self.pick.randrange(-3, 6)),
            "ties": lambda: self.pick.choice([0.5, 1.0, 2.25]),
            "text": lambda: self.pick.choice(WORDS),
            "constant": lambda: 7.0,
            "wide": lambda: 1e4 + self.pick.random(),
        }[kind]
        absent = None if kind == "text" else numpy.nan
        made = [absent if self.pick.random() < missing else make() for _ in range(self.rows)]
        if all(v is absent or v != v for v in made) and kind != "text":
            made[0] = make()  # a column without values is text, whatever it was meant to be
        return pandas.Series(made, dtype=object if kind == "text" else float)

    def names(self, table, number=None):
        return [name for name in table.columns if number is None or engine.is_number(table, name) == number]

    def some(self, names):
        return self.pick.sample(names, self.pick.randint(1, len(names)))

    def step(self, table):
        """A step that fits the table's columns, or None."""
        numbers, texts, every = self.names(table, True), self.names(table, False), self.names(table)
        op = self.pick.choice(["missing", "missing", "scale", "scale", "encode", "drop", "keep", "rename", "reorder", "filter",
                               "rows", "outliers", "text", "order", "group", "sort"])
        if op == "missing":
            method = self.pick.choice(["mean", "median", "mode", "constant", "drop_rows"])
            if method == "drop_rows":
                step = {"op": op, "method": method, "how": self.pick.choice(["any", "all"])}
                return {**step, "columns": self.some(every)} if self.pick.random() < 0.5 else step
            names = every if method in ("mode",) else numbers
            step = {"op": op, "method": method, "columns": self.some(names)} if names else None
            return {**step, "value": 3} if step and method == "constant" else step
        if op == "order":
            method = self.pick.choice(["forward", "backward", "interpolate"])
            names = [n for n in numbers if table[n].notna().any()] if method == "interpolate" else every
            return {"op": "missing", "method": method, "columns": self.some(names)} if names else None
        if op == "group":
            by, statistic = self.pick.choice(every), self.pick.choice(["mean", "median", "mode"])
            names = [name for name in (every if statistic == "mode" else numbers) if name != by and table[name].notna().any()]
            return {"op": "missing", "method": "group", "by": by, "statistic": statistic, "columns": self.some(names)} \
                if names else None
        if op == "scale":
            method = self.pick.choice(["min_max", "z_score", "robust", "max_abs"])
            return {"op": op, "method": method, "columns": self.some(numbers)} if numbers else None
        if op == "encode":
            names = [name for name in every if table[name].nunique() <= 40]
            method = self.pick.choice(["label", "one_hot"])
            if method == "one_hot":  # a name made of a last digit is not the same everywhere
                names = [n for n in names if n in texts or (table[n].dropna() % 1 == 0).all()]
            return {"op": op, "method": method, "columns": self.some(names)} if names else None
        if op in ("drop", "keep", "reorder"):
            names = self.some(every)
            return {"op": op, "columns": names} if op != "drop" or len(names) < len(every) else None
        if op == "rename":
            name = self.pick.choice(every)
            return {"op": op, "names": {name: f"{name}x"}} if f"{name}x" not in every else None
        if op == "filter":
            numbers = [name for name in numbers if table[name].notna().any()]
            if not numbers:
                return None
            name, limit = self.pick.choice(numbers), self.pick.choice([-1.5, 0, 2])
            return {"op": op, "expression": f"`{name}` > {limit}", "reference": lambda t, n=name, x=limit: t[n] > x}
        if op == "rows":
            method = self.pick.choice(["deduplicate", "head", "tail"])
            return {"op": op, "method": method} if method == "deduplicate" else \
                {"op": op, "method": method, "rows": self.pick.randint(1, self.rows + 3)}
        if op == "outliers":
            method = self.pick.choice(["iqr_remove", "iqr_clip", "z_score_remove", "z_score_clip"])
            return {"op": op, "method": method, "columns": self.some(numbers), "factor": 1.5} if numbers else None
        if op == "sort":
            return {"op": op, "columns": [self.pick.choice(every)], "descending": self.pick.random() < 0.5}
        return {"op": "text", "method": self.pick.choice(["trim", "lower", "upper", "length"]), "columns": self.some(texts)} \
            if texts else None

    def make(self):
        """The recipe, and what pandas makes of the table with it (or the code of the refusal)."""
        table = self.table
        for _ in range(self.pick.randint(1, 6)):
            step = self.step(table)
            if not step:
                continue
            self.recipe.append(step)
            try:
                table = engine.run(table, [step])
            except engine.Refused as refused:
                return str(refused)
        return table


class Property(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, table):
        text = table.copy()
        for name in text.columns:
            text[name] = text[name].map(number_text if engine.is_number(table, name) else lambda v: "" if v is None else v)
        text.to_csv(self.path / "in.csv", index=False)

    def prep(self, recipe, threads, stripe_rows):
        steps = [{key: value for key, value in step.items() if key != "reference"} for step in recipe]
        (self.path / "recipe.json").write_text(json.dumps(steps))
        (self.path / "import.json").write_text(json.dumps({"stripe_rows": stripe_rows, "delimiter": ",", "missing": [""]}))
        done = subprocess.run([AUTODP, "prep", self.path / "in.csv", "--recipe", self.path / "recipe.json", "--output",
                               self.path / "out.csv", "--import", self.path / "import.json", "--threads", str(threads)],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            first = [line for line in done.stderr.splitlines() if line.startswith("autodp: ")]
            self.assertTrue(first, done.stderr)
            return [line.split()[1].rstrip(":") for line in first]
        return (self.path / "out.csv").read_bytes()

    def assert_equal(self, out, expected, label):
        names = pandas.read_csv(out, dtype=str, nrows=0, encoding="utf-8").columns
        self.assertEqual(list(names), list(expected.columns), label)
        got = pandas.read_csv(out, dtype=str, keep_default_na=False, skip_blank_lines=False, encoding="utf-8")
        self.assertEqual(len(got), len(expected), label)
        for name in expected.columns:
            ours, theirs = got[name].to_numpy(), expected[name].to_numpy()
            if expected[name].dtype == object:
                theirs = numpy.array(["" if v is None or v != v else v for v in theirs], dtype=object)
                self.assertTrue((ours == theirs).all(), f"{label}: {name}: {ours[ours != theirs][:3]} {theirs[ours != theirs][:3]}")
                continue
            x = numpy.array([float(v) if v else numpy.nan for v in ours])
            self.assertTrue((numpy.isnan(x) == numpy.isnan(theirs)).all(), f"{label}: {name}: {ours[:5]} {theirs[:5]}")
            size = numpy.nanmax(numpy.abs(theirs)) if len(theirs) and not numpy.isnan(theirs).all() else 1
            close = numpy.isclose(x, theirs, rtol=1e-11, atol=1e-11 * max(size, 1e-300), equal_nan=True)
            self.assertTrue(close.all(), f"{label}: {name}: {x[~close][:3]} {theirs[~close][:3]}")

    def test_recipes_equal_pandas(self):
        refused = 0
        for seed in range(SEED, SEED + RUNS):
            maker = Maker(seed)
            expected = maker.make()
            self.write(maker.table)
            label = f"seed {seed}: {[{k: v for k, v in s.items() if k != 'reference'} for s in maker.recipe]}"
            stripe_rows = maker.pick.choice([1, 7, 100, 65536])
            one = self.prep(maker.recipe, 1, stripe_rows)
            self.assertEqual(one, self.prep(maker.recipe, 4, stripe_rows), label)
            if isinstance(expected, str):
                refused += 1
                self.assertIsInstance(one, list, f"{label}: not refused with {expected}")
                # A column without values is text, where its description is not at hand. A step's columns are fitted as soon
                # as they can be: of two that are at fault the later one may be told.
                allowed = {"COLUMN_EMPTY": {"COLUMN_EMPTY", "COLUMN_TYPE"},
                           "COLUMN_CONSTANT": {"COLUMN_CONSTANT", "COLUMN_EMPTY"}}.get(expected, {expected})
                self.assertTrue(allowed & set(one), f"{label}: {one}")
            else:
                self.assertIsInstance(one, bytes, f"{label}: {one}")
                self.assert_equal(self.path / "out.csv", expected, label)
        print(f"{RUNS} recipes, {refused} of them refused as they must be")


if __name__ == "__main__":
    unittest.main()
