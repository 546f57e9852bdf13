# SPDX-License-Identifier: MPL-2.0
"""A model carries its recipe: with steps that learn nothing, training on raw columns is training on what the recipe makes of the table.

Scores, folds and predictions are the same to the last digit; of steps that learn, what they learned is held against scikit-learn."""
import json
import os
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA

AUTODP = os.environ["AUTODP"]


def step(op, method=None, columns=None, **settings):
    return {"op": op, **({"method": method} if method else {}), **({"columns": columns} if columns else {}), **settings}


def run(*words):
    return subprocess.run([AUTODP, *map(str, words)], capture_output=True, text=True, check=False)


def table():
    random = np.random.default_rng(4)
    count = 180
    day = pd.date_range("2024-01-01", periods=40)
    first, last = random.choice(["ann", "BOB ", " Cy"], count), random.choice(["x-1", "y-22", "z-3"], count)
    frame = pd.DataFrame({
        "name": [f"{a} {b}" for a, b in zip(first, last)], "code": last, "price": random.lognormal(1, 1, count).round(3),
        "count": random.integers(1, 9, count), "digits": random.integers(1, 99, count).astype(str), "text_number": [f"{v:.2f} EUR" for v in random.normal(9, 3, count)],
        "born": random.choice(day.strftime("%d.%m.%Y"), count), "seen": random.choice(day.strftime("%Y-%m-%d"), count),
        "truth": random.choice(["yes", "no"], count), "id": np.arange(count)})
    frame["y"] = np.where(frame["price"] * frame["count"] + 3 * frame["name"].str.contains("ann") + random.normal(0, 2, count) > 12, "up", "down")
    return frame


PARSE = step("date", "parse", ["born"], format="%d.%m.%Y")
HASH = step("encode", "hash", ["name", "code"], buckets=64)
# The features, and steps that learn nothing.
CASES = {
    "text": (["code", "name", "price"], [step("text", "trim", ["name"]), step("text", "lower", ["name"]), step("text", "replace", ["name"], find=" ", **{"with": "_"}),
                                         step("text", "title", ["code"]), HASH]),
    "text to number": (["text_number", "code", "name"], [step("text", "extract", ["text_number"], pattern="([0-9.-]+)"), step("cast", None, ["text_number"], type="float"),
                                                         step("text", "upper", ["code"]), step("text", "length", ["name"]), step("encode", "hash", ["code"])]),
    "split and merge": (["name", "code", "count"], [step("split", column="code", separator="-", into=["letter", "number"]), step("cast", None, ["number"], type="integer"),
                                                    step("merge", None, ["name", "letter"], **{"as": "both"}), step("encode", "hash", ["both", "code"])]),
    "derive": (["price", "count"], [step("derive", expression="price * count", **{"as": "total"}), step("derive", expression="if(total > 10, 1, 0)", **{"as": "big"}),
                                    step("derive", expression="7", **{"as": "seven"}), step("derive", expression="date('2024-02-03')", **{"as": "day"}),
                                    step("encode", "frequency", ["day"]), step("scale", "log1p", ["total"])]),
    "dates": (["born", "seen", "price"], [PARSE, step("date", "difference", ["seen"], other="born", **{"as": "age"}), step("date", "parts", ["born"], parts=["month", "weekday"]),
                                          step("drop", None, ["born", "seen"])]),
    "casts": (["digits", "truth", "price"], [step("cast", None, ["truth"], type="boolean"), step("cast", None, ["digits"], type="text"), step("text", "length", ["digits"]),
                                             step("cast", None, ["price"], type="text"), step("cast", None, ["price"], type="float")]),
    "names": (["price", "count", "code"], [step("rename", names={"price": "count", "count": "price", "id": "nr"}), step("duplicate", column="price", **{"as": "twin"}),
                                           step("derive", expression="count / twin", **{"as": "ratio"}), step("reorder", None, ["ratio"]),
                                           step("keep", None, ["ratio", "price", "code", "y"]), step("encode", "hash", ["code"])]),
    "intervals": (["price", "count"], [step("bin", "edges", ["price"], edges=[-1, 1, 3, 1000], labels="interval"), step("text", "replace", ["price"], find="(", **{"with": ""}),
                                       step("encode", "hash", ["price"])]),
    "joined": (["price", "count", "digits"], [step("scale", "unit_norm", ["price", "count"]), step("derive", expression="price + count", **{"as": "sum"}),
                                              step("scale", "unit_norm", ["sum", "digits"], norm="l1")]),
    "filtered": (["price", "count", "name"], [step("filter", expression="price < 20 and y != 'x'"), step("derive", expression="price - count", **{"as": "off"}),
                                              step("filter", expression="off > -8"), step("encode", "hash", ["name"])]),
}


class TrainSteps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.frame = table()
        cls.raw = cls.path("table.csv")
        cls.frame.to_csv(cls.raw, index=False)

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.folder.name, *names)

    def save(self, recipe):
        path = self.path(f"recipe{len(recipe)}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(recipe, file)
        return path

    def train(self, where, source, features, *words):
        done = run("train", source, "--target", "y", "--features", ",".join(features), "--algorithm", "random_forest", "--params", '{"n_estimators": 12}',
                   "--folds", 3, "--output", self.path(where), "--json", *words)
        self.assertEqual(done.returncode, 0, done.stderr[-600:])
        return json.loads(done.stdout)

    def check_same(self, features, recipe):
        """The model of raw columns and the one of the prepared table."""
        prepared = self.path("prepared.csv")
        steps = self.save(recipe)
        done = run("prep", self.raw, "--recipe", steps, "--output", prepared)
        self.assertEqual(done.returncode, 0, done.stderr)
        raw = self.train("raw", self.raw, features, "--recipe", steps)
        made = self.train("made", prepared, raw["inputs"], "--recipe", self.save([]))
        self.assertEqual(raw["scores"], made["scores"])
        self.assertEqual((raw["confusion"], raw["importances"]), (made["confusion"], made["importances"]))
        self.assertEqual(raw["features"], features)
        return raw

    def predict(self, frame):
        frame.to_csv(self.path("new.csv"), index=False)
        done = run("predict", self.path("raw", "model.json"), self.path("new.csv"), "--output", self.path("said.csv"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return pd.read_csv(self.path("said.csv"))["prediction"].tolist()

    def test_a_model_of_raw_columns_is_one_of_the_prepared_table(self):
        for name, (features, recipe) in CASES.items():
            with self.subTest(name=name):
                self.check_same(features, recipe)
                said = pd.read_csv(self.path("raw", "predictions.csv"))["prediction"].tolist()
                if all(part["op"] != "filter" for part in recipe):
                    self.assertEqual(said, pd.read_csv(self.path("made", "predictions.csv"))["prediction"].tolist())
                # Of raw columns alone, in another order, and beside columns that are called like those that steps make.
                self.assertEqual(said, self.predict(self.frame[features[::-1]]))
                self.assertEqual(said, self.predict(self.frame[features].assign(both="no", total="no", ratio="no", twin="no", letter="no", age="no", off="no")))

    def test_principal_components_are_those_of_the_training_rows(self):
        features = ["price", "count", "digits"]
        steps = self.save([step("reduce", "pca", features)])
        record = self.train("raw", self.raw, features, "--recipe", steps, "--split", "time:id", "--no-refit")
        learned = record["steps"][0]["parameters"][0]["values"]
        rows = self.frame[features].astype(float).to_numpy()[:record["rows"]["train"]]
        theirs = PCA(2).fit(rows)
        np.testing.assert_allclose(learned[:3], theirs.mean_, rtol=1e-12)
        np.testing.assert_allclose(np.abs(np.reshape(learned[3:9], (2, 3))), np.abs(theirs.components_), rtol=1e-9)
        self.assertEqual(record["inputs"], ["pc1", "pc2"])

    def test_steps_are_told_by_their_number_in_the_recipe(self):
        steps = self.save([step("scale", "z_score", ["id"]), step("rename", names={"price": "cost", "id": "nr"}), step("scale", "z_score", ["cost"])])
        record = self.train("raw", self.raw, ["price"], "--recipe", steps)
        self.assertEqual([(told["op"], told["number"]) for told in record["steps"]], [("rename", 2), ("scale", 3)])
        self.assertEqual(record["steps"][0], {"op": "rename", "names": {"price": "cost"}, "parameters": [], "number": 2})


if __name__ == "__main__":
    unittest.main()
