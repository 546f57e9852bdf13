# SPDX-License-Identifier: MPL-2.0
"""Random forests against scikit-learn's: worth the same, though no tree is the same."""
import unittest

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.model_selection import train_test_split

from models import Fitted, ModelFault, table

CLASSES = ("iris", "wine", "breast_cancer", "digits", "classes")
NUMBERS = ("diabetes", "numbers")


class RandomForestTest(unittest.TestCase):
    def scores(self, name, params, weigh=False):
        """Of three seeds ours and theirs on rows that were not learned."""
        classify = name in CLASSES
        x, test, y, expected = train_test_split(*table(name), test_size=0.4, random_state=1)
        weights = np.random.RandomState(3).uniform(0.1, 2, len(y)) if weigh else None
        ours, theirs = [], []
        for seed in range(3):
            fitted = Fitted("random_forest", "classify" if classify else "regress", x, y, params, test=test, weights=weights, seed=seed,
                            threads=2)
            model = fitted.check(self)
            ours.append(model.score(test, expected))
            if classify:
                np.testing.assert_array_equal(fitted.predict, np.argmax(fitted.probabilities, axis=1))
            np.testing.assert_allclose(model.feature_importances_, fitted.importances, rtol=1e-9, atol=1e-12)
            forest = (RandomForestClassifier if classify else RandomForestRegressor)(random_state=seed, **params).fit(x, y, weights)
            theirs.append(forest.score(test, expected))
        return ours, theirs

    def assert_equal_worth(self, ours, theirs):
        spread = max(np.ptp(ours), np.ptp(theirs), 0.01)
        self.assertLess(abs(np.mean(ours) - np.mean(theirs)), 1.5 * spread)

    def test_worth(self):
        for name in CLASSES + NUMBERS:
            with self.subTest(name=name):
                self.assert_equal_worth(*self.scores(name, {"n_estimators": 30}))

    def test_worth_under_limits_and_weights(self):
        for name, params in (("classes", {"max_depth": 6, "class_weight": "balanced"}), ("classes", {"bootstrap": False}),
                             ("classes", {"criterion": "entropy", "max_samples": 0.5, "min_samples_leaf": 3}),
                             ("classes", {"max_leaf_nodes": 40}), ("numbers", {"max_features": 0.5, "max_samples": 200}),
                             ("diabetes", {"min_samples_split": 10, "min_impurity_decrease": 1.0})):
            with self.subTest(name=name, params=params):
                self.assert_equal_worth(*self.scores(name, {"n_estimators": 15, **params}, weigh=True))

    def test_importances(self):
        for name in ("classes", "numbers"):
            x, y = table(name)
            ours = Fitted("random_forest", "regress" if name in NUMBERS else "classify", x, y, {"n_estimators": 100}, threads=2)
            theirs = (RandomForestRegressor if name in NUMBERS else RandomForestClassifier)(100, random_state=0).fit(x, y)
            self.assertAlmostEqual(ours.importances.sum(), 1)
            np.testing.assert_allclose(ours.importances, theirs.feature_importances_, atol=0.05)

    def test_threads_change_no_byte(self):
        for name in ("classes", "numbers"):
            x, y = table(name)
            task = "regress" if name in NUMBERS else "classify"
            one, four, other = (Fitted("random_forest", task, x, y, {"n_estimators": 12, "oob_score": True}, seed=seed, threads=threads)
                                for seed, threads in ((5, 1), (5, 4), (6, 4)))
            self.assertEqual(one.pickle, four.pickle)
            self.assertEqual(one.json, four.json)
            self.assertNotEqual(one.pickle, other.pickle)

    def test_out_of_bag(self):
        for name in ("breast_cancer", "classes", "diabetes"):
            x, y = table(name)
            task = "regress" if name in NUMBERS else "classify"
            ours = Fitted("random_forest", task, x, y, {"n_estimators": 60, "oob_score": True}, threads=2).check(self)
            theirs = (RandomForestRegressor if name in NUMBERS else RandomForestClassifier)(60, oob_score=True, random_state=0).fit(x, y)
            self.assertAlmostEqual(ours.oob_score_, theirs.oob_score_, delta=0.04)
        nothing = Fitted("random_forest", "regress", np.arange(9).reshape(-1, 1), np.ones(9), {"n_estimators": 9, "oob_score": True})
        self.assertIsNone(nothing.json["state"]["out_of_bag"])

    def test_without_drawing_one_tree_is_a_decision_tree(self):
        x, y = table("numbers")
        params = {"n_estimators": 1, "bootstrap": False, "min_samples_leaf": 5}
        forest = Fitted("random_forest", "regress", x, y, params)
        tree = Fitted("decision_tree", "regress", x, y, {"min_samples_leaf": 5})
        np.testing.assert_array_equal(forest.predict, tree.predict)

    def test_few_rows(self):
        for rows in (1, 2):
            x, y = np.arange(rows * 2.0).reshape(rows, 2), np.arange(rows) * 1.5
            self.assertEqual(len(Fitted("random_forest", "regress", x, y, {"n_estimators": 5}, threads=4).check(self).estimators_), 5)
        Fitted("random_forest", "classify", [[1.0], [2.0]], [0, 1], {"n_estimators": 5}).check(self)
        constant = Fitted("random_forest", "classify", np.ones((10, 3)), np.arange(10) % 2, {"n_estimators": 5})
        constant.check(self)
        self.assertEqual(constant.importances.tolist(), [0, 0, 0])

    def test_faults_name_the_parameter(self):
        x, y = table("iris")
        for params in ({"n_estimators": 0}, {"n_estimators": 10001}, {"max_samples": 1.5}, {"max_samples": 151}, {"max_samples": 0},
                       {"max_samples": 0.5, "bootstrap": False}, {"oob_score": True, "bootstrap": False}, {"max_features": "all"},
                       {"bootstrap": None}, {"criterion": "squared_error"}):
            with self.subTest(params=params), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*{next(iter(params))}"):
                Fitted("random_forest", "classify", x, y, params)


if __name__ == "__main__":
    unittest.main()
