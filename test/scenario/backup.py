# SPDX-License-Identifier: MPL-2.0
"""A backup while publishes and jobs go on, restored elsewhere: backup.py BIN_DIR."""

import os
import sys
import threading

import fixture
from api import Api
from fixture import Platform, wait_for

sys.path.insert(0, os.path.join(fixture.ROOT, "test", "interop"))
import adp  # noqa: E402

BEFORE = 20  # publishes, at least, that are acknowledged before the backup begins


class Publisher(threading.Thread):
    """Publishes numbers to a topic until it is told to stop; `acknowledged` is how many are safe."""

    def __init__(self, data):
        super().__init__(daemon=True)
        self.data = data
        self.acknowledged = 0
        self.ending = threading.Event()

    def run(self):
        with adp.Client(self.data, name="publisher") as client:
            while not self.ending.is_set():
                client.publish("numbers", str(self.acknowledged).encode())
                self.acknowledged += 1

    def stop(self):
        self.ending.set()
        self.join()


class Backup(fixture.Case):
    restarts = True

    @classmethod
    def prepare(cls):
        cls.api = Api.registered(cls.platform, "ada@example.org", fixture.PASSWORD)
        with open(fixture.PENGUINS, "rb") as file:
            cls.table = file.read()
        cls.dataset = cls.api.upload(cls.table)["id"]

    def restored(self, backup):
        """The platform that a backup makes, elsewhere."""
        other = Platform(self.bin_dir)
        self.addCleanup(other.remove)
        done = other.command("restore", backup)
        self.assertEqual(done.returncode, 0, done.stderr)
        other.start()
        self.addCleanup(lambda: other.process and other.kill())
        return other

    def check_numbers(self, data, count):
        with adp.Client(data, name="consumer") as client:
            client.consume("numbers", "check", credit=100)
            for number in range(count):
                record, payload = client.record()
                self.assertEqual(int(payload), number)
                client.ack(record)

    def test_all_that_was_acknowledged_before_is_there_and_jobs_end(self):
        publisher = Publisher(self.platform.data)
        publisher.start()
        wait_for("publishes", lambda: publisher.acknowledged >= BEFORE)
        jobs = [self.api.process(self.dataset, [])["id"] for _ in range(3)]
        before = publisher.acknowledged
        backup = os.path.join(self.platform.home, "backup")
        done = self.platform.command("backup", backup)
        after = [self.api.process(self.dataset, [])["id"]]
        publisher.stop()
        self.assertEqual(done.returncode, 0, done.stderr)
        other = self.restored(backup)
        self.check_numbers(other.data, before)
        api = Api(other, self.api.token)
        for job in jobs:
            wait_for("the job to be done", lambda: api.job(job)["state"] == "done", 60)
        for job in jobs + after:  # and the one that was copied goes on
            wait_for("the job to be done", lambda: self.api.job(job)["state"] == "done", 60)
        other.stop()

    def test_a_damaged_backup_is_refused_and_nothing_is_made(self):
        backup = os.path.join(self.platform.home, "damaged")
        self.assertEqual(self.platform.command("backup", backup).returncode, 0)
        path = os.path.join(backup, "catalog.db")
        with open(path, "r+b") as file:
            file.seek(100)
            byte = file.read(1)
            file.seek(100)
            file.write(bytes([byte[0] ^ 1]))
        other = Platform(self.bin_dir)
        self.addCleanup(other.remove)
        refused = other.command("restore", backup)
        self.assertEqual(refused.returncode, 65)
        self.assertIn(path, refused.stderr)
        self.assertFalse(os.path.exists(other.data))

    def test_neither_goes_into_a_folder_that_is_not_empty(self):
        self.assertIn("CONFLICT", self.platform.command("backup", self.platform.home).stderr)
        backup = os.path.join(self.platform.home, "whole")
        self.assertEqual(self.platform.command("backup", backup).returncode, 0)
        refused = self.platform.command("restore", backup)
        self.assertIn("CONFLICT", refused.stderr)
        self.api.get("/session")


if __name__ == "__main__":
    fixture.main()
