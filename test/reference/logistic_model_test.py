# SPDX-License-Identifier: MPL-2.0
"""Logistic regression against scikit-learn's."""
import unittest
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.utils import compute_sample_weight

from models import Fitted, ModelFault, table

TIGHT = {"tol": 1e-11, "max_iter": 10000}


def weights(rows):
    return np.random.RandomState(3).uniform(0.1, 2, rows)


def objective(model, x, y, weight, c):
    """What both minimise."""
    z = x @ model.coef_.T + model.intercept_
    z = np.hstack([np.zeros_like(z), z]) if z.shape[1] == 1 else z
    most = z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(z - most).sum(axis=1)) + most[:, 0] - z[np.arange(len(y)), y]
    return (weight * losses).sum() + (model.coef_ ** 2).sum() / (2 * c)


def polish(model, x, y, weight):
    """Newton's steps from where scikit-learn's L-BFGS ends, since it ends at a fixed gain."""
    design = np.column_stack([x, np.ones(len(x))]) if model.fit_intercept else x
    coef = np.column_stack([model.coef_, model.intercept_])[:, :design.shape[1]]
    penalty = np.full(coef.shape, 1 / model.C)
    penalty[:, x.shape[1]:] = 0
    truth = (y[:, None] == np.arange(len(model.classes_)))[:, -1:] if len(coef) == 1 else y[:, None] == np.arange(len(coef))
    for _ in range(30):
        z = design @ coef.T
        p = 1 / (1 + np.exp(-z)) if len(coef) == 1 else np.exp(z - z.max(axis=1, keepdims=True))
        p = p if len(coef) == 1 else p / p.sum(axis=1, keepdims=True)
        slope = (weight[:, None] * (p - truth)).T @ design + penalty * coef
        curve = np.diag(penalty.ravel()).reshape(coef.shape * 2)
        for a in range(len(coef)):
            for b in range(len(coef)):
                curve[a, :, b] += (design * (weight * p[:, a] * ((a == b) - p[:, b]))[:, None]).T @ design
        coef = coef - np.linalg.lstsq(curve.reshape(coef.size, -1), slope.ravel(), rcond=1e-14)[0].reshape(coef.shape)
    model.coef_ = coef[:, :x.shape[1]]
    model.intercept_ = coef[:, x.shape[1]] if model.fit_intercept else model.intercept_


class LogisticTest(unittest.TestCase):
    def coefficients(self, x, y, weight=None, **params):
        ours = Fitted("logistic_regression", "classify", x, y, {"C": 1.0, **TIGHT, **params}, weights=weight).check(self)
        theirs = LogisticRegression(**params).fit(x, y, weight)
        balance = compute_sample_weight(params.get("class_weight"), y)
        polish(theirs, x, y, balance if weight is None else weight * balance)
        largest = np.abs(theirs.coef_).max()
        np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6, atol=1e-7 * largest + 1e-12)
        np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-6, atol=1e-6)
        self.assertEqual(ours.coef_.shape, theirs.coef_.shape)

    def test_coefficients(self):
        for name in ("iris", "wine", "breast_cancer", "classes"):
            for weighted in (False, True):
                with self.subTest(name=name, weighted=weighted):
                    x, y = table(name)
                    self.coefficients(StandardScaler().fit_transform(x), y, weights(len(y)) if weighted else None)

    def test_parameters(self):
        x, y = table("wine")
        x = StandardScaler().fit_transform(x)
        keep = np.r_[0:70, 130:150]
        for params in ({"C": 0.01}, {"C": 50.0}, {"class_weight": "balanced"}, {"fit_intercept": False}):
            for classes in (2, 3):
                with self.subTest(params=params, classes=classes):
                    rows = keep[y[keep] < classes]
                    self.coefficients(x[rows], y[rows], weights(len(rows)), **params)

    def test_the_objective_is_not_worse(self):
        for name in ("iris", "wine", "breast_cancer", "classes"):
            for c in (0.1, 1, 100):
                with self.subTest(name=name, c=c):
                    x, y = table(name)
                    weight = weights(len(y))
                    ours = Fitted("logistic_regression", "classify", x, y, {"C": c}, weights=weight).check(self)
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore", ConvergenceWarning)
                        theirs = LogisticRegression(C=c).fit(x, y, weight)
                    self.assertLessEqual(objective(ours, x, y, weight, c), objective(theirs, x, y, weight, c) * (1 + 1e-9))

    def test_digits(self):
        x, y = table("digits")
        ours = Fitted("logistic_regression", "classify", x / 16, y)
        ours.check(self)
        theirs = LogisticRegression(max_iter=1000).fit(x / 16, y)
        self.assertLessEqual((ours.predict != theirs.predict(x / 16)).sum(), 1)
        np.testing.assert_allclose(ours.probabilities, theirs.predict_proba(x / 16), atol=2e-3)

    def test_shapes(self):
        x, y = table("classes")
        wide = np.random.RandomState(0).normal(size=(40, 150))
        constant = np.column_stack([x[:, :3], np.full(len(x), 2.6), x[:, 0]])
        for name, rows, classes in (("one feature", x[:, :1], y), ("constant and twin", constant, y), ("two rows", x[:2], [1, 0]),
                                    ("wide", wide, y[:40]), ("one constant", np.ones((60, 1)), y[:60])):
            with self.subTest(name=name):
                self.coefficients(rows, np.asarray(classes))

    def test_threads_change_nothing(self):
        x, y = table("classes")
        x, y = np.tile(x, (7, 1)), np.tile(y, 7)
        one, four = (Fitted("logistic_regression", "classify", x, y, threads=threads) for threads in (1, 4))
        self.assertEqual(one.pickle, four.pickle)

    def test_steps_end_where_they_shall(self):
        x, y = table("breast_cancer")
        self.assertEqual(Fitted("logistic_regression", "classify", x, y, {"max_iter": 3}).check(self).n_iter_[0], 3)
        for params in ({"C": 0}, {"C": "a"}, {"class_weight": "even"}, {"max_iter": 0}, {"tol": -1}, {"fit_intercept": 1}):
            with self.subTest(params=params), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*{list(params)[0]}"):
                Fitted("logistic_regression", "classify", x, y, params)


if __name__ == "__main__":
    unittest.main()
