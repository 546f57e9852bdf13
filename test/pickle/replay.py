# SPDX-License-Identifier: MPL-2.0
"""Loads pickles in whatever scikit-learn is installed, with warnings as errors, and compares what they say with what was written down.

replay.py FOLDER: FOLDER/cases.json is [{"name", "pickle", "x" or "table" and "columns", "predict", "probabilities"}]; numbers in full. Prints {"versions",
"results": {name: "" or what is wrong}}. It knows no more than Python 3.9, and stands alone: it is copied to where it runs."""
import json
import os
import pickle
import sys
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn.base import clone

try:
    import xgboost
except ImportError:
    xgboost = None

TOLERANCE = 1e-9


def near(theirs, ours, what):
    theirs, ours = np.asarray(theirs, float), np.asarray(ours, float)
    off = np.abs(theirs - ours) / np.maximum(np.abs(ours), 1e-3)
    if theirs.shape != ours.shape or not (off <= TOLERANCE).all():
        raise AssertionError("%s: off by %.3g" % (what, off.max() if theirs.shape == ours.shape else np.nan))


def check(folder, case):
    with open(os.path.join(folder, case["pickle"]), "rb") as file:
        content = file.read()
    model = pickle.loads(content)
    rows = pd.read_csv(os.path.join(folder, case["table"]))[case["columns"]] if "table" in case else np.array(case["x"])
    said = model.predict(rows)
    if isinstance(case["predict"][0], str):
        assert list(said) == case["predict"], "labels differ"
    else:
        near(said, case["predict"], "predict")
    if case.get("probabilities"):
        near(model.predict_proba(rows), case["probabilities"], "predict_proba")
    repr(model)
    clone(model)
    again = pickle.loads(pickle.dumps(model))
    assert (np.asarray(again.predict(rows)) == np.asarray(said)).all(), "another answer after dump and load"


def main(folder):
    warnings.simplefilter("error")
    with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
        cases = json.load(file)
    results = {}
    for case in cases:
        try:
            check(folder, case)
            results[case["name"]] = ""
        except Exception as wrong:  # whatever it is, it is the result
            results[case["name"]] = "%s: %s" % (type(wrong).__name__, str(wrong)[:300])
    versions = {"python": sys.version.split()[0], "sklearn": sklearn.__version__, "numpy": np.__version__, "pandas": pd.__version__,
                "xgboost": xgboost.__version__ if xgboost else None}
    json.dump({"versions": versions, "results": results}, sys.stdout)


main(sys.argv[1])
