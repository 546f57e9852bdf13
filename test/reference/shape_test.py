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
from sklearn.decomposition import PCA
from sklearn.preprocessing import Normalizer, PowerTransformer, QuantileTransformer

RUN = os.environ["AUTODP_STEP_RUN"]
TOLERANCE = 1e-12
MASK = 2**64 - 1


def fold(a, b):
    product = a * b
    return (product ^ product >> 64) & MASK


def hash_word(key, seed):
    """data/value/hash.h"""
    return fold(key ^ 0xE7037ED1A0B428DB ^ seed, 0x9E3779B97F4A7C15)


def hash_of(text):
    """data/value/hash.h: hash_bytes under the seed 0."""
    data = text.encode()
    made = fold(len(data) ^ 0x9E3779B97F4A7C15, 0xA0761D6478BD642F)
    for at in range(0, len(data) // 8 * 8, 8):
        made = fold(made ^ int.from_bytes(data[at:at + 8], "little") ^ 0xE7037ED1A0B428DB, 1)
    made = fold(made ^ int.from_bytes(data[len(data) // 8 * 8:], "little") ^ 0xE7037ED1A0B428DB, 1)
    return fold(made ^ 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3)


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

    def test_principal_components(self):
        columns = ["normal", "skewed", "ties", "large"]
        step = {"op": "reduce", "method": "pca", "columns": columns, "components": 3, "prefix": "p"}
        for name, table in self.tables.items():
            numbers = table[columns]
            whole = numbers.notna().all(axis=1)
            made, steps = self.process(name, step)
            pca = PCA(3, svd_solver="full").fit(numbers[whole])
            signs = np.sign(pca.components_[range(3), np.abs(pca.components_).argmax(axis=1)])
            expected = np.full((len(table), 3), np.nan)
            expected[whole] = pca.transform(numbers[whole]) * signs
            self.assertEqual([column for column in made.columns if column in columns], [])
            self.assertEqual(list(made.columns[:3]), ["p1", "p2", "p3"])
            self.near(made[["p1", "p2", "p3"]], expected, 1e-8)
            learned = steps[0]["parameters"][0]
            self.near(learned["values"][:4], pca.mean_)
            self.near(learned["values"][-3:], pca.explained_variance_, 1e-8)
            self.assertAlmostEqual(learned["values"][-1] / learned["total_variance"], pca.explained_variance_ratio_[2], delta=1e-12)

    def test_what_cannot_be_reduced(self):
        step = {"op": "reduce", "method": "pca", "columns": ["normal", "ties"]}
        self.fault("STEP_PARAMETER", "small", {**step, "components": 3})
        self.fault("COLUMN_CONSTANT", "small", {**step, "columns": ["constant"], "components": 1})
        self.fault("COLUMN_TYPE", "small", {**step, "columns": ["word", "ties"]})
        self.fault("NO_ROWS", "small", {"op": "rows", "method": "head", "rows": 1}, step)
        self.fault("COLUMN_COLLISION", "small", {**step, "prefix": "p", "components": 2}, {"op": "rename", "names": {"p1": "large"}})

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
            made, _ = self.process(name, {"op": "bin", "method": "edges", "columns": ["ties"], "edges": edges,
                                          "labels": "interval"})
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
            self.assertEqual(steps[0]["cells_lost"], 6)
            made, _ = self.process("texts", {"op": "cast", "columns": ["t"], "type": "datetime", "format": "%d.%m.%Y"})
            self.same(made["t"], expected + "T00:00:00Z")
        finally:
            del self.tables["texts"]

    def test_casts(self):
        for name, table in self.tables.items():
            def cast(column, to, **more):
                made, steps = self.process(name, {"op": "cast", "columns": [column], "type": to, **more})
                return made[column], steps[0].get("cells_lost", 0)
            made, steps = self.process(name, {"op": "derive", "as": "half", "expression": "ties / 2"},
                                       {"op": "cast", "columns": ["half"], "type": "integer"})
            self.near(made["half"], (table["ties"] / 2).where(table["ties"] % 2 == 0))
            self.assertEqual(steps[1]["cells_lost"], (table["ties"] % 2 == 1).sum())
            self.near(cast("ties", "float")[0], table["ties"])
            self.near(cast("ties", "boolean")[0], table["ties"].astype(bool).where(table["ties"].notna()))
            self.near(cast("flag", "integer")[0], table["flag"])
            self.near(cast("flag", "text")[0], table["flag"])
            self.same(cast("day", "datetime")[0], table["day"].dt.strftime("%Y-%m-%dT00:00:00Z"))
            self.same(cast("when", "date")[0], table["when"].dt.strftime("%Y-%m-%d"))
            self.same(cast("day", "text", format="%d/%m/%Y")[0], table["day"].dt.strftime("%d/%m/%Y"))
            made, lost = cast("word", "integer")
            self.assertTrue(made.isna().all())
            self.assertEqual(lost, table["word"].notna().sum())
        self.fault("COLUMN_TYPE", "small", {"op": "cast", "columns": ["ties"], "type": "date"})
        self.fault("COLUMN_TYPE", "small", {"op": "cast", "columns": ["day"], "type": "float"})

    def test_new_columns(self):
        for name, table in self.tables.items():
            made, _ = self.process(name, {"op": "split", "column": "word", "separator": "-", "into": ["p", "q"]},
                                   {"op": "duplicate", "column": "ties", "as": "copy"},
                                   {"op": "derive", "as": "sum", "expression": "ties * 2 + normal"},
                                   {"op": "derive", "as": "inverse", "expression": "1 / ties"})
            expected = table["word"].str.split("-", n=1, expand=True)
            self.same(made["p"], expected[0])
            self.same(made["q"], expected[1])
            self.near(made["copy"], table["ties"])
            self.near(made["sum"], table["ties"] * 2 + table["normal"])
            self.near(made["inverse"], 1 / table["ties"].where(table["ties"] != 0))
            for missing in ["skip", "missing"]:
                made, _ = self.process(name, {"op": "merge", "columns": ["word", "day", "flag"], "separator": "|", "as": "all",
                                              "missing": missing})
                parts = pd.DataFrame({"word": table["word"], "day": table["day"].dt.strftime("%Y-%m-%d"),
                                      "flag": table["flag"].map({True: "true", False: "false"})})
                expected = parts.apply(lambda row: "|".join(row.dropna()), axis=1)
                self.same(made["all"], expected if missing == "skip" else expected.where(parts.notna().all(axis=1)))
                self.assertEqual(list(made.columns), ["normal", "skewed", "ties", "large", "all", "when", "constant"])
        self.fault("COLUMN_COLLISION", "small", {"op": "derive", "as": "ties", "expression": "ties + 1"})
        self.fault("COLUMN_UNKNOWN", "small", {"op": "derive", "as": "new", "expression": "nothing + 1"})
        self.fault("COLUMN_TYPE", "small", {"op": "split", "column": "ties", "separator": "-", "into": ["p"]})

    def test_frequency_and_hash(self):
        for name, table in self.tables.items():
            for column in ["word", "ties"]:
                for share in [True, False]:
                    made, _ = self.process(name, {"op": "encode", "method": "frequency", "columns": [column],
                                                  "as": "share" if share else "count"})
                    self.near(made[column], table[column].map(table[column].value_counts(normalize=share)))
            made, _ = self.process(name, {"op": "encode", "method": "hash", "columns": ["word"], "buckets": 1000})
            self.assertTrue((made["word"].isna() == table["word"].isna()).all())
            seen = pd.DataFrame({"value": table["word"], "hash": made["word"]}).dropna()
            self.assertEqual(seen.groupby("value")["hash"].nunique().max(), 1)
            self.assertEqual(seen["hash"].nunique(), seen["value"].nunique())
            self.near(seen["hash"], seen["value"].map({value: hash_of(value) % 1000 for value in seen["value"].unique()}))

    def test_target(self):
        for name, table in self.tables.items():
            for column, target in [("word", "flag"), ("ties", "normal")]:
                for smoothing, folds, seed in [(10, 5, 0), (0, 3, 7)]:
                    made, steps = self.process(name, {"op": "encode", "method": "target", "columns": [column], "target": target,
                                                      "smoothing": smoothing, "folds": folds, "seed": seed})
                    y = table[target].astype(float)
                    fold = pd.Series([hash_word(row, seed) % folds for row in range(len(table))])
                    expected = pd.Series(y.mean(), table.index)
                    for f in range(folds):
                        others = fold != f
                        mean = y[others].mean()
                        groups = y[others].groupby(table[column][others])
                        of_level = (groups.sum() + smoothing * mean) / (groups.count() + smoothing)
                        here = (fold == f) & table[column].notna()
                        expected[here] = table[column][here].map(of_level).fillna(mean)
                    self.near(made[column], expected)
                    found = steps[0]["parameters"][0]
                    groups = y.groupby(table[column])
                    full = (groups.sum() + smoothing * y.mean()) / (groups.count() + smoothing)
                    self.near(found["values"], [full[level] for level in found["levels"]])
        self.fault("COLUMN_TYPE", "small", {"op": "encode", "method": "target", "columns": ["ties"], "target": "word"})

    def test_label_order(self):
        for name, table in self.tables.items():
            order = [3, -1, 0, 4, 2, 1, -2, -3, -4]
            label = {"op": "encode", "method": "label", "columns": ["ties"]}
            made, _ = self.process(name, {**label, "order": order})
            self.near(made["ties"], table["ties"].map({value: i for i, value in enumerate(order)}))
            made, _ = self.process(name, {**label, "order": order[:3], "unknown": "code"})
            self.near(made["ties"], table["ties"].map({value: max(order[:3].index(value) if value in order[:3] else -1, -1)
                                                       for value in order}))
            self.assertIn("'2'", self.fault("STEP_PARAMETER", name, {**label, "order": [3, -1, 0, 4, 1, -2, -3, -4]}))
            made, _ = self.process(name, label)
            self.near(made["ties"], table["ties"] + 4)

    def test_one_hot_choices(self):
        for table in [self.tables["small"], self.tables["large"]]:
            table = table.assign(rare=np.where(table.index % 20 == 0, "r" + (table.index % 3).astype(str), "often"))
            self.add("rare", table)
            try:
                one_hot = {"op": "encode", "method": "one_hot", "columns": ["rare"]}
                made, _ = self.process("rare", one_hot)
                self.assertEqual(list(made.columns[-4:]), ["rare_often", "rare_r0", "rare_r1", "rare_r2"])
                dummies = pd.get_dummies(table["rare"])
                self.near(made.iloc[:, -4:], dummies)
                made, _ = self.process("rare", {**one_hot, "drop": "first"})
                self.near(made.iloc[:, -3:], pd.get_dummies(table["rare"], drop_first=True))
                self.assertNotIn("rare_often", made.columns)
                made, _ = self.process("rare", {**one_hot, "min_share": 0.2})
                self.assertEqual(list(made.columns[-2:]), ["rare_often", "rare_other"])
                self.near(made.iloc[:, -1], table["rare"] != "often")
                made, _ = self.process("rare", {**one_hot, "unknown": "other", "drop": "first"})
                self.assertEqual(list(made.columns[-2:]), ["rare_r2", "rare_other"])
                self.assertEqual(made["rare_other"].sum(), 0)
            finally:
                del self.tables["rare"]

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
