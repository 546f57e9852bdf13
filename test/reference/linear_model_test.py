# SPDX-License-Identifier: MPL-2.0
"""Linear, ridge and lasso regression against scikit-learn's."""
import unittest
import warnings

import numpy as np
from scipy import linalg
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso, LinearRegression, Ridge

from models import Fitted, ModelFault, table

THEIRS = {"linear_regression": LinearRegression, "ridge": Ridge, "lasso": Lasso}


def weights(rows):
    return np.random.RandomState(3).uniform(0.1, 2, rows)


class LinearTest(unittest.TestCase):
    def equal(self, name, x, y, weight=None, relative=1e-9, **params):
        ours = Fitted(name, "regress", x, y, params, weights=weight).check(self)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            theirs = THEIRS[name](**params).fit(x, y, weight)
        largest = np.abs(theirs.coef_).max()
        np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=relative, atol=relative * largest + 1e-12)
        np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=relative, atol=relative * np.abs(y).max())
        return ours, theirs

    def test_direct(self):
        for name, all_params in (("linear_regression", ({}, {"fit_intercept": False})),
                                 ("ridge", ({}, {"alpha": 100.0}, {"fit_intercept": False, "alpha": 0.01}))):
            for data in ("diabetes", "numbers", "iris", "breast_cancer"):
                for params in all_params:
                    for weighted in (False, True):
                        with self.subTest(name=name, data=data, params=params, weighted=weighted):
                            x, y = table(data)
                            self.equal(name, x, y, weights(len(y)) if weighted else None, **params)

    def test_lasso(self):
        for data in ("diabetes", "numbers", "iris", "wine"):
            for params in ({}, {"alpha": 0.01, "tol": 1e-9, "max_iter": 100000}, {"alpha": 0.1, "fit_intercept": False}):
                for weighted in (False, True):
                    with self.subTest(data=data, params=params, weighted=weighted):
                        x, y = table(data)
                        ours, theirs = self.equal("lasso", x, y, weights(len(y)) if weighted else None, 1e-6, **params)
                        self.assertEqual(ours.n_iter_, theirs.n_iter_)

    def test_lasso_that_does_not_converge(self):
        x, y = table("diabetes")
        ours = Fitted("lasso", "regress", x, y, {"alpha": 1e-5, "max_iter": 5}).check(self)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            theirs = Lasso(alpha=1e-5, max_iter=5).fit(x, y)
        np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6)
        self.assertEqual(ours.n_iter_, 5)

    def test_shapes(self):
        random = np.random.RandomState(0)
        x, y = table("numbers")
        shapes = {"one feature": (x[:, :1], y), "two rows": (x[:2], y[:2]), "one row": (x[:1], y[:1]), "constant": (x[:, :2] * [0, 1] + 0.1, y),
                  "wide": (random.normal(size=(30, 90)), y[:30]), "tall": (np.tile(x, (5, 1)), np.tile(y, 5)),
                  "constant target": (x, np.full(len(y), 3.5)), "far from zero": (x + 1e4, y)}
        for shape, (rows, target) in shapes.items():
            for name in THEIRS:
                with self.subTest(shape=shape, name=name):
                    if shape == "wide" and name == "linear_regression":
                        continue  # below
                    relative = {"far from zero": 1e-8}.get(shape, 1e-9) if name != "lasso" else 1e-6
                    self.equal(name, rows, target, weights(len(target)) if shape != "one row" else None, relative)

    def test_columns_that_depend_on_each_other(self):
        """The smallest of the solutions, as scikit-learn finds it from 1.7 on."""
        random = np.random.RandomState(0)
        x, y = table("numbers")
        for shape, rows in (("twins", x[:, [0, 1, 0]]), ("wide", random.normal(size=(30, 90))), ("square", random.normal(size=(50, 50)))):
            with self.subTest(shape=shape):
                target = y[:len(rows)]
                ours = Fitted("linear_regression", "regress", rows, target).check(self)
                cond = max(rows.shape) * np.finfo(float).eps
                coef = linalg.lstsq(rows - rows.mean(axis=0), target - target.mean(), cond=cond)[0]
                np.testing.assert_allclose(ours.coef_, coef, rtol=1e-9, atol=1e-9 * np.abs(coef).max())

    def test_ridge_without_a_penalty(self):
        x, y = table("numbers")
        ours = Fitted("ridge", "regress", x[:, [0, 1, 0]], y, {"alpha": 0}).check(self)
        self.assertAlmostEqual(ours.coef_[0], ours.coef_[2], 6)
        np.testing.assert_allclose(ours.predict(x[:, [0, 1, 0]]), LinearRegression().fit(x[:, :2], y).predict(x[:, :2]), rtol=1e-8)

    def test_threads_change_nothing(self):
        x, y = table("numbers")
        for name in THEIRS:
            one, four = (Fitted(name, "regress", x, y, threads=threads) for threads in (1, 4))
            self.assertEqual(one.pickle, four.pickle)

    def test_faults(self):
        x, y = table("diabetes")
        for name, params in (("ridge", {"alpha": -1}), ("lasso", {"alpha": 0}), ("lasso", {"tol": 2}), ("lasso", {"max_iter": 1.5}),
                             ("linear_regression", {"fit_intercept": None}), ("linear_regression", {"alpha": 1})):
            with self.subTest(name=name, params=params), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*{list(params)[0]}"):
                Fitted(name, "regress", x, y, params)
        for name in THEIRS:
            with self.subTest(name=name), self.assertRaisesRegex(ModelFault, "HYPERPARAMETER.*too large.*scale"):
                Fitted(name, "regress", x * 1e308, y)


if __name__ == "__main__":
    unittest.main()
