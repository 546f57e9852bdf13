# SPDX-License-Identifier: MPL-2.0
"""Gradient boosting against XGBoost's own scikit-learn interface, on the same rows."""
import unittest

import numpy as np
from sklearn.metrics import log_loss
from xgboost import XGBClassifier, XGBRegressor

from models import Fitted, ModelFault, table

CLASSES = ("iris", "wine", "breast_cancer", "digits", "classes")
SETTINGS = ({}, {"subsample": 0.7, "colsample_bytree": 0.6}, {"reg_lambda": 5.0, "reg_alpha": 1.0, "gamma": 0.5, "min_child_weight": 3.0})


def few(params, rounds=20):
    return {"n_estimators": rounds, **params}


class Boost(unittest.TestCase):
    def compare(self, task, x, y, params, weights=None):
        """The loaded pickle says the same, and so does a model that XGBoost fits itself."""
        ours = Fitted("gradient_boosting", task, x, y, params, weights=weights, seed=3)
        model = ours.check(self)
        theirs = (XGBClassifier if task == "classify" else XGBRegressor)(tree_method="hist", n_jobs=1, random_state=3, **params)
        theirs.fit(x, y, sample_weight=weights)
        np.testing.assert_array_equal(ours.predict, theirs.predict(x))
        if task == "classify":
            np.testing.assert_array_equal(ours.probabilities, theirs.predict_proba(x))
        np.testing.assert_allclose(ours.importances, theirs.feature_importances_, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(model.feature_importances_, theirs.feature_importances_)
        return ours

    def test_classes(self):
        for name in CLASSES:
            for params in SETTINGS:
                with self.subTest(name=name, **params):
                    self.compare("classify", *table(name), few(params, 5 if name == "digits" else 20))

    def test_numbers(self):
        for name in ("diabetes", "numbers"):
            for params in SETTINGS + ({"max_depth": 2, "learning_rate": 0.1},):
                with self.subTest(name=name, **params):
                    self.compare("regress", *table(name), few(params))

    def test_defaults(self):
        self.compare("classify", *table("breast_cancer"), {})
        self.compare("regress", *table("diabetes"), {})

    def test_weights(self):
        for task, name in (("classify", "breast_cancer"), ("classify", "wine"), ("regress", "diabetes")):
            with self.subTest(name):
                x, y = table(name)
                self.compare(task, x, y, few({}), np.random.RandomState(1).uniform(0.1, 3, len(x)))

    def test_threads_change_nothing(self):
        x, y = table("classes")
        one, more = (Fitted("gradient_boosting", "classify", x, y, few({"subsample": 0.8}), threads=n) for n in (1, 3))
        self.assertEqual(one.pickle, more.pickle)
        self.assertEqual(one.json, more.json)

    def test_early_stopping(self):
        x, y = table("classes")
        x, y, test, truth = x[:1000], y[:1000], x[1000:], y[1000:]
        params = {"n_estimators": 300, "early_stopping_rounds": 5, "validation_fraction": 0.2}
        ours = Fitted("gradient_boosting", "classify", x, y, params, test=test)
        rounds = ours.check(self).get_booster().num_boosted_rounds()
        self.assertTrue(5 < rounds < 295, rounds)
        without = Fitted("gradient_boosting", "classify", x, y, {"n_estimators": 300}, test=test)
        self.assertLess(log_loss(truth, ours.probabilities), log_loss(truth, without.probabilities) + 0.05)
        again = Fitted("gradient_boosting", "classify", x, y, params, threads=2)
        self.assertEqual(again.pickle, ours.pickle)
        self.assertNotEqual(again.pickle, Fitted("gradient_boosting", "classify", x, y, params, seed=1).pickle)
        Fitted("gradient_boosting", "regress", *table("diabetes"), {"early_stopping_rounds": 3}).check(self)

    def test_few_rows(self):
        self.compare("classify", np.array([[0.0], [1.0]]), [0, 1], few({"min_child_weight": 0.0}))
        self.compare("classify", np.array([[0.0, 1], [1, 0], [2, 2]]), [0, 1, 2], few({}))
        self.compare("regress", np.array([[0.0], [1.0]]), [1.0, 5.0], few({}))
        self.compare("regress", np.array([[2.0]]), [7.0], few({}))
        with self.assertRaisesRegex(ModelFault, "HYPERPARAMETER.*'early_stopping_rounds'"):
            Fitted("gradient_boosting", "classify", [[0.0], [1.0]], [0, 1], {"early_stopping_rounds": 2})

    def test_constant_features(self):
        x, y = table("iris")
        ours = self.compare("classify", np.c_[x, np.full(len(x), 3.0)], y, few({}))
        self.assertEqual(ours.importances[-1], 0)
        self.assertAlmostEqual(ours.importances.sum(), 1, 6)
        ours = Fitted("gradient_boosting", "regress", np.ones((5, 2)), np.arange(5.0), few({}))
        self.assertEqual(ours.importances.tolist(), [0, 0])

    def test_large_numbers(self):
        x, y = table("iris")
        with self.assertRaisesRegex(ModelFault, "HYPERPARAMETER.*scale"):
            Fitted("gradient_boosting", "classify", x * 1e60, y)
        with self.assertRaisesRegex(ModelFault, "TARGET"):
            Fitted("gradient_boosting", "regress", x, y * 1e60)
        Fitted("gradient_boosting", "classify", x, y, few({}), test=[[1e60, -1e60, 0, 1]])

    def test_parameters(self):
        x, y = table("iris")
        for name, value in (("n_estimators", 0), ("n_estimators", 10001), ("n_estimators", 2.5), ("learning_rate", 0),
                            ("max_depth", 0), ("max_depth", 25), ("subsample", 0), ("subsample", 1.5), ("colsample_bytree", -1),
                            ("reg_lambda", -1), ("gamma", "scale"), ("min_child_weight", None), ("early_stopping_rounds", 0),
                            ("validation_fraction", 1), ("tree_method", "exact")):
            with self.subTest(name=name), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*'{name}'"):
                Fitted("gradient_boosting", "classify", x, y, {name: value})
        Fitted("gradient_boosting", "classify", x, y, few({"max_depth": 24, "learning_rate": 1.0})).check(self)

    def test_text_labels(self):
        """A loaded pickle gives labels back through its encoder."""
        model = Fitted("gradient_boosting", "classify", *table("iris"), few({})).check(self)
        model._le.classes_ = np.array(["a", "b", "c"])
        self.assertEqual(set(model.predict(table("iris")[0])), {"a", "b", "c"})


if __name__ == "__main__":
    unittest.main()
