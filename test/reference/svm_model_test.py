# SPDX-License-Identifier: MPL-2.0
"""Support vector machines against scikit-learn's, trained on the same rows in the same order."""
import json
import unittest

import numpy as np
from sklearn import svm
from sklearn.preprocessing import StandardScaler

from models import Fitted, ModelFault, table

CLASSES = ("iris", "wine", "breast_cancer", "digits", "classes")
KERNELS = ({"kernel": "linear", "C": 0.5}, {"kernel": "poly", "degree": 2, "coef0": 1.0}, {"kernel": "rbf", "gamma": "auto"},
           {"kernel": "rbf", "gamma": 0.05}, {"kernel": "sigmoid", "gamma": 0.01, "coef0": 0.5})


def scaled(name):
    x, y = table(name)
    return StandardScaler().fit_transform(x), y


def decisions(model, x):
    model.set_params(**({"decision_function_shape": "ovo"} if hasattr(model, "decision_function_shape") else {}))
    return model.decision_function(x)


class Svc(unittest.TestCase):
    def compare(self, estimator, reference, x, y, params, share=0.002):
        """Decisions are equal to what the solver's tolerance leaves open, labels but for a few rows on a border."""
        ours = Fitted(estimator, "classify", x, y, params)
        model = ours.check(self, probabilities=False)
        theirs = reference(**params).fit(x, y)
        np.testing.assert_allclose(decisions(model, x), decisions(theirs, x), atol=0.01, rtol=0.01)
        self.assertLessEqual(np.mean(ours.predict != theirs.predict(x)), share)
        self.assertEqual(model.class_weight_.tolist(), theirs.class_weight_.tolist())
        self.assertAlmostEqual(model._gamma / theirs._gamma, 1, 12)
        return ours, model, theirs

    def test_data_sets(self):
        for name in CLASSES:
            with self.subTest(name):
                ours, model, theirs = self.compare("svc", svm.SVC, *scaled(name), {})
                self.assertAlmostEqual(len(model.support_) / len(theirs.support_), 1, delta=0.02)
                np.testing.assert_allclose(ours.probabilities.sum(axis=1), 1, rtol=1e-9)

    def test_kernels(self):
        for params in KERNELS:
            for name in ("wine", "breast_cancer"):
                with self.subTest(name=name, **params):
                    self.compare("svc", svm.SVC, *scaled(name), {**params, "tol": 1e-5})

    def test_balanced(self):
        x, y = scaled("breast_cancer")
        rows = np.r_[np.flatnonzero(y == 0)[:40], np.flatnonzero(y == 1)]
        self.compare("svc", svm.SVC, x[rows], y[rows], {"class_weight": "balanced"})
        x, y = scaled("classes")
        rows = np.r_[np.flatnonzero(y != 2), np.flatnonzero(y == 2)[:30]]
        self.compare("svc", svm.SVC, x[rows], y[rows], {"class_weight": "balanced", "C": 3.0})

    def test_features_far_from_zero(self):
        x, y = scaled("iris")
        ours = Fitted("svc", "classify", x + 1e6, y)
        self.assertEqual(ours.predict.tolist(), ours.check(self, probabilities=False).predict(x + 1e6).tolist())

    def test_probabilities(self):
        for estimator, reference in (("svc", svm.SVC), ("nu_svc", svm.NuSVC)):
            for name in ("iris", "wine", "breast_cancer", "classes"):
                with self.subTest(estimator=estimator, name=name):
                    x, y = scaled(name)
                    params = {"probability": True, **({"nu": 0.2} if estimator == "nu_svc" else {})}
                    ours = Fitted(estimator, "classify", x, y, params, seed=3)
                    ours.check(self)
                    theirs = reference(random_state=3, **params).fit(x, y).predict_proba(x)
                    self.assertLess(np.abs(ours.probabilities - theirs).mean(), 0.03)  # the folds are others

    def test_seed(self):
        x, y = scaled("iris")
        one, two = (Fitted("svc", "classify", x, y, {"probability": True}, seed=5, threads=n) for n in (1, 2))
        self.assertEqual(one.pickle, two.pickle)
        self.assertNotEqual(one.pickle, Fitted("svc", "classify", x, y, {"probability": True}, seed=6).pickle)

    def test_threads(self):
        x, y = scaled("digits")
        self.assertEqual(*(Fitted("svc", "classify", x[:600], y[:600], threads=n).pickle for n in (1, 3)))

    def test_nu(self):
        for name in ("iris", "wine", "breast_cancer"):
            for nu in (0.1, 0.4):
                with self.subTest(name=name, nu=nu):
                    self.compare("nu_svc", svm.NuSVC, *scaled(name), {"nu": nu, "tol": 1e-5})

    def test_nu_that_is_infeasible(self):
        x, y = scaled("breast_cancer")
        with self.assertRaisesRegex(ModelFault, "'nu' is infeasible.*212.*357.*at most 0.745"):
            Fitted("nu_svc", "classify", x, y, {"nu": 0.8})
        Fitted("nu_svc", "classify", x, y, {"nu": 0.745})

    def test_few_rows(self):
        x, y = np.array([[0.0, 1.0], [1.0, 0.0]]), [0, 1]
        for kernel in ("linear", "rbf"):
            self.compare("svc", svm.SVC, x, y, {"kernel": kernel})
        self.compare("svc", svm.SVC, np.array([[0.0], [1], [2]]), [2, 0, 1], {})
        Fitted("svc", "classify", x, y, {"probability": True}).check(self)

    def test_constant_features(self):
        x, y = scaled("iris")
        self.compare("svc", svm.SVC, np.c_[x, np.full(len(x), 7.0), np.zeros(len(x))], y, {})
        ours = Fitted("svc", "classify", np.ones((6, 2)), [0, 1, 0, 1, 1, 1])
        self.assertEqual(ours.predict.tolist(), svm.SVC().fit(np.ones((6, 2)), [0, 1, 0, 1, 1, 1]).predict(ours.test).tolist())

    def test_weights(self):
        for name in ("iris", "breast_cancer"):
            x, y = scaled(name)
            weights = np.random.RandomState(0).uniform(0.1, 3, len(x))
            for estimator, reference, params in (("svc", svm.SVC, {"tol": 1e-5, "C": 0.5}), ("nu_svc", svm.NuSVC, {"tol": 1e-5, "nu": 0.3}),
                                                 ("svc", svm.SVC, {"tol": 1e-5, "class_weight": "balanced"})):
                with self.subTest(name=name, estimator=estimator, **params):
                    model = Fitted(estimator, "classify", x, y, params, weights=weights).check(self, probabilities=False)
                    theirs = reference(**params).fit(x, y, sample_weight=weights)
                    np.testing.assert_allclose(decisions(model, x), decisions(theirs, x), atol=0.01, rtol=0.01)
        x, y = scaled("iris")
        twice = Fitted("svc", "classify", x, y, weights=np.full(len(x), 2))
        self.assertEqual(twice.predict.tolist(), Fitted("svc", "classify", x, y, {"C": 2.0}).predict.tolist())

    def test_parameters(self):
        x, y = scaled("iris")
        for name, value in (("C", 0), ("C", -1), ("gamma", 0), ("gamma", "big"), ("kernel", "cosine"), ("degree", -1),
                            ("degree", 2.5), ("tol", 0), ("class_weight", "even"), ("probability", 1), ("shrinking", True)):
            with self.subTest(name=name), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*'{name}'"):
                Fitted("svc", "classify", x, y, {name: value})
        with self.assertRaisesRegex(ModelFault, "'gamma'"):
            Fitted("svc", "classify", x * 1e200, y)
        with self.assertRaisesRegex(ModelFault, "does not regress"):
            Fitted("svc", "regress", x, y)
        self.compare("svc", svm.SVC, x, y, {"kernel": "poly", "degree": 0})

    def test_rows_max(self):
        x = np.zeros((100001, 1))
        with self.assertRaisesRegex(ModelFault, "TOO_LARGE.*gradient_boosting"):
            Fitted("svc", "classify", x, np.arange(100001) % 2)
        with self.assertRaisesRegex(ModelFault, "TOO_LARGE.* use fewer rows"):
            Fitted("one_class_svm", "outlier", x, None)


class Svr(unittest.TestCase):
    def compare(self, x, y, params):
        ours = Fitted("svr", "regress", x, y, params)
        ours.check(self)
        theirs = svm.SVR(**params).fit(x, y)
        np.testing.assert_allclose(ours.predict, theirs.predict(x), atol=0.01 * np.std(y))
        return ours

    def test_data_sets(self):
        for name in ("diabetes", "numbers"):
            for params in ({}, {"C": 10.0, "epsilon": 1.0}, {"kernel": "linear", "C": 0.1}, {"kernel": "poly", "coef0": 1.0}):
                with self.subTest(name=name, **params):
                    self.compare(*scaled(name), params)

    def test_everything_within_epsilon(self):
        self.assertEqual(Fitted("svr", "regress", [[0.0], [1.0]], [1.0, 2.0], {"epsilon": 5.0}).predict.tolist(), [1.5, 1.5])

    def test_two_rows(self):
        self.compare(np.array([[0.0], [1.0]]), np.array([1.0, 3.0]), {})

    def test_weights(self):
        x, y = scaled("diabetes")
        one, two = Fitted("svr", "regress", x, y, weights=np.full(len(x), 4)), Fitted("svr", "regress", x, y, {"C": 4.0})
        self.assertEqual(one.predict.tolist(), two.predict.tolist())
        weights = np.random.RandomState(0).uniform(0.1, 9, len(x))
        ours = Fitted("svr", "regress", x, y, {"C": 5.0}, weights=weights)
        np.testing.assert_allclose(ours.predict, svm.SVR(C=5.0).fit(x, y, sample_weight=weights).predict(x), atol=0.01 * np.std(y))


class OneClass(unittest.TestCase):
    def test_data_sets(self):
        for name in ("iris", "breast_cancer", "numbers"):
            for params in ({"nu": 0.1}, {"nu": 0.5, "kernel": "sigmoid", "gamma": 0.01}, {"nu": 0.3, "gamma": 0.1}):
                with self.subTest(name=name, **params):
                    x, _ = scaled(name)
                    ours = Fitted("one_class_svm", "outlier", x, None, {**params, "tol": 1e-4})
                    model, theirs = ours.check(self), svm.OneClassSVM(**params, tol=1e-4).fit(x)
                    np.testing.assert_allclose(model.decision_function(x), theirs.decision_function(x), atol=0.01, rtol=0.001)
                    np.testing.assert_allclose(model.score_samples(x), theirs.score_samples(x), atol=0.01, rtol=0.001)
                    # of the sigmoid's rows many are nearer to the border than the tolerance
                    self.assertLess(np.mean(ours.predict != theirs.predict(x)), 0.06 if "kernel" in params else 0.02)

    def test_weights(self):
        x, _ = scaled("breast_cancer")
        weights, params = np.random.RandomState(0).uniform(0.1, 3, len(x)), {"nu": 0.2, "tol": 1e-5}
        model = Fitted("one_class_svm", "outlier", x, None, params, weights=weights).check(self)
        theirs = svm.OneClassSVM(**params).fit(x, sample_weight=weights)
        np.testing.assert_allclose(model.decision_function(x), theirs.decision_function(x), atol=0.01, rtol=0.001)

    def test_edges(self):
        Fitted("one_class_svm", "outlier", [[1.0], [2.0]], None).check(self)
        Fitted("one_class_svm", "outlier", np.ones((5, 2)), None, {"nu": 0.5}).check(self)
        with self.assertRaisesRegex(ModelFault, "HYPERPARAMETER.*'nu'"):  # every row at its bound: no border
            Fitted("one_class_svm", "outlier", np.arange(5.0).reshape(-1, 1), None, {"nu": 1})


class Document(unittest.TestCase):
    """The state is JSON of plain lists."""

    def test_members(self):
        x, y = scaled("wine")
        state = Fitted("svc", "classify", x, y).json["state"]
        count = len(state["support"])
        self.assertEqual(sum(state["counts"]), count)
        self.assertEqual(len(state["vectors"]), count * x.shape[1])
        self.assertEqual(len(state["coefficients"]), count * 2)
        np.testing.assert_array_equal(np.reshape(state["vectors"], (count, -1)), x[state["support"]])
        self.assertLess(len(json.dumps(state)), 200000)


if __name__ == "__main__":
    unittest.main()
