#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""sklearn_peer.py SPEC.json: the same fit and prediction by scikit-learn or XGBoost. Prints what model_run prints, and the test labels' file."""
import json
import sys
import time

import numpy as np


def estimator_of(name, params, threads):
    if name == "random_forest":
        from sklearn.ensemble import RandomForestClassifier
        return RandomForestClassifier(n_jobs=threads, random_state=0, **params)
    if name == "decision_tree":
        from sklearn.tree import DecisionTreeClassifier
        return DecisionTreeClassifier(random_state=0, **params)
    if name == "logistic_regression":
        from sklearn.linear_model import LogisticRegression
        return LogisticRegression(**params)
    if name == "svc":
        from sklearn.svm import SVC
        return SVC(**params)
    from xgboost import XGBClassifier
    return XGBClassifier(n_jobs=threads, tree_method="hist", **params)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    x = np.fromfile(spec["x"], dtype="<f8").reshape(spec["rows"], spec["columns"])
    y = np.fromfile(spec["y"], dtype="<i4")
    test = np.fromfile(spec["test_x"], dtype="<f8").reshape(spec["test_rows"], spec["columns"])
    model = estimator_of(spec["estimator"], spec["params"], spec["threads"])
    begun = time.perf_counter()
    model.fit(x, y)
    fitted = time.perf_counter()
    said = model.predict(test)
    ended = time.perf_counter()
    said.astype("<f8").tofile(spec["out"] + "/predict.f64")
    print(json.dumps({"seconds": fitted - begun, "predict_seconds": ended - fitted}))


if __name__ == "__main__":
    main()
