# SPDX-License-Identifier: MPL-2.0
"""Drives autodp-worker as the actors do: one job on standard input, lines of JSON back."""
import json
import os
import subprocess

WORKER = os.environ["AUTODP_WORKER"]
DATA = os.environ["AUTODP_TEST_DATA"]

# What AutoDP takes for missing; pandas takes some more for it.
MISSING = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"]


def start():
    return subprocess.Popen([WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run(**job):
    """Runs a job; returns (result, fault, progress lines)."""
    with start() as process:
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        lines = [json.loads(line) for line in process.stdout]
        assert process.wait() == 0, process.returncode
    last = lines[-1]
    assert set(last) in ({"result"}, {"fault"}), last
    assert all(set(line) == {"progress", "stage"} for line in lines[:-1]), lines
    return last.get("result"), last.get("fault"), lines[:-1]


def result_of(**job):
    result, fault, _ = run(**job)
    assert fault is None, fault
    return result


def step(op, method=None, columns=None, **more):
    made = {"op": op, **more}
    if method:
        made["method"] = method
    if columns is not None:
        made["columns"] = columns
    return made
