# SPDX-License-Identifier: MPL-2.0
"""pandas_peer.py recipe IN OUT: the recipe of the benchmark by pandas; compare OURS THEIRS: whether two outputs are equal."""
import sys
import time

import numpy
import pandas


def recipe(source: str, output: str) -> None:
    table = pandas.read_csv(source)
    for name in ("f0", "f1", "f2"):
        table[name] = table[name].fillna(table[name].mean())
    for name in ("f3", "f4"):
        table[name] = table[name].fillna(table[name].median())
    for name in ("f0", "f1", "f5"):
        table[name] = (table[name] - table[name].mean()) / table[name].std(ddof=0)
    for name in ("f2", "i1"):
        table[name] = (table[name] - table[name].min()) / (table[name].max() - table[name].min())
    table["c2"] = table["c2"].astype("category").cat.codes
    table = pandas.get_dummies(table, columns=["c0", "c1"]).drop(columns="hid")
    table.to_csv(output, index=False)


def compare(ours: str, theirs: str) -> None:
    """Columns by name: texts equal, numbers to 1e-12 of their size (1e-12 absolute near zero)."""
    left, right = pandas.read_csv(ours), pandas.read_csv(theirs)
    assert sorted(left.columns) == sorted(right.columns), (sorted(left.columns), sorted(right.columns))
    assert len(left) == len(right), (len(left), len(right))
    for name in left.columns:
        a, b = left[name], right[name]
        if a.dtype == object:
            assert (a.fillna("") == b.fillna("")).all(), name
        else:
            x, y = a.to_numpy(float), b.astype(float).to_numpy()
            assert (numpy.isnan(x) == numpy.isnan(y)).all(), name
            assert numpy.allclose(x, y, rtol=1e-11, atol=1e-11, equal_nan=True), (name, numpy.nanmax(abs(x - y)))


if __name__ == "__main__":
    begun = time.perf_counter()
    globals()[sys.argv[1]](*sys.argv[2:])
    print(time.perf_counter() - begun)
