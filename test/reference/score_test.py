# SPDX-License-Identifier: MPL-2.0
"""Scores against sklearn.metrics: two and many classes, ties, absent classes, one row, constants."""
import json
import os
import subprocess
import tempfile
import unittest
import warnings

import numpy as np
from sklearn import metrics

RUN = os.environ["AUTODP_SCORE_RUN"]


def ours(**spec):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({key: np.asarray(value).ravel().tolist() if key not in ("classes", "groups") else value for key, value in spec.items()}, file)
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


if __name__ == "__main__":
    unittest.main()
