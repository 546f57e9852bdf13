# SPDX-License-Identifier: MPL-2.0
"""autodp train and predict on files, without a platform: every estimator end to end, searches, their faults."""
import json
import os
import pickle
import subprocess
import tempfile
import unittest
import warnings

import numpy as np
import pandas as pd
from sklearn import datasets, metrics
from sklearn.linear_model import LinearRegression

AUTODP = os.environ["AUTODP"]
PENGUINS = os.path.join(os.environ["AUTODP_TEST_DATA"], "penguins.csv")
CLASSIFIERS = ["dummy", "logistic_regression", "gaussian_nb", "k_neighbors", "decision_tree", "random_forest",
               "gradient_boosting", "svc", "nu_svc"]
REGRESSORS = ["dummy", "linear_regression", "ridge", "lasso", "k_neighbors", "decision_tree", "random_forest",
              "gradient_boosting", "svr"]


def run(*words):
    return subprocess.run([AUTODP, *map(str, words)], capture_output=True, text=True, check=False)


class Train(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def train(self, table, target, *words):
        done = run("train", table, "--target", target, "--output", self.path("model"), "--json", *words)
        self.assertEqual(done.returncode, 0, done.stderr[-600:])
        return json.loads(done.stdout)

    def learn(self, table, task, *words):
        done = run("train", table, "--task", task, "--no-refit", "--output", self.path("model"), "--json", *words)
        self.assertEqual(done.returncode, 0, done.stderr[-600:])
        return json.loads(done.stdout)

    def predictions(self, name="model/predictions.csv"):
        return pd.read_csv(self.path(name))

    def check_model(self, table, record):
        """The pickle, model.json and the training say the same of the table; the record's scores are scikit-learn's."""
        frame = pd.read_csv(table)
        ours = self.predictions()["prediction"]
        with open(self.path("model/model.pkl"), "rb") as file:
            model = pickle.load(file)
        rows = ours.notna().to_numpy()
        theirs = model.predict(frame[record["features"]][rows])
        done = run("predict", self.path("model/model.json"), table, "--output", self.path("again.csv"))
        self.assertEqual(done.returncode, 0, done.stderr)
        again = self.predictions("again.csv")["prediction"]
        if record["task"] == "classify":
            self.assertTrue((theirs == ours[rows]).all())
            self.assertTrue((again[rows] == ours[rows]).all())
            matrix = np.array(record["confusion"]["matrix"])
            self.assertAlmostEqual(np.trace(matrix) / matrix.sum(), record["scores"]["test"]["accuracy"], places=12)
        else:
            np.testing.assert_allclose(theirs, ours[rows], rtol=1e-6)
            np.testing.assert_array_equal(again[rows], ours[rows])

    def table(self, data):
        frame = pd.DataFrame(data.data, columns=[f"x{i}" for i in range(data.data.shape[1])])
        frame["y"] = data.target
        frame.to_csv(self.path("table.csv"), index=False)
        return self.path("table.csv")

    def test_every_classifier(self):
        for name in CLASSIFIERS:
            with self.subTest(name=name):
                params = '{"nu": 0.1}' if name == "nu_svc" else "{}"
                record = self.train(PENGUINS, "species", "--algorithm", name, "--params", params)
                self.assertEqual(record["algorithm"], name)
                self.check_model(PENGUINS, record)
                if name != "dummy":
                    self.assertGreater(record["scores"]["test"]["accuracy"], 0.7)

    def test_every_regressor(self):
        table = self.table(datasets.load_diabetes())
        for name in REGRESSORS:
            with self.subTest(name=name):
                record = self.train(table, "y", "--algorithm", name)
                self.assertEqual(record["task"], "regress")
                self.check_model(table, record)
                self.assertAlmostEqual(record["scores"]["baseline"]["r2"], 0, delta=0.1)

    def test_the_kept_model_learns_from_all_rows(self):
        table = self.table(datasets.load_diabetes())
        frame = pd.read_csv(table, float_precision="round_trip")
        recipe = self.path("recipe.json")
        with open(recipe, "w", encoding="utf-8") as file:
            json.dump([{"op": "scale", "method": "z_score", "columns": ["x0", "x2"]}], file)
        words = ("--recipe", recipe, "--algorithm", "linear_regression", "--split", "time:x5")
        told = {}
        for refit in (True, False):
            record = self.train(table, "y", *words, *(() if refit else ("--no-refit",)))
            told[refit] = record["scores"]
            first = frame["x5"] < record["split"]["from"]
            rows = frame if refit else frame[first]
            self.assertEqual((record["rows"]["model"], record["rows"]["train"]), (len(rows), first.sum()))
            theirs = LinearRegression().fit(rows[record["features"]], rows["y"])
            ours = self.predictions()["prediction"]
            np.testing.assert_allclose(ours, theirs.predict(frame[record["features"]]), rtol=1e-9)
            step = record["steps"][0]["parameters"][0]
            self.assertAlmostEqual(step["mean"], rows[step["column"]].mean(), places=12)
            self.check_model(table, record)
        for name in ("test", "train", "baseline"):
            self.assertEqual(told[True][name], told[False][name])

    def test_groups(self):
        data = datasets.make_blobs(900, 5, centers=4, cluster_std=2.0, random_state=3)[0]
        frame = pd.DataFrame(data * [1, 20, 3, 4, 500], columns=list("abcde"))
        frame["word"] = np.where(frame.index % 2, "odd", "even")
        table = self.path("blobs.csv")
        frame.to_csv(table, index=False)
        for words in ((), ("--algorithm", "k_means")):
            record = self.learn(table, "cluster", *words, "--features", "a,b,c,d,e,word", "--params", '{"n_clusters": 4}')
        self.assertEqual((record["algorithm"], record["task"], record["target"]), ("k_means", "cluster", None))
        self.assertEqual(record["rows"], {"total": 900, "used": 900, "train": 720, "test": 180, "model": 720, "target_missing": 0, "dropped_missing": 0})
        self.check_model(table, record)
        with open(self.path("model/model.pkl"), "rb") as file:
            model = pickle.load(file)
        inputs, groups = model[:-1].transform(frame), self.predictions()["prediction"]
        self.assertEqual(sorted(groups.unique()), [0, 1, 2, 3])
        scores = record["scores"]
        self.assertEqual((scores["chosen"], scores["baseline"]), ("silhouette", None))
        self.assertAlmostEqual(scores["train"]["inertia"] / model[-1].inertia_, 1, places=9)
        self.assertAlmostEqual((scores["train"]["inertia"] + scores["test"]["inertia"]) / -model[-1].score(inputs), 1, places=9)
        self.assertAlmostEqual(scores["train"]["silhouette"], metrics.silhouette_score(inputs, groups), delta=0.03)

    def test_outliers(self):
        table = self.table(datasets.load_wine())
        for words in ((), ("--params", '{"nu": 0.1}')):
            record = self.learn(table, "outlier", *words)
            self.assertEqual((record["algorithm"], record["task"], record["target"]), ("one_class_svm", "outlier", None))
            self.check_model(table, record)
            said = self.predictions()["prediction"]
            self.assertEqual(sorted(said.unique()), [-1, 1])
            rows, scores = record["rows"], record["scores"]
            told = scores["test"]["outlier_share"] * rows["test"] + scores["train"]["outlier_share"] * rows["train"]
            self.assertAlmostEqual(told, (said == -1).sum(), places=9)
        self.assertAlmostEqual(scores["train"]["outlier_share"], 0.1, delta=0.05)

    def test_without_a_target_nothing_is_better(self):
        for words, detail in ((("--auto",), "'algorithm'.*nothing tells"), (("--search", "grid"), "'search'.*nothing tells"),
                              (("--folds", "3"), "'folds'.*nothing tells"), (("--target", "species"), "'target'.*predicts no column"),
                              (("--algorithm", "svc"), "'algorithm'.*k_means"), (("--params", '{"class_weight": "balanced"}'), "'class_weight'"),
                              (("--params", '{"n_clusters": 400}'), "only .* rows")):
            with self.subTest(words=words):
                done = run("train", PENGUINS, "--task", "cluster", "--output", self.path("model"), *words)
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stderr.replace("\n", " "), detail)

    def test_scores_of_the_test_rows_are_scikit_learns(self):
        table = self.table(datasets.load_breast_cancer())
        record = self.train(table, "y", "--algorithm", "logistic_regression", "--folds", 5)
        validation = record["scores"]["validation"]["scores"]["accuracy"]
        self.assertEqual(len(validation["folds"]), 5)
        self.assertAlmostEqual(validation["mean"], np.mean(validation["folds"]), places=12)
        self.assertAlmostEqual(validation["sd"], np.std(validation["folds"]), places=12)
        self.assertGreater(validation["mean"], 0.95)
        said, truth = self.predictions()["prediction"], pd.read_csv(table)["y"]
        rows = record["rows"]
        told = (record["scores"]["test"]["accuracy"] * rows["test"] + record["scores"]["train"]["accuracy"] * rows["train"])
        self.assertAlmostEqual(told / len(truth), metrics.accuracy_score(truth, said), places=12)

    def test_an_automatic_search_has_a_leaderboard(self):
        record = self.train(PENGUINS, "species", "--auto", "--trials", 12, "--folds", 3)
        board = record["scores"]["leaderboard"]
        self.assertEqual(len(board), 12)
        self.assertEqual(record["algorithm"], board[0]["algorithm"])
        done = [row["score"] for row in board if row["state"] == "done"]
        self.assertEqual(done, sorted(done, reverse=True))
        self.assertGreater(len({row["algorithm"] for row in board}), 6)
        self.check_model(PENGUINS, record)

    def test_a_budget_ends_a_search_and_the_best_is_kept(self):
        record = self.train(PENGUINS, "species", "--auto", "--trials", 5000, "--budget", 3, "--folds", 3)
        board = record["scores"]["leaderboard"]
        self.assertLess(len(board), 5000)
        self.assertEqual(board[0]["state"], "done")
        self.check_model(PENGUINS, record)

    def test_a_trial_beyond_its_memory_is_a_failed_row(self):
        record = self.train(PENGUINS, "species", "--algorithm", "nu_svc", "--search", "grid", "--params", '{"nu": 0.1}')
        states = {row["state"] for row in record["scores"]["leaderboard"]}
        self.assertIn("failed", states)  # a nu that no machine can have
        self.assertIn("done", states)
        for row in record["scores"]["leaderboard"]:
            if row["state"] == "failed":
                self.assertTrue(row["fault"]["detail"] and row["fault"]["remedy"])

    def test_rows_are_divided_by_a_column_which_is_no_feature_then(self):
        frame = pd.read_csv(PENGUINS).sample(frac=1, random_state=2)
        frame["visit"] = np.arange(len(frame)) // 4
        frame.to_csv(self.path("table.csv"), index=False)
        for split in ("time:visit", "group:visit"):
            record = self.train(self.path("table.csv"), "species", "--algorithm", "decision_tree", "--split", split,
                                "--score", "mcc", "--learning-curve", "--folds", 3)
            self.assertEqual(f"{record['split']['kind']}:{record['split']['column']}", split)
            self.assertNotIn("visit", record["features"])
            self.assertEqual(record["scores"]["chosen"], "mcc")
            self.assertEqual(len(record["scores"]["learning_curve"]["points"]), 5)
            self.check_model(self.path("table.csv"), record)

    def test_people_are_told_what_counts(self):
        done = run("train", PENGUINS, "--target", "species", "--output", self.path("model"))
        self.assertIn("What counts (accuracy lost when it is shuffled): bill_length_mm 0.", done.stdout)
        self.assertRegex(done.stdout, r'Areas \(ROC, precision-recall\): "Adelie" [01]\.\d{4}, ')

    def test_faults_name_what_is_wrong(self):
        for words, code in (
            (["--algorithm", "oracle"], "HYPERPARAMETER"), (["--algorithm", "ridge"], "HYPERPARAMETER"),
            (["--params", "{"], "INVALID"), (["--params", '{"C": -1}'], "HYPERPARAMETER"), (["--folds", 1], "HYPERPARAMETER"),
            (["--auto", "--budget", 0], "HYPERPARAMETER"), (["--search", "luck"], "HYPERPARAMETER"),
            (["--split", "time"], "HYPERPARAMETER"), (["--split", "time:wings"], "COLUMN_UNKNOWN"), (["--score", "r2"], "HYPERPARAMETER"),
            (["--features", "species"], "TARGET"), (["--features", "wings"], "COLUMN_UNKNOWN"),
        ):
            with self.subTest(words=words):
                done = run("train", PENGUINS, "--target", "species", "--output", self.path("model"), *words)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(f"autodp: {code}", done.stderr)
                self.assertIn("remedy:", done.stderr)

    def test_a_model_asks_for_its_columns(self):
        self.train(PENGUINS, "species", "--algorithm", "gaussian_nb")
        frame = pd.read_csv(PENGUINS)
        frame.drop(columns=["island"]).to_csv(self.path("less.csv"), index=False)
        done = run("predict", self.path("model/model.json"), self.path("less.csv"), "--output", self.path("p.csv"))
        self.assertIn("COLUMN_UNKNOWN", done.stderr)
        self.assertIn("island", done.stderr)
        frame["island"] = "Atlantis"  # a level that was not there: 0 in every one of its columns
        frame.drop(columns=["species"]).to_csv(self.path("new.csv"), index=False)
        done = run("predict", self.path("model/model.json"), self.path("new.csv"), "--output", self.path("p.csv"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.predictions("p.csv")), len(frame))
        with open(self.path("model/model.json"), encoding="utf-8") as file:
            document = json.load(file)
        del document["model"]["state"]
        with open(self.path("bad.json"), "w", encoding="utf-8") as file:
            json.dump(document, file)
        self.assertIn("CORRUPT", run("predict", self.path("bad.json"), PENGUINS).stderr)


if __name__ == "__main__":
    warnings.simplefilter("error")
    unittest.main()
