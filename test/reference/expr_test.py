# SPDX-License-Identifier: MPL-2.0
"""Random expressions over random columns, held against an interpreter in Python: arithmetic, comparisons, logic with missing values,
choices, texts and dates. Both must agree in every cell and in what was lost on the way."""
import calendar
import datetime
import json
import math
import os
import random
import subprocess
import unittest

import numpy as np
import pandas as pd

TELL = os.environ["AUTODP_EXPR_TELL"]
SEED = int(os.environ.get("AUTODP_EXPR_SEED", "1"))
ROUNDS = int(os.environ.get("AUTODP_EXPR_ROUNDS", "4000"))
ROWS = 40
INT_MIN, INT_MAX = -2**63, 2**63 - 1
DIVISION, OVERFLOW, RANGE, CONVERSION = range(4)
EPOCH = datetime.date(1970, 1, 1).toordinal()
WORDS = ["", "a", "B", "ab", "été", " x ", "12", "-3.5", "007", "a,b,,c", "yes", "aaa", "€", "2020-02-29", "zz top"]


class Row:
    """One row's cells, and what was lost on the way to its result."""

    def __init__(self, cells):
        self.cells, self.lost = cells, set()

    def lose(self, kind):
        self.lost.add(kind)


def strict(function):
    """Missing where an argument is."""
    def evaluate(row, *items):
        values = [item(row) for item in items]
        return None if any(value is None for value in values) else function(row, *values)
    return evaluate


def integer(row, value):
    if INT_MIN <= value <= INT_MAX:
        return value
    row.lose(OVERFLOW)
    return None


def real(row, function, *arguments, division=False):
    """A float, or a loss where it is not finite."""
    try:
        value = function(*arguments)
    except ZeroDivisionError:
        row.lose(DIVISION if division else RANGE)
        return None
    except (OverflowError, ValueError):
        value = math.inf
    if isinstance(value, complex) or not math.isfinite(value):
        row.lose(RANGE)
        return None
    return float(value)


def days(row, value):
    if datetime.date.min.toordinal() - EPOCH - 366 <= value <= datetime.date.max.toordinal() - EPOCH:
        return value
    row.lose(OVERFLOW)
    return None


def date_of(value):
    return datetime.date.fromordinal(value + EPOCH)


def add_months(row, value, months):
    date = date_of(value)
    month = date.year * 12 + date.month - 1 + months
    if not 0 <= month < 120000:
        row.lose(OVERFLOW)
        return None
    year, month = month // 12, month % 12 + 1
    if year == 0:
        year = 400  # the calendar repeats, Python's has no year 0
        last = calendar.monthrange(year, month)[1]
        return datetime.date(year, month, min(date.day, last)).toordinal() - EPOCH - 146097
    return datetime.date(year, month, min(date.day, calendar.monthrange(year, month)[1])).toordinal() - EPOCH


def to_number(row, text):
    try:
        stripped = text.strip(" \t\r\n")
        if not stripped.isascii() or "_" in stripped:
            raise ValueError
        value = float(stripped)
        if not math.isfinite(value):
            raise ValueError
        return value
    except ValueError:
        row.lose(CONVERSION)
        return None


def parsed_date(row, text):
    try:
        if len(text) != 10:
            raise ValueError
        return datetime.date.fromisoformat(text).toordinal() - EPOCH
    except ValueError:
        row.lose(CONVERSION)
        return None


def upper(text):
    return "".join(c.upper() for c in text)


def substring(text, start, count):
    end = max(start + count, 1)
    return text[max(start, 1) - 1:end - 1]


def split(text, separator, n):
    pieces = text.split(separator) if separator else [text]
    if n == 0 or abs(n) > len(pieces):
        return None
    return pieces[n - 1 if n > 0 else n]


def as_key(value):
    return value.encode() if isinstance(value, str) else value


def compare(sign):
    functions = {
        "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    }
    return lambda a, b: functions[sign](as_key(a), as_key(b))


def both(a, b):
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def either(a, b):
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


class Maker:
    """Makes (text, evaluate) pairs of a type, over the columns of a table."""

    def __init__(self, rng, columns):
        self.rng, self.columns = rng, columns

    def make(self, kind, depth):
        if depth <= 0 or self.rng.random() < 0.1:
            return self.leaf(kind)
        choices = [getattr(self, name) for name in dir(self) if name.startswith(kind + "_")]
        choices += [self.any_if, self.any_case, self.any_coalesce, self.any_null_if, self.any_extreme]
        choice = self.rng.choice(choices)
        return choice(kind, depth - 1) if choice.__name__.startswith("any_") else choice(depth - 1)

    def leaf(self, kind):
        if self.rng.random() < 0.7:
            name = self.rng.choice([name for name, column in self.columns.items() if column["kind"] == kind])
            return f"`{name}`", lambda row: row.cells[name]
        return self.literal(kind)

    def literal(self, kind):
        rng = self.rng
        if kind == "boolean":
            value = rng.random() < 0.5
            return str(value).lower(), lambda row: value
        if kind == "integer":
            value = rng.choice([0, 1, 2, 3, 7, 10, 100, INT_MAX, rng.randrange(10**9)])
            return str(value), lambda row: value
        if kind == "float":
            value = rng.choice([0.5, 1.25, 1e10, 3.0, 0.0])
            return repr(value) if value != 1e10 else "1e10", lambda row: value
        if kind == "text":
            value = rng.choice(WORDS)
            return "'" + value + "'", lambda row: value
        value = rng.choice([0, 18321, -400000, 2932896])
        return f"date('{date_of(value)}')", lambda row: value

    def call(self, pattern, function, kinds, depth):
        items = [self.make(kind, depth) for kind in kinds]
        return "(" + pattern.format(*[text for text, _ in items]) + ")", \
            lambda row: strict(function)(row, *[evaluate for _, evaluate in items])

    # Numbers.
    def integer_sums(self, depth):
        sign = self.rng.choice("+-*")
        function = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}[sign]
        return self.call("{} " + sign + " {}", lambda row, a, b: integer(row, function(a, b)), ["integer"] * 2, depth)

    def integer_divisions(self, depth):
        sign = self.rng.choice(["//", "%"])

        def divide(row, a, b):
            if b == 0:
                row.lose(DIVISION)
                return None
            return integer(row, a // b if sign == "//" else a % b)
        return self.call("{} " + sign + " {}", divide, ["integer"] * 2, depth)

    def integer_unary(self, depth):
        name, function = self.rng.choice([("-", lambda a: -a), ("abs", abs), ("sign", lambda a: (a > 0) - (a < 0)),
                                          ("floor", lambda a: a), ("integer", lambda a: a)])
        return self.call(name + "({})", lambda row, a: integer(row, function(a)), ["integer"], depth)

    def integer_round(self, depth):
        digits = self.rng.choice([-1, -2, -5, 0, 2])
        return self.call("round({}, " + str(digits) + ")", lambda row, a: integer(row, round(a, digits)), ["integer"], depth)

    def integer_of_float(self, depth):
        return self.call("integer({})", lambda row, a: integer(row, int(a)), ["float"], depth)

    def integer_of_date(self, depth):
        name, function = self.rng.choice([
            ("year", lambda d: d.year), ("month", lambda d: d.month), ("day", lambda d: d.day), ("weekday", lambda d: d.isoweekday()),
            ("week", lambda d: d.isocalendar()[1]), ("quarter", lambda d: (d.month + 2) // 3),
            ("day_of_year", lambda d: d.timetuple().tm_yday)])
        return self.call(name + "({})", lambda row, a: function(date_of(a)), ["date"], depth)

    def integer_difference(self, depth):
        if self.rng.random() < 0.5:
            return self.call("days_between({}, {})", lambda row, a, b: b - a, ["date"] * 2, depth)
        return self.call("{} - {}", lambda row, a, b: a - b, ["date"] * 2, depth)

    def integer_text(self, depth):
        if self.rng.random() < 0.5:
            return self.call("length({})", lambda row, a: len(a), ["text"], depth)
        return self.call("find({}, {})", lambda row, a, b: a.find(b) + 1, ["text"] * 2, depth)

    def float_sums(self, depth):
        sign = self.rng.choice("+-*")
        function = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}[sign]
        kinds = self.rng.choice([["float", "integer"], ["integer", "float"], ["float", "float"]])
        return self.call("{} " + sign + " {}", lambda row, a, b: real(row, function, float(a), float(b)), kinds, depth)

    def float_divisions(self, depth):
        sign = self.rng.choice(["/", "//", "%"])
        function = {"/": lambda a, b: a / b, "//": lambda a, b: a // b, "%": lambda a, b: a % b}[sign]
        kinds = ["float", "float"] if sign != "/" else [self.rng.choice(["integer", "float"]) for _ in range(2)]
        return self.call("{} " + sign + " {}", lambda row, a, b: real(row, function, float(a), float(b), division=True), kinds, depth)

    def float_functions(self, depth):
        name, function = self.rng.choice([
            ("sqrt", math.sqrt), ("abs", abs), ("-", lambda a: -a), ("floor", np.floor), ("ceil", np.ceil), ("trunc", np.trunc),
            ("round", np.rint), ("number", lambda a: a)])
        return self.call(name + "({})", lambda row, a: real(row, function, a), ["float"], depth)

    def float_round(self, depth):
        digits = self.rng.choice([1, 2, 5, -1])

        def rounded(row, a):
            with np.errstate(all="ignore"):
                value = float(np.round(a, digits))
            return value if math.isfinite(value) else a  # too large to have digits there
        return self.call("round({}, " + str(digits) + ")", rounded, ["float"], depth)

    def float_of_text(self, depth):
        return self.call("number({})", to_number, ["text"], depth)

    def float_clip(self, depth):
        def clip(row, a, b, c):
            a = b if a < b else a
            return c if a > c else a
        return self.call("clip({}, {}, {})", clip, ["float"] * 3, depth)

    # Logic.
    def boolean_not(self, depth):
        return self.call("not {}", lambda row, a: not a, ["boolean"], depth)

    def boolean_join(self, depth):
        word, function, decisive = self.rng.choice([("and", both, False), ("or", either, True)])
        items = [self.make("boolean", depth) for _ in range(self.rng.randrange(2, 4))]

        def evaluate(row):
            value = not decisive
            for _, item in items:
                if value is decisive:
                    break
                value = function(value, item(row))
            return value
        return "(" + f" {word} ".join(text for text, _ in items) + ")", evaluate

    def boolean_compare(self, depth):
        sign = self.rng.choice(["=", "<>", "<", "<=", ">", ">="])
        kind = self.rng.choice(["integer", "float", "text", "date", "boolean"])
        function = compare(sign)
        return self.call("{} " + sign + " {}", lambda row, a, b: function(a, b), [kind] * 2, depth)

    def boolean_compare_mixed(self, depth):
        sign = self.rng.choice(["=", "<", ">="])
        function = compare(sign)
        return self.call("{} " + sign + " {}", lambda row, a, b: function(float(a), b), ["integer", "float"], depth)

    def boolean_between(self, depth):
        kind = self.rng.choice(["integer", "float", "text", "date"])
        items = [self.make(kind, depth) for _ in range(3)]

        def evaluate(row):
            value, low, high = [as_key(item(row)) for _, item in items]
            return both(None if value is None or low is None else low <= value, None if value is None or high is None else value <= high)
        return "({} between {} and {})".format(*[text for text, _ in items]), evaluate

    def boolean_in(self, depth):
        kind = self.rng.choice(["integer", "float", "text", "date"])
        value = self.make(kind, depth)
        items = [self.literal(kind) if self.rng.random() < 0.8 else self.make(kind, 0) for _ in range(self.rng.choice([1, 2, 12]))]
        if self.rng.random() < 0.2:
            items.append(("null", lambda row: None))

        def evaluate(row):
            found, missing = value[1](row), False
            if found is None:
                return None
            for _, item in items:
                other = item(row)
                if other == found:
                    return True
                missing = missing or other is None
            return None if missing else False
        return f"({value[0]} in ({', '.join(text for text, _ in items)}))", evaluate

    def boolean_missing(self, depth):
        text, evaluate = self.make(self.rng.choice(["integer", "float", "text", "date", "boolean"]), depth)
        if self.rng.random() < 0.5:
            return f"({text} is missing)", lambda row: evaluate(row) is None
        return f"({text} is not missing)", lambda row: evaluate(row) is not None

    def boolean_text(self, depth):
        name, function = self.rng.choice([("contains", lambda a, b: b in a), ("starts_with", str.startswith), ("ends_with", str.endswith)])
        return self.call(name + "({}, {})", lambda row, a, b: function(a, b), ["text"] * 2, depth)

    # Texts.
    def text_unary(self, depth):
        name, function = self.rng.choice([("upper", upper), ("lower", str.lower), ("trim", str.strip), ("ltrim", str.lstrip),
                                          ("rtrim", str.rstrip), ("reverse", lambda a: a[::-1])])
        return self.call(name + "({})", lambda row, a: function(a), ["text"], depth)

    def text_join(self, depth):
        return self.call(self.rng.choice(["{} || {}", "concat({}, {})"]), lambda row, a, b: (a + b)[:5000], ["text"] * 2, min(depth, 3))

    def text_cut(self, depth):
        name, function = self.rng.choice([("left", lambda a, n: a[:max(n, 0)]), ("right", lambda a, n: a[max(len(a) - max(n, 0), 0):])])
        return self.call(name + "({}, {})", lambda row, a, n: function(a, n), ["text", "integer"], depth)

    def text_substring(self, depth):
        return self.call("substring({}, {}, {})", lambda row, a, s, n: substring(a, s, n), ["text", "integer", "integer"], depth)

    def text_replace(self, depth):
        def replaced(row, a, b, c):
            return a.replace(b, c) if b else a
        return self.call("replace({}, {}, {})", replaced, ["text"] * 3, min(depth, 1))

    def text_split(self, depth):
        n = self.rng.choice([1, 2, -1])
        return self.call("split({}, {}, " + str(n) + ")", lambda row, a, b: split(a, b, n), ["text"] * 2, depth)

    def text_pad(self, depth):
        name, function = self.rng.choice([("pad_left", str.rjust), ("pad_right", str.ljust)])
        return self.call(name + "({}, 7, '0')", lambda row, a: function(a, 7, "0"), ["text"], depth)

    def text_of_integer(self, depth):
        return self.call("text({})", lambda row, a: str(a), ["integer"], depth)

    def text_of_date(self, depth):
        return self.call("text({})", lambda row, a: str(date_of(a)), ["date"], depth)

    # Dates.
    def date_sum(self, depth):
        minus = self.rng.random() < 0.5
        count = self.rng.randrange(100000)

        def shift(row, a):
            value = days(row, a - count if minus else a + count)
            return value if value is None or value + EPOCH >= 1 else None
        text, evaluate = self.call("{} " + "+-"[minus] + f" {count}", shift, ["date"], depth)
        return self.after_year_one(text, evaluate)

    def date_months(self, depth):
        count = self.rng.randrange(-30000, 30000)
        text, evaluate = self.call("add_months({}, " + str(count) + ")", lambda row, a: add_months(row, a, count), ["date"], depth)
        return self.after_year_one(text, evaluate)

    def after_year_one(self, text, evaluate):
        """Python's calendar has no year 0: such dates become null on both sides."""
        def checked(row):
            value = evaluate(row)
            return value if value is not None and value + EPOCH >= 1 else None
        return f"if({text} >= date('0001-01-01'), {text})", checked

    def date_parsed(self, depth):
        return self.call("date({})", parsed_date, ["text"], depth)

    # Of any type.
    def any_if(self, kind, depth):
        condition, a, b = self.make("boolean", depth), self.make(kind, depth), self.make(kind, depth)
        return f"if({condition[0]}, {a[0]}, {b[0]})", lambda row: a[1](row) if condition[1](row) is True else b[1](row)

    def any_case(self, kind, depth):
        pairs = [(self.make("boolean", depth), self.make(kind, depth)) for _ in range(2)]

        def evaluate(row):
            for condition, value in pairs:
                if condition[1](row) is True:
                    return value[1](row)
            return None
        return "case " + " ".join(f"when {c[0]} then {v[0]}" for c, v in pairs) + " end", evaluate

    def any_coalesce(self, kind, depth):
        items = [self.make(kind, depth) for _ in range(2)]

        def evaluate(row):
            for _, item in items:
                value = item(row)
                if value is not None:
                    return value
            return None
        return f"coalesce({', '.join(text for text, _ in items)})", evaluate

    def any_null_if(self, kind, depth):
        a, b = self.make(kind, depth), self.make(kind, depth)

        def evaluate(row):
            first, second = a[1](row), b[1](row)
            return None if second is not None and first == second else first
        return f"null_if({a[0]}, {b[0]})", evaluate

    def any_extreme(self, kind, depth):
        name, function = self.rng.choice([("min", min), ("max", max)])
        return self.call(name + "({}, {})", lambda row, a, b: function(a, b, key=as_key), [kind] * 2, depth)


def written(kind, value):
    if value is None:
        return None
    if kind == "boolean":
        return str(value).lower()
    return str(date_of(value)) if kind == "date" else repr(value) if kind == "float" else str(value)


def random_columns(rng):
    def cells(make):
        return [None if rng.random() < 0.15 else make() for _ in range(ROWS)]
    makers = {
        "integer": lambda: rng.choice([0, 1, -1, 2, 7, rng.randrange(-1000, 1000), INT_MAX, INT_MIN, rng.randrange(INT_MIN, INT_MAX)]),
        "float": lambda: rng.choice([0.0, 0.5, -2.5, 1e308, -1e-300, rng.gauss(0, 100), round(rng.gauss(0, 10), 2)]),
        "boolean": lambda: rng.random() < 0.5,
        "text": lambda: rng.choice(WORDS),
        "date": lambda: rng.choice([0, 18321, -719162, 2932896, rng.randrange(-700000, 2900000)]),
    }
    columns = {}
    for kind, maker in makers.items():
        for suffix in "12":
            columns[kind[0] + suffix] = {"kind": kind, "type": kind, "coded": False, "values": cells(maker)}
    columns["category"] = {"kind": "text", "type": "category", "coded": True, "values": cells(makers["text"])}
    return columns


class ExprTest(unittest.TestCase):
    def setUp(self):
        self.process = subprocess.Popen([TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.addCleanup(self.end)

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.assertEqual(self.process.wait(), 0)

    def tell(self, text, columns, rows):
        sent = [{"name": name, "type": column["type"], "coded": column["coded"],
                 "cells": [written(column["kind"], value) for value in column["values"]]} for name, column in columns.items()]
        self.process.stdin.write(json.dumps({"text": text, "columns": sent, "rows": rows}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def equal(self, kind, made, wanted):
        if made is None or wanted is None:
            return made is None and wanted is None
        return float(made) == wanted if kind == "float" else made == written(kind, wanted)

    def check(self, kind, text, evaluate, columns):
        answer = self.tell(text, columns, ROWS)
        self.assertNotIn("fault", answer, text)
        lost = [0, 0, 0, 0]
        for i in range(ROWS):
            row = Row({name: column["values"][i] for name, column in columns.items()})
            wanted = evaluate(row)
            if not self.equal(kind, answer["cells"][i], wanted):
                self.fail(f"seed {SEED}: {text}: row {i + 1} {row.cells}: {answer['cells'][i]}, not {written(kind, wanted)}")
            for loss in row.lost if wanted is None else ():
                lost[loss] += 1
        if "0001-01-01" not in text:
            self.assertEqual(answer["lost"], lost, f"seed {SEED}: {text}")

    def test_random_expressions_are_those_of_python(self):
        rng = random.Random(SEED)
        for _ in range(ROUNDS):
            columns = random_columns(rng)
            kind = rng.choice(["integer", "float", "boolean", "text", "date"])
            text, evaluate = Maker(rng, columns).make(kind, rng.randrange(1, 5))
            if len(text.encode()) < 60000:
                self.check(kind, text, evaluate, columns)

    def test_functions_of_floats_are_those_of_numpy(self):
        rng = random.Random(SEED)
        values = [rng.gauss(0, 3) for _ in range(3000)] + [0.0, 1.0, -1.0, 1e-300, 700.0, 710.0]
        columns = {"x": {"kind": "float", "type": "float", "coded": False, "values": values}}
        for text, function in (("exp(x)", np.exp), ("ln(x)", np.log), ("log(x)", np.log), ("log10(x)", np.log10), ("log2(x)", np.log2),
                               ("log1p(x)", np.log1p), ("sin(x)", np.sin), ("cos(x)", np.cos), ("tan(x)", np.tan), ("asin(x)", np.arcsin),
                               ("acos(x)", np.arccos), ("atan(x)", np.arctan), ("atan2(x, 2)", lambda x: np.arctan2(x, 2.0)),
                               ("x ^ 2.5", lambda x: x ** 2.5), ("x ^ 2", lambda x: x ** 2), ("2 ^ x", lambda x: 2.0 ** x),
                               ("log(x, 3)", lambda x: np.log(x) / np.log(3)), ("round(x, 3)", lambda x: np.round(x, 3))):
            with np.errstate(all="ignore"):
                wanted = function(np.array(values))
            answer = self.tell(text, columns, len(values))
            made = np.array([np.nan if cell is None else float(cell) for cell in answer["cells"]])
            wanted = np.where(np.isfinite(wanted), wanted, np.nan)
            np.testing.assert_allclose(made, wanted, rtol=1e-14, atol=0, err_msg=text)
            self.assertEqual(sum(answer["lost"]), int(np.isnan(wanted).sum()))

    def test_dates_by_a_format_are_those_of_pandas(self):
        rng = random.Random(SEED)
        stamps = [pd.Timestamp("1800-01-01") + pd.Timedelta(seconds=rng.randrange(9 * 10**9)) for _ in range(500)]
        for pattern in ("%d.%m.%Y %H:%M:%S", "%Y%m%d %H%M%S", "%m/%d/%Y %I:%M:%S %p", "%d %B %Y, %H:%M:%S", "%b %d %Y %H.%M.%S",
                        "%Y-%j %H:%M:%S"):
            texts = [stamp.strftime(pattern) for stamp in stamps] + ["31.02.2020 00:00:00", "nonsense"]
            columns = {"t": {"kind": "text", "type": "text", "coded": False, "values": texts}}
            wanted = pd.to_datetime(pd.Series(texts), format=pattern, errors="coerce")
            answer = self.tell(f"datetime(t, '{pattern}')", columns, len(texts))
            made = pd.to_datetime(pd.Series(answer["cells"]), utc=True).dt.tz_localize(None)
            pd.testing.assert_series_equal(made, wanted)
            again = self.tell(f"format_date(datetime(t, '{pattern}'), '{pattern}')", columns, len(texts))
            self.assertEqual(again["cells"][:-2], texts[:-2])


if __name__ == "__main__":
    unittest.main()
