# SPDX-License-Identifier: MPL-2.0
"""The whole path with every blob sent through the broker, none opened in the store's directory: shortcut.py BIN_DIR."""

import io
import json
import os
import re

import pandas

import fixture
import tables
from api import Api

RECIPE = [{"op": "missing", "method": "mean", "columns": ["x0", "x1"]}]
ROWS = 40000  # more than one chunk of 1 MiB


class Shortcut(fixture.Case):
    settings = {"blob_shortcut": 0}

    @classmethod
    def prepare(cls):
        cls.table = tables.numbers(ROWS)
        cls.frame = pandas.read_csv(io.BytesIO(cls.table))
        cls.table_path = cls.platform.path("numbers.csv", cls.table)
        cls.recipe_path = cls.platform.path("recipe.json", json.dumps(RECIPE))
        cls.command("user", "add", "ada@example.org")

    @classmethod
    def command(cls, *arguments):
        done = cls.platform.command(*arguments)
        if done.returncode != 0:
            raise AssertionError(f"autodp {arguments}: {done.stderr}")
        return done.stdout

    def first_id(self, text, prefix):
        return re.search(prefix + "[0-9a-z]+", text).group()

    def check_cleaned(self, content):
        expected = self.frame.copy()
        for column in ("x0", "x1"):
            expected[column] = expected[column].fillna(expected[column].mean())
        pandas.testing.assert_frame_equal(pandas.read_csv(io.BytesIO(content)), expected, rtol=1e-12)

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    def test_the_command_uploads_processes_and_gets_by_chunks(self):
        dataset = self.first_id(self.command("upload", self.table_path), "ds_")
        self.assertTrue(os.path.isdir(os.path.join(self.platform.data, "run", "copies")), "the short cut was taken")
        job = self.first_id(self.command("process", dataset, "--recipe", self.recipe_path, "--wait"), "jb_")
        output = os.path.join(self.platform.home, "clean.csv")
        self.command("get", job, "data.csv", "--output", output)
        self.check_cleaned(self.read(output))
        self.command("get", dataset, "--output", output)
        self.assertEqual(self.read(output), self.table)

    def test_http_uploads_and_downloads_by_chunks(self):
        api = Api.registered(self.platform, "grace@example.org", fixture.PASSWORD)
        dataset = api.upload(self.table)["id"]
        self.assertEqual(api.send("GET", f"/datasets/{dataset}/data").body, self.table)
        job = api.process(dataset, RECIPE)["id"]
        fixture.wait_for("the job to be done", lambda: api.job(job)["state"] == "done", 60)
        self.check_cleaned(api.file(job, "data.csv").body)

    def test_a_model_is_trained_and_fetched(self):
        dataset = self.first_id(self.command("upload", fixture.PENGUINS), "ds_")
        recipe = self.platform.path("train.json", json.dumps([
            {"op": "missing", "method": "drop_rows"},
            {"op": "encode", "method": "one_hot", "columns": ["island", "sex"]}]))
        said = self.command("train", dataset, "--target", "species", "--recipe", recipe, "--wait")
        output = os.path.join(self.platform.home, "predictions.csv")
        self.command("get", self.first_id(said, "jb_"), "predictions.csv", "--output", output)
        self.assertEqual(len(pandas.read_csv(output)), 344)

    def test_no_copies_are_left_behind(self):
        copies = os.path.join(self.platform.data, "run", "copies")
        fixture.wait_for("the copies to go", lambda: not os.path.isdir(copies) or not os.listdir(copies))


if __name__ == "__main__":
    fixture.main()
