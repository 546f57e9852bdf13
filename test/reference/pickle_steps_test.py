# SPDX-License-Identifier: MPL-2.0
"""Each kind of step that a model can have, in model.pkl: scikit-learn makes of raw rows what we make, and warns of nothing.

The models are linear, so that an input that is not ours shows in every answer; model.onnx is asked too."""
import json
import os
import pickle
import subprocess
import tempfile
import unittest
import warnings

import numpy as np
import pandas as pd
from sklearn.base import clone

from models import check_names
from onnx_test import ask, values

AUTODP = os.environ["AUTODP"]


def step(op, method, columns, **settings):
    return {"op": op, **({"method": method} if method else {}), "columns": columns, **settings}


def columns_of(part):
    """The columns that a step names."""
    return [*part.get("columns", []), *part.get("names", {}), *([part["column"]] if "column" in part else [])]


def table():
    """Columns of every type, with and without missing values; the target follows none of them."""
    random = np.random.default_rng(11)
    count = 240
    hole = np.arange(count) % 9 == 4
    frame = pd.DataFrame({
        "real": random.normal(3, 2, count), "positive": random.lognormal(0, 1, count), "whole": random.integers(-3, 4, count),
        "year": random.integers(2000, 2004, count), "truth": random.integers(0, 2, count) == 1, "word": random.choice(["mid", "low", "high"], count),
        "gap": np.where(hole, np.nan, random.normal(0, 5, count)), "gap_positive": np.where(hole, np.nan, random.lognormal(0, 1, count)),
        "gap_word": np.where(hole, None, random.choice(["x", "y", "z"], count)), "day": [f"2024-02-{i % 6 + 1:02}" for i in range(count)],
        "y": random.normal(0, 1, count), "truth_number": random.integers(0, 2, count)})
    return frame


FILL = step("missing", "median", ["gap", "gap_positive"])
CASES = {
    "max_abs": [step("scale", "max_abs", ["real", "whole", "gap"]), FILL],
    "box_cox": [step("scale", "box_cox", ["positive", "gap_positive"]), FILL],
    "box_cox plain": [step("scale", "box_cox", ["positive"], standardize=False)],
    "yeo_johnson": [step("scale", "yeo_johnson", ["real", "whole", "gap"]), FILL],
    "yeo_johnson plain": [step("scale", "yeo_johnson", ["real"], standardize=False)],
    "quantile": [step("scale", "quantile", ["real", "whole", "gap"], quantiles=50), FILL],
    "quantile of few": [step("scale", "max_abs", ["whole"]), step("scale", "quantile", ["whole", "year"], quantiles=9)],
    "quantile normal": [step("scale", "quantile", ["real", "whole"], output="normal")],
    "log": [step("scale", "log", ["positive", "gap_positive"]), FILL],
    "log1p": [step("scale", "log1p", ["positive", "gap_positive"]), FILL],
    "iqr_clip": [step("outliers", "iqr_clip", ["real", "whole", "gap"], factor=0.3), FILL],
    "z_score_clip": [step("outliers", "z_score_clip", ["positive"], factor=1), step("scale", "z_score", ["positive"])],
    "equal_width": [step("bin", "equal_width", ["real", "whole"], bins=5), step("missing", "constant", ["real"], value=2)],
    "equal_frequency": [FILL, step("bin", "equal_frequency", ["gap"], bins=4), step("missing", "mode", ["gap"]), step("encode", "one_hot", ["gap"])],
    "edges": [step("bin", "edges", ["real", "whole"], edges=[-1, 0, 1.5, 3]), step("missing", "constant", ["real", "whole"], value=7)],
    "order": [step("encode", "label", ["word"], order=["low", "mid", "high"]),
              step("encode", "label", ["year"], order=[2003, 2001, 2000], unknown="code")],
    "order with holes": [step("encode", "label", ["gap_word"], order=["z", "x"], unknown="code"), step("missing", "mean", ["gap_word"])],
    "frequency": [step("encode", "frequency", ["word", "year", "truth"]), step("encode", "frequency", ["day"], **{"as": "count"})],
    "frequency with holes": [step("encode", "frequency", ["gap_word"]), step("missing", "constant", ["gap_word"], value=0.5)],
    "one_hot without the first": [step("encode", "one_hot", ["word", "year", "gap_word"], drop="first"), step("scale", "z_score", ["word_low"])],
    "one_hot of rare values": [step("encode", "one_hot", ["year", "whole"], min_share=0.14), step("encode", "one_hot", ["gap_word"], min_share=0.34, drop="first"),
                               step("scale", "z_score", ["whole_other"])],
    "one_hot with others": [step("scale", "max_abs", ["year"]), step("encode", "one_hot", ["word", "year"], unknown="other"),
                            step("encode", "one_hot", ["gap_word"], unknown="error")],
    "indicator": [step("missing", "indicator", ["gap", "gap_word", "truth"]), FILL, step("missing", "mode", ["gap_word"]),
                  step("encode", "label", ["gap_word"]), step("scale", "z_score", ["gap_missing"])],
    "unit_norm": [FILL, step("scale", "unit_norm", ["real", "whole", "gap"]), step("scale", "min_max", ["whole"])],
    "unit_norm l1": [step("scale", "unit_norm", ["real", "positive", "truth_number"], norm="l1")],
    "unit_norm max": [step("scale", "z_score", ["real", "year"]), step("scale", "unit_norm", ["real", "whole", "year"], norm="max")],
    "pca": [step("scale", "z_score", ["real", "positive", "whole"]), step("reduce", "pca", ["real", "positive", "whole"])],
    "pca in the middle": [FILL, step("scale", "z_score", ["gap", "year"]), step("reduce", "pca", ["year", "whole", "gap"], components=3, prefix="c"),
                          step("scale", "min_max", ["c1"]), step("bin", "equal_width", ["c2"], bins=3), step("encode", "one_hot", ["c2"]),
                          step("drop", None, ["c3"]), step("encode", "one_hot", ["word"])],
    "pca of leaves": [step("encode", "one_hot", ["word", "year"]), step("scale", "z_score", ["word_low"]),
                      step("reduce", "pca", ["word_low", "word_mid", "real", "year_2001"], components=3)],
    "two joins": [step("scale", "z_score", ["real", "positive", "whole", "year"]), step("reduce", "pca", ["real", "positive"], prefix="a"),
                  step("scale", "unit_norm", ["a1", "whole", "year"]), step("scale", "log1p", ["truth_number"])],
    "joins in a row": [step("reduce", "pca", ["real", "positive", "whole"], components=3), step("reduce", "pca", ["pc2", "pc3"], prefix="d"),
                       step("scale", "unit_norm", ["pc1", "d1"], norm="l1")],
    "rename": [{"op": "rename", "names": {"real": "other", "word": "real"}}, step("scale", "z_score", ["other"]), step("encode", "one_hot", ["real"]),
               {"op": "rename", "names": {"real_low": "low", "other": "real"}}, step("scale", "min_max", ["low", "real"])],
    "casts and copies": [step("cast", None, ["whole", "truth"], type="float"), step("scale", "robust", ["whole"]),
                         {"op": "duplicate", "column": "real", "as": "twin"}, step("scale", "min_max", ["twin"]), step("cast", None, ["word"], type="category"),
                         step("encode", "label", ["word"])],
    "many": [step("outliers", "iqr_clip", ["positive"]), step("scale", "log1p", ["positive"]), step("scale", "yeo_johnson", ["positive"]),
             step("scale", "min_max", ["positive"]), step("bin", "equal_width", ["positive"], bins=3), step("missing", "constant", ["positive"], value=0),
             step("encode", "frequency", ["positive"]),
             step("scale", "max_abs", ["positive"])],
}
NO_ONNX = {"quantile normal": "step 1 (By rank) of column 'real' has no ONNX operator"}


class PickleSteps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        warnings.simplefilter("error")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.frame = table()
        cls.frame.to_csv(os.path.join(cls.folder.name, "table.csv"), index=False)

    def train(self, name, recipe, features):
        folder = os.path.join(self.folder.name, name.replace(" ", "_"))
        with open(folder + ".json", "w", encoding="utf-8") as file:
            json.dump(recipe, file)
        return folder, subprocess.run(
            [AUTODP, "train", os.path.join(self.folder.name, "table.csv"), "--target", "y", "--features", ",".join(features), "--recipe", folder + ".json",
             "--algorithm", "linear_regression", "--task", "regress", "--no-refit", "--output", folder, "--json"], capture_output=True, text=True, check=False)

    def check_pickle(self, folder, record):
        ours = pd.read_csv(os.path.join(folder, "predictions.csv"), float_precision="round_trip")["prediction"]
        with open(os.path.join(folder, "model.pkl"), "rb") as file:
            content = file.read()
        check_names(self, content)
        model = pickle.loads(content)
        frame = pd.read_csv(os.path.join(self.folder.name, "table.csv"))
        inputs = np.asarray(model[:-1].transform(frame), float)
        self.assertEqual(inputs.shape, (len(frame), len(record["inputs"])))
        complete = np.isfinite(inputs).all(axis=1)
        np.testing.assert_array_equal(complete, ours.notna())
        np.testing.assert_allclose(model.predict(frame[complete]), ours[complete], rtol=1e-9, atol=1e-11)
        repr(model), clone(model), pickle.loads(pickle.dumps(model))
        return ours

    def test_every_step(self):
        jobs, wanted = [], []
        for name, recipe in CASES.items():
            features = sorted({column for part in recipe for column in columns_of(part) if column in self.frame})
            with self.subTest(name=name):
                folder, done = self.train(name, recipe, features)
                self.assertEqual(done.returncode, 0, done.stderr)
                record = json.loads(done.stdout)
                self.assertNotIn("refused", record["exports"]["model.pkl"])
                ours = self.check_pickle(folder, record)
                self.assertEqual(record["exports"]["model.onnx"].get("refused"), NO_ONNX.get(name))
                if name not in NO_ONNX:
                    texts = self.frame[features].select_dtypes(exclude=["number", "bool"]).columns
                    inputs = {column: [("" if pd.isna(v) else v) if column in texts else (None if pd.isna(v) else float(v)) for v in self.frame[column]]
                              for column in features}
                    jobs.append((os.path.join(folder, "model.onnx"), inputs))
                    wanted.append((name, ours))
        for (name, ours), said in zip(wanted, ask(jobs)):
            with self.subTest(name=name, format="onnx"):
                self.assertNotIn("fault", said)
                rows = ours.notna()
                np.testing.assert_allclose(values(said["variable"])[rows, 0], ours[rows], rtol=1e-4, atol=2e-5)

    def test_values_that_are_new(self):
        """They are others, or nothing, or an error, as the step says."""
        for unknown, wanted in (("other", [[0, 0, 0, 1]]), ("ignore", [[0, 0, 0]]), ("error", None)):
            folder, done = self.train(f"new {unknown}", [step("encode", "one_hot", ["word"], unknown=unknown)], ["word"])
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(folder, "model.pkl"), "rb") as file:
                model = pickle.load(file)
            row = pd.DataFrame({"word": ["never seen"]})
            if wanted:
                np.testing.assert_array_equal(model[:-1].transform(row), wanted)
            else:
                self.assertRaises(ValueError, model.predict, row)

    def test_what_scikit_learn_has_no_counterpart_for_is_no_file_and_no_fault(self):
        """The record says which step it is, and of which column; the model is there all the same."""
        interval = [step("bin", "edges", ["real"], edges=[-99, 0, 99], labels="interval"), step("encode", "one_hot", ["real"])]
        for recipe, what in (([step("encode", "hash", ["word"])], "step 1 (Number by hash) of column 'word'"),
                             (interval, "step 1 (Intervals of your own) of column 'real'"),
                             ([step("text", "upper", ["word"]), step("encode", "label", ["word"])], "step 1 (Capital letters) of column 'word'"),
                             ([step("scale", "unit_norm", ["real", "whole"]), step("cast", None, ["real"], type="integer"),
                               step("missing", "constant", ["real"], value=0)], "step 2 (Change the type) of column 'real'")):
            with self.subTest(what=what):
                folder, done = self.train("refused", recipe, recipe[0]["columns"])
                self.assertEqual(done.returncode, 0, done.stderr)
                exports = json.loads(done.stdout)["exports"]
                self.assertEqual(exports["model.pkl"], {"refused": f"{what} has no counterpart in scikit-learn"})
                self.assertEqual(exports["model.onnx"], {"refused": f"{what} has no ONNX operator"})
                self.assertFalse({"model.pkl", "model.onnx"} & set(os.listdir(folder)))
                self.assertTrue(pd.read_csv(os.path.join(folder, "predictions.csv"))["prediction"].notna().all())
                with open(os.path.join(folder, "card.md"), encoding="utf-8") as file:
                    self.assertIn("There is no model.pkl", file.read().replace("\\", ""))

    def test_what_looks_at_other_rows_is_refused_before_the_training(self):
        for recipe, title in (([step("encode", "target", ["word"], target="y")], "Mean of the target"),
                              ([step("missing", "forward", ["gap"])], "Fill with the value before"),
                              ([step("missing", "group", ["gap"], by="word")], "Fill by group")):
            _, done = self.train("refused", recipe, recipe[0]["columns"])
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"step 1 ({title}) cannot be part of a model", done.stderr)


if __name__ == "__main__":
    unittest.main()
