# SPDX-License-Identifier: MPL-2.0
"""model.pkl in scikit-learn: the same predictions as predictions.csv, no warnings, nothing unexpected inside."""
import csv
import json
import os
import pickle
import pickletools
import random
import tempfile
import unittest
import warnings

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.datasets import load_iris, load_wine
from sklearn.svm import SVC

from worker import DATA, result_of, run, step

PENGUINS = os.path.join(DATA, "penguins.csv")
NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
GLOBALS = {
    "builtins slice", "numpy array", "numpy dtype", "numpy ndarray", "sklearn __version__", "sklearn.compose ColumnTransformer", "sklearn.impute SimpleImputer",
    "sklearn.pipeline Pipeline", "sklearn.preprocessing FunctionTransformer", "sklearn.preprocessing MinMaxScaler",
    "sklearn.preprocessing OneHotEncoder", "sklearn.preprocessing OrdinalEncoder", "sklearn.preprocessing RobustScaler",
    "sklearn.preprocessing StandardScaler", "sklearn.svm SVC",
}
OPCODES = {
    "PROTO", "GLOBAL", "EMPTY_TUPLE", "MARK", "TUPLE", "EMPTY_LIST", "APPENDS", "EMPTY_DICT", "SETITEMS", "REDUCE",
    "BUILD", "NONE", "NEWTRUE", "NEWFALSE", "BININT1", "BININT", "LONG1", "BINFLOAT", "SHORT_BINUNICODE",
    "BINUNICODE", "BYTEARRAY8", "STOP",
}


class Model:
    """What a training left behind."""

    def __init__(self, folder, record):
        self.record = record
        with open(os.path.join(folder, "model.pkl"), "rb") as file:
            self.pickle = file.read()
        self.pipeline = pickle.loads(self.pickle)
        with open(os.path.join(folder, "predictions.csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert rows[0] == ["row", "prediction"]
        assert [int(row[0]) for row in rows[1:]] == list(range(1, len(rows)))
        self.predictions = np.array([row[1] for row in rows[1:]], dtype=object)
        with open(os.path.join(folder, "record.json"), encoding="utf-8") as file:
            assert json.load(file) == record


class SvcTest(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("error")
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def train(self, table, recipe, target, features, **training):
        request = {"target": target, "features": features, "algorithm": "svc", "refit": False, **training}
        result = result_of(kind="train", input=table, recipe=recipe, training=request, output_dir=self.folder.name)
        self.assertEqual(result["files"], ["model.pkl", "model.onnx", "model.svm", "predictions.csv", "record.json", "model.json", "card.md",
                                            "card.html", "SHA256SUMS"])
        return Model(self.folder.name, result["record"])

    def check(self, table, recipe, target, features, read=None, **training):
        model = self.train(table, recipe, target, features, **training)
        frame = pd.read_csv(table, **(read or {}))
        self.check_predictions(model, frame)
        self.check_record(model, frame, target)
        self.check_pickle(model, frame)
        return model, frame

    def labels(self, model, texts):
        kinds = {"text": str, "integer": int, "float": float, "boolean": lambda value: value in (True, "true")}
        return np.array([kinds[model.record["label_type"]](text) for text in texts])

    def check_predictions(self, model, frame):
        """Every row that can be predicted is, and equal; the others have NaN among their inputs."""
        inputs = model.pipeline[:-1].transform(frame)
        self.assertEqual(inputs.shape, (len(frame), len(model.record["inputs"])))
        complete = ~np.isnan(np.asarray(inputs, float)).any(axis=1)
        self.assertTrue(((model.predictions != "") == complete).all())
        predicted = model.pipeline.predict(frame[complete])
        self.assertTrue((predicted == self.labels(model, model.predictions[complete])).all())
        self.assertEqual(list(model.pipeline.classes_), model.record["labels"])
        if not complete.all():
            self.assertRaises(ValueError, model.pipeline.predict, frame)

    def check_record(self, model, frame, target):
        record = model.record
        rows = record["rows"]
        matrix = np.array(record["confusion"]["matrix"])
        self.assertEqual(rows["total"], len(frame))
        self.assertEqual(rows["used"], rows["train"] + rows["test"])
        self.assertEqual(rows["total"], rows["used"] + rows["target_missing"] + rows["dropped_missing"])
        self.assertEqual(matrix.sum(), rows["test"])
        self.assertAlmostEqual(record["scores"]["test_accuracy"], np.trace(matrix) / rows["test"], delta=1e-15)
        if rows["dropped_missing"] == 0:
            used = frame[target].notna().to_numpy()
            truth = self.labels(model, frame[target][used].astype(object))
            right = (self.labels(model, model.predictions[used]) == truth).sum()
            told = record["scores"]["train_accuracy"] * rows["train"] + record["scores"]["test_accuracy"] * rows["test"]
            self.assertAlmostEqual(right, told, delta=1e-6)
            majority = pd.Series(truth).mode()[0]
            self.assertLess(record["scores"]["baseline_accuracy"], 1)
            if rows["test"] > 20:
                self.assertAlmostEqual(record["scores"]["baseline_accuracy"], (truth == majority).mean(), delta=0.1)
        sample = pd.DataFrame(record["self_check"]["rows"], columns=record["features"])
        sample = sample.astype({name: object for name, kind in zip(record["features"], record["feature_types"]) if kind in ("text", "category", "date", "datetime")})
        self.assertEqual(list(model.pipeline.predict(sample)), record["self_check"]["predictions"])

    def check_pickle(self, model, frame):
        for opcode, argument, _ in pickletools.genops(model.pickle):
            self.assertIn(opcode.name, OPCODES)
            if opcode.name == "GLOBAL":
                self.assertIn(argument, GLOBALS)
        complete = frame[model.predictions != ""]
        again = pickle.loads(pickle.dumps(model.pipeline))
        self.assertTrue((again.predict(complete) == model.pipeline.predict(complete)).all())
        self.assertIn("SVC(", repr(model.pipeline))
        clone(model.pipeline)
        model.pipeline.get_params(deep=True)
        self.check_svc(model)

    def check_svc(self, model):
        """The fitted attributes that people look at tell the same as the record."""
        svc = model.pipeline[-1]
        self.assertEqual(len(svc.support_vectors_), model.record["support_vectors"])
        self.assertEqual(svc.n_support_.sum(), model.record["support_vectors"])
        self.assertEqual(svc.shape_fit_, (model.record["rows"]["train"], len(model.record["inputs"])))
        if svc.kernel == "linear":
            self.assertEqual(svc.coef_.shape[1], len(model.record["inputs"]))

    def test_penguins(self):
        recipe = [
            step("missing", "median", NUMBERS), step("missing", "mode", ["sex"]), step("scale", "z_score", NUMBERS),
            step("encode", "one_hot", ["island", "sex"]),
        ]
        model, frame = self.check(PENGUINS, recipe, "species", NUMBERS + ["island", "sex"])
        self.assertEqual(len(model.predictions), 344)
        self.assertTrue((model.predictions == model.pipeline.predict(frame)).all())
        self.assertGreater(model.record["scores"]["test_accuracy"], 0.95)
        self.assertEqual(model.record["rows"]["train"], 275)
        self.assertEqual(model.record["steps"][0]["parameters"][0]["column"], "bill_length_mm")

    def test_the_same_seed_gives_the_same_bytes(self):
        recipe = [step("missing", "mean", NUMBERS)]
        first = self.train(PENGUINS, recipe, "species", NUMBERS, seed=7)
        second = self.train(PENGUINS, recipe, "species", NUMBERS, seed=7)
        other = self.train(PENGUINS, recipe, "species", NUMBERS, seed=8)
        self.assertEqual(first.pickle, second.pickle)
        self.assertNotEqual(first.pickle, other.pickle)

    def test_rows_dropped_by_the_recipe_are_not_predicted(self):
        recipe = [step("missing", "drop_rows"), step("scale", "min_max", NUMBERS), step("encode", "label", ["sex", "island"])]
        model, _ = self.check(PENGUINS, recipe, "species", ["sex", "island"] + NUMBERS)
        self.assertEqual(model.record["rows"]["dropped_missing"], 11)
        self.assertEqual((model.predictions == "").sum(), 11)

    def test_missing_stays_missing_through_scales_and_labels_and_is_zero_in_one_hot(self):
        recipe = [
            step("missing", "drop_rows", NUMBERS), step("scale", "robust", NUMBERS), step("encode", "one_hot", ["sex"]),
            step("scale", "z_score", ["sex_male"]), step("drop", columns=["sex_female"]),
        ]
        model, _ = self.check(PENGUINS, recipe, "species", NUMBERS + ["sex"])
        self.assertEqual(model.record["inputs"][-1], "sex_male")
        self.assertEqual((model.predictions == "").sum(), 2)

    def test_two_classes_with_missing_labels(self):
        recipe = [step("missing", "constant", NUMBERS, value=0), step("scale", "z_score", NUMBERS), step("encode", "one_hot", ["species", "year"])]
        for kernel in ("linear", "poly", "rbf", "sigmoid"):
            model, _ = self.check(PENGUINS, recipe, "sex", NUMBERS + ["species", "year"], parameters={"kernel": kernel, "coef0": 0.5})
            self.assertEqual(model.record["rows"]["target_missing"], 11)
            self.assertEqual(model.record["labels"], ["female", "male"])

    def test_every_fill_and_scale_of_penguins(self):
        for fill in ("mean", "median", "mode"):
            for scale in ("z_score", "min_max", "robust"):
                recipe = [step("missing", fill, NUMBERS), step("scale", scale, NUMBERS)]
                self.check(PENGUINS, recipe, "species", NUMBERS)

    def test_settings_are_sklearns(self):
        recipe = [step("missing", "mean", NUMBERS), step("scale", "z_score", NUMBERS)]
        for parameters in (
            {"C": 10, "gamma": 0.05}, {"gamma": "auto"}, {"class_weight": "balanced"}, {"kernel": "poly", "degree": 2},
            {"class_weight": {"Adelie": 2, "Gentoo": 0.5}},
        ):
            model, _ = self.check(PENGUINS, recipe, "species", NUMBERS, parameters=parameters)
            svc = model.pipeline[-1]
            for name, value in parameters.items():
                told = model.record["parameters"][name]
                self.assertEqual(told, value)
                if name != "class_weight" or value == "balanced":
                    self.assertEqual(getattr(svc, name), value)
            self.assertEqual(svc._gamma, model.record["gamma_value"])

    def test_our_training_is_sklearns(self):
        """With all rows but one in training, scikit-learn's own SVC finds the same machine."""
        data = load_iris()
        frame = pd.DataFrame(data.data, columns=["a", "b", "c", "d"]).assign(y=data.target)
        frame.to_csv(self.path("iris.csv"), index=False)
        model, _ = self.check(self.path("iris.csv"), [], "y", ["a", "b", "c", "d"], test_size=1e-6)
        self.assertEqual(model.record["rows"]["test"], 1)
        reference = SVC(gamma=model.record["gamma_value"]).fit(data.data, data.target)
        ours = model.pipeline[-1].decision_function(data.data)
        self.assertLess(np.abs(ours - reference.decision_function(data.data)).max(), 0.05)
        self.assertGreaterEqual((model.pipeline.predict(frame) == reference.predict(data.data)).mean(), 0.99)

    def test_integer_float_and_text_labels(self):
        for name, data in {"iris": load_iris(), "wine": load_wine()}.items():
            features = [f"f {i}" for i in range(data.data.shape[1])]
            for labels in (data.target * 5 - 3, data.target * 0.5, [data.target_names[i] for i in data.target], [f"é{i}€🐧" * (i + 1) for i in data.target]):
                frame = pd.DataFrame(data.data, columns=features).assign(y=labels)
                frame.to_csv(self.path("table.csv"), index=False)
                model, _ = self.check(self.path("table.csv"), [step("scale", "z_score", features)], "y", features[::-1])
                self.assertGreater(model.record["scores"]["test_accuracy"], 0.85, name)

    def awkward(self):
        rng = random.Random(3)
        rows = [["remainder", "a__b", "flag", "Ärger; x", "size", "code", "y"]]
        for i in range(400):
            y = i % 4
            flag = rng.choice(["true", "false", ""] if y % 2 else ["true"])
            kind = rng.choice(["x\ny", 'q"', "NA", f"only{i}"]) if y < 2 else rng.choice(["x\ny", "plain"])
            size = rng.choice([1, 2.5, -7, 1e6])
            rows.append([rng.gauss(y, 1), i % 7, flag, kind, size, f"{y:03d}", f"c{y}"])
        with open(self.path("awkward.csv"), "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\r\n").writerows(rows)
        return self.path("awkward.csv")

    def test_awkward_columns(self):
        table = self.awkward()
        features = ["size", "remainder", "Ärger; x", "flag", "a__b"]
        recipes = {
            "one_hot": [step("missing", "constant", ["flag"], value="false"), step("missing", "constant", ["Ärger; x"], value="un,known"), step("encode", "one_hot", ["flag", "Ärger; x", "size", "a__b"])],
            "label": [step("encode", "label", ["size", "flag", "Ärger; x", "a__b"]), step("missing", "median", ["flag", "Ärger; x"]), step("scale", "z_score", ["a__b"])],
            "both": [step("encode", "label", ["flag"]), step("encode", "one_hot", ["flag", "Ärger; x"]), step("scale", "min_max", ["flag_0"]), step("missing", "mode", ["size"])],
            "twice": [step("missing", "mode", ["flag"]), step("encode", "one_hot", ["flag", "Ärger; x"]), step("encode", "one_hot", ["flag_true"]), step("scale", "robust", ["remainder", "size"])],
        }
        for name, recipe in recipes.items():
            with self.subTest(name):
                model, frame = self.check(table, recipe, "y", features)
                texts = pd.read_csv(table, dtype={"Ärger; x": str})
                complete = model.predictions != ""
                self.assertEqual(frame["flag"].map(type).iloc[0], bool)
                self.assertTrue((model.pipeline.predict(texts[complete]) == model.predictions[complete]).all())

    def test_columns_of_bools_alone(self):
        rng = random.Random(5)
        with open(self.path("bools.csv"), "w", encoding="utf-8") as file:
            file.write("flag,x,y\n")
            for i in range(60):
                file.write(f"{'True' if rng.random() < 0.5 else 'False'},{i % 9},{'no' if i % 2 else 'yes'}\n")
        for recipe in ([step("encode", "one_hot", ["flag"])], [step("encode", "label", ["flag"])]):
            model, frame = self.check(self.path("bools.csv"), recipe, "y", ["flag", "x"])
            self.assertEqual(frame["flag"].dtype, bool)

    def write(self, name, header, rows):
        with open(self.path(name), "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return self.path(name)

    def test_bools_with_missing_values(self):
        rng = random.Random(6)
        rows = [[rng.choice(["TRUE", "false", "True", "" if i % 3 else "NaN"]), i % 9, "no" if i % 2 else "yes"] for i in range(90)]
        table = self.write("gaps.csv", ["flag", "x", "y"], rows)
        recipes = {
            "one_hot": [step("encode", "one_hot", ["flag"])],
            "label": [step("encode", "label", ["flag"]), step("missing", "drop_rows", ["flag"])],
            "filled label": [step("missing", "mode", ["flag"]), step("encode", "label", ["flag"])],
            "filled one_hot": [step("missing", "constant", ["flag"], value="true"), step("encode", "one_hot", ["flag"]), step("scale", "z_score", ["flag_false"])],
            "filled": [step("missing", "mode", ["flag"])],
            "dropped": [step("missing", "drop_rows", ["flag"])],
        }
        for name, recipe in recipes.items():
            with self.subTest(name):
                model, frame = self.check(table, recipe, "y", ["flag", "x"])
                self.assertEqual(frame["flag"].dtype, object)
                self.assertEqual(model.record["feature_types"], ["boolean", "integer"])
                there = frame[frame["flag"].notna()].astype({"flag": bool})
                expected = model.predictions[frame["flag"].notna()]
                self.assertTrue((model.pipeline.predict(there) == expected).all())

    def test_bools_as_labels(self):
        rows = [[i % 9, i // 9, "" if i % 11 == 10 else "True" if i % 9 > 4 else "FALSE"] for i in range(120)]
        table = self.write("truths.csv", ["x", "z", "y"], rows)
        for weights in (None, {"true": 2, "false": 0.5}):
            model, _ = self.check(table, [step("scale", "z_score", ["x"])], "y", ["x", "z"], parameters={"class_weight": weights})
            self.assertEqual(model.record["label_type"], "boolean")
            self.assertEqual(model.record["labels"], [False, True])
            self.assertEqual(model.pipeline.classes_.dtype, bool)
            self.assertEqual(set(model.predictions), {"false", "true"})
        rows = [[i % 9, "a" if i % 9 > 4 else "b"] for i in range(120)]
        model, _ = self.check(self.write("words.csv", ["x", "y"], rows), [], "y", ["x"])
        self.assertEqual(model.record["label_type"], "text")

    def test_dates_are_texts(self):
        rng = random.Random(8)
        days = ["2019-12-31", "2020-01-01", "1999-02-28", ""]
        times = ["2020-01-01T10:00:00Z", "2020-01-01T00:00:00Z", "2021-05-05T23:59:59Z", "NA"]
        rows = [[rng.choice(days), rng.choice(times), i % 7, f"c{i % 2}"] for i in range(100)]
        table = self.write("dates.csv", ["day", "time", "x", "y"], rows)
        both = ["day", "time"]
        recipes = {
            "one_hot": [step("encode", "one_hot", both)],
            "label": [step("encode", "label", both), step("missing", "drop_rows")],
            "mode": [step("missing", "mode", both), step("encode", "label", both), step("scale", "min_max", both)],
            "constant": [step("missing", "constant", ["day"], value="2020-02-29"), step("missing", "drop_rows", ["time"]), step("encode", "one_hot", both)],
        }
        for name, recipe in recipes.items():
            with self.subTest(name):
                model, _ = self.check(table, recipe, "y", ["x", "time", "day"])
                self.assertEqual(model.record["feature_types"], ["integer", "datetime", "date"])
        self.assertEqual(self.fault(table, [], {"target": "y", "features": ["day"]})["code"], "COLUMN_TYPE")
        model, _ = self.check(table, [], "day", ["x"], parameters={"class_weight": "balanced"})
        self.assertEqual(model.record["labels"], sorted(days)[1:])

    def test_dates_written_in_another_way_are_refused(self):
        rows = [["2020-01-01 10:00:00" if i % 3 else "2020-01-01T10:00:00", i % 7, f"c{i % 2}"] for i in range(60)]
        table = self.write("times.csv", ["time", "x", "y"], rows)
        fault = self.fault(table, [step("encode", "label", ["time"])], {"target": "y", "features": ["x", "time"]})
        self.assertEqual((fault["code"], fault["column"]), ("UNSUPPORTED", "time"))

    def test_steps_that_look_at_other_rows(self):
        base = {"target": "species", "features": NUMBERS}
        fill = [step("missing", "mean", NUMBERS)]
        fault = self.fault(PENGUINS, fill + [step("missing", "forward", NUMBERS[:1])], base)
        self.assertEqual((fault["code"], fault["step"]), ("UNSUPPORTED", 2))
        self.assertIn("train on the result", fault["remedy"])
        recipe = [step("reorder", columns=["sex"]), *fill, step("encode", "hash", ["year"]), step("keep", columns=[*NUMBERS[1:], "island"])]
        model, _ = self.check(PENGUINS, recipe, "species", NUMBERS)
        self.assertEqual(model.record["inputs"], NUMBERS[1:])

    def test_names_of_other_columns_are_not_in_the_way(self):
        rows = [[i % 3, i % 5, i % 7, f"c{i % 3 % 2}"] for i in range(60)]
        table = self.write("names.csv", ["a", "a_1", "b", "y"], rows)
        model, _ = self.check(table, [step("drop", columns=["a_1"]), step("encode", "one_hot", ["a"]), step("scale", "z_score", ["a_1"])], "y", ["a", "b"])
        self.assertEqual(model.record["inputs"], ["a_0", "a_1", "a_2", "b"])

    def test_values_unseen_in_training(self):
        recipe = [step("missing", "mean", NUMBERS), step("encode", "one_hot", ["island"]), step("missing", "mode", ["sex"]), step("encode", "label", ["sex"])]
        model, frame = self.check(PENGUINS, recipe, "species", NUMBERS + ["island", "sex"])
        new = frame.head(3).assign(island="Atlantis", sex="unknown")
        inputs = model.pipeline[:-1].transform(new)
        self.assertTrue((inputs[:, 4:7] == 0).all())
        self.assertTrue((inputs[:, 7] == -1).all())
        self.assertEqual(len(model.pipeline.predict(new)), 3)

    def test_other_columns_and_order_do_not_matter(self):
        model, frame = self.check(PENGUINS, [step("missing", "mean", NUMBERS)], "species", NUMBERS)
        shuffled = frame[["sex"] + NUMBERS[::-1]]
        self.assertTrue((model.pipeline.predict(shuffled) == model.predictions).all())

    def fault(self, table, recipe, training):
        with tempfile.TemporaryDirectory() as folder:
            result, fault, _ = run(kind="train", input=table, recipe=recipe, training=training, output_dir=folder)
            self.assertEqual(os.listdir(folder), [])
        self.assertIsNone(result)
        self.assertTrue(fault["detail"] and fault["remedy"], fault)
        return fault

    def test_faults(self):
        base = {"target": "species", "features": NUMBERS}
        fill = [step("missing", "mean", NUMBERS)]
        cases = [
            ("COLUMN_MISSING", [], base, "bill_length_mm"),
            ("COLUMN_TYPE", fill, {**base, "features": ["sex", "bill_length_mm"]}, "sex"),
            ("TARGET", fill, {**base, "features": ["species"]}, "species"),
            ("TARGET", fill + [step("encode", "label", ["species"])], base, "species"),
            ("TARGET", fill + [step("drop", columns=["species"])], base, "species"),
            ("TARGET", fill, {**base, "target": "body_mass_g", "features": ["bill_length_mm"]}, "body_mass_g"),
            ("COLUMN_UNKNOWN", fill, {**base, "target": "specie"}, "specie"),
            ("COLUMN_UNKNOWN", fill, {**base, "features": ["bill"]}, "bill"),
            ("COLUMN_TYPE", [step("missing", "mean", ["sex"])], base, "sex"),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"C": 0}}, ""),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"C": "big"}}, ""),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"gamma": -1}}, ""),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"gamma": "wide"}}, ""),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"kernel": "cubic"}}, ""),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"degree": 21}}, ""),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"degree": 2.5}}, ""),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"class_weight": {"Emperor": 1}}}, ""),
            ("HYPERPARAMETER", fill, {**base, "parameters": {"class_weight": {"Adelie": 0}}}, ""),
            ("HYPERPARAMETER", fill, {**base, "test_size": 1}, ""),
            ("HYPERPARAMETER", fill, {**base, "seed": -1}, ""),
            ("HYPERPARAMETER", fill, {**base, "features": []}, ""),
            ("HYPERPARAMETER", fill, {**base, "algorithm": "forest"}, ""),
            ("HYPERPARAMETER", fill + [step("drop", columns=NUMBERS)], base, ""),
            ("HYPERPARAMETER", fill, None, ""),
        ]
        for code, recipe, training, column in cases:
            with self.subTest(code=code, training=training):
                fault = self.fault(PENGUINS, recipe, training)
                self.assertEqual((fault["code"], fault["column"]), (code, column))

    def test_a_target_of_one_class_or_a_single_row(self):
        with open(self.path("one.csv"), "w", encoding="utf-8") as file:
            file.write("x,y,z\n" + "".join(f"{i},same,{'rare' if i == 4 else 'often'}\n" for i in range(9)))
        fault = self.fault(self.path("one.csv"), [], {"target": "y", "features": ["x"]})
        self.assertEqual((fault["code"], fault["column"]), ("TARGET", "y"))
        fault = self.fault(self.path("one.csv"), [], {"target": "z", "features": ["x"]})
        self.assertIn("rare", fault["detail"])


if __name__ == "__main__":
    unittest.main()
