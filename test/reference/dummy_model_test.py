# SPDX-License-Identifier: MPL-2.0
"""The baseline against scikit-learn's DummyClassifier and DummyRegressor."""
import unittest

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor

from models import Fitted, ModelFault, table


class DummyTest(unittest.TestCase):
    def weights(self, rows):
        return np.random.RandomState(3).uniform(0.1, 2, rows)

    def test_classes(self):
        for name in ("iris", "wine", "breast_cancer", "classes"):
            for strategy in ("prior", "most_frequent"):
                for weighted in (False, True):
                    with self.subTest(name=name, strategy=strategy, weighted=weighted):
                        x, y = table(name)
                        weights = self.weights(len(y)) if weighted else None
                        ours = Fitted("dummy", "classify", x, y, {"strategy": strategy}, weights=weights)
                        ours.check(self)
                        theirs = DummyClassifier(strategy=strategy).fit(x, y, weights)
                        np.testing.assert_array_equal(ours.predict, theirs.predict(x))
                        np.testing.assert_allclose(ours.probabilities, theirs.predict_proba(x), rtol=1e-12)

    def test_numbers(self):
        for strategy in ("mean", "median"):
            for weighted in (False, True):
                for rows in (1, 2, 441, 442):
                    with self.subTest(strategy=strategy, weighted=weighted, rows=rows):
                        x, y = (part[:rows] for part in table("diabetes"))
                        weights = self.weights(rows) if weighted else None
                        ours = Fitted("dummy", "regress", x, y, {"strategy": strategy}, weights=weights)
                        ours.check(self)
                        theirs = DummyRegressor(strategy=strategy).fit(x, y, weights)
                        np.testing.assert_allclose(ours.predict, theirs.predict(x), rtol=1e-12)

    def test_the_strategy_follows_the_task(self):
        x, y = table("iris")
        self.assertTrue((Fitted("dummy", "regress", x, y).predict == 1).all())
        for task, strategy in (("classify", "mean"), ("regress", "prior"), ("regress", "constant")):
            with self.subTest(task=task, strategy=strategy), self.assertRaisesRegex(ModelFault, "HYPERPARAMETER.*strategy"):
                Fitted("dummy", task, x, y, {"strategy": strategy})


if __name__ == "__main__":
    unittest.main()
