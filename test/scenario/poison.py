# SPDX-License-Identifier: MPL-2.0
"""A job that kills its worker each time ends as failed, not never: poison.py BIN_DIR."""

import os
import signal

import fixture
import load
import tables
from api import Api
from evidence import Catalog, mail_text, mails_of_job
from fixture import wait_for

DELIVERIES = 3
ENDLESS_ROWS = 200000


class Poison(fixture.Case):
    @classmethod
    def prepare(cls):
        cls.api = Api.registered(cls.platform, "ada@example.org", fixture.PASSWORD)
        cls.catalog = Catalog(cls.platform.data)

    def kill_each_worker(self, job):
        """Kills every worker that appears until the job has ended; how many that were."""
        killed = set()

        def ended():
            for worker in self.platform.workers():
                if worker not in killed:
                    killed.add(worker)
                    os.kill(worker, signal.SIGKILL)
            return self.catalog.state(job) in load.ENDED
        wait_for(f"the job {job} to end", ended, 60)
        return len(killed)

    def check(self, job):
        self.assertEqual(self.kill_each_worker(job), DELIVERIES)
        row = self.catalog.job(job)
        self.assertEqual((row["state"], row["attempt"]), ("failed", DELIVERIES))
        self.assertEqual(row["fault"]["code"], "WORKER_DIED")
        self.assertIn("signal 9", row["fault"]["detail"])
        self.assertIn(f"{DELIVERIES} times", row["fault"]["detail"])
        self.assertTrue(row["fault"]["remedy"])
        mail = wait_for("its mail", lambda: mails_of_job(self.platform.data, job))[0]
        self.assertIn("signal 9", mail_text(mail))
        self.assertEqual(self.api.job(job)["fault"]["code"], "WORKER_DIED")

    def check_next(self, job):
        """The next job is done, and there is still one mail about the one that failed."""
        wait_for("the next job to be done", lambda: self.catalog.state(job) == "done")
        wait_for("its mail", lambda: mails_of_job(self.platform.data, job))

    def test_a_process_job_whose_workers_die_fails_with_the_reason_and_one_mail(self):
        big = self.api.upload(tables.numbers(ENDLESS_ROWS, load.PROCESS_COLUMNS))["id"]
        job = self.api.process(big, load.process_recipe())["id"]
        self.check(job)
        self.check_next(self.api.process(self.api.upload(tables.numbers(10))["id"], [])["id"])
        self.assertEqual(len(mails_of_job(self.platform.data, job)), 1)

    def test_a_training_whose_workers_die_fails_with_the_reason_and_one_mail(self):
        big = self.api.upload(tables.noise(load.TRAIN_ROWS * 16))["id"]
        job = self.api.train(big, [], load.train_request())["id"]
        self.check(job)
        small = self.api.upload(tables.noise(50))["id"]
        self.check_next(self.api.train(small, [], load.train_request())["id"])
        self.assertEqual(len(mails_of_job(self.platform.data, job)), 1)


if __name__ == "__main__":
    fixture.main()
