# SPDX-License-Identifier: MPL-2.0
"""Scores against sklearn.metrics: two and many classes, ties, absent classes, one row, constants."""
import json
import os
import subprocess
import tempfile
import unittest
import warnings

import numpy as np
from sklearn import calibration, datasets, linear_model, metrics

RUN = os.environ["AUTODP_SCORE_RUN"]


def ours(**spec):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({key: np.asarray(value).ravel().tolist() if key not in ("classes", "curves", "groups") else value for key, value in spec.items()}, file)
        file.flush()
        return json.loads(subprocess.run([RUN, file.name], capture_output=True, check=True).stdout)


def theirs_classes(truth, predicted, probabilities, classes):
    labels = np.arange(classes)
    scores = {"accuracy": metrics.accuracy_score(truth, predicted),
              "balanced_accuracy": metrics.recall_score(truth, predicted, average="macro", labels=np.unique(truth), zero_division=0),
              "mcc": metrics.matthews_corrcoef(truth, predicted), "kappa": metrics.cohen_kappa_score(truth, predicted)}
    for average in ("macro", "weighted"):
        for name in ("precision", "recall", "f1"):
            score = getattr(metrics, f"{name}_score")
            scores[f"{name}_{average}"] = score(truth, predicted, average=average, zero_division=0)
    hot = (truth[:, None] == labels).astype(int)
    scores["log_loss"] = metrics.log_loss(truth, probabilities, labels=labels)
    if classes == 2:
        positive = probabilities[:, 1]
        scores["brier"] = metrics.brier_score_loss(truth, positive)
        if len(np.unique(truth)) == 2:
            scores["roc_auc"] = metrics.roc_auc_score(truth, positive)
            scores["pr_auc"] = metrics.average_precision_score(truth, positive)
    else:
        scores["brier"] = ((probabilities - hot) ** 2).sum(axis=1).mean()
        if len(np.unique(truth)) == classes:
            scores["roc_auc"] = metrics.roc_auc_score(truth, probabilities, multi_class="ovr", average="macro")
            scores["pr_auc"] = metrics.average_precision_score(hot, probabilities, average="macro")
    return scores


class Groups(unittest.TestCase):
    def check(self, x, groups, count):
        found = ours(groups=count, x=x, predicted=groups, squares=np.arange(len(x)))
        self.assertEqual(found["inertia"], len(x) * (len(x) - 1) / 2)
        np.testing.assert_allclose(found["silhouette"], metrics.silhouette_score(x, groups), rtol=1e-9)
        return found

    def test_silhouette(self):
        rng = np.random.default_rng(0)
        for rows, columns, count in ((2000, 3, 5), (130, 20, 2), (65, 1, 9), (3, 2, 2)):
            with self.subTest(rows=rows):
                groups = rng.integers(0, count, rows)
                groups[:2] = 0, 1
                self.check(rng.normal(size=(rows, columns)) + groups[:, None], groups, count)

    def test_a_row_alone_and_a_group_without_rows(self):
        x = np.random.default_rng(1).normal(size=(40, 2))
        self.check(x, np.r_[0, np.full(20, 1), np.full(19, 3)], 5)
        self.check(np.repeat(x[:2], 20, axis=0), np.repeat([0, 1], 20), 2)

    def test_a_sample_of_many_rows(self):
        x = np.random.default_rng(2).normal(size=(6000, 2))
        groups = (x[:, 0] > 0).astype(int)
        found = ours(groups=2, x=x, predicted=groups, squares=np.zeros(len(x)))
        self.assertAlmostEqual(found["silhouette"], metrics.silhouette_score(x, groups), delta=0.02)

    def test_not_defined(self):
        for groups in ([0, 0, 0], [0, 1, 2]):
            self.assertIsNone(ours(groups=3, x=[[1.0], [2], [4]], predicted=groups, squares=[0, 0, 0])["silhouette"])


class Scores(unittest.TestCase):
    def equal(self, found, expected):
        for name, value in expected.items():
            if np.isnan(value):
                self.assertIsNone(found[name], name)
            else:
                self.assertIsNotNone(found[name], name)
                np.testing.assert_allclose(found[name], value, rtol=1e-12, atol=1e-14, err_msg=name)

    def check_classes(self, rows, classes, seed, ties=False, absent=False):
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, classes - absent, rows)
        raw = rng.random((rows, classes)) + 0.5 * (truth[:, None] == np.arange(classes))
        raw = np.round(raw, 1) + 0.1 if ties else raw
        probabilities = raw / raw.sum(axis=1, keepdims=True)
        predicted = probabilities.argmax(axis=1)
        found = ours(truth=truth, predicted=predicted, probabilities=probabilities, classes=classes)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of classes that nobody has
            self.equal(found, theirs_classes(truth, predicted, probabilities, classes))

    def test_classes(self):
        for seed in range(6):
            self.check_classes(500, 2, seed)
            self.check_classes(500, 2, seed, ties=True)
            self.check_classes(700, 5, seed)
            self.check_classes(700, 5, seed, ties=True)
            self.check_classes(60, 4, seed, absent=True)

    def test_sure_probabilities(self):
        truth = np.array([0, 1, 2, 2])
        probabilities = np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]])
        found = ours(truth=truth, predicted=[0, 1, 0, 2], probabilities=probabilities, classes=3)
        self.assertAlmostEqual(found["log_loss"], metrics.log_loss(truth, probabilities), places=12)

    def test_what_is_not_defined_is_null(self):
        found = ours(truth=[1, 1], predicted=[1, 1], probabilities=[[0, 1], [0.5, 0.5]], classes=2)
        self.assertIsNone(found["kappa"])
        self.assertIsNone(found["roc_auc"])
        self.assertEqual(found["accuracy"], 1)
        self.assertEqual(found["mcc"], 0)
        self.assertIsNone(ours(truth=[0, 1], predicted=[0, 1], classes=2)["log_loss"])
        self.assertIsNone(ours(truth=[1.5], predicted=[1.5])["r2"])

    def test_numbers(self):
        rng = np.random.default_rng(3)
        for truth in (rng.normal(size=301), rng.normal(1e6, 1, 300), np.zeros(10), np.full(7, 2.5)):
            predicted = truth + rng.normal(size=len(truth))
            expected = {"rmse": metrics.mean_squared_error(truth, predicted, squared=False),
                        "mae": metrics.mean_absolute_error(truth, predicted), "r2": metrics.r2_score(truth, predicted),
                        "mape": metrics.mean_absolute_percentage_error(truth, predicted),
                        "median_ae": metrics.median_absolute_error(truth, predicted)}
            self.equal(ours(truth=truth, predicted=predicted), expected)
        self.assertEqual(ours(truth=[2, 2], predicted=[2, 2])["r2"], 1)


def off(x, y, curve):
    """How far points are from a polyline, at most."""
    points = np.column_stack([curve["x"], curve["y"]])
    worst = 0
    for point in np.column_stack([x, y]):
        a, step = points[:-1], np.diff(points, axis=0)
        share = np.clip(((point - a) * step).sum(axis=1) / np.maximum((step ** 2).sum(axis=1), 1e-300), 0, 1)
        worst = max(worst, np.sqrt((((a + share[:, None] * step) - point) ** 2).sum(axis=1).min()))
    return worst


class Curves(unittest.TestCase):
    def curves(self, truth, probabilities, positive):
        return ours(truth=truth, predicted=probabilities.argmax(axis=1), probabilities=probabilities,
                    classes=probabilities.shape[1], curves=positive)

    def check(self, truth, probabilities, positive):
        found = self.curves(truth, probabilities, positive)
        hot, said = (truth == positive).astype(int), probabilities[:, positive]
        low, high, _ = metrics.roc_curve(hot, said, drop_intermediate=False)
        precision, recall, _ = metrics.precision_recall_curve(hot, said)
        seen, mean = calibration.calibration_curve(hot, said, n_bins=10, strategy="uniform")
        np.testing.assert_allclose(found["seen"], seen, rtol=1e-12)
        np.testing.assert_allclose(found["said"], mean, rtol=1e-12)
        self.assertEqual(sum(found["rows"]), len(truth))
        order = np.argsort(-said, kind="stable")
        last = np.append(np.flatnonzero(np.diff(said[order])), len(said) - 1)
        share = np.interp(np.arange(1, 11) * len(said) / 10, np.append(0, last + 1), np.append(0, np.cumsum(hot[order])[last]))
        np.testing.assert_allclose(found["gain"], share / hot.sum(), rtol=1e-12)
        return found, (low, high), (recall[::-1], precision[::-1])

    def test_a_short_curve_is_scikit_learns(self):
        for table in (datasets.load_iris, datasets.load_breast_cancer):
            x, y = table(return_X_y=True)
            x, y = x[::4, :2], y[::4]
            model = linear_model.LogisticRegression().fit(x, y)
            for positive in range(len(model.classes_)):
                found, roc, recall = self.check(y, model.predict_proba(x), positive)
                for curve, theirs in ((found["roc"], roc), (found["recall"], recall)):
                    self.assertLessEqual(len(curve["x"]), 200)
                    np.testing.assert_allclose([curve["x"], curve["y"]], theirs, rtol=1e-12, atol=1e-14)

    def test_a_long_curve_is_thinned_and_keeps_its_corners(self):
        rng = np.random.default_rng(5)
        truth = rng.integers(0, 2, 20000)
        said = np.clip(0.5 + 0.25 * (truth - 0.5) + rng.normal(0, 0.2, len(truth)), 0, 1)
        found, roc, recall = self.check(truth, np.column_stack([1 - said, said]), 1)
        for curve, (x, y), far in ((found["roc"], roc, 0.002), (found["recall"], recall, 0.01)):
            self.assertEqual(len(curve["x"]), 200)
            theirs = np.column_stack([x, y])
            for point in np.column_stack([curve["x"], curve["y"]]):
                self.assertLess(np.abs(theirs - point).max(axis=1).min(), 1e-12)
            self.assertEqual((curve["x"][0], curve["x"][-1]), (0, 1))
            self.assertLess(off(x[::7], y[::7], curve), far)
        area = np.trapz(found["roc"]["y"], found["roc"]["x"])
        self.assertAlmostEqual(area, metrics.roc_auc_score(truth, said), delta=1e-3)

    def test_ties_are_one_cut(self):
        said = np.repeat([0.1, 0.5, 0.9], 50)
        truth = (np.arange(150) % 3 == 0).astype(int)
        found, roc, _ = self.check(truth, np.column_stack([1 - said, said]), 1)
        self.assertEqual(len(found["roc"]["x"]), 4)
        np.testing.assert_allclose([found["roc"]["x"], found["roc"]["y"]], roc, rtol=1e-12)

    def test_a_histogram_is_numpys(self):
        rng = np.random.default_rng(2)
        for values in (rng.normal(size=1000), np.arange(25.0), np.full(3, 2.5), np.array([1.0])):
            found = ours(truth=values, predicted=values, curves=0)
            rows, edges = np.histogram(values, bins=24)
            np.testing.assert_array_equal(found["rows"], rows)
            np.testing.assert_allclose(found["edges"], edges, rtol=1e-12)


if __name__ == "__main__":
    unittest.main()
