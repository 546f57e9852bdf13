# SPDX-License-Identifier: MPL-2.0
"""The user's path over the bus, by a client in another language: journey_bus.py BIN_DIR."""

import hashlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenario"))

import adp
import fixture

RECIPE = [{"op": "missing", "method": "median", "columns": ["bill_length_mm"]},
          {"op": "encode", "method": "one_hot", "columns": ["island"]}]
ADDRESS = "grace@example.org"


class JourneyBus(fixture.Case):
    @classmethod
    def prepare(cls):
        with open(fixture.PENGUINS, "rb") as file:
            cls.penguins = file.read()
        with adp.Client(cls.platform.data) as client:
            session, _ = client.call("gateway", "user.register", {"email": ADDRESS, "password": fixture.PASSWORD})
        cls.token = session["token"]

    def setUp(self):
        self.client = adp.Client(self.platform.data)
        self.addCleanup(self.client.close)

    def call(self, method, **fields):
        return self.client.call("gateway", method, {"token": self.token, **fields})[0]

    def upload(self):
        blob = self.client.put(self.penguins)
        return self.call("dataset.create", name="penguins.csv", blob=blob)["dataset"]

    def test_hello_is_answered_with_the_limits(self):
        _, version, broker, frame_bytes, silence_ms, *_ = self.client.welcome
        self.assertEqual(version, 1)
        self.assertTrue(broker)
        self.assertEqual(frame_bytes, adp.FRAME_BYTES)
        self.assertGreater(silence_ms, 1000 * adp.PING_SECONDS)

    def test_login_gives_a_session_that_knows_the_user(self):
        session, _ = self.client.call("gateway", "user.login", {"email": ADDRESS, "password": fixture.PASSWORD})
        me, _ = self.client.call("gateway", "user.me", {"token": session["token"]})
        self.assertEqual(me["user"]["email"], ADDRESS)

    def test_a_blob_written_in_chunks_is_named_by_its_content_and_comes_back(self):
        content = os.urandom(adp.FRAME_BYTES * 2 + 12345)
        blob = self.client.put(content)
        self.assertEqual(blob, hashlib.sha256(content).hexdigest())
        self.assertEqual(self.client.get(blob), content)

    def test_an_upload_is_described_and_previewed(self):
        dataset = self.upload()
        self.assertEqual(dataset["description"]["rows"], 344)
        preview = self.call("dataset.preview", id=dataset["id"], recipe=RECIPE)["preview"]
        self.assertEqual(len(preview["before"]["rows"]), 50)
        names = [column["name"] for column in preview["after"]["columns"]]
        self.assertEqual(names[1:4], ["island_Biscoe", "island_Dream", "island_Torgersen"])
        self.assertEqual(preview["after"]["rows"][0][1:4], ["0", "0", "1"])

    def test_a_job_is_followed_to_its_end_and_its_file_read(self):
        dataset = self.upload()
        since = self.call("job.watch", since=-1)["since"]
        job = self.call("job.create", kind="process", dataset=dataset["id"], recipe=RECIPE)["job"]
        while job["state"] in ("queued", "running"):
            changes = self.call("job.watch", since=since)
            since = changes["since"]
            job = next((changed for changed in changes["jobs"] if changed["id"] == job["id"]), job)
        self.assertEqual(job["state"], "done", job["fault"])
        lines = self.client.get(job["files"][0]["blob"]).decode().splitlines()
        self.assertEqual(len(lines), 345)
        self.assertTrue(lines[1].startswith("Adelie,0,0,1,39.1,"), lines[1])

    def test_a_refusal_names_the_step_and_the_column(self):
        dataset = self.upload()
        recipe = RECIPE + [{"op": "scale", "method": "z_score", "columns": ["wings"]}]
        with self.assertRaises(adp.AdpFault) as refused:
            self.call("dataset.preview", id=dataset["id"], recipe=recipe)
        fault = refused.exception.fault
        self.assertEqual((fault["code"], fault["step"], fault["column"]), ("COLUMN_UNKNOWN", 3, "wings"))
        self.assertTrue(fault["remedy"])

    def test_what_was_published_is_consumed_until_it_is_acknowledged(self):
        client = self.client
        first, duplicate = client.publish("interop", b"one", message_id="m1")
        self.assertFalse(duplicate)
        self.assertEqual(client.publish("interop", b"one", message_id="m1"), (first, True))
        second, _ = client.publish("interop", b"two")
        client.consume("interop", "readers")
        record, payload = client.record()
        self.assertEqual((record["offset"], record["deliveries"], payload), (first, 1, b"one"))
        client.nack(record, 0, "once more")
        record, payload = client.record()
        self.assertEqual((record["offset"], record["deliveries"], payload), (first, 2, b"one"))
        client.ack(record)
        record, payload = client.record()
        self.assertEqual((record["offset"], payload), (second, b"two"))
        client.ack(record)

    def check_heir(self, topic, offset, deliveries):
        with adp.Client(self.platform.data, instance="heir") as heir:
            heir.consume(topic, "readers")
            record, payload = heir.record()
            self.assertEqual((record["offset"], record["deliveries"], payload), (offset, deliveries, b"work"))
            heir.ack(record)

    def test_a_record_of_a_client_that_said_goodbye_goes_to_the_next_uncounted(self):
        offset, _ = self.client.publish("interop.left", b"work")
        with adp.Client(self.platform.data, instance="leaver") as leaver:
            leaver.consume("interop.left", "readers")
            self.assertEqual(leaver.record()[0]["offset"], offset)
        self.check_heir("interop.left", offset, deliveries=1)

    def test_a_record_of_a_client_that_vanished_goes_to_the_next(self):
        offset, _ = self.client.publish("interop.gone", b"work")
        vanishing = adp.Client(self.platform.data, instance="vanishing")
        vanishing.consume("interop.gone", "readers")
        self.assertEqual(vanishing.record()[0]["offset"], offset)
        vanishing.vanish()
        self.check_heir("interop.gone", offset, deliveries=2)

    def test_every_actor_is_heard_on_the_heartbeats(self):
        missing = set(fixture.ACTORS)
        for heartbeat in adp.heartbeats(self.platform.data):
            self.assertIsNotNone(heartbeat, f"not heard: {missing}")
            self.assertEqual(heartbeat["state"], "ready")
            self.assertEqual(heartbeat["pid"], self.platform.pid(heartbeat["name"]))
            missing.discard(heartbeat["name"])
            if not missing:
                break


if __name__ == "__main__":
    fixture.main()
