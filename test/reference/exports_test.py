# SPDX-License-Identifier: MPL-2.0
"""What a training exports: the record tells the truth of each file, a saved model gives the same files again without a table, and
XGBoost reads its own format. model.pkl and model.onnx have tests of their own, model.svm one in C."""
import hashlib
import json
import os
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd
import xgboost

AUTODP = os.environ["AUTODP"]
PENGUINS = os.path.join(os.environ["AUTODP_TEST_DATA"], "penguins.csv")
NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
FILLS = [{"op": "missing", "method": "mean", "columns": NUMBERS}]


def run(*words):
    return subprocess.run([AUTODP, *map(str, words)], capture_output=True, text=True, check=False)


class Exports(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def train(self, target, recipe, *words):
        with open(self.path("recipe.json"), "w", encoding="utf-8") as file:
            json.dump(recipe, file)
        done = run("train", PENGUINS, "--target", target, "--recipe", self.path("recipe.json"), "--output", self.path("model"), "--json", *words)
        self.assertEqual(done.returncode, 0, done.stderr[-600:])
        return json.loads(done.stdout)

    def read(self, *names):
        with open(self.path(*names), "rb") as file:
            return file.read()

    def test_the_record_and_the_sums_tell_of_every_file(self):
        record = self.train("species", FILLS, "--features", ",".join(NUMBERS), "--algorithm", "gradient_boosting")
        self.assertEqual(set(record["exports"]), {"model.pkl", "model.onnx", "model.ubj"})
        for name, told in record["exports"].items():
            content = self.read("model", name)
            self.assertEqual(told, {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=self.path("model"), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        listed = {line.split(": ")[0] for line in done.stdout.splitlines()}
        self.assertEqual(listed, set(os.listdir(self.path("model"))) - {"SHA256SUMS"})

    def test_a_saved_model_gives_the_same_files_again(self):
        recipe = FILLS + [{"op": "missing", "method": "mode", "columns": ["sex"]}, {"op": "encode", "method": "label", "columns": ["sex"]},
                          {"op": "encode", "method": "one_hot", "columns": ["island"]}, {"op": "scale", "method": "z_score", "columns": NUMBERS}]
        features = ",".join([*NUMBERS, "sex", "island"])
        for name in ("logistic_regression", "svc", "gradient_boosting", "k_neighbors", "decision_tree"):
            record = self.train("species", recipe, "--features", features, "--algorithm", name)
            for told in record["exports"]:
                with self.subTest(name=name, file=told):
                    done = run("export", self.path("model", "model.json"), "--format", told.split(".")[1], "-o", self.path("again"))
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(self.read("again"), self.read("model", told))

    def test_what_there_is_not_is_refused_with_the_reason(self):
        self.train("species", FILLS, "--features", ",".join(NUMBERS), "--algorithm", "decision_tree")
        saved = self.path("model", "model.json")
        for words, reason in ((("--format", "svm"), "libsvm"), (("--format", "ubj"), "XGBoost"), (("--format", "pmml"), "pmml")):
            done = run("export", saved, *words)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(reason, done.stderr)
        with open(saved, encoding="utf-8") as file:
            document = json.load(file)
        document["record"]["steps"][0]["parameters"] = []
        with open(self.path("damaged.json"), "w", encoding="utf-8") as file:
            json.dump(document, file)
        self.assertNotEqual(run("export", self.path("damaged.json")).returncode, 0)
        self.assertFalse(os.path.exists(self.path("damaged.pkl")))

    def test_xgboost_reads_the_ubj(self):
        frame = pd.read_csv(PENGUINS)
        matrix = xgboost.DMatrix(frame[NUMBERS].fillna(frame[NUMBERS].mean()))
        for target, words in (("species", ()), ("year", ("--task", "regress"))):
            record = self.train(target, [{**FILLS[0]}], "--features", ",".join(NUMBERS), "--algorithm", "gradient_boosting", "--test-size", "0.01", *words)
            self.assertEqual(record["inputs"], NUMBERS)
            booster = xgboost.Booster(model_file=self.path("model", "model.ubj"))
            ours = pd.read_csv(self.path("model", "predictions.csv"))["prediction"]
            complete = frame[NUMBERS].notna().all(axis=1).to_numpy()
            booster.feature_names = NUMBERS
            said = booster.predict(matrix)
            if target == "species":
                said = np.array(record["labels"])[said.argmax(1)]
                self.assertTrue((said[complete] == ours[complete]).all())
            else:
                np.testing.assert_allclose(said[complete], ours[complete], rtol=1e-6)


if __name__ == "__main__":
    unittest.main()
