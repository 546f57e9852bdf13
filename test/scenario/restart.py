# SPDX-License-Identifier: MPL-2.0
"""The platform is stopped in the middle of work and started again on the same data: restart.py BIN_DIR."""

import os

import fixture
import load
from api import Api
from evidence import Catalog, mails_of_job
from fixture import Platform, wait_for

LASTS_SECONDS = 1.5
STOPS = 4  # more often than a job may be delivered to workers that die


class Restart(fixture.Case):
    restarts = True

    @classmethod
    def prepare(cls):
        cls.api = Api.registered(cls.platform, "ada@example.org", fixture.PASSWORD)
        cls.catalog = Catalog(cls.platform.data)
        cls.load = load.Load(cls.platform, cls.api, LASTS_SECONDS)
        with open(fixture.PENGUINS, "rb") as file:
            cls.penguins = cls.api.upload(file.read())["id"]

    def restart_in(self, job):
        """Stops the platform while a worker has the job, and starts it again."""
        workers = wait_for("its worker", self.platform.workers, 60)
        self.assertEqual(self.catalog.state(job), "running")
        self.platform.stop()
        self.assertFalse(any(map(fixture.is_alive, workers)))
        self.assertEqual(self.catalog.state(job), "running")
        self.platform.start()

    def check_ends_once(self, job, models):
        wait_for("the job to be done", lambda: self.catalog.state(job) in load.ENDED, 60)
        row = self.catalog.job(job)
        self.assertEqual(row["state"], "done", row["fault"])
        self.assertEqual(self.api.job(job)["state"], "done")
        wait_for("its mail", lambda: mails_of_job(self.platform.data, job))
        # When a later job's mail is there, a second one of this job would be too.
        later = self.api.process(self.penguins, [])["id"]
        wait_for("a later job's mail", lambda: mails_of_job(self.platform.data, later), 60)
        self.assertEqual(len(mails_of_job(self.platform.data, job)), 1)
        self.assertEqual(self.catalog.models(job), models)
        self.assertEqual(self.catalog.job(job), row)

    def test_a_process_job_goes_on_after_a_restart_and_ends_once(self):
        job = self.load.start("process")
        self.restart_in(job)
        self.check_ends_once(job, models=0)

    def test_a_training_goes_on_after_many_restarts_and_ends_once(self):
        job = self.load.start("train")
        for _ in range(STOPS):
            self.restart_in(job)
        self.check_ends_once(job, models=1)

    def test_a_session_outlives_a_restart(self):
        self.platform.stop()
        self.platform.start()
        self.assertEqual(self.api.get("/session")["user"]["email"], "ada@example.org")

    def test_a_second_platform_on_the_same_data_is_refused(self):
        pids = self.platform.pids()
        second = self.platform.command("up")
        self.assertEqual(second.returncode, 65)
        self.assertIn("CONFLICT", second.stderr)
        self.assertIn(self.platform.data, second.stderr)
        self.assertIn("remedy:", second.stderr)
        self.assertEqual(self.platform.pids(), pids)
        self.api.get("/session")


class UnknownVersion(fixture.unittest.TestCase):
    def test_data_of_another_release_is_refused_and_left_alone(self):
        platform = Platform(fixture.Case.bin_dir)
        self.addCleanup(platform.remove)
        os.makedirs(platform.data)
        path = os.path.join(platform.data, "VERSION")
        with open(path, "w", encoding="ascii") as file:
            file.write("4711\n")
        refused = platform.command("up")
        self.assertEqual(refused.returncode, 69)
        self.assertIn("UNSUPPORTED", refused.stderr)
        self.assertIn("4711", refused.stderr)
        self.assertIn("remedy:", refused.stderr)
        with open(path, encoding="ascii") as file:
            self.assertEqual(file.read(), "4711\n")
        self.assertFalse(os.path.exists(os.path.join(platform.data, "catalog.db")))


if __name__ == "__main__":
    fixture.main()
