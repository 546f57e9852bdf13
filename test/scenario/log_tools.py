# SPDX-License-Identifier: MPL-2.0
"""The broker's log printed, damaged, verified and repaired with the command: log_tools.py BIN_DIR."""

import json
import os
import sys

import fixture

sys.path.insert(0, os.path.join(fixture.ROOT, "test", "interop"))
import adp  # noqa: E402

COUNT = 30
DAMAGED = 11


class LogTools(fixture.Case):
    restarts = True

    def log(self, *arguments):
        return self.platform.command("log", *arguments)

    def entries(self):
        """The records of the topic as `log dump` prints them."""
        dump = self.log("dump", "--topic", "numbers", "--json", "--payload")
        return dump, [entry for entry in map(json.loads, dump.stdout.splitlines()) if entry["entry"] == "record"]

    def damage(self, entry):
        path = os.path.join(self.platform.data, "log", f"{entry['segment']:010}.log")
        with open(path, "r+b") as file:
            content = file.read()
            at = content.index(b"number-%d." % DAMAGED, entry["position"])
            file.seek(at)
            file.write(b"NUMBER")

    def test_a_damaged_record_is_named_and_all_others_are_kept(self):
        with adp.Client(self.platform.data) as client:
            for number in range(COUNT):
                client.publish("numbers", b"number-%d." % number)
        refused = self.log("fsck")
        self.assertEqual(refused.returncode, 65)
        self.assertIn("CONFLICT", refused.stderr)
        self.platform.stop()
        self.assertEqual(self.log("fsck").returncode, 0)
        dump, entries = self.entries()
        self.assertEqual(dump.returncode, 0)
        self.assertEqual([entry["payload"] for entry in entries], [f"number-{i}." for i in range(COUNT)])
        self.damage(entries[DAMAGED])
        found = self.log("fsck")
        self.assertEqual(found.returncode, 65)
        self.assertIn(f"topic 'numbers' offset {DAMAGED}", found.stdout)
        self.assertIn(f"offset {entries[DAMAGED]['position']}:", found.stdout)
        self.assertEqual(self.log("repair").returncode, 0)
        self.assertEqual(self.log("fsck").returncode, 0)
        self.platform.start()
        with adp.Client(self.platform.data) as client:
            client.consume("numbers", "check", credit=COUNT)
            payloads = [client.record()[1] for _ in range(COUNT - 1)]
        self.assertEqual(payloads, [b"number-%d." % i for i in range(COUNT) if i != DAMAGED])


if __name__ == "__main__":
    fixture.main()
