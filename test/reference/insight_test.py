# SPDX-License-Identifier: MPL-2.0
"""What a record tells of a model beside its scores, against scikit-learn. Rows are divided by a column of places, so
that the test rows are known here."""
import json
import os
import pickle
import tempfile
import unittest
import warnings

import numpy as np
import pandas as pd
from sklearn import calibration, datasets, inspection, metrics, model_selection

from worker import DATA, result_of, run, step

PENGUINS = os.path.join(DATA, "penguins.csv")
MASK = (1 << 64) - 1


class Random:
    """xoshiro256** seeded by splitmix64, and Fisher and Yates's shuffle, as model/core/random.h has them."""

    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = seed
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            self.state.append(z ^ (z >> 31))

    def next(self):
        def rotate(x, by):
            return ((x << by) | (x >> (64 - by))) & MASK
        s = self.state
        result = (rotate((s[1] * 5) & MASK, 7) * 9) & MASK
        shifted = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate(s[3], 45)
        return result

    def shuffled(self, count):
        items = list(range(count))
        for i in range(count, 1, -1):
            unfair = (MASK - i + 1) % i
            x = self.next()
            while x < unfair:
                x = self.next()
            items[i - 1], items[x % i] = items[x % i], items[i - 1]
        return items


def score(name, model, frame, truth):
    """As a gain: the higher the better."""
    if name == "roc_auc":
        return metrics.roc_auc_score(truth, model.predict_proba(frame)[:, 1])
    said = model.predict(frame)
    return {"accuracy": metrics.accuracy_score, "r2": metrics.r2_score,
            "f1_macro": lambda t, s: metrics.f1_score(t, s, average="macro"),
            "rmse": lambda t, s: -metrics.mean_squared_error(t, s, squared=False)}[name](truth, said)


class Trained:
    """A model and its test rows: the last of the table by `place`."""

    def __init__(self, frame, recipe, target, features, **training):
        with tempfile.TemporaryDirectory() as folder:
            table = os.path.join(folder, "table.csv")
            frame = frame.assign(place=range(len(frame))).sample(frac=1, random_state=3)
            frame.to_csv(table, index=False)
            request = {"target": target, "features": features, "split": {"kind": "time", "column": "place"}, "refit": False, **training}
            result = result_of(kind="train", input=table, recipe=recipe, training=request, output_dir=folder)
            with open(os.path.join(folder, "model.pkl"), "rb") as file:
                self.model = pickle.load(file)
            with open(os.path.join(folder, "record.json"), encoding="utf-8") as file:
                self.record = json.load(file)
            frame = pd.read_csv(table)
        assert self.record["insight"] == result["record"]["insight"]
        tests = int(np.ceil(0.2 * len(frame)))
        test = frame[frame["place"] >= len(frame) - tests]
        self.features, self.test, self.truth = features, test[features], test[target]
        self.insight = self.record["insight"]
        assert self.record["rows"]["test"] == tests == self.insight["rows"]
        assert self.record["split"] == {"kind": "time", "column": "place", "from": len(frame) - tests}


def mixed(table):
    """A table of scikit-learn's with its rows mixed, so that every class is in the test part."""
    data = table()
    frame = pd.DataFrame(data.data, columns=[f"x{i}" for i in range(data.data.shape[1])])
    frame["y"] = data.target
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


def near(found, expected, tolerance=1e-12):
    np.testing.assert_allclose(np.array(found, float), np.array(expected, float), rtol=tolerance, atol=tolerance)


class Insight(unittest.TestCase):
    def check_classes(self, trained):
        labels = trained.record["labels"]
        probabilities = trained.model.predict_proba(trained.test)
        told = {entry["label"]: entry for entry in trained.insight["classes"]}
        self.assertEqual(set(told), set(labels[1:] if len(labels) == 2 else labels))
        for place, label in enumerate(labels):
            if label not in told:
                continue
            entry, hot, said = told[label], (trained.truth == label).astype(int), probabilities[:, place]
            self.assertEqual(entry["rows"], hot.sum())
            false, true, _ = metrics.roc_curve(hot, said, drop_intermediate=False)
            precision, recall, _ = metrics.precision_recall_curve(hot, said)
            near([entry["roc"]["x"], entry["roc"]["y"]], [false, true])
            near(entry["roc"]["area"], metrics.roc_auc_score(hot, said))
            near([entry["precision_recall"]["x"], entry["precision_recall"]["y"]], [recall[::-1], precision[::-1]])
            near(entry["precision_recall"]["area"], metrics.average_precision_score(hot, said))
            seen, mean = calibration.calibration_curve(hot, said, n_bins=10, strategy="uniform")
            near(entry["calibration"]["said"], mean)
            near(entry["calibration"]["seen"], seen)
            self.assertEqual(sum(entry["calibration"]["rows"]), len(hot))

    def check_importance(self, trained):
        told = trained.insight["importance"]
        base = score(told["score"], trained.model, trained.test, trained.truth)
        random, losses = Random(trained.record["seed"]), {name: [] for name in trained.features}
        for _ in range(5):
            for name in trained.features:
                other = trained.test.copy()
                other[name] = trained.test[name].to_numpy()[random.shuffled(len(other))]
                losses[name].append(base - score(told["score"], trained.model, other, trained.truth))
        self.assertEqual((told["score"], told["rows"], told["repeats"]), (trained.record["scores"]["chosen"], len(trained.test), 5))
        near(abs(told["base"]), abs(base))
        self.assertEqual({entry["name"] for entry in told["features"]}, set(trained.features))
        for entry in told["features"]:
            near([entry["mean"], entry["sd"]], [np.mean(losses[entry["name"]]), np.std(losses[entry["name"]])])
        means = [entry["mean"] for entry in told["features"]]
        self.assertEqual(means, sorted(means, reverse=True))

    def check_dependence(self, trained, numeric):
        told = trained.insight["dependence"]
        ranked = [entry["name"] for entry in trained.insight["importance"]["features"] if entry["name"] in numeric]
        self.assertEqual([entry["name"] for entry in told["features"]], ranked[:6])
        for entry in told["features"]:
            x, lines = self.dependence(trained, entry["name"], entry["x"])
            near(entry["x"], x)
            self.assertEqual(len(entry["lines"]), len(lines))
            for line, theirs in zip(entry["lines"], lines):
                near(line["y"], theirs)

    def dependence(self, trained, name, points):
        """scikit-learn's; for whole numbers and gaps, which it has no grid for, its method with our points."""
        classes = trained.record["task"] == "classify"
        column = trained.test[name]
        if column.dtype.kind == "f" and column.notna().all():
            made = inspection.partial_dependence(
                trained.model, trained.test, [name], percentiles=(0.05, 0.95), grid_resolution=20, method="brute",
                kind="average", response_method="predict_proba" if classes else "auto")
            return made["values"][0], list(made["average"])
        answers = []
        for value in points:
            other = trained.test.copy()
            other[name] = value
            said = trained.model.predict_proba(other).mean(axis=0) if classes else [trained.model.predict(other).mean()]
            answers.append(said[1:] if len(said) == 2 else said)
        self.assertTrue(column.min() <= min(points) < max(points) <= column.max())
        return points, list(np.transpose(answers))

    def test_two_classes(self):
        names = [f"x{i}" for i in range(9)]
        frame = mixed(datasets.load_breast_cancer)
        trained = Trained(frame, [step("scale", "z_score", names)], "y", names, algorithm="logistic_regression")
        self.check_classes(trained)
        self.check_importance(trained)
        self.check_dependence(trained, names)
        gain = trained.insight["gain"]
        order = np.argsort(-trained.model.predict_proba(trained.test)[:, 1], kind="stable")
        found = np.append(0, np.cumsum(trained.truth.to_numpy()[order] == 1))
        shares = np.arange(1, 11) / 10
        expected = np.interp(shares * len(order), np.arange(len(order) + 1), found) / found[-1]
        near(gain["gain"], expected)
        near(gain["lift"], expected / shares)
        self.assertEqual((gain["label"], trained.insight["left_out"]), (1, []))

    def test_a_score_of_probabilities_tells_importance(self):
        names = ["x0", "x1", "x2"]
        trained = Trained(mixed(datasets.load_breast_cancer), [], "y", names, algorithm="gaussian_nb", score="roc_auc")
        self.assertEqual(trained.record["scores"]["reason"], "the request asks for it")
        self.check_importance(trained)

    def test_more_classes(self):
        names = [f"x{i}" for i in range(4)]
        trained = Trained(mixed(datasets.load_iris), [], "y", names, algorithm="random_forest", parameters={"n_estimators": 10})
        self.check_classes(trained)
        self.check_importance(trained)
        self.check_dependence(trained, names)
        self.assertNotIn("gain", trained.insight)

    def test_numbers(self):
        names = [f"x{i}" for i in range(10)]
        for chosen in (None, "rmse"):
            trained = Trained(mixed(datasets.load_diabetes), [], "y", names, algorithm="ridge", score=chosen)
            self.check_importance(trained)
            self.check_dependence(trained, names)
        told = trained.insight["residuals"]
        said = trained.model.predict(trained.test)
        off = trained.truth.to_numpy() - said
        near(told["predicted"], said)
        np.testing.assert_array_equal(told["truth"], trained.truth)
        near([told["mean"], told["sd"]], [off.mean(), off.std()])
        rows, edges = np.histogram(off, bins=24)
        np.testing.assert_array_equal(told["histogram"]["rows"], rows)
        near(told["histogram"]["edges"], edges)

    def test_gaps_words_and_whole_numbers(self):
        frame = pd.read_csv(PENGUINS).sample(frac=1, random_state=1).reset_index(drop=True)
        numbers = ["bill_length_mm", "flipper_length_mm", "body_mass_g"]
        recipe = [step("missing", "median", numbers), step("missing", "mode", ["sex"]), step("scale", "robust", numbers),
                  step("encode", "one_hot", ["island", "sex", "year"])]
        trained = Trained(frame, recipe, "species", numbers + ["island", "sex", "year"], algorithm="decision_tree")
        self.check_importance(trained)
        self.check_dependence(trained, numbers + ["year"])
        self.check_classes(trained)

    def test_columns_that_a_step_joins(self):
        """They are made again of what is shuffled or set."""
        frame = pd.read_csv(PENGUINS).sample(frac=1, random_state=2).reset_index(drop=True)
        numbers = ["bill_length_mm", "flipper_length_mm", "body_mass_g", "bill_depth_mm"]
        recipe = [step("missing", "median", numbers), step("scale", "z_score", numbers), step("encode", "one_hot", ["island"]),
                  step("reduce", "pca", ["bill_length_mm", "body_mass_g", "island_Dream"]), step("scale", "unit_norm", ["flipper_length_mm", "pc1"])]
        trained = Trained(frame, recipe, "species", numbers + ["island"], algorithm="logistic_regression")
        self.check_importance(trained)
        self.check_dependence(trained, numbers)

    def test_slow_models_are_asked_fewer_rows(self):
        rng = np.random.default_rng(0)
        frame = pd.DataFrame(rng.normal(size=(12000, 3)), columns=list("abc"))
        frame["y"] = frame["a"] + rng.normal(size=len(frame))
        trained = Trained(frame, [], "y", list("abc"), algorithm="linear_regression")
        self.assertLessEqual(trained.insight["importance"]["rows"], 2000)
        self.assertLessEqual(trained.insight["dependence"]["rows"], 500)
        self.assertEqual(len(trained.insight["residuals"]["truth"]), 500)
        self.assertEqual(trained.insight["importance"]["features"][0]["name"], "a")
        self.assertEqual(trained.insight["rows"], 2400)


class Splits(unittest.TestCase):
    def train(self, frame, **training):
        with tempfile.TemporaryDirectory() as folder:
            table = os.path.join(folder, "table.csv")
            frame.to_csv(table, index=False)
            return run(kind="train", input=table, recipe=[], training=training, output_dir=folder)[:2]

    def record(self, frame, **training):
        result, fault = self.train(frame, **training)
        self.assertIsNone(fault)
        return result["record"]

    def fault(self, frame, **training):
        _, fault = self.train(frame, **training)
        self.assertTrue(fault["remedy"], fault)
        return fault

    def iris(self):
        frame = mixed(datasets.load_iris)
        frame["patient"] = [f"p{i // 5}" for i in range(len(frame))]
        frame["day"] = pd.date_range("2020-01-01", periods=len(frame)).strftime("%Y-%m-%d")
        return frame

    def test_folds_by_time_are_time_series_splits(self):
        frame = self.iris()
        names = [f"x{i}" for i in range(4)]
        record = self.record(frame, target="y", features=names, algorithm="gaussian_nb", folds=4,
                             split={"kind": "time", "column": "day"})
        self.assertEqual(record["split"], {"kind": "time", "column": "day", "from": frame["day"][120]})
        from sklearn.naive_bayes import GaussianNB
        x, y = frame[names].to_numpy()[:120], frame["y"].to_numpy()[:120]
        theirs = [GaussianNB().fit(x[a], y[a]).score(x[b], y[b]) for a, b in model_selection.TimeSeriesSplit(4).split(x)]
        validation = record["scores"]["validation"]
        near(validation["scores"]["accuracy"]["folds"], theirs)
        self.assertEqual(validation["rows"], [{"train": len(a), "judged": len(b)}
                                              for a, b in model_selection.TimeSeriesSplit(4).split(x)])
        test = GaussianNB().fit(x, y).score(frame[names].to_numpy()[120:], frame["y"].to_numpy()[120:])
        near(record["scores"]["test"]["accuracy"], test)

    def test_groups_stay_together(self):
        frame = self.iris()
        frame["patient"] = frame["patient"].replace({"p0": "p1"})
        record = self.record(frame, target="y", features=["x0", "x1"], algorithm="gaussian_nb", folds=3,
                             split={"kind": "group", "column": "patient"})
        groups = frame["patient"].nunique()
        self.assertEqual(record["split"], {"kind": "group", "column": "patient", "groups": groups,
                                           "test_groups": int(np.ceil(0.2 * groups))})
        self.assertEqual(record["rows"]["test"] % 5, 0)
        self.assertEqual({(rows["train"] + rows["judged"]) for rows in record["scores"]["validation"]["rows"]},
                         {record["rows"]["train"]})

    def test_a_leak_by_groups_shows(self):
        """Rows of one group have one label that nothing else tells: judged by other groups, a model knows nothing."""
        rng = np.random.default_rng(0)
        group = np.repeat(np.arange(60), 10)
        frame = pd.DataFrame({"x": rng.normal(size=60)[group], "z": rng.normal(size=60)[group], "who": group,
                              "y": rng.integers(0, 2, 60)[group]})
        words = {"target": "y", "features": ["x", "z"], "algorithm": "decision_tree"}
        self.assertGreater(self.record(frame, **words)["scores"]["test"]["accuracy"], 0.95)
        honest = self.record(frame, **words, split={"kind": "group", "column": "who"})
        self.assertLess(honest["scores"]["test"]["accuracy"], 0.8)

    def test_faults_name_the_column(self):
        frame = self.iris()
        frame["gap"] = frame["day"].where(frame.index != 7)
        frame["one"] = "same"
        frame["three"] = np.where(frame.index < 90, "a", np.where(frame.index < 120, "b", "c"))
        words = {"target": "y", "features": ["x0"], "algorithm": "gaussian_nb"}
        for split, code, text in (
                ({"kind": "time", "column": "when"}, "COLUMN_UNKNOWN", "when"),
                ({"kind": "time", "column": "patient"}, "COLUMN_TYPE", "patient"),
                ({"kind": "time", "column": "gap"}, "COLUMN_MISSING", "row 8"),
                ({"kind": "group", "column": "gap"}, "COLUMN_MISSING", "row 8"),
                ({"kind": "group", "column": "one"}, "HYPERPARAMETER", "groups"),
                ({"kind": "group", "column": "x0"}, "HYPERPARAMETER", "x0")):
            with self.subTest(split=split):
                fault = self.fault(frame, **words, split=split)
                self.assertEqual(fault["code"], code)
                self.assertIn(text, fault["detail"])
        fault = self.fault(frame, **words, split={"kind": "group", "column": "three"}, folds=3)
        self.assertIn("too few groups", fault["detail"])
        ordered = frame.sort_values("y")
        ordered["place"] = range(len(ordered))
        fault = self.fault(ordered, **words, split={"kind": "time", "column": "place"}, test_size=0.5)
        self.assertEqual(fault["code"], "TARGET")
        self.assertIn("'2' has no row to learn from", fault["detail"])

    def test_a_learning_curve_grows(self):
        frame = mixed(datasets.load_breast_cancer)
        record = self.record(frame, target="y", features=[f"x{i}" for i in range(5)], algorithm="decision_tree",
                             folds=4, learning_curve=True)
        curve = record["scores"]["learning_curve"]
        self.assertEqual((curve["score"], curve["folds"], len(curve["points"])), ("accuracy", 4, 5))
        near([point["share"] for point in curve["points"]], [0.2, 0.4, 0.6, 0.8, 1])
        rows = [point["rows"] for point in curve["points"]]
        self.assertAlmostEqual(rows[-1], record["rows"]["train"] * 3 / 4)
        self.assertAlmostEqual(rows[0], rows[-1] / 5, delta=2)
        validation = record["scores"]["validation"]["scores"]["accuracy"]
        near([curve["points"][-1]["validation"][key] for key in ("mean", "sd")], [validation["mean"], validation["sd"]], 1e-9)
        self.assertEqual(curve["points"][0]["train"], {"mean": 1, "sd": 0})  # a whole tree knows its rows by heart

    def test_a_score_that_is_asked_for_orders_the_board(self):
        frame = mixed(datasets.load_breast_cancer)
        record = self.record(frame, target="y", features=["x0", "x1", "x2"], algorithm="k_neighbors", score="log_loss",
                             search={"method": "grid", "space": {"n_neighbors": [1, 5, 40]}}, folds=3)
        board = record["scores"]["leaderboard"]
        self.assertEqual(record["scores"]["chosen"], "log_loss")
        self.assertEqual([row["score"] for row in board], sorted(row["scores"]["log_loss"] for row in board))
        self.assertEqual(record["parameters"]["n_neighbors"], board[0]["parameters"]["n_neighbors"])

    def test_skewed_labels_are_told_as_the_reason(self):
        frame = mixed(datasets.load_iris)
        frame = frame[(frame["y"] != 0) | (frame.index % 5 == 0)]
        scores = self.record(frame, target="y", features=["x0"], algorithm="gaussian_nb")["scores"]
        self.assertEqual(scores["chosen"], "f1_macro")
        self.assertIn("three times", scores["reason"])


if __name__ == "__main__":
    warnings.simplefilter("error")
    unittest.main()
