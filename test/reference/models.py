# SPDX-License-Identifier: MPL-2.0
"""What tests of estimators share: data sets, a fit by model_run, and what every model must pass."""
import json
import os
import pickle
import pickletools
import re
import subprocess
import tempfile

import numpy as np
from sklearn import datasets
from sklearn.base import clone

RUN = os.environ.get("AUTODP_MODEL_RUN", "")
# The opcodes that our pickles are made of; another one would be a fault of the writer.
OPCODES = {"PROTO", "GLOBAL", "EMPTY_TUPLE", "MARK", "TUPLE", "EMPTY_LIST", "APPENDS", "EMPTY_DICT", "SETITEMS", "REDUCE",
           "BUILD", "NONE", "NEWTRUE", "NEWFALSE", "BININT1", "BININT", "LONG1", "BINFLOAT", "SHORT_BINUNICODE", "BINUNICODE",
           "BYTEARRAY8", "STOP"}


def documented_globals():
    """The names that docs/exports.md says a pickle may have: lines of - `module`: `name`, `name`."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "exports.md")
    with open(path, encoding="utf-8") as file:
        lines = re.search("Ours name only(.*)and texts of users", file.read(), re.S).group(1).split("\n- ")[1:]
    return {f"{line.split('`')[1]}.{name}" for line in lines for name in line.split("`")[3::2]}


def check_names(case, content):
    """A pickle has no opcode and names nothing that it should not."""
    ops = [(op.name, arg) for op, arg, _ in pickletools.genops(content)]
    case.assertLessEqual({name for name, _ in ops}, OPCODES)
    case.assertLessEqual({arg.replace(" ", ".") for name, arg in ops if name == "GLOBAL"}, documented_globals())


def table(name):
    """Features and target of a data set by name: scikit-learn's own, or a generated one."""
    if name == "classes":
        return datasets.make_classification(1500, 12, n_informative=6, n_classes=4, random_state=7)
    if name == "numbers":
        x, y = datasets.make_regression(1500, 12, n_informative=6, noise=10, random_state=7)
        return x, y
    return getattr(datasets, f"load_{name}")(return_X_y=True)


class Fitted:
    """A fit by model_run: predictions, probabilities, importances, the loaded pickle, the seconds, the JSON."""

    def __init__(self, estimator, task, x, y, params=None, test=None, weights=None, seed=0, threads=1):
        x = np.ascontiguousarray(x, dtype="<f8")
        test = x if test is None else np.ascontiguousarray(test, dtype="<f8")
        with tempfile.TemporaryDirectory() as folder:
            spec = {"estimator": estimator, "task": task, "params": params or {}, "seed": seed, "threads": threads,
                    "rows": len(x), "columns": x.shape[1], "test_rows": len(test), "out": folder}
            files = {"x": x, "test_x": test}
            if task == "classify":
                files["y"] = np.asarray(y, dtype="<i4")
            elif task == "regress":
                files["y"] = np.asarray(y, dtype="<f8")
            if weights is not None:
                files["weights"] = np.asarray(weights, dtype="<f8")
            for key, array in files.items():
                spec[key] = os.path.join(folder, key)
                array.tofile(spec[key])
            path = os.path.join(folder, "spec.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(spec, file)
            done = subprocess.run([RUN, path], capture_output=True, text=True, check=False)
            self.said = json.loads(done.stdout) if done.stdout else {"code": "CRASH", "detail": done.stderr[-800:]}
            if done.returncode != 0:
                raise ModelFault(self.said)

            def read(name):
                name = os.path.join(folder, name)
                return np.fromfile(name, dtype="<f8") if os.path.exists(name) else None

            self.predict, self.again, self.importances = read("predict.f64"), read("again.f64"), read("importances.f64")
            probabilities = read("probabilities.f64")
            self.probabilities = None if probabilities is None else probabilities.reshape(len(test), -1)
            with open(os.path.join(folder, "model.pkl"), "rb") as file:
                self.pickle = file.read()
            with open(os.path.join(folder, "model.onnx"), "rb") as file:
                self.onnx = file.read()
            with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
                self.json = json.load(file)
        self.test = test

    def check(self, case, probabilities=True, relative=1e-9):
        """What every model passes: its pickle loads without a warning and says the same; so does its JSON."""
        check_names(case, self.pickle)
        model = pickle.loads(self.pickle)
        repr(model), clone(model), pickle.dumps(model)
        np.testing.assert_array_equal(self.again, self.predict)
        size = max(1, np.abs(self.predict).max(initial=0))  # another BLAS adds in another order
        np.testing.assert_allclose(model.predict(self.test), self.predict, rtol=relative, atol=1e-11 * size)
        if probabilities and self.probabilities is not None:
            np.testing.assert_allclose(model.predict_proba(self.test), self.probabilities, rtol=relative, atol=1e-12)
        return model


class ModelFault(Exception):
    def __init__(self, said):
        super().__init__(f"{said.get('code')}: {said.get('detail')} {said.get('remedy', '')}")
        self.code = said.get("code")
