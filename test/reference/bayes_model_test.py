# SPDX-License-Identifier: MPL-2.0
"""Naive Bayes against scikit-learn's GaussianNB."""
import unittest

import numpy as np
from sklearn.naive_bayes import GaussianNB

from models import Fitted, ModelFault, table


def weights(rows):
    return np.random.RandomState(3).uniform(0.1, 2, rows)


class BayesTest(unittest.TestCase):
    def equal(self, x, y, weight=None, uniform=False, smoothing=1e-9):
        ours = Fitted("gaussian_nb", "classify", x, y, {"var_smoothing": smoothing, "priors": "uniform" if uniform else None}, weights=weight)
        loaded = ours.check(self)
        count = len(np.unique(y))
        theirs = GaussianNB(var_smoothing=smoothing, priors=np.full(count, 1 / count) if uniform else None).fit(x, y, weight)
        for name in ("theta_", "var_", "class_prior_", "class_count_", "epsilon_"):
            np.testing.assert_allclose(getattr(loaded, name), getattr(theirs, name), rtol=1e-9, atol=1e-14, err_msg=name)
        np.testing.assert_array_equal(ours.predict, theirs.predict(x))
        np.testing.assert_allclose(ours.probabilities, theirs.predict_proba(x), rtol=1e-7, atol=1e-12)

    def test_equal(self):
        for name in ("iris", "wine", "breast_cancer", "classes"):
            for weighted in (False, True):
                for uniform in (False, True):
                    for smoothing in (1e-9, 0.01):
                        with self.subTest(name=name, weighted=weighted, uniform=uniform, smoothing=smoothing):
                            x, y = table(name)
                            self.equal(x, y, weights(len(y)) if weighted else None, uniform, smoothing)

    def test_digits(self):
        x, y = table("digits")  # some columns are constant in some classes: logarithms in the millions
        self.equal(x, y, smoothing=1e-3)

    def test_shapes(self):
        x, y = table("classes")
        for name, rows, classes in (("one feature", x[:, :1], y), ("constant", np.column_stack([x[:, 0], np.full(len(x), 0.1)]), y),
                                    ("two rows", x[:2], [1, 0]), ("wide", np.random.RandomState(0).normal(size=(40, 150)), y[:40])):
            with self.subTest(name=name):
                self.equal(rows, np.asarray(classes), smoothing=1e-9 if len(rows) > 2 else 0.1)

    def test_faults(self):
        x, y = table("iris")
        for params in ({"priors": "even"}, {"var_smoothing": -1}, {"var_smoothing": "1"}):
            with self.subTest(params=params), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*{list(params)[0]}"):
                Fitted("gaussian_nb", "classify", x, y, params)
        with self.assertRaisesRegex(ModelFault, "COLUMN_CONSTANT.*column 2 .*class 1.*var_smoothing"):
            Fitted("gaussian_nb", "classify", np.column_stack([x[:, 0], np.ones(len(x))]), y, {"var_smoothing": 0})


if __name__ == "__main__":
    unittest.main()
