# SPDX-License-Identifier: MPL-2.0
"""Decision trees against scikit-learn's.

scikit-learn draws among splits that are equally good, and so do we: trees are walked side by side, and where two nodes of the same
rows ask another question, both must be worth the same."""
import unittest

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from models import Fitted, ModelFault, table

CLASSES = ("iris", "wine", "breast_cancer", "digits", "classes")
NUMBERS = ("diabetes", "numbers")
LIMITS = [{}, {"max_depth": 1}, {"max_depth": 4}, {"min_samples_leaf": 5}, {"min_samples_split": 40}, {"min_weight_fraction_leaf": 0.02},
          {"max_leaf_nodes": 2}, {"max_leaf_nodes": 12}]


def task_of(name):
    return "regress" if name in NUMBERS else "classify"


def tree_of(name):
    return DecisionTreeRegressor if name in NUMBERS else DecisionTreeClassifier


def worth(tree, node):
    """By how much the split lowers the impurity."""
    def weighted(i):
        return tree.weighted_n_node_samples[i] * tree.impurity[i]
    return weighted(node) - weighted(tree.children_left[node]) - weighted(tree.children_right[node])


def rows_of_nodes(model, x):
    return np.asarray(model.decision_path(x).todense(), dtype=bool).T


class TreeCase(unittest.TestCase):
    def assert_same_trees(self, ours, theirs, x, deciding=True):
        """Returns in how many nodes the trees part; each time both questions must be worth the same."""
        a, b = ours.tree_, theirs.tree_
        rows_a, rows_b = rows_of_nodes(ours, x), rows_of_nodes(theirs, x)
        parted, pairs = 0, [(0, 0)]
        while pairs:
            i, j = pairs.pop()
            self.assertTrue((rows_a[i] == rows_b[j]).all())
            np.testing.assert_allclose([a.impurity[i], a.weighted_n_node_samples[i]], [b.impurity[j], b.weighted_n_node_samples[j]],
                                       rtol=1e-7, atol=1e-9)
            self.assertEqual(a.n_node_samples[i], b.n_node_samples[j])
            splits = a.children_left[i] >= 0, b.children_left[j] >= 0
            if deciding and splits[0] != splits[1]:
                # scikit-learn splits a pure node when rounding hides that it is pure.
                self.assertEqual(splits, (False, True))
                self.assertLessEqual(b.impurity[j], 1e-12 * max(1, b.impurity[0]))
                parted += 1
            if not all(splits):
                continue
            left_a, left_b = a.children_left[i], b.children_left[j]
            if a.feature[i] == b.feature[j] and abs(a.threshold[i] - b.threshold[j]) <= 1e-12 * abs(b.threshold[j]):
                pairs += [(left_a, left_b), (a.children_right[i], b.children_right[j])]
            else:
                np.testing.assert_allclose(worth(a, i), worth(b, j), rtol=1e-7, atol=1e-9 * b.weighted_n_node_samples[0])
                parted += 1
        return parted


class DecisionTreeTest(TreeCase):
    def compare(self, name, params, weights=None, seed=0):
        x, y = table(name)
        ours = Fitted("decision_tree", task_of(name), x, y, params, weights=weights, seed=seed)
        model = ours.check(self)
        theirs = tree_of(name)(random_state=0, **params).fit(x, y, weights)
        # Among leaves of equal worth the best-first builder may stop at another one.
        parted = self.assert_same_trees(model, theirs, x, deciding="max_leaf_nodes" not in params)
        if parted == 0 and "max_leaf_nodes" not in params:
            self.assertEqual(model.get_depth(), theirs.get_depth())
            np.testing.assert_array_equal(model.tree_.feature, theirs.tree_.feature)
            np.testing.assert_array_equal(model.tree_.threshold, theirs.tree_.threshold)
            np.testing.assert_allclose(ours.predict, theirs.predict(x), rtol=1e-9)
            np.testing.assert_allclose(ours.importances, theirs.feature_importances_, rtol=1e-7, atol=1e-9)
        return parted

    def test_every_limit(self):
        for name in CLASSES + NUMBERS:
            for params in LIMITS + [{"min_impurity_decrease": 20.0 if name in NUMBERS else 0.005}]:
                with self.subTest(name=name, params=params):
                    self.compare(name, params)

    def test_where_nothing_is_equal_the_trees_are_the_same(self):
        for name, params in (("classes", {"max_depth": 5}), ("classes", {"min_impurity_decrease": 0.005}),
                             ("classes", {"max_leaf_nodes": 20}), ("numbers", {"min_samples_leaf": 5}), ("numbers", {"min_impurity_decrease": 20.0}),
                             ("diabetes", {"min_samples_leaf": 5})):
            with self.subTest(name=name, params=params):
                self.assertEqual(self.compare(name, params), 0)

    def test_criteria(self):
        for name in CLASSES:
            for criterion in ("gini", "entropy", "log_loss"):
                with self.subTest(name=name, criterion=criterion):
                    self.compare(name, {"criterion": criterion, "max_depth": 6})
        self.compare("diabetes", {"criterion": "squared_error"})

    def test_weights_of_rows_and_of_classes(self):
        for name in CLASSES + NUMBERS:
            with self.subTest(name=name):
                rows = len(table(name)[1])
                weights = np.random.RandomState(3).uniform(0.1, 2, rows)
                self.compare(name, {}, weights)
                self.compare(name, {"min_weight_fraction_leaf": 0.03}, weights)
                if name in CLASSES:
                    self.compare(name, {"class_weight": "balanced"}, weights)
        # A row of weight 3 is three rows.
        x, y = table("classes")
        weights = np.random.RandomState(1).randint(1, 4, len(y))
        once = Fitted("decision_tree", "classify", x, y, {"max_depth": 5}, weights=weights)
        thrice = Fitted("decision_tree", "classify", np.repeat(x, weights, axis=0), np.repeat(y, weights), {"max_depth": 5}, test=x)
        np.testing.assert_allclose(once.probabilities, thrice.probabilities, rtol=1e-12)

    def test_random_columns(self):
        x, y = table("classes")
        for features in ("sqrt", "log2", 1, 3, 0.25, 1e-9, None, 500):
            with self.subTest(features=features):
                one, two, other = (Fitted("decision_tree", "classify", x, y, {"max_features": features}, seed=seed) for seed in (5, 5, 6))
                one.check(self)
                self.assertEqual(one.pickle, two.pickle)
                self.assertEqual(one.json["state"], two.json["state"])
                if features in ("sqrt", "log2", 1, 3):
                    self.assertNotEqual(one.json["state"], other.json["state"])
                self.assertEqual((one.predict == y).mean(), 1)

    def test_wide_tables_sort_at_each_node(self):
        random = np.random.RandomState(0)
        x = random.normal(size=(300, 120))
        y = (x[:, 7] + x[:, 60] > 0).astype(int)
        ours = Fitted("decision_tree", "classify", x, y, {"max_features": 2})
        self.assertEqual((ours.predict == y).mean(), 1)
        # All columns but one are constant: it is found however few are drawn.
        x[:, 1:] = 3
        x[:, 0] = np.arange(300)
        y = (np.arange(300) >= 120).astype(int)
        for features in (1, 119, None):
            tree = Fitted("decision_tree", "classify", x, y, {"max_features": features}).check(self).tree_
            self.assertEqual((tree.node_count, tree.threshold[0]), (3, 119.5))

    def test_columns_of_few_values(self):
        random = np.random.RandomState(0)
        for levels in (2, 3, 256, 257):
            with self.subTest(levels=levels):
                x = random.randint(0, levels, size=(3000, 6)) / 7 - 1
                x[:levels, 0] = np.arange(levels)
                x[x == 0] *= np.where(random.uniform(size=(x == 0).sum()) < 0.5, -1, 1)  # 0.0 and -0.0
                y = x[:, 0] * 3 + x[:, 1] + random.normal(size=3000)
                params = {"min_samples_leaf": 5}
                model = Fitted("decision_tree", "regress", x, y, params).check(self)
                self.assert_same_trees(model, DecisionTreeRegressor(random_state=0, **params).fit(x, y), x)

    def test_single_precision(self):
        # The two values are one in single precision; others are closer than scikit-learn's 1e-7.
        for column in ([1.0, 1.0 + 1e-9, 2.0], [0.0, 5e-8, 1e-7, 2.5e-7, 1.0], [3e38, -3e38, 1e-40], [1 / 3, 2 / 3, 0.1]):
            x = np.array(column).reshape(-1, 1)
            y = np.arange(len(x)) % 2
            model = Fitted("decision_tree", "classify", x, y).check(self)
            theirs = DecisionTreeClassifier(random_state=0).fit(x, y)
            self.assertEqual(self.assert_same_trees(model, theirs, x), 0)

    def test_few_rows(self):
        one = Fitted("decision_tree", "regress", [[1.0, 2.0]], [5.5])
        self.assertEqual(one.check(self).tree_.node_count, 1)
        self.assertEqual(one.predict[0], 5.5)
        two = Fitted("decision_tree", "classify", [[1.0], [2.0]], [1, 0])
        self.assertEqual(two.check(self).tree_.threshold[0], 1.5)
        self.assertEqual(Fitted("decision_tree", "regress", [[1.0], [2.0]], [1, 0], {"min_samples_leaf": 2}).predict.tolist(), [0.5, 0.5])

    def test_nothing_to_ask(self):
        constant = Fitted("decision_tree", "classify", np.ones((10, 3)), np.arange(10) % 2)
        self.assertEqual(constant.check(self).tree_.node_count, 1)
        self.assertEqual(constant.importances.tolist(), [0, 0, 0])
        x, _ = table("diabetes")
        for target in (0.1, 1234.567, -3e99):
            same = Fitted("decision_tree", "regress", x, np.full(len(x), target))
            self.assertEqual(same.check(self).tree_.node_count, 1)
            np.testing.assert_allclose(same.predict, target, rtol=1e-12)

    def test_faults_name_the_parameter(self):
        x, y = table("iris")
        for task, params in (("classify", {"criterion": "squared_error"}), ("regress", {"criterion": "gini"}),
                             ("classify", {"max_features": 1.5}), ("classify", {"max_features": 0}), ("classify", {"max_features": "auto"}),
                             ("classify", {"max_depth": 0}), ("classify", {"min_samples_split": 1}), ("classify", {"min_samples_leaf": 0}),
                             ("classify", {"min_weight_fraction_leaf": 0.51}), ("classify", {"max_leaf_nodes": 1}),
                             ("classify", {"min_impurity_decrease": -1}), ("regress", {"class_weight": "balanced"})):
            with self.subTest(params=params), self.assertRaisesRegex(ModelFault, f"HYPERPARAMETER.*{next(iter(params))}"):
                Fitted("decision_tree", task, x, y, params)
        with self.assertRaisesRegex(ModelFault, "TOO_LARGE.*column 2"):
            Fitted("decision_tree", "classify", [[0, 1e39], [1, 0]], [0, 1])
        with self.assertRaisesRegex(ModelFault, "TARGET"):
            Fitted("decision_tree", "regress", [[0], [1]], [0, 1e200])


if __name__ == "__main__":
    unittest.main()
