# SPDX-License-Identifier: MPL-2.0
"""Nearest neighbors against scikit-learn's."""
import unittest

import numpy as np
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from models import Fitted, ModelFault, table


class NeighborsTest(unittest.TestCase):
    def equal(self, task, x, y, test, **params):
        ours = Fitted("k_neighbors", task, x, y, params, test=test)
        ours.check(self)
        theirs = (KNeighborsClassifier if task == "classify" else KNeighborsRegressor)(algorithm="kd_tree", **params).fit(x, y)
        np.testing.assert_allclose(ours.predict, theirs.predict(test), rtol=1e-9)
        if task == "classify":
            np.testing.assert_allclose(ours.probabilities, theirs.predict_proba(test), rtol=1e-9, atol=1e-15)

    def apart(self, x):
        """The same rows, no two equally far from another."""
        return x + np.random.RandomState(5).uniform(-1e-3, 1e-3, x.shape) * np.std(x, axis=0)

    def test_equal(self):
        for task, names in (("classify", ("iris", "wine", "breast_cancer", "digits", "classes")), ("regress", ("diabetes", "numbers"))):
            for name in names:
                for weights in ("uniform", "distance"):
                    for count in (1, 5, 30):
                        with self.subTest(name=name, weights=weights, count=count):
                            x, y = table(name)
                            x = self.apart(x)
                            test = np.vstack([x[::9], 0.3 * x[::9] + 0.7 * x[::9][::-1]])
                            self.equal(task, x, y, test, weights=weights, n_neighbors=count)

    def test_shapes(self):
        x, y = table("classes")
        for name, rows, classes in (("one feature", x[:, :1], y), ("constant", np.column_stack([x[:, 0], np.full(len(x), 0.1)]), y),
                                    ("two rows", x[:2], np.array([1, 0])), ("wide", np.random.RandomState(0).normal(size=(40, 150)), y[:40])):
            for task in ("classify", "regress"):
                for weights in ("uniform", "distance"):
                    with self.subTest(name=name, task=task, weights=weights):
                        self.equal(task, rows, classes, rows[:50] + 0.01, weights=weights, n_neighbors=2)

    def test_rows_at_the_very_place(self):
        x = np.array([[0.0], [0], [0], [1], [2], [3]])
        y = np.array([0, 1, 1, 0, 0, 0])
        for task in ("classify", "regress"):
            self.equal(task, x, y, x[:1], weights="distance", n_neighbors=5)

    def test_the_first_of_equally_near_rows(self):
        x = np.array([[1.0], [-1], [1], [-1], [1]])
        ours = Fitted("k_neighbors", "regress", x, [1, 2, 3, 4, 5], {"n_neighbors": 2}, test=[[0.0]])
        self.assertEqual(ours.predict[0], 1.5)

    def test_faults(self):
        x, y = table("iris")
        for params in ({"n_neighbors": 0}, {"n_neighbors": 151}, {"n_neighbors": 2.5}, {"weights": "far"}):
            with self.subTest(params=params), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*{list(params)[0]}"):
                Fitted("k_neighbors", "classify", x, y, params)
        with self.assertRaisesRegex(ModelFault, "TOO_LARGE.*200000"):
            Fitted("k_neighbors", "regress", np.zeros((200001, 1)), np.zeros(200001))


if __name__ == "__main__":
    unittest.main()
