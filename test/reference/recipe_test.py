# SPDX-License-Identifier: MPL-2.0
"""Every recipe step against pandas and scikit-learn, on penguins and on a table made to be awkward."""
import math
import os
import random
import tempfile
import unittest

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler

from worker import DATA, MISSING, result_of, step

TOLERANCE = 1e-12
SCALERS = {"z_score": StandardScaler, "min_max": MinMaxScaler, "robust": RobustScaler}


def write_awkward(path):
    """70,000 rows (more than a block): ids, missing tokens, quotes, large means, few levels."""
    rng = random.Random(7)
    with open(path, "w", newline="") as file:
        file.write('id,normal,skewed,large,count,few,"text, quoted",level\n')
        for i in range(70000):
            normal = repr(rng.gauss(3, 2)) if rng.random() > 0.1 else rng.choice(MISSING)
            skewed = f"{rng.expovariate(0.01):.3f}" if rng.random() > 0.05 else '""'
            large = f"{1e9 + rng.random():.6f}"
            count = str(rng.randrange(-50, 50)) if rng.random() > 0.02 else "NA"
            few = rng.choice(["1", "2.0", "2", "10", "0.5"])
            text = rng.choice(['plain', '"a ""b"""', '"x,\ny"', "é€", "NULL", "b", "B"])
            file.write(f"{i:06d},{normal},{skewed},{large},{count},{few},{text},{rng.choice('abc')}\n")


def read(path):
    return pd.read_csv(path, na_values=MISSING, keep_default_na=False, dtype={"id": str}, float_precision="round_trip")


class Reference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.output = os.path.join(cls.folder.name, "out.csv")
        awkward = os.path.join(cls.folder.name, "awkward.csv")
        write_awkward(awkward)
        cls.tables = {"penguins": os.path.join(DATA, "penguins.csv"), "awkward": awkward}
        cls.numbers = {
            "penguins": ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "year"],
            "awkward": ["normal", "skewed", "count", "few"],
        }
        cls.texts = {"penguins": ["species", "island", "sex"], "awkward": ["text, quoted", "level"]}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def process(self, table, *steps):
        result = result_of(kind="process", input=self.tables[table], recipe=list(steps), output=self.output)
        made = read(self.output)
        self.assertEqual(result["rows_out"], len(made))
        self.assertEqual([column["name"] for column in result["columns"]], list(made.columns))
        self.assertEqual(result["bytes"], os.path.getsize(self.output))
        return made, result

    def near(self, made, expected):
        made, expected = np.asarray(made, float), np.asarray(expected, float)
        self.assertTrue((np.isnan(made) == np.isnan(expected)).all())
        worst = np.nanmax(np.abs(made - expected) / np.maximum(1, np.abs(expected)))
        self.assertLessEqual(worst, TOLERANCE)

    def test_inspect(self):
        for name, path in self.tables.items():
            frame = read(path)
            description = result_of(kind="inspect", input=path)
            self.assertEqual(description["rows"], len(frame))
            self.assertEqual(description["bytes"], os.path.getsize(path))
            for column in description["columns"]:
                series = frame[column["name"]]
                self.assertEqual(column["missing"], series.isna().sum(), column)
                exact = series.nunique() <= 50000
                self.assertEqual(column["distinct_exact"], exact)
                self.assertEqual(column["distinct"], series.nunique() if exact else 50001, column)
                if column["name"] in self.numbers[name] + ["large"]:
                    values = series.dropna().to_numpy(float)
                    mean = math.fsum(values) / len(values)
                    sd = math.sqrt(math.fsum((values - mean) ** 2) / len(values))
                    self.assertEqual((column["min"], column["max"]), (values.min(), values.max()))
                    self.assertAlmostEqual(column["mean"] / mean, 1, delta=TOLERANCE)
                    self.assertAlmostEqual(column["sd"] / sd, 1, delta=TOLERANCE)
                else:
                    self.assertIn(column["type"], ("text", "category"))

    def test_nothing_changes_nothing(self):
        for path in self.tables.values():
            result_of(kind="process", input=path, recipe=[], output=self.output)
            with open(path, "rb") as before, open(self.output, "rb") as after:
                self.assertEqual(before.read(), after.read())

    def test_fill(self):
        for name, path in self.tables.items():
            frame = read(path)
            for method, strategy in {"mean": "mean", "median": "median", "mode": "most_frequent"}.items():
                made, _ = self.process(name, step("missing", method, self.numbers[name]))
                expected = SimpleImputer(strategy=strategy).fit_transform(frame[self.numbers[name]])
                self.near(made[self.numbers[name]], expected)
            made, _ = self.process(name, step("missing", "mode", self.texts[name]))
            expected = SimpleImputer(strategy="most_frequent").fit_transform(frame[self.texts[name]].astype(object))
            self.assertTrue((made[self.texts[name]].to_numpy(object) == expected).all())
            made, _ = self.process(name, step("missing", "constant", self.texts[name], value='say "no"'))
            expected = frame[self.texts[name]].fillna('say "no"')
            self.assertTrue((made[self.texts[name]] == expected).all(axis=None))

    def test_scale(self):
        for name, path in self.tables.items():
            frame = read(path)
            for method, scaler in SCALERS.items():
                made, _ = self.process(name, step("scale", method, self.numbers[name]))
                self.near(made[self.numbers[name]], scaler().fit_transform(frame[self.numbers[name]]))

    def test_scale_of_a_large_mean(self):
        values = read(self.tables["awkward"])["large"].to_numpy()
        _, result = self.process("awkward", step("scale", "z_score", ["large"]))
        made = result["steps"][0]["parameters"][0]
        mean = math.fsum(values) / len(values)
        sd = math.sqrt(math.fsum((values - mean) ** 2) / len(values))
        self.assertEqual(made["mean"], mean)
        self.assertAlmostEqual(made["sd"] / sd, 1, delta=TOLERANCE)

    def test_label(self):
        for name, path in self.tables.items():
            frame = read(path)
            columns = self.texts[name] + [self.numbers[name][-1]]
            made, _ = self.process(name, step("encode", "label", columns))
            for column in columns:
                seen = frame[[column]].dropna()
                expected = OrdinalEncoder().fit(seen).transform(seen)
                self.near(made[column].dropna(), expected[:, 0])
                self.assertTrue((made[column].isna() == frame[column].isna()).all())

    def test_one_hot(self):
        for name, path in self.tables.items():
            frame = read(path)
            columns = self.texts[name] + [self.numbers[name][-1]]
            made, _ = self.process(name, step("encode", "one_hot", columns))
            for column in columns:
                seen = frame[[column]].dropna()
                encoder = OneHotEncoder(sparse_output=False).fit(seen)
                names = [f"{column}_{v:g}" if isinstance(v, float) else f"{column}_{v}" for v in encoder.categories_[0]]
                own = made[names].to_numpy()
                self.near(own[frame[column].notna()], encoder.transform(seen))
                self.assertTrue((own[frame[column].isna()] == 0).all())

    def test_drop_rows(self):
        for name, path in self.tables.items():
            frame = read(path)
            made, result = self.process(name, step("missing", "drop_rows"))
            pd.testing.assert_frame_equal(made, frame.dropna().reset_index(drop=True), check_dtype=False)
            self.assertEqual(result["steps"][0]["rows_dropped"], len(frame) - len(made))

    def test_many_steps_in_a_row(self):
        for name, path in self.tables.items():
            frame = read(path)
            a, b, c = self.numbers[name][:3]
            text = self.texts[name][-1]
            made, _ = self.process(
                name,
                step("missing", "median", [a]),
                step("scale", "z_score", [a]),
                step("missing", "drop_rows", [b]),
                step("scale", "robust", [a, b]),
                step("missing", "mean", [c]),
                step("scale", "min_max", [a, c]),
                step("encode", "label", [text]),
                step("missing", "mean", [text]),
                step("scale", "z_score", [text]),
            )
            x = frame.copy()
            x[[a]] = StandardScaler().fit_transform(SimpleImputer(strategy="median").fit_transform(x[[a]]))
            x = x[x[b].notna()].reset_index(drop=True)
            x[[a, b]] = RobustScaler().fit_transform(x[[a, b]])
            x[[c]] = SimpleImputer().fit_transform(x[[c]])
            x[[a, c]] = MinMaxScaler().fit_transform(x[[a, c]])
            codes = x[text].astype("category").cat.codes.astype(float).replace(-1.0, np.nan)
            x[text] = StandardScaler().fit_transform(SimpleImputer().fit_transform(codes.to_frame()))[:, 0]
            self.near(made[[a, b, c, text]], x[[a, b, c, text]])

    def test_ids_stay(self):
        made, _ = self.process("awkward", step("scale", "min_max", ["count"]))
        self.assertEqual(list(made["id"][:2]), ["000000", "000001"])


if __name__ == "__main__":
    unittest.main()
