# SPDX-License-Identifier: MPL-2.0
"""The profile report against pandas and numpy, on penguins and on tables made to be awkward; and the page it becomes."""
import datetime
import html.parser
import json
import math
import os
import random
import subprocess
import tempfile
import unittest

import numpy as np
import pandas as pd
from scipy import stats

REPORT = os.environ["AUTODP_PROFILE_REPORT"]
DATA = os.environ["AUTODP_TEST_DATA"]
MISSING = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"]
TOLERANCE = 1e-12
SMALL_MEMORY = str(1 << 20)
VOID = {"meta", "br", "img", "input", "link", "hr"}


def write_numbers(path, rows):
    """Every kind of number: ties, decimals, all digits, large means, large integers, few values, masks that differ."""
    rng = random.Random(11)
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write("normal,decimal,ties,large,big,skewed,few,sparse,constant,rising,falling,same_mask,day,time,truth\n")
        for i in range(rows):
            normal = rng.gauss(0, 1)
            gone = rng.random() < 0.1
            cells = [
                "" if gone else repr(normal),
                "NA" if rng.random() < 0.05 else f"{normal * 3 + rng.gauss(0, 2):.2f}",
                "" if rng.random() < 0.2 else str(int(normal * 2)),
                f"{1e9 + rng.random():.6f}",
                str(rng.randrange(-(2**52), 2**52)),
                f"{rng.expovariate(0.1) ** 3:.4f}",
                rng.choice(["1", "2.5", "0", "-0.0"]),
                str(rng.randrange(5)) if rng.random() < 0.03 else "",
                "4.5",
                str(i * 3),
                str((rows - i) // 2),
                "" if gone else str(rng.randrange(1000)),
                (datetime.date(1999, 12, 31) + datetime.timedelta(days=rng.randrange(900))).isoformat(),
                f"2020-01-01T{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}",
                rng.choice(["true", "false", "true", ""]),
            ]
            file.write(",".join(cells) + "\n")


def write_words(path, rows):
    """Categories that depend on each other, texts with ties, rows that repeat, characters of several bytes."""
    rng = random.Random(12)
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write("a,b,two,yes,text,name\n")
        for _ in range(rows):
            a = rng.choice("xyz")
            b = a if rng.random() < 0.6 else rng.choice(["x", "y", "é", ""])
            two = rng.choice(["m", "f"])
            yes = two if rng.random() < 0.55 else rng.choice(["m", "f"])
            text = rng.choice(["naïve words", '"a ""quoted"" one"', "日本 語", "w", "NULL"]) + str(rng.randrange(30))
            text = text if not text.startswith('"') else text[:-2].rstrip('"') + '"'
            name = f"n{rng.randrange(400)}"
            file.write(f"{a},{b},{two},{yes},{text},{name}\n")


def report_of(path, *options):
    made = subprocess.run([REPORT, path, *options], check=True, capture_output=True)
    return json.loads(made.stdout)


class Tags(html.parser.HTMLParser):
    """Whether elements are closed in order."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.faults = []
        self.seen = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))


class Profile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.paths = {"penguins": os.path.join(DATA, "penguins.csv")}
        for name, write, rows in (("numbers", write_numbers, 30000), ("tiny", write_numbers, 3), ("words", write_words, 5000)):
            cls.paths[name] = os.path.join(cls.folder.name, name + ".csv")
            write(cls.paths[name], rows)
        cls.frames = {
            name: pd.read_csv(path, na_values=MISSING, keep_default_na=False, float_precision="round_trip")
            for name, path in cls.paths.items()
        }
        cls.reports = {name: report_of(path) for name, path in cls.paths.items()}
        cls.reports["numbers, spilled"] = report_of(cls.paths["numbers"], "--memory", SMALL_MEMORY, "--threads", "3")
        cls.frames["numbers, spilled"] = cls.frames["numbers"]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def each_variable(self, check, *types):
        checked = 0
        for name, report in self.reports.items():
            for variable in report["variables"]:
                if variable["type"] in types:
                    with self.subTest(table=name, column=variable["name"]):
                        check(variable, self.frames[name][variable["name"]])
                        checked += 1
        self.assertGreater(checked, 0)

    def assert_near(self, made, expected, scale=0.0):
        if expected is None or (isinstance(expected, float) and not math.isfinite(expected)):
            self.assertIsNone(made)
            return
        self.assertIsNotNone(made)
        self.assertLessEqual(abs(made - expected), TOLERANCE * max(abs(expected), scale))

    def test_counts(self):
        def check(variable, series):
            counts = series.value_counts()
            self.assertEqual(variable["missing"], series.isna().sum())
            self.assertEqual(variable["valid"], series.notna().sum())
            self.assertEqual(variable["distinct"], series.nunique())
            self.assertEqual(variable["unique"], (counts == 1).sum())

        self.each_variable(check, "integer", "float", "category", "text", "boolean", "date", "datetime")

    def test_moments(self):
        def check(variable, series):
            values = series.dropna().astype(float)
            spread = float(np.std(values)) if len(values) else 0.0
            exact = math.fsum(values)
            self.assert_near(variable["sum"], exact)
            self.assert_near(variable["mean"], exact / len(values), spread)
            self.assert_near(variable["sd_population"], float(np.std(values - values.mean())))
            self.assert_near(variable["variance"], float((values - values.mean()).var()))
            self.assert_near(variable["sd"], float((values - values.mean()).std()))
            self.assert_near(variable["skewness"], float((values - values.mean()).skew()), 1)
            self.assert_near(variable["kurtosis"], float((values - values.mean()).kurt()), 1)
            self.assert_near(variable["mad"], float(np.median(np.abs(values - np.median(values)))))
            self.assertEqual(variable["zeros"], (values == 0).sum())
            self.assertEqual(variable["negatives"], (values < 0).sum())
            if len(values) > 1 and values.mean() != 0:
                self.assert_near(variable["cv"], values.std() / values.mean(), abs(spread / values.mean()) * 10)

        self.each_variable(check, "integer", "float")

    def test_quantiles(self):
        def check(variable, series):
            values = series.dropna().astype(float)
            self.assertEqual(variable["min"], values.min())
            self.assertEqual(variable["max"], values.max())
            for name, q in (("q5", 0.05), ("q25", 0.25), ("median", 0.5), ("q75", 0.75), ("q95", 0.95)):
                self.assert_near(variable["quantiles"][name], float(np.quantile(values, q)))

        self.each_variable(check, "integer", "float")

    def test_histograms(self):
        def check(variable, series):
            counts, edges = np.histogram(series.dropna().astype(float), bins=50)
            self.assertEqual(variable["histogram"]["counts"], counts.tolist())
            np.testing.assert_allclose(variable["histogram"]["edges"], edges, rtol=1e-15)

        self.each_variable(check, "integer", "float")

    def test_common_and_outer_values(self):
        def check(variable, series):
            counts = series.value_counts()
            common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]
            self.assertEqual([(item["value"], item["count"]) for item in variable["common"]], common)
            ascending = sorted(counts.items())
            self.assertEqual([(item["value"], item["count"]) for item in variable["smallest"]], ascending[:10])
            self.assertEqual([(item["value"], item["count"]) for item in variable["largest"]], ascending[::-1][:10])

        self.each_variable(check, "integer", "float", "date")

    def test_trends(self):
        def check(variable, series):
            values = series.dropna()
            if len(values) < 2:
                self.assertEqual(variable["trend"], "no")
                return
            up, down, distinct = values.is_monotonic_increasing, values.is_monotonic_decreasing, values.is_unique
            expected = "constant" if up and down else "increasing" if up else "decreasing" if down else "no"
            self.assertEqual(variable["trend"], ("strictly " if distinct and expected != "no" else "") + expected)

        self.each_variable(check, "integer", "float")

    def test_times(self):
        def check(variable, series):
            values = series.dropna()
            self.assertEqual(variable["min"], values.min())
            self.assertEqual(variable["max"], values.max())
            days = (pd.Timestamp(values.max()) - pd.Timestamp(values.min())).days
            self.assertEqual(variable["range"], days)
            self.assertEqual(sum(variable["histogram"]["counts"]), len(values))

        self.each_variable(check, "date")
        def check(variable, series):
            self.assertEqual(variable["min"], series.min() + "Z")
            self.assertEqual(variable["max"], series.max() + "Z")

        self.each_variable(check, "datetime")

    def test_texts(self):
        def check(variable, series):
            values = series.dropna()
            if values.empty:
                self.assertIsNone(variable["lengths"])
                return
            lengths = values.str.len()
            self.assertEqual(variable["lengths"]["min"], lengths.min())
            self.assertEqual(variable["lengths"]["max"], lengths.max())
            self.assertEqual(variable["lengths"]["median"], lengths.median())
            self.assert_near(variable["lengths"]["mean"], float(lengths.mean()))
            self.assertEqual(variable["characters"], lengths.sum())
            self.assertEqual(variable["words"], values.str.split(r"[\x00-\x20]+", regex=True).map(lambda words: len([w for w in words if w])).sum())
            self.assertEqual(variable["examples"], list(dict.fromkeys(values))[:5])
            common = sorted(values.value_counts().items(), key=lambda item: (-item[1], item[0].encode()))[:10]
            self.assertEqual([(item["value"], item["count"]) for item in variable["common"]], common)

        self.each_variable(check, "category", "text")

    def test_correlations(self):
        for name, report in self.reports.items():
            for method in ("pearson", "spearman"):
                with self.subTest(table=name, method=method):
                    made = report["correlations"][method]
                    if not made or len(made["columns"]) < 2:
                        continue
                    frame = self.frames[name][made["columns"]].astype(float)
                    expected = self.correlations(frame, method)
                    matrix = np.array([[np.nan if cell is None else cell for cell in row] for row in made["matrix"]], dtype=float)
                    np.testing.assert_array_equal(np.isnan(matrix), np.isnan(expected))
                    np.testing.assert_allclose(matrix, expected, rtol=TOLERANCE, atol=1e-13)
                    theirs = frame.corr(method).to_numpy()
                    both = ~(np.isnan(matrix) | np.isnan(theirs))
                    if method == "pearson":  # pandas' sums lose six digits of a mean of 1e9
                        both &= ~(frame.columns == "large")[:, None] & ~(frame.columns == "large")
                    np.testing.assert_allclose(matrix[both], theirs[both], rtol=1e-9, atol=1e-10)

    @staticmethod
    def correlations(frame, method):
        """pandas' corr(), pair by pair in doubled precision: pandas' own sums lose digits of large means."""
        count = frame.shape[1]
        matrix = np.full((count, count), np.nan)
        for i in range(count):
            for j in range(count):
                common = frame.iloc[:, [i, j]].dropna()
                a, b = common.iloc[:, 0], common.iloc[:, 1]
                if method == "spearman":
                    a, b = a.rank(), b.rank()
                a = a.to_numpy(dtype=np.longdouble)
                b = b.to_numpy(dtype=np.longdouble)
                if len(a) < 2 or (a == a[0]).all() or (b == b[0]).all():
                    continue
                a = a - a.mean()
                b = b - b.mean()
                matrix[i, j] = 1 if i == j else (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())
        return matrix

    def test_cramers_v(self):
        for name, report in self.reports.items():
            made = report["correlations"]["cramers_v"]
            for i, first in enumerate(made["columns"]):
                for j, second in enumerate(made["columns"]):
                    if i == j:
                        continue
                    with self.subTest(table=name, columns=(first, second)):
                        table = pd.crosstab(self.frames[name][first], self.frames[name][second])
                        self.assert_near(made["matrix"][i][j], self.cramers_v(table), 1)

    @staticmethod
    def cramers_v(table):
        """ydata-profiling's _cramers_corrected_stat."""
        rows, columns = table.shape
        if rows < 2 or columns < 2:
            return None
        n = table.to_numpy().sum()
        phi2 = stats.chi2_contingency(table, correction=True)[0] / n
        phi2 = max(0.0, phi2 - (columns - 1) * (rows - 1) / (n - 1))
        rows -= (rows - 1) ** 2 / (n - 1)
        columns -= (columns - 1) ** 2 / (n - 1)
        return float(np.sqrt(phi2 / min(columns - 1, rows - 1)))

    def test_missing(self):
        for name, report in self.reports.items():
            with self.subTest(table=name):
                gone = self.frames[name].isna()
                overview, missing = report["overview"], report["missing"]
                self.assertEqual(overview["missing"], gone.to_numpy().sum())
                self.assertEqual(missing["complete_rows"], (~gone.any(axis=1)).sum())
                patterns = gone.apply(lambda row: tuple(gone.columns[row]), axis=1).value_counts()
                self.assertEqual(missing["patterns_distinct"], len(patterns))
                made = {tuple(pattern["columns"]): pattern["rows"] for pattern in missing["patterns"]}
                self.assertEqual(len(made), min(20, len(patterns)))
                self.assertEqual(sorted(made.values(), reverse=True), sorted(patterns, reverse=True)[:20])
                for pattern, rows in made.items():
                    self.assertEqual(patterns[pattern], rows)
                columns = missing["correlation"]["columns"]
                if len(columns) > 1:
                    expected = np.corrcoef(gone[columns].to_numpy(dtype=float).T)
                    np.testing.assert_allclose(np.array(missing["correlation"]["matrix"], dtype=float), expected, atol=TOLERANCE)
                bands = missing["matrix"]
                for column, shares in zip(bands["columns"], bands["matrix"]):
                    count = bands["bands"]
                    edges = [b * len(gone) // count for b in range(count + 1)]
                    expected = [gone[column].iloc[a:b].mean() for a, b in zip(edges, edges[1:])]
                    np.testing.assert_allclose(shares, expected, rtol=1e-15)

    def test_duplicates(self):
        for name, report in self.reports.items():
            with self.subTest(table=name):
                frame = self.frames[name]
                self.assertEqual(report["duplicates"]["rows"], frame.duplicated().sum())
                counts = frame.groupby(list(frame.columns), dropna=False).size()
                most = sorted(counts[counts > 1], reverse=True)[:10]
                self.assertEqual([row["count"] for row in report["duplicates"]["top"]], most)
                self.assertEqual(report["duplicates"]["groups"], (counts > 1).sum())

    def test_even_distributions(self):
        """The alert is scipy's chi-squared test of the histogram."""
        for name, report in self.reports.items():
            uniform = {alert["column"]: alert["value"] for alert in report["alerts"] if alert["kind"] == "uniform"}
            for variable in report["variables"]:
                if variable["type"] in ("integer", "float", "date", "datetime") and variable["distinct"] > 50:
                    with self.subTest(table=name, column=variable["name"]):
                        p = stats.chisquare(variable["histogram"]["counts"])[1]
                        self.assertEqual(variable["name"] in uniform, p > 0.999)
                        if p > 0.999:
                            self.assert_near(uniform[variable["name"]], p)

    def test_sample(self):
        for name, report in self.reports.items():
            with self.subTest(table=name):
                rows = len(self.frames[name])
                self.assertEqual(len(report["sample"]["head"]), min(10, rows))
                self.assertEqual(len(report["sample"]["tail"]), min(10, max(0, rows - 10)))
                last = (report["sample"]["tail"] or report["sample"]["head"])[-1]
                self.assertEqual([cell is None for cell in last], self.frames[name].iloc[-1].isna().tolist())

    def test_budgets_change_nothing(self):
        self.assertEqual(self.reports["numbers"], self.reports["numbers, spilled"])

    def test_pages_are_well_formed(self):
        for name, path in self.paths.items():
            with self.subTest(table=name):
                page = os.path.join(self.folder.name, "page.html")
                report_of(path, "--html", page)
                with open(page, encoding="utf-8") as file:
                    text = file.read()
                tags = Tags()
                tags.feed(text)
                tags.close()
                self.assertEqual(tags.faults, [])
                self.assertEqual(tags.open, [])
                self.assertNotIn("script", tags.seen)
                self.assertLessEqual(len(text.encode()), 3 << 20)


if __name__ == "__main__":
    unittest.main()
