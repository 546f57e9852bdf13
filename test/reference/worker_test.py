# SPDX-License-Identifier: MPL-2.0
"""autodp-worker as a process: its pipes, its end, its faults."""
import gzip
import json
import os
import subprocess
import tempfile
import unittest

from worker import DATA, WORKER, result_of, run, start, step

PENGUINS = os.path.join(DATA, "penguins.csv")


class WorkerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, text):
        with open(self.path("table.csv"), "wb") as file:
            file.write(text)
        return self.path("table.csv")

    def raw(self, text, code=0):
        """Sends bytes as they are and returns the last line."""
        done = subprocess.run([WORKER], input=text, stdout=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, code)
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout else None

    def test_progress_rises_and_names_stages(self):
        table = self.write(b"a,b\n" + b"1.5,2\n2.5,3\n" * 300000)
        job = {"kind": "process", "input": table, "output": self.path("out.csv")}
        _, fault, lines = run(**job, recipe=[step("scale", "z_score", ["a", "b"])])
        self.assertIsNone(fault)
        values = [line["progress"] for line in lines]
        self.assertEqual(values, sorted(values))
        self.assertTrue(all(0 <= value <= 1 for value in values))
        self.assertIn("import", {line["stage"] for line in lines})

    def test_a_description_saves_the_inspection(self):
        description = result_of(kind="inspect", input=PENGUINS)
        job = {"kind": "process", "input": PENGUINS, "recipe": [step("missing", "drop_rows")]}
        with_it = result_of(**job, output=self.path("a"), description=description)
        without = result_of(**job, output=self.path("b"))
        self.assertEqual(with_it, without)

    def test_the_output_is_written_in_the_style_that_was_asked_for(self):
        table = self.write(b"a,b\n1,x y\n2,\n")
        style = {"delimiter": "tab", "quote_all": True, "bom": True, "gzip": True}
        result_of(kind="process", input=table, recipe=[], output=self.path("out.csv.gz"), style=style)
        with gzip.open(self.path("out.csv.gz"), "rb") as file:
            self.assertEqual(file.read(), b'\xef\xbb\xbf"a"\t"b"\n"1"\t"x y"\n"2"\t\n')

    def test_it_ends_when_the_control_pipe_closes(self):
        os.mkfifo(self.path("never"))  # nobody writes to it: the job waits for ever
        with start() as process:
            process.stdin.write(json.dumps({"kind": "inspect", "input": self.path("never")}) + "\n")
            process.stdin.close()
            self.assertEqual(process.wait(timeout=60), 75)
            self.assertEqual(process.stdout.read(), "")

    def test_bad_jobs_are_faults(self):
        os.symlink("/dev/full", self.path("full"))
        self.assertEqual(self.raw(b"")["fault"]["code"], "INVALID")
        self.assertEqual(self.raw(b'{"kind": "inspect"')["fault"]["code"], "INVALID")
        self.assertEqual(self.raw(b" " * ((1 << 20) + 2) + b"\n")["fault"]["code"], "TOO_LARGE")
        for job, code in (
            ({}, "INVALID"), ({"kind": "fly", "input": PENGUINS}, "INVALID"), ({"kind": "inspect"}, "INVALID"),
            ({"kind": "process", "input": PENGUINS, "recipe": []}, "INVALID"),
            ({"kind": "process", "input": PENGUINS, "output": self.path("o")}, "STEP_PARAMETER"),
            ({"kind": "inspect", "input": self.path("absent")}, "NOT_FOUND"),
            ({"kind": "inspect", "input": self.folder.name}, "IO"),
            ({"kind": "process", "input": PENGUINS, "recipe": [], "output": self.path("no/o")}, "IO"),
            ({"kind": "process", "input": PENGUINS, "recipe": [], "output": self.path("full")}, "FULL"),
            ({"kind": "train", "input": PENGUINS, "recipe": [], "training": {}, "output_dir": self.folder.name}, "HYPERPARAMETER"),
        ):
            with self.subTest(job=job):
                result, fault, _ = run(**job)
                self.assertIsNone(result)
                self.assertEqual(fault["code"], code)
        self.assertTrue(os.path.islink(self.path("full")), "only regular files may be removed")

    def test_bad_tables_are_faults_with_a_place_and_a_remedy(self):
        for text, code, line, column in (
            (b"", "CSV_EMPTY", 0, ""), (b"a,b\n", "CSV_EMPTY", 0, ""), (b"a,b\n1,2\n3\n", "CSV_RAGGED", 3, ""),
            (b'a,b\n1,2\n3,"x\n4,5\n', "CSV_QUOTE", 3, "b"), (b"a,b\n1,\0\n", "CSV_NUL", 2, "b"),
            (b"a,b\n1,caf\xe9\n", "CSV_ENCODING", 2, ""), (b"a,a\n1,2\n", "CSV_HEADER", 1, "a"),
            (b"a,b\n1," + b"x" * (2 << 20) + b"\n", "CSV_FIELD", 2, "b"),
        ):
            with self.subTest(code=code):
                _, fault, _ = run(kind="inspect", input=self.write(text))
                self.assertEqual((fault["code"], fault["line"], fault["column"]), (code, line, column))
                self.assertTrue(fault["detail"] and fault["remedy"], fault)

    def test_failed_recipes_name_step_and_column(self):
        many = self.write(b"a,b,c\n" + b"".join(b"v%d,5,%d\n" % (i, i) for i in range(100000)))
        for recipe, code, number, column in (
            ([step("drop", columns=["c"]), step("missing", "mean", ["nope"])], "COLUMN_UNKNOWN", 2, "nope"),
            ([step("missing", "mean", ["a"])], "COLUMN_TYPE", 1, "a"),
            ([step("drop", columns=["c"]), step("encode", "one_hot", ["a"])], "LEVELS", 2, "a"),
            ([step("scale", "z_score", ["b"])], "COLUMN_CONSTANT", 1, "b"),
        ):
            with self.subTest(code=code):
                _, fault, _ = run(kind="process", input=many, recipe=recipe, output=self.path("out.csv"))
                self.assertEqual((fault["code"], fault["step"], fault["column"]), (code, number, column))
                self.assertTrue(fault["detail"] and fault["remedy"], fault)
                self.assertFalse(os.path.exists(self.path("out.csv")))


if __name__ == "__main__":
    unittest.main()
