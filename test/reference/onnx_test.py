# SPDX-License-Identifier: MPL-2.0
"""model.onnx in ONNX Runtime (its WebAssembly build under node): it says what we say, to single precision."""
import json
import os
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd

from models import Fitted, table

AUTODP = os.environ["AUTODP"]
RUNNER = os.environ["AUTODP_ONNX_RUNNER"]
PENGUINS = os.path.join(os.environ["AUTODP_TEST_DATA"], "penguins.csv")
# The first of a name also behind a recipe.
CLASSIFIERS = [("dummy", {}), ("logistic_regression", {}), ("gaussian_nb", {}), ("k_neighbors", {}), ("k_neighbors", {"weights": "distance"}),
               ("decision_tree", {}), ("random_forest", {"n_estimators": 20}), ("gradient_boosting", {"n_estimators": 20}), ("svc", {}),
               ("svc", {"probability": True}), ("svc", {"kernel": "poly", "coef0": 1.0}), ("svc", {"kernel": "linear"}),
               ("svc", {"kernel": "sigmoid", "gamma": 0.02}), ("nu_svc", {"nu": 0.1})]
REGRESSORS = [("dummy", {}), ("dummy", {"strategy": "median"}), ("linear_regression", {}), ("ridge", {}), ("lasso", {}), ("k_neighbors", {}),
              ("k_neighbors", {"weights": "distance"}), ("decision_tree", {}), ("random_forest", {"n_estimators": 20}),
              ("gradient_boosting", {"n_estimators": 20}), ("svr", {})]
RECIPE = [{"op": "missing", "method": "median", "columns": ["bill_length_mm", "flipper_length_mm"]},
          {"op": "missing", "method": "mean", "columns": ["bill_depth_mm"]},
          {"op": "missing", "method": "constant", "columns": ["body_mass_g"], "value": 4000},
          {"op": "missing", "method": "mode", "columns": ["sex"]},
          {"op": "scale", "method": "z_score", "columns": ["bill_length_mm"]},
          {"op": "scale", "method": "min_max", "columns": ["bill_depth_mm"]},
          {"op": "scale", "method": "robust", "columns": ["flipper_length_mm", "body_mass_g"]},
          {"op": "scale", "method": "z_score", "columns": ["body_mass_g"]},
          {"op": "encode", "method": "one_hot", "columns": ["island", "year"]},
          {"op": "encode", "method": "label", "columns": ["sex"]},
          {"op": "scale", "method": "z_score", "columns": ["sex", "island_Dream"]}]
FEATURES = ["island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex", "year"]


def ask(jobs):
    """The outputs of each (path, inputs)."""
    text = json.dumps([{"model": path, "inputs": inputs} for path, inputs in jobs])
    done = subprocess.run(["node", RUNNER], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"the runner failed (npm ci in its folder?): {done.stderr[-800:]}")
    return json.loads(done.stdout)


def firsts(cases):
    return [case for i, case in enumerate(cases) if case[0] not in [other[0] for other in cases[:i]]]


def values(output):
    return np.array(output["data"]).reshape(output["shape"])


class Onnx(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def fit(self, estimator, task, name, params=None):
        x, y = table(name)
        x = (x - x.mean(0)) / np.where(x.std(0) == 0, 1, x.std(0))
        x = x.astype("<f4").astype("<f8")  # what the graph gets is what we get
        return Fitted(estimator, task, x[:300], None if task in ("cluster", "outlier") else y[:300], params=params, test=x[-60:])

    def run_fits(self, fits):
        jobs = []
        for i, fitted in enumerate(fits):
            with open(self.path(f"{i}.onnx"), "wb") as file:
                file.write(fitted.onnx)
            jobs.append((self.path(f"{i}.onnx"), {f"x{j}": column.tolist() for j, column in enumerate(fitted.test.T)}))
        return ask(jobs)

    def test_every_estimator(self):
        """Two classes have formulas of their own."""
        cases = [("classify", "classes", *case) for case in CLASSIFIERS]
        cases += [("classify", "breast_cancer", name, {}) for name in ("logistic_regression", "gradient_boosting", "svc")]
        cases += [("regress", "numbers", *case) for case in REGRESSORS]
        cases += [("cluster", "iris", "k_means", {}), ("outlier", "iris", "one_class_svm", {})]
        fits = [self.fit(estimator, task, name, params) for task, name, estimator, params in cases]
        for case, fitted, said in zip(cases, fits, self.run_fits(fits)):
            with self.subTest(case=case):
                self.assertNotIn("fault", said)
                if case[0] == "regress":
                    size = np.abs(fitted.predict).max()
                    np.testing.assert_allclose(values(said["answer"])[:, 0], fitted.predict, rtol=1e-5, atol=1e-5 * size)
                else:
                    np.testing.assert_array_equal(values(said["answer"]), fitted.predict)
                if case[0] == "classify":
                    np.testing.assert_allclose(values(said["probabilities"]), fitted.probabilities, atol=1e-5)

    # --- The whole pipeline --------------------------------------------------------------------------------------

    def train(self, table, target, recipe, features, *words):
        with open(self.path("recipe.json"), "w", encoding="utf-8") as file:
            json.dump(recipe, file)
        folder = self.path(f"model{len(os.listdir(self.folder.name))}")
        done = subprocess.run([AUTODP, "train", table, "--target", target, "--recipe", self.path("recipe.json"), "--features", ",".join(features),
                               "--output", folder, "--json", *words], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-600:])
        return folder, json.loads(done.stdout)

    def inputs(self, frame, features):
        """A table as the graph takes it: None is a missing number."""
        texts = {name for name in features if not pd.api.types.is_numeric_dtype(frame[name]) and frame[name].dtype != bool}
        return {name: [("" if pd.isna(v) else v) if name in texts else (None if pd.isna(v) else float(v)) for v in frame[name]] for name in features}

    def check_pipelines(self, table, target, recipe, features, cases, task=()):
        frame = pd.read_csv(table)
        trained = [self.train(table, target, recipe, features, "--algorithm", name, "--params", json.dumps(params), *task) for name, params in cases]
        for _, record in trained:
            self.assertIn("sha256", record["exports"]["model.onnx"])
        answers = ask([(os.path.join(folder, "model.onnx"), self.inputs(frame, features)) for folder, _ in trained])
        for case, (folder, record), said in zip(cases, trained, answers):
            with self.subTest(case=case):
                self.assertNotIn("fault", said)
                self.check_answers(pd.read_csv(os.path.join(folder, "predictions.csv"))["prediction"], record, said)

    def check_answers(self, ours, record, said):
        rows = ours.notna().to_numpy()
        if record["task"] == "regress":
            np.testing.assert_allclose(values(said["variable"])[rows, 0], ours[rows].to_numpy(), rtol=1e-5, atol=1e-5 * ours.abs().max())
            return
        self.assertTrue((values(said["label"])[rows] == ours[rows].to_numpy()).all())
        sums = values(said["probabilities"]).sum(1)
        np.testing.assert_allclose(sums[rows], 1, atol=1e-5)
        self.assertEqual(said["probabilities"]["shape"][1], len(record["labels"]))

    def test_fills_scales_and_encodings_before_every_classifier(self):
        self.check_pipelines(PENGUINS, "species", RECIPE, FEATURES, firsts(CLASSIFIERS))

    def test_fills_scales_and_encodings_before_every_regressor(self):
        """No two values are near each other, or one could stand on a tree's threshold, which is halfway between two others."""
        frame = pd.read_csv(PENGUINS)
        random = np.random.default_rng(5)
        for name in ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"):
            frame[name] = frame[name].astype(float) * random.uniform(0.99, 1.01, len(frame))
        frame.to_csv(self.path("table.csv"), index=False)
        recipe = [{**step, "columns": [name for name in step["columns"] if name != "body_mass_g"]} for step in RECIPE]
        features = [name for name in FEATURES if name != "body_mass_g"]
        self.check_pipelines(self.path("table.csv"), "body_mass_g", [step for step in recipe if step["columns"]], features, firsts(REGRESSORS),
                             ("--task", "regress"))

    def test_labels_of_every_type_and_columns_of_every_type(self):
        count = 120
        place = np.arange(count)
        frame = pd.DataFrame({
            "label": place % 7 + place % 3 / 10, "__1": place % 5, "truth": place % 2 == 0, "day": [f"2024-01-{i % 5 + 1:02}" for i in place],
            "word": np.where(place % 11 == 0, None, np.array(["ä", "b\"", "c"])[place % 3]), "real": place % 4 + 0.25,
            "as_text": np.array(["one", "two"])[place % 2], "as_integer": place % 3 - 1, "as_real": place % 2 + 0.5, "as_truth": place % 3 == 0})
        frame.to_csv(self.path("table.csv"), index=False)
        features = ["label", "__1", "truth", "day", "word", "real"]
        recipe = [{"op": "encode", "method": "label", "columns": ["day", "real", "truth"]},
                  {"op": "missing", "method": "constant", "columns": ["word"], "value": "ä"},
                  {"op": "encode", "method": "one_hot", "columns": ["word", "__1"]}]
        types = {"as_text": "string", "as_integer": "int64", "as_real": "float64", "as_truth": "bool"}
        trained = {target: self.train(self.path("table.csv"), target, recipe, features, "--algorithm", "decision_tree", "--task", "classify") for target in types}
        inputs = self.inputs(frame, features)
        inputs["word"][1] = "never seen"
        answers = ask([(os.path.join(folder, "model.onnx"), inputs) for folder, _ in trained.values()])
        for (target, (folder, record)), said in zip(trained.items(), answers):
            with self.subTest(target=target):
                self.assertNotIn("fault", said)
                self.assertEqual(said["label_"]["type"], types[target])  # a column is called label
                ours = pd.read_csv(os.path.join(folder, "predictions.csv"))["prediction"]
                same = values(said["label_"]) == ours.to_numpy()
                self.assertTrue(np.delete(same, 1).all())


if __name__ == "__main__":
    unittest.main()
