#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""matrix.py BUILD: every estimator's pickle, and pickles of preparations, in the scikit-learn of several Debian releases.

The files are made by BUILD (a build with tests). For each release a tree with its own Python is made in BUILD/../pickle, once, from the
mirror that apt uses here; in it replay.py says what each file does there. Needs root. Ends with 1 when anything but what is known fails."""
import glob
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REFERENCE = os.path.join(HERE, "..", "reference")
RELEASES = ["bullseye", "bookworm", "trixie", "sid"]
PACKAGES = "python3-sklearn,python3-pandas,python3-xgboost"
# What cannot be, by the first version that can.
NEEDS = {"encoder": ("sklearn", (0, 24), "encoders knew no missing values, and OrdinalEncoder no new ones"),
         "gradient_boosting": ("xgboost", (1, 6), "XGBoost had no UBJSON")}


def mirror():
    """The address that apt here has packages from."""
    told = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], capture_output=True, text=True, check=True)
    return next(line for line in told.stdout.splitlines() if "security" not in line)


def make_tree(release, folder):
    """A mirror may be behind: its lists may have ended."""
    tree = os.path.join(folder, release)
    if os.path.isdir(tree):
        return tree
    print(f"making a tree of {release}", flush=True)
    unfinished = tree + ".new"
    shutil.rmtree(unfinished, ignore_errors=True)
    with open(tree + ".log", "w", encoding="utf-8") as log:
        subprocess.run(["mmdebstrap", "--variant=minbase", "--aptopt=Acquire::Check-Valid-Until \"false\"", f"--include={PACKAGES}", release, unfinished,
                        mirror()], check=True, stdout=log, stderr=log)
    os.rename(unfinished, tree)
    return tree


# --- Cases -----------------------------------------------------------------------------------------------------------


def estimator_cases(folder):
    from onnx_test import CLASSIFIERS, REGRESSORS
    from models import Fitted, table
    wanted = [("classify", "classes", *case) for case in CLASSIFIERS] + [("classify", "breast_cancer", "svc", {"probability": True})]
    wanted += [("regress", "numbers", *case) for case in REGRESSORS]
    wanted += [("cluster", "iris", "k_means", {}), ("outlier", "iris", "one_class_svm", {})]
    for task, name, estimator, params in wanted:
        x, y = table(name)
        x = (x - x.mean(0)) / x.std(0)
        fitted = Fitted(estimator, task, x[:300], y[:300] if task in ("classify", "regress") else None, params=params, test=x[-50:])
        words = " ".join([estimator, name, *(f"{key}={value}" for key, value in params.items())])
        file = f"{len(os.listdir(folder))}.pkl"
        with open(os.path.join(folder, file), "wb") as out:
            out.write(fitted.pickle)
        probabilities = fitted.probabilities if estimator != "svc" and estimator != "nu_svc" or params.get("probability") else None
        yield {"name": words, "kind": estimator, "pickle": file, "x": fitted.test.tolist(), "predict": fitted.predict.tolist(),
               "probabilities": None if probabilities is None else probabilities.tolist()}


def frame_cases(folder, autodp):
    """Each preparation of the reference test before a linear model, on the rows that have an answer."""
    import pandas as pd
    import pickle_steps_test as steps
    frame = steps.table()
    whole = os.path.join(folder, "whole.csv")
    frame.to_csv(whole, index=False)
    for name, recipe in {"fills, scales, encodings": [
            steps.FILL, steps.step("missing", "mode", ["gap_word"]), steps.step("scale", "z_score", ["gap"]), steps.step("scale", "robust", ["real"]),
            steps.step("scale", "min_max", ["positive"]), steps.step("encode", "one_hot", ["gap_word", "truth", "year"]),
            steps.step("scale", "z_score", ["year_2001"]), steps.step("encode", "label", ["word"])], **steps.CASES}.items():
        features = sorted({column for part in recipe for column in steps.columns_of(part) if column in frame})
        number = len(os.listdir(folder))
        made = os.path.join(folder, f"{number}.model")
        with open(os.path.join(folder, "recipe.json"), "w", encoding="utf-8") as out:
            json.dump(recipe, out)
        subprocess.run([autodp, "train", whole, "--target", "y", "--features", ",".join(features), "--recipe", os.path.join(folder, "recipe.json"),
                        "--algorithm", "linear_regression", "--task", "regress", "--output", made], check=True, capture_output=True)
        ours = pd.read_csv(os.path.join(made, "predictions.csv"), float_precision="round_trip")["prediction"]
        frame[ours.notna()].to_csv(os.path.join(folder, f"{number}.csv"), index=False)
        with open(os.path.join(made, "model.pkl"), "rb") as file:
            kind = "encoder" if b"Encoder" in file.read() else "frame"
        yield {"name": f"prep {name}", "kind": kind, "pickle": f"{number}.model/model.pkl", "table": f"{number}.csv", "columns": features,
               "predict": ours[ours.notna()].tolist()}


def make_cases(folder, build):
    os.environ.update({"AUTODP_MODEL_RUN": os.path.join(build, "test", "model_run"), "AUTODP": os.path.join(build, "bin", "autodp"),
                       "AUTODP_ONNX_RUNNER": "", "AUTODP_TEST_DATA": os.path.join(HERE, "..", "data"), "OMP_WAIT_POLICY": "passive"})
    sys.path.insert(0, REFERENCE)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    cases = [*estimator_cases(folder), *frame_cases(folder, os.environ["AUTODP"])]
    with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as out:
        json.dump(cases, out)
    return cases


# --- Results ---------------------------------------------------------------------------------------------------------


def replay(tree, folder):
    inside = os.path.join(tree, "cases")
    shutil.rmtree(inside, ignore_errors=True)
    shutil.copytree(folder, inside)
    shutil.copy(os.path.join(HERE, "replay.py"), inside)
    done = subprocess.run(["chroot", tree, "env", "-i", "PATH=/usr/bin:/bin", "HOME=/tmp", "JOBLIB_MULTIPROCESSING=0", "LOKY_MAX_CPU_COUNT=1",
                           "OMP_NUM_THREADS=1", "LANG=C.UTF-8", "python3", "/cases/replay.py", "/cases"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{tree}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def excuse(case, versions):
    """Why a case cannot work there, or None."""
    package, least, why = NEEDS.get(case["kind"], ("sklearn", (0,), ""))
    version = versions[package]
    have = tuple(int(part) for part in version.split(".")[:2]) if version else (0,)
    return None if have >= least else why


def show(cases, told):
    width = max(len(case["name"]) for case in cases)
    print(" " * width, *(f"{t['versions']['sklearn']:>9}" for t in told))
    faults = []
    for case in cases:
        cells = []
        for t in told:
            wrong, why = t["results"][case["name"]], excuse(case, t["versions"])
            cells.append("ok" if not wrong else "-" if why else "FAIL")
            if wrong:
                faults.append((case["name"], t["versions"]["sklearn"], why, wrong))
        print(f"{case['name']:<{width}}", *(f"{cell:>9}" for cell in cells))
    for name, version, why, wrong in faults:
        if not why:
            print(f"FAIL {name} in {version}: {wrong}")
    for why in sorted({why for _, _, why, _ in faults if why}):
        print(f"-: {why}")
    return any(not why for _, _, why, _ in faults)


def main(build):
    folder = os.path.join(os.path.dirname(os.path.abspath(build)), "pickle")
    os.makedirs(folder, exist_ok=True)
    for unfinished in glob.glob(os.path.join(folder, "*.new")):
        shutil.rmtree(unfinished, ignore_errors=True)
    cases = make_cases(os.path.join(folder, "cases"), build)
    told = [replay(make_tree(release, folder), os.path.join(folder, "cases")) for release in RELEASES]
    for t in told:
        print(", ".join(f"{package} {version}" for package, version in t["versions"].items()))
    return 1 if show(cases, told) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
