# SPDX-License-Identifier: MPL-2.0
"""Jobs that a user cancels: cancel.py BIN_DIR."""

import fixture
import load
import tables
from api import Api
from evidence import Catalog, mails_of_job
from fixture import wait_for

ENDLESS_ROWS = 200000  # a job over so many rows is not done before it is cancelled


class Cancel(fixture.Case):
    @classmethod
    def prepare(cls):
        cls.api = Api.registered(cls.platform, "ada@example.org", fixture.PASSWORD)
        cls.catalog = Catalog(cls.platform.data)
        cls.numbers = cls.api.upload(tables.numbers(ENDLESS_ROWS, load.PROCESS_COLUMNS))["id"]
        cls.noise = cls.api.upload(tables.noise(load.TRAIN_ROWS * 16))["id"]
        with open(fixture.PENGUINS, "rb") as file:
            cls.penguins = cls.api.upload(file.read())["id"]

    def start(self, kind):
        if kind == "process":
            return self.api.process(self.numbers, load.process_recipe())["id"]
        return self.api.train(self.noise, [], load.train_request())["id"]

    def wait_worker(self, job):
        """Waits until the job runs in a worker; the worker."""
        wait_for(f"{job} to run", lambda: self.catalog.state(job) == "running")
        return wait_for("its worker", self.platform.workers)[0]

    def check_gone(self, job, worker):
        """The worker ends, the job stays cancelled, and nobody is told by mail of what he did himself."""
        wait_for("the worker to end", lambda: not fixture.is_alive(worker))
        follower = self.api.process(self.penguins, [])["id"]
        wait_for("the next job to be done", lambda: self.catalog.state(follower) == "done")
        wait_for("its mail", lambda: mails_of_job(self.platform.data, follower))
        self.assertEqual(self.catalog.state(job), "cancelled")
        self.assertEqual(mails_of_job(self.platform.data, job), [])

    def check_cancel(self, kind):
        job = self.start(kind)
        worker = self.wait_worker(job)
        answer = self.api.delete(f"/jobs/{job}")["job"]
        self.assertEqual((answer["id"], answer["state"]), (job, "cancelled"))
        self.assertIsNotNone(answer["ended"])
        self.check_gone(job, worker)

    def test_a_running_process_job_is_cancelled_and_its_worker_goes(self):
        self.check_cancel("process")

    def test_a_running_training_is_cancelled_and_its_worker_goes(self):
        self.check_cancel("train")

    def test_the_command_cancels(self):
        session = self.platform.command("user", "login", "ada@example.org")
        self.assertEqual(session.returncode, 0, session.stderr)
        job = self.start("process")
        worker = self.wait_worker(job)
        done = self.platform.command("cancel", job)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("cancelled", done.stdout)
        self.check_gone(job, worker)

    def test_a_queued_job_is_cancelled_before_it_begins(self):
        running = self.start("process")
        worker = self.wait_worker(running)
        queued = self.start("process")
        self.assertEqual(self.api.delete(f"/jobs/{queued}")["job"]["state"], "cancelled")
        self.api.delete(f"/jobs/{running}")
        self.check_gone(running, worker)
        row = self.catalog.job(queued)
        self.assertEqual((row["state"], row["attempt"]), ("cancelled", 0))

    def test_a_job_that_has_ended_stays_as_it_is(self):
        job = self.api.process(self.penguins, [])["id"]
        wait_for("the job to be done", lambda: self.catalog.state(job) == "done")
        self.assertEqual(self.api.delete(f"/jobs/{job}")["job"]["state"], "done")


if __name__ == "__main__":
    fixture.main()
