# SPDX-License-Identifier: MPL-2.0
"""k-means against scikit-learn's KMeans."""
import os
import unittest
import warnings

os.environ["OMP_NUM_THREADS"] = "1"  # theirs would spin where other tests work

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from models import Fitted, ModelFault, table


def weights(rows):
    return np.random.RandomState(3).uniform(0.1, 2, rows)


def ours(case, x, count, weight=None, seed=0, **params):
    fitted = Fitted("k_means", "cluster", x, None, {"n_clusters": count, **params}, weights=weight, seed=seed)
    return fitted.check(case), fitted


class KMeansTest(unittest.TestCase):
    def test_each_step_is_theirs(self):
        for name in ("iris", "wine", "digits", "classes"):
            for weighted in (False, True):
                x, _ = table(name)
                weight = weights(len(x)) if weighted else None
                for steps in (1, 2, 5):
                    with self.subTest(name=name, weighted=weighted, steps=steps):
                        params = {"n_init": 1, "seed": 4, "init": "random", "tol": 0, "weight": weight}
                        before, _ = ours(self, x, 7, max_iter=steps, **params)
                        after, _ = ours(self, x, 7, max_iter=steps + 1, **params)
                        theirs = KMeans(7, init=before.cluster_centers_, n_init=1, max_iter=1, tol=0).fit(x, sample_weight=weight)
                        scale = np.abs(x).max()
                        np.testing.assert_allclose(after.cluster_centers_, theirs.cluster_centers_, rtol=1e-9, atol=1e-12 * scale)
                        np.testing.assert_array_equal(after.labels_, theirs.labels_)
                        np.testing.assert_allclose(after.inertia_, theirs.inertia_, rtol=1e-9)

    def test_where_it_ends_nothing_moves(self):
        for name in ("iris", "wine", "breast_cancer", "digits"):
            with self.subTest(name=name):
                x, _ = table(name)
                model, fitted = ours(self, x, 5, tol=0)
                theirs = KMeans(5, init=model.cluster_centers_, n_init=1, tol=0).fit(x)
                np.testing.assert_allclose(model.cluster_centers_, theirs.cluster_centers_, rtol=1e-9, atol=1e-12)
                np.testing.assert_array_equal(model.labels_, theirs.labels_)
                np.testing.assert_array_equal(fitted.predict, theirs.labels_)

    def test_inertia_over_seeds(self):
        """Best, median and worst of 20 seeds are in the spread of theirs."""
        for name, count in (("iris", 8), ("wine", 5), ("classes", 8)):
            with self.subTest(name=name):
                x, _ = table(name)
                mine = [ours(self, x, count, seed=seed, n_init=1)[0].inertia_ for seed in range(20)]
                theirs = [KMeans(count, n_init=1, random_state=seed).fit(x).inertia_ for seed in range(20)]
                spread = max(theirs) - min(theirs)
                self.assertLess(abs(np.median(mine) - np.median(theirs)), spread / 2 + 1e-9 * max(theirs))
                self.assertLess(min(mine), min(theirs) + spread / 2)
                self.assertLess(max(mine), max(theirs) + spread)

    def test_more_beginnings_are_better(self):
        x, _ = table("digits")
        one, ten = (ours(self, x, 10, n_init=count)[0].inertia_ for count in (1, 10))
        self.assertLessEqual(ten, one)

    def test_shapes(self):
        random = np.random.RandomState(0)
        for name, x, count in (("one feature", random.normal(size=(50, 1)), 3), ("two rows", np.eye(2), 2), ("one row", np.eye(1), 1),
                               ("wide", random.normal(size=(20, 90)), 4), ("constant column", np.column_stack([np.ones(30), random.normal(size=30)]), 3),
                               ("as many groups as rows", random.normal(size=(9, 3)), 9), ("far from zero", random.normal(size=(99, 2)) + 1e6, 4)):
            with self.subTest(name=name):
                model, _ = ours(self, x, count)
                theirs = KMeans(count, n_init=10, random_state=0).fit(x)
                np.testing.assert_allclose(model.inertia_, theirs.inertia_, rtol=0.05, atol=1e-20)

    def test_more_groups_than_different_rows(self):
        x = np.repeat([[0.0], [1], [5]], 4, axis=0)
        for rows in (x, np.ones((5, 1))):
            model, _ = ours(self, rows, 4)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                theirs = KMeans(4, n_init=10, random_state=0).fit(rows)
            self.assertEqual((model.inertia_, len(set(model.labels_))), (theirs.inertia_, len(set(theirs.labels_))))

    def test_threads_change_nothing(self):
        x, _ = table("classes")
        x = np.tile(x, (9, 1)) + np.random.RandomState(1).normal(size=(len(x) * 9, x.shape[1]))
        one, four = (Fitted("k_means", "cluster", x, None, {"n_init": 2}, threads=threads) for threads in (1, 4))
        self.assertEqual(one.pickle, four.pickle)

    def test_faults(self):
        x, _ = table("iris")
        for params in ({"n_clusters": 0}, {"n_clusters": 151}, {"init": "far"}, {"n_init": 0}, {"tol": -1}, {"max_iter": 0}):
            with self.subTest(params=params), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*{list(params)[0]}"):
                Fitted("k_means", "cluster", x, None, params)
        with self.assertRaisesRegex(ModelFault, "HYPERPARAMETER.*too large.*scale"):
            Fitted("k_means", "cluster", x * 1e200, None)


if __name__ == "__main__":
    unittest.main()
