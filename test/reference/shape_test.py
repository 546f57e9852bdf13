# SPDX-License-Identifier: MPL-2.0
"""Steps of the columnar engine that make or change columns, against pandas and scikit-learn: on tables with ties,
missing values, a constant column, one row, and more rows than a stripe."""
import json
import os
import subprocess
import tempfile
import unittest
import warnings

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.preprocessing import Normalizer, PowerTransformer, QuantileTransformer

RUN = os.environ["AUTODP_STEP_RUN"]
TOLERANCE = 1e-12


def make_tables():
    rng = np.random.default_rng(11)
    tables = {}
    for name, rows in {"small": 41, "large": 70001}.items():
        words = np.array(["Ab c", " été", "x-12-y", "o'neil", "a\\b", "ÀB ", "12-7"], object)
        table = pd.DataFrame({
            "normal": rng.normal(3, 2, rows),
            "skewed": rng.exponential(100, rows) + 0.01,
            "ties": rng.integers(-4, 5, rows).astype(float),
            "large": 1e6 + rng.normal(0, 1, rows),
            "word": rng.choice(words, rows),
            "when": pd.to_datetime(rng.integers(0, 2**31, rows) - 2**30, unit="s"),
            "day": pd.to_datetime(rng.integers(-20000, 20000, rows), unit="D"),
            "flag": rng.random(rows) > 0.3,
        })
        for column in ["normal", "skewed", "ties", "word", "when", "day"]:
            table.loc[rng.random(rows) < 0.1, column] = None
        table["constant"] = 5.0
        tables[name] = table
    return tables


class Shape(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.output = os.path.join(cls.folder.name, "out.csv")
        cls.tables = make_tables()
        cls.paths = {}
        for name, table in cls.tables.items():
            cls.add(name, table)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def add(cls, name, table):
        cls.tables[name] = table
        cls.paths[name] = os.path.join(cls.folder.name, name + ".csv")
        made = table.copy()
        for column in made.columns:
            if made[column].dtype == "datetime64[ns]":
                form = "%Y-%m-%d" if column == "day" else "%Y-%m-%dT%H:%M:%SZ"
                made[column] = made[column].dt.strftime(form)
            elif made[column].dtype == bool:
                made[column] = made[column].map({True: "true", False: "false"})
        made.to_csv(cls.paths[name], index=False)

    def run_steps(self, table, *steps):
        return subprocess.run([RUN, self.paths[table], json.dumps(steps), self.output], capture_output=True, text=True)

    def process(self, table, *steps):
        done = self.run_steps(table, *steps)
        self.assertEqual(done.returncode, 0, done.stderr)
        made = pd.read_csv(self.output, keep_default_na=False, na_values=[""], float_precision="round_trip", low_memory=False)
        return made, json.loads(done.stdout)["steps"]

    def fault(self, code, table, *steps):
        done = self.run_steps(table, *steps)
        self.assertTrue(done.stderr.startswith(code + ":"), done.stderr)
        return done.stderr

    def near(self, made, expected, tolerance=TOLERANCE):
        made, expected = np.asarray(made, float), np.asarray(expected, float)
        self.assertTrue((np.isnan(made) == np.isnan(expected)).all())
        worst = np.nanmax(np.abs(made - expected) / np.maximum(1, np.abs(expected)))
        self.assertLessEqual(worst, tolerance)

    def same(self, made, expected):
        made, expected = pd.Series(made).reset_index(drop=True), pd.Series(expected).reset_index(drop=True)
        self.assertTrue((made.isna() == expected.isna()).all())
        there = made.notna()
        wrong = made[there].astype(object) != expected[there].astype(object)
        self.assertFalse(wrong.any(), (made[there][wrong].head(), expected[there][wrong].head()))

    def test_logs(self):
        for name, table in self.tables.items():
            made, steps = self.process(name, {"op": "scale", "method": "log", "columns": ["normal", "skewed"]},
                                       {"op": "scale", "method": "log1p", "columns": ["ties"]})
            with np.errstate(all="ignore"):
                self.near(made["normal"], np.log(table["normal"].where(table["normal"] > 0)))
                self.near(made["skewed"], np.log(table["skewed"]))
                self.near(made["ties"], np.log1p(table["ties"].where(table["ties"] > -1)))

    def test_powers(self):
        for name, table in self.tables.items():
            cases = [("yeo_johnson", "normal"), ("yeo_johnson", "skewed"), ("yeo_johnson", "ties"), ("box_cox", "skewed")]
            for method, column in cases:
                kind = method.replace("_", "-")
                made, steps = self.process(name, {"op": "scale", "method": method, "columns": [column]})
                found = steps[0]["parameters"][0]
                transformer = PowerTransformer(method=kind)
                expected = transformer.fit_transform(table[[column]])
                self.assertAlmostEqual(found["lambda"], transformer.lambdas_[0], delta=1e-6)
                self.near(made[column], expected[:, 0], 1e-5)
                transformer.lambdas_[0] = found["lambda"]
                transformer.set_params(standardize=False)
                plain = transformer.transform(table[[column]])[:, 0]
                self.near(made[column], (plain - np.nanmean(plain)) / np.nanstd(plain), 1e-11)
                made, _ = self.process(name, {"op": "scale", "method": method, "columns": [column], "standardize": False})
                self.near(made[column], plain)
            self.fault("COLUMN_TYPE", name, {"op": "scale", "method": "box_cox", "columns": ["ties"]})
            self.fault("COLUMN_CONSTANT", name, {"op": "scale", "method": "yeo_johnson", "columns": ["constant"]})

    def test_quantile(self):
        for name, table in self.tables.items():
            for column in ["normal", "skewed", "ties", "constant"]:
                for output in ["uniform", "normal"]:
                    for quantiles in [7, 1000]:
                        made, _ = self.process(name, {"op": "scale", "method": "quantile", "columns": [column],
                                                      "quantiles": quantiles, "output": output})
                        there = table[[column]].dropna()
                        transformer = QuantileTransformer(n_quantiles=min(quantiles, len(there)), subsample=10**9,
                                                          output_distribution=output)
                        self.near(made[column].dropna(), transformer.fit_transform(there)[:, 0], 1e-9)
                        self.assertTrue((made[column].isna() == table[column].isna()).all())

    def test_unit_norm(self):
        columns = ["normal", "ties", "large"]
        for name, table in self.tables.items():
            for norm in ["l1", "l2", "max"]:
                made, _ = self.process(name, {"op": "scale", "method": "unit_norm", "columns": columns, "norm": norm})
                whole = table[columns].notna().all(axis=1)
                self.near(made.loc[whole, columns], Normalizer(norm).transform(table.loc[whole, columns].to_numpy()))
                self.assertTrue(made.loc[~whole, columns].isna().all(axis=None))

    def test_bins(self):
        for name, table in self.tables.items():
            for column in ["normal", "skewed", "ties", "constant"]:
                for bins in [2, 3, 10]:
                    made, _ = self.process(name, {"op": "bin", "method": "equal_width", "columns": [column], "bins": bins})
                    self.near(made[column], pd.cut(table[column], bins, labels=False, include_lowest=True))
                    if column == "constant":
                        self.fault("COLUMN_CONSTANT", name,
                                   {"op": "bin", "method": "equal_frequency", "columns": [column], "bins": bins})
                        continue
                    made, _ = self.process(name, {"op": "bin", "method": "equal_frequency", "columns": [column], "bins": bins})
                    self.near(made[column], pd.qcut(table[column], bins, labels=False, duplicates="drop"))
            edges = [-2, 0, 0.5, 3]
            made, _ = self.process(name, {"op": "bin", "method": "edges", "columns": ["ties"], "edges": edges})
            self.near(made["ties"], pd.cut(table["ties"], edges, labels=False, include_lowest=True))
            labels = ["[-2, 0]", "(0, 0.5]", "(0.5, 3]"]
            made, _ = self.process(name, {"op": "bin", "method": "edges", "columns": ["ties"], "edges": edges, "labels": "interval"})
            self.same(made["ties"], pd.cut(table["ties"], edges, labels=labels, include_lowest=True).astype(object))
        self.fault("STEP_PARAMETER", "small", {"op": "bin", "method": "edges", "columns": ["ties"], "edges": [1, 1.0]})

    def text(self, table, method, **more):
        made, _ = self.process(table, {"op": "text", "method": method, "columns": ["word"], **more})
        return made["word"]

    def test_texts(self):
        for name, table in self.tables.items():
            word = table["word"]
            self.same(self.text(name, "trim"), word.str.strip())
            self.same(self.text(name, "lower"), word.str.lower())
            self.same(self.text(name, "upper"), word.str.upper())
            self.same(self.text(name, "length"), word.str.len())
            self.same(self.text(name, "title"), word.str.title().str.replace("O'Neil", "O'neil", regex=False))
            self.same(self.text(name, "replace", find="\\", **{"with": "'q'"}), word.str.replace("\\", "'q'", regex=False))
            self.same(self.text(name, "replace", find=r"(\d)-", regex=True, **{"with": "$1+"}),
                      word.str.replace(r"(\d)-", r"\1+", regex=True))
            self.same(self.text(name, "extract", pattern=r"(\d+)-(.)", group=2), word.str.extract(r"(\d+)-(.)")[1])
            self.same(self.text(name, "extract", pattern=r"[^\W\d]+"), word.str.extract(r"([^\W\d]+)")[0])

    def test_date_parts(self):
        parts = ["year", "month", "day", "hour", "minute", "second", "weekday", "week", "quarter", "day_of_year", "is_weekend"]
        for name, table in self.tables.items():
            made, _ = self.process(name, {"op": "date", "method": "parts", "columns": ["when", "day"], "parts": parts})
            names = [column for column in table.columns]
            for column in ["when", "day"]:
                at = table[column].dt
                expected = {"weekday": at.weekday + 1, "week": at.isocalendar().week.astype(float), "day_of_year": at.dayofyear,
                            "is_weekend": (at.weekday > 4).where(table[column].notna())}
                for part in parts:
                    self.near(made[f"{column}_{part}"], expected[part] if part in expected else getattr(at, part))
                place = names.index(column) + 1
                names[place:place] = [f"{column}_{part}" for part in parts]
            self.assertEqual(list(made.columns), names)

    def test_date_difference(self):
        for name, table in self.tables.items():
            for unit, ms in {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}.items():
                made, _ = self.process(name, {"op": "date", "method": "difference", "columns": ["when"], "other": "day",
                                              "unit": unit, "as": "gap"})
                self.near(made["gap"], (table["when"] - table["day"]) / pd.Timedelta(seconds=ms))

    def test_date_parse(self):
        texts = pd.Series(["31.01.2020", "29.02.2021", "x", None, "1.2.1999"] * 3)
        self.add("texts", pd.DataFrame({"t": texts, "u": "a"}))
        try:
            made, steps = self.process("texts", {"op": "date", "method": "parse", "columns": ["t"], "format": "%d.%m.%Y"})
            expected = pd.to_datetime(texts, format="%d.%m.%Y", errors="coerce").dt.strftime("%Y-%m-%d")
            self.same(made["t"], expected)
            self.assertIn("6", json.dumps(steps))
        finally:
            del self.tables["texts"]

    def test_one_row(self):
        self.add("one", self.tables["small"].dropna().head(1))
        try:
            for steps in [[{"op": "scale", "method": "quantile", "columns": ["normal"]}],
                          [{"op": "bin", "method": "equal_width", "columns": ["normal"], "bins": 3}]]:
                made, _ = self.process("one", *steps)
                self.assertEqual(made["normal"][0], steps[0].get("bins", 0) // 2)
            self.fault("COLUMN_CONSTANT", "one", {"op": "scale", "method": "yeo_johnson", "columns": ["normal"]})
        finally:
            del self.tables["one"]


if __name__ == "__main__":
    warnings.simplefilter("error")
    unittest.main()
