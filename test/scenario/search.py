# SPDX-License-Identifier: MPL-2.0
"""Searches whose trials go over the bus, with two training actors: search.py BIN_DIR."""

import json
import os
import signal

import fixture
import tables
from api import Api, Problem
from fixture import wait_for

FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
RECIPE = [{"op": "missing", "method": "median", "columns": FEATURES},
          {"op": "scale", "method": "z_score", "columns": FEATURES}]
GRID = {"target": "species", "features": FEATURES, "algorithm": "svc",
        "search": {"method": "grid", "trials": 100, "space": {"C": [0.1, 1, 10], "gamma": [0.01, 0.1, 1, "scale"]}}}
LONG_ROWS = 2500  # an SVC over so many rows takes a while


def board(record):
    """The leaderboard without what differs from run to run."""
    return [{key: row[key] for key in ("algorithm", "parameters", "state", "score", "sd", "scores")}
            for row in record["scores"]["leaderboard"]]


class Search(fixture.Case):
    restarts = True
    settings = {"training_actors": 2, "log_level": "debug"}

    @classmethod
    def prepare(cls):
        cls.api = Api.registered(cls.platform, "ada@example.org", fixture.PASSWORD)
        with open(fixture.PENGUINS, "rb") as file:
            cls.penguins = cls.api.upload(file.read(), "penguins.csv")["id"]
        cls.noise = cls.api.upload(tables.noise(LONG_ROWS))["id"]

    def ended(self, job):
        wait_for("the search's end", lambda: self.api.job(job)["state"] not in ("queued", "running"), 120)
        job = self.api.job(job)
        self.assertEqual(job["state"], "done", job["fault"])
        return job

    def hosts(self, job):
        """How many trials of the job each of the actors was given."""
        events = [json.loads(line) for line in self.platform.log().splitlines() if '"trial.begun"' in line]
        return len([event for event in events if event["text"].startswith(job + " ")])

    def long_search(self):
        """A search that goes on until somebody ends it."""
        return self.api.train(self.noise, [], {
            "target": "label", "features": ["x0", "x1", "x2", "x3"], "algorithm": "svc",
            "search": {"method": "random", "trials": 1000, "space": {"C": {"from": 1, "to": 100, "scale": "log"}}}})["id"]

    def wait_rows(self, job, count):
        def tried():
            words = self.api.job(job)["stage"].split()
            return words[:1] == ["search:"] and int(words[1]) >= count
        wait_for("some trials", tried, 120)

    def steer(self, job, wish):
        done = self.platform.command("steer", job, wish, env={"AUTODP_TOKEN": self.api.token})
        self.assertEqual(done.returncode, 0, done.stderr)

    def workers(self):
        parents = {str(self.platform.pid(name)) for name in ("training", "training.2")}
        return [pid for pid in filter(str.isdigit, os.listdir("/proc")) if fixture._stat(pid, 1) in parents]

    def test_the_board_is_that_of_a_search_without_a_platform(self):
        job = self.ended(self.api.train(self.penguins, RECIPE, GRID)["id"])
        there = self.api.get(f"/models/{job['model']}")["model"]["record"]
        self.assertEqual(len(there["scores"]["leaderboard"]), 12)
        self.assertEqual(self.hosts(job["id"]), 12)
        recipe = self.platform.path("recipe.json", json.dumps(RECIPE))
        folder = os.path.join(self.platform.home, "model")
        done = self.platform.command("train", fixture.PENGUINS, "--target", "species", "--features", ",".join(FEATURES),
                                     "--recipe", recipe, "--algorithm", "svc", "--search", "grid", "--trials", 100,
                                     "--space", json.dumps(GRID["search"]["space"]), "--output", folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(folder, "record.json"), encoding="utf-8") as file:
            here = json.load(file)
        self.assertEqual(board(there), board(here))
        self.assertEqual(there["scores"]["test"], here["scores"]["test"])

    def test_a_search_that_is_stopped_keeps_its_best(self):
        job = self.long_search()
        self.wait_rows(job, 3)
        self.steer(job, "stop")
        done = self.ended(job)
        rows = self.api.get(f"/models/{done['model']}")["model"]["record"]["scores"]["leaderboard"]
        states = [row["state"] for row in rows]
        self.assertGreaterEqual(states.count("done"), 3)
        self.assertIn("stopped", states)
        self.assertEqual(rows[0]["state"], "done")
        wait_for("the trials' processes to end", lambda: not self.workers())
        with self.assertRaises(Problem) as refused:
            self.api.post(f"/jobs/{job}/steer", {"wish": "go"})
        self.assertEqual(refused.exception.document["code"], "CONFLICT")

    def test_a_search_pauses_and_goes_on(self):
        job = self.long_search()
        self.wait_rows(job, 1)
        wait_for("what is left to be known", lambda: self.api.job(job)["eta_ms"], 60)
        self.steer(job, "pause")
        wait_for("the pause", lambda: self.api.job(job)["stage"] == "paused")
        self.assertIsNone(self.api.job(job)["eta_ms"])
        self.steer(job, "go")
        wait_for("it to go on", lambda: self.api.job(job)["stage"].startswith("search:"))
        self.api.delete(f"/jobs/{job}")
        wait_for("the trials' processes to end", lambda: not self.workers())
        self.assertEqual(self.api.job(job)["state"], "cancelled")

    def test_a_training_actor_that_dies_costs_no_row(self):
        job = self.long_search()
        self.wait_rows(job, 1)
        old = self.platform.pid("training.2")
        os.kill(old, signal.SIGKILL)
        self.platform.wait_restart("training.2", old)
        before = int(self.api.job(job)["stage"].split()[1])
        self.wait_rows(job, before + 3)
        self.api.post(f"/jobs/{job}/steer", {"wish": "stop"})
        done = self.ended(job)
        rows = self.api.get(f"/models/{done['model']}")["model"]["record"]["scores"]["leaderboard"]
        self.assertEqual([row["fault"] for row in rows if row["state"] == "failed"], [])


if __name__ == "__main__":
    fixture.main()
