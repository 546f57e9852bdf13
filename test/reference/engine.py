# SPDX-License-Identifier: MPL-2.0
"""Steps of recipes by pandas and numpy, as docs/documents.md says they are. A table is a DataFrame: numbers are float64 columns
(NaN: missing), texts object columns (None: missing)."""
import numpy
import pandas


class Refused(Exception):
    """The engine must refuse the step with this code."""


def is_number(table, name):
    return table[name].dtype != object


def values(table, name):
    there = table[name].dropna()
    if len(there) == 0:
        raise Refused("COLUMN_EMPTY")
    return there


def spread(low, high):
    if not high > low:
        raise Refused("COLUMN_CONSTANT")
    return high - low


def fill(table, step, name):
    method = step["method"]
    if method == "constant":
        value = step["value"]
    elif method == "mode":
        counts = values(table, name).value_counts()
        value = min(counts[counts == counts.max()].index, key=lambda v: v if is_number(table, name) else v.encode())
    else:
        value = getattr(values(table, name), method)()
    table[name] = table[name].where(table[name].notna(), value)
    return table


def scale(table, step, name):
    x = values(table, name).to_numpy()
    method = step["method"]
    if method == "min_max":
        center, size = x.min(), spread(x.min(), x.max())
    elif method == "z_score":
        spread(x.min(), x.max())
        center, size = x.mean(), x.std()
    elif method == "robust":
        low, center, high = numpy.quantile(x, [0.25, 0.5, 0.75])
        size = spread(low, high)
    else:
        center, size = 0, spread(0, numpy.abs(x).max())
    table[name] = (table[name] - center) / size
    return table


def level_name(level):
    if isinstance(level, str):
        return level
    if level == int(level) and abs(level) < 1e16:
        return str(int(level))
    plain = 1e-5 <= abs(level) < 1e16
    return numpy.format_float_positional(level, trim="-") if plain else repr(float(level))


def levels(table, name):
    number = is_number(table, name)
    return sorted(values(table, name).unique(), key=(lambda v: v) if number else (lambda v: v.encode()))


def encode(table, step, name):
    found = levels(table, name)
    if step["method"] == "label":
        codes = {level: float(i) for i, level in enumerate(found)}
        table[name] = table[name].map(codes).astype(float)
        return table
    place = list(table.columns).index(name)
    columns = {f"{name}_{level_name(level)}": (table[name] == level).astype(float) for level in found}
    rest = table.drop(columns=name)
    if set(columns) & set(rest.columns):
        raise Refused("COLUMN_COLLISION")
    parts = [rest.iloc[:, :place], pandas.DataFrame(columns, index=table.index), rest.iloc[:, place:]]
    return pandas.concat(parts, axis=1)


def rows_left(table):
    if len(table) == 0:
        raise Refused("NO_ROWS")
    return table


def drop_rows(table, step):
    names = step.get("columns") or list(table.columns)
    return rows_left(table.dropna(subset=names, how=step.get("how", "any")))


def rows(table, step):
    method = step["method"]
    if method == "deduplicate":
        return table.drop_duplicates(subset=step.get("columns") or None)
    return table.head(step["rows"]) if method == "head" else table.tail(step["rows"])


def outliers(table, step):
    keep = numpy.ones(len(table), bool)
    for name in step["columns"]:
        x = values(table, name).to_numpy()
        factor = step["factor"]
        if step["method"].startswith("iqr"):
            low, high = numpy.quantile(x, [0.25, 0.75])
            low, high = low - factor * (high - low), high + factor * (high - low)
        else:
            low, high = x.mean() - factor * x.std(), x.mean() + factor * x.std()
        if step["method"].endswith("clip"):
            table[name] = table[name].clip(low, high)
        else:
            keep &= ~((table[name] < low) | (table[name] > high)).to_numpy()
    return rows_left(table[keep])


def order_fill(table, step, name):
    method = step["method"]
    if method == "interpolate":
        table[name] = table[name].interpolate(method="linear")
    else:
        table[name] = table[name].ffill() if method == "forward" else table[name].bfill()
    return table


def group_fill(table, step, name):
    """Groups are by the text column `by`; the mode's ties go to the smallest."""
    statistic = step["statistic"]
    for value in table[step["by"]].dropna().unique():
        rows = table[step["by"]] == value
        there = table.loc[rows, name].dropna()
        if len(there) == 0:
            continue
        if statistic == "mode":
            counts = there.value_counts()
            fill_with = min(counts[counts == counts.max()].index, key=lambda v: v.encode() if isinstance(v, str) else v)
        else:
            fill_with = getattr(there, statistic)()
        table.loc[rows & table[name].isna(), name] = fill_with
    return table


def each(function):
    def apply(table, step):
        for name in step["columns"]:
            table = function(table.copy(), step, name)
        return table
    return apply


def text(table, step, name):
    method = step["method"]
    column = table[name]
    if method == "length":
        table[name] = column.map(lambda v: float(len(v)) if isinstance(v, str) else numpy.nan).astype(float)
    else:
        change = {"trim": str.strip, "lower": str.lower, "upper": str.upper}[method]
        table[name] = column.map(lambda v: change(v) if isinstance(v, str) else None).astype(object)
    return table


def log1p(table, _step, name):
    table[name] = numpy.log1p(table[name])
    return table


def sort(table, step):
    names = step["columns"]
    key = table[names[0]]
    if key.dtype == object:
        table = table.assign(_key=key.map(lambda v: v.encode() if isinstance(v, str) else None))
        return table.sort_values("_key", ascending=not step.get("descending"), kind="stable").drop(columns="_key")
    return table.sort_values(names, ascending=not step.get("descending"), kind="stable")


STEPS = {
    "missing": lambda table, step: drop_rows(table, step) if step["method"] == "drop_rows"
    else each({"group": group_fill, "forward": order_fill, "backward": order_fill,
               "interpolate": order_fill}.get(step["method"], fill))(table, step),
    "scale": lambda table, step: each(log1p if step["method"] == "log1p" else scale)(table, step),
    "encode": each(encode),
    "drop": lambda table, step: table.drop(columns=step["columns"]),
    "keep": lambda table, step: table[[name for name in table.columns if name in step["columns"]]],
    "reorder": lambda table, step: table[step["columns"] + [n for n in table.columns if n not in step["columns"]]],
    "rename": lambda table, step: table.rename(columns=step["names"]),
    "filter": lambda table, step: rows_left(table[step["reference"](table)]),
    "rows": rows,
    "outliers": outliers,
    "text": each(text),
    "sort": sort,
}


def run(table, recipe):
    for step in recipe:
        table = STEPS[step["op"]](table.copy(), step)
    return table
