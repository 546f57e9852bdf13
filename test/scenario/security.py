# SPDX-License-Identifier: MPL-2.0
"""The bus over tcp: keys, roles, quotas, and workers on another host: security.py BIN_DIR."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import time

import msgpack
import zmq

import fixture
from doors import adp

ROLES = """
sender
    publish = "open.* exact"
reader
    consume = "open.*"
server
    serve = "echo"
    call = "echo"
half
    call = "echo/one"
beating
    heartbeat = "training"
    consume = "hb.*"
slow
    publish = "open.slow"
    messages_s = "5"
narrow
    publish = "open.narrow"
    bytes_s = "10000"
few
    publish = "open.few"
    connections = "2"
"""
SOON = 2.0  # seconds in which what is allowed happens
HALF_OPEN = 200


def free_ports():
    """The first of three free ports in a row."""
    rand = random.Random()
    while True:
        port = rand.randrange(20000, 60000)
        sockets = [socket.socket() for _ in range(3)]
        try:
            for i, one in enumerate(sockets):
                one.bind(("127.0.0.1", port + i))
            return port
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()


PORT = free_ports()


class Security(fixture.Case):
    settings = {"bus_listen": f"tcp://127.0.0.1:{PORT}"}

    @classmethod
    def prepare(cls):
        standard = cls.run_command("keys", "roles")
        with open(os.path.join(cls.platform.data, "keys", "roles.cfg"), "w", encoding="ascii") as file:
            file.write(standard + ROLES.lstrip("\n"))
        cls.paths = {}
        for role in ("client", "worker", "admin", "sender", "reader", "server", "half", "beating", "slow", "narrow",
                     "few"):
            cls.make_key(role + "1", role)

    @classmethod
    def run_command(cls, *arguments):
        done = cls.platform.command(*arguments)
        if done.returncode != 0:
            raise AssertionError(f"autodp {arguments}: {done.stderr}")
        return done.stdout

    @classmethod
    def make_key(cls, name, role):
        """A key the broker knows by the time this returns."""
        path = os.path.join(cls.platform.home, name + ".key")
        before = cls.platform.log().count("keys.changed")
        cls.run_command("keys", "new", name, "--role", role, "--out", path)
        fixture.wait_for("the broker to see the key", lambda: cls.platform.log().count("keys.changed") > before)
        cls.paths[name] = path
        return adp.read_keys(path)

    def keys(self, name):
        return adp.read_keys(self.paths[name])

    def client(self, name, **options):
        client = adp.Client(name="python", keys=self.keys(name), **options)
        self.addCleanup(client.vanish)
        return client

    def check_forbidden(self, ask, role, right, thing):
        with self.assertRaises(adp.AdpFault) as refused:
            ask()
        fault = refused.exception.fault
        self.assertEqual(fault["code"], "FORBIDDEN", fault)
        for word in (f"'{role}'", f"'{right}'", f"'{thing}'"):
            self.assertIn(word, fault["detail"])
        self.assertIn(f"give role '{role}' the right '{right}'", fault["remedy"])

    # --- Who comes in

    def test_a_key_publishes_and_consumes(self):
        admin = self.client("admin1")
        offset, _ = admin.publish("mine", b"over tcp")
        admin.consume("mine", "g")
        record, payload = admin.record()
        self.assertEqual((record["offset"], payload), (offset, b"over tcp"))
        admin.ack(record)

    def test_a_key_nobody_gave_is_refused(self):
        public, secret = zmq.curve_keypair()
        keys = {**self.keys("admin1"), "public": public.decode(), "secret": secret.decode()}
        with self.assertRaises(TimeoutError):
            adp.Client(keys=keys, hello_seconds=SOON)
        self.assertIn("key.refused", self.platform.log())

    def test_a_wrong_broker_is_not_talked_to(self):
        keys = {**self.keys("admin1"), "broker": zmq.curve_keypair()[0].decode()}
        with self.assertRaises(TimeoutError):
            adp.Client(keys=keys, hello_seconds=SOON)

    def test_nothing_is_said_in_the_clear(self):
        context = zmq.Context()
        self.addCleanup(context.term)
        for kind, above in ((zmq.DEALER, 0), (zmq.SUB, 2)):
            plain = context.socket(kind)
            self.addCleanup(plain.close, 0)
            plain.connect(f"tcp://127.0.0.1:{PORT + above}")
            if kind == zmq.SUB:
                plain.subscribe(b"")
            else:
                plain.send(msgpack.packb([adp.HELLO, adp.VERSION, "stranger", "1"]))
            self.assertFalse(plain.poll(int(SOON * 1000)), "an answer came without keys")

    def test_a_name_of_another_user_is_not_taken_over(self):
        with adp.Client(self.platform.data) as here:
            self.client("client1")
            stranger = adp.Client(name="gateway", instance="1", keys=self.keys("client1"))
            self.addCleanup(stranger.vanish)
            with self.assertRaises(adp.AdpFault) as refused:
                here.call("gateway", "user.me", {"token": "nobody"}, seconds=SOON)
            self.assertEqual(refused.exception.code, "UNAUTHENTICATED")
        self.assertNotIn("another client has said hello", self.platform.log())

    def test_a_routing_id_of_ones_own_is_refused(self):
        context = zmq.Context()
        self.addCleanup(context.term)
        for endpoint, keys in ((adp.endpoint(self.platform.data, "broker"), None),
                               (f"tcp://127.0.0.1:{PORT}", self.keys("admin1"))):
            mine = context.socket(zmq.DEALER)
            self.addCleanup(mine.close, 0)
            mine.routing_id = b"mine" + (b"." if keys else b"")
            if keys:
                adp.encrypt(mine, keys)
            mine.connect(endpoint)
            mine.send(msgpack.packb([adp.HELLO, adp.VERSION, "python", "1"]))
            self.assertTrue(mine.poll(10000))
            header, fault = mine.recv_multipart()
            self.assertEqual(msgpack.unpackb(header)[0], adp.REFUSED)
            self.assertIn("routing id", msgpack.unpackb(fault)["detail"])

    def test_half_open_handshakes_hurt_nobody_and_end(self):
        idle = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(HALF_OPEN)]
        for i, one in enumerate(idle):
            self.addCleanup(one.close)
            one.setblocking(False)
            if i % 2:
                one.send(b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x00CURVE")
        began = time.monotonic()
        self.client("admin1").publish("mine", b"while others stand in the door")
        self.assertLess(time.monotonic() - began, SOON)

        def ended(one):
            try:
                while one.recv(4096):
                    pass
                return True
            except BlockingIOError:
                return False
            except ConnectionError:
                return True
        fixture.wait_for("the broker to end them", lambda: all(map(ended, idle)), 20, 0.1)

    # --- What they may do

    def test_each_right_is_asked_for(self):
        nobody = self.client("beating1")
        self.check_forbidden(lambda: nobody.publish("open.x", b""), "beating", "publish", "open.x")
        self.check_forbidden(lambda: nobody.consume("open.x", "g"), "beating", "consume", "open.x")
        self.check_forbidden(lambda: nobody.call("echo", "one"), "beating", "call", "echo/one")
        self.check_forbidden(lambda: nobody._confirm(10, adp.DONE, "echo", 1), "beating", "serve", "echo")

    def test_patterns_end_where_they_say(self):
        sender = self.client("sender1")
        sender.publish("open.x", b"")
        sender.publish("exact", b"")
        self.check_forbidden(lambda: sender.publish("exactly", b""), "sender", "publish", "exactly")
        self.check_forbidden(lambda: sender.publish("opener", b""), "sender", "publish", "opener")
        reader = self.client("reader1")
        reader.consume("open.x", "g")
        self.check_forbidden(lambda: reader.publish("open.x", b""), "reader", "publish", "open.x")

    def test_a_call_is_allowed_by_method_and_carries_the_role(self):
        server, half = self.client("server1"), self.client("half1")
        server._confirm(10, adp.DONE, "echo", 4)
        half.send([adp.CALL, 1, "echo", "one", 5000, False], b"\x80", b"")
        header, _ = server._wait(lambda header: header[0] == 12, 10)
        self.assertEqual(header[5:7], ["python", "half"])
        self.check_forbidden(lambda: half.call("echo", "two"), "half", "call", "echo/two")

    def test_the_role_of_a_client_ends_at_the_gateway(self):
        client = self.client("client1")
        with self.assertRaises(adp.AdpFault) as refused:
            client.call("gateway", "user.me", {"token": "nobody"})
        self.assertEqual(refused.exception.code, "UNAUTHENTICATED")
        self.check_forbidden(lambda: client.call("gateway", "job.claim"), "client", "call", "gateway/job.claim")
        self.check_forbidden(lambda: client.call("health", "actor.list"), "client", "call", "health/actor.list")

    def test_paths_are_told_on_the_same_host_only(self):
        self.assertNotIn("path", self.client("client1").call("blob", "create", {"local": True})[0])
        with adp.Client(self.platform.data) as here:
            self.assertIn("path", here.call("blob", "create", {"local": True})[0])

    # --- Heartbeats

    def heartbeat_socket(self, name, kind, above):
        context = zmq.Context()
        self.addCleanup(context.term)
        one = context.socket(kind)
        self.addCleanup(one.close, 0)
        adp.encrypt(one, self.keys(name))
        one.connect(adp.remote(self.keys(name), above))
        return one

    def hears(self, listener, subject, seconds=3.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if listener.poll(100) and listener.recv_multipart()[0] == subject:
                return True
        return False

    def test_heartbeats_are_heard_by_right(self):
        listener = self.heartbeat_socket("beating1", zmq.SUB, 2)
        listener.subscribe(b"hb.")
        self.assertTrue(self.hears(listener, b"hb.gateway.1"))
        deaf = self.heartbeat_socket("sender1", zmq.SUB, 2)
        deaf.subscribe(b"hb.")
        self.assertFalse(self.hears(deaf, b"hb.gateway.1", SOON))

    def test_heartbeats_are_sent_in_ones_own_name_only(self):
        listener = self.heartbeat_socket("beating1", zmq.SUB, 2)
        listener.subscribe(b"hb.training.")
        speaker = self.heartbeat_socket("beating1", zmq.PUB, 1)

        def say(name, instance):
            message = msgpack.packb({"name": name, "instance": instance, "incarnation": "in_x",
                                     "sequence": int(time.time() * 1000), "state": "ready"})
            speaker.send_multipart([f"hb.{name}.{instance}".encode(), message])

        def heard():
            say("training", "beating1")
            return self.hears(listener, b"hb.training.beating1", 0.2)
        fixture.wait_for("its own heartbeat", heard)
        say("training", "forged")
        say("preprocessing", "beating1")
        say("training", "beating1")
        seen = []
        while listener.poll(500) and len(seen) < 50:
            seen.append(listener.recv_multipart()[0])
        self.assertNotIn(b"hb.training.forged", seen)

    # --- Quotas

    def flood(self, name, topic, count, payload=b"x"):
        """Publishes without waiting; how many were taken, and the last refusal."""
        client = self.client(name)
        for number in range(1000, 1000 + count):
            client.send([adp.PUBLISH, number, topic], payload)
        taken, fault = 0, None
        while count > 0:
            header, frames = client.receive(10)
            if header[0] == adp.PUBLISHED:
                taken += max(1, header[5] if len(header) > 5 and header[5] else 1)
                count -= max(1, header[5] if len(header) > 5 and header[5] else 1)
            elif header[0] == adp.REFUSED:
                fault = msgpack.unpackb(frames[0])
                count -= 1
        return taken, fault

    def test_messages_over_the_quota_are_refused_and_others_are_not(self):
        taken, fault = self.flood("slow1", "open.slow", 40)
        self.assertGreaterEqual(taken, 5)
        self.assertLess(taken, 20)
        self.assertEqual(fault["code"], "RATE_LIMITED")
        self.assertIn("'messages_s' of role 'slow'", fault["detail"] + fault["remedy"])
        self.assertRegex(fault["remedy"], r"retry after \d+ ms")
        self.assertEqual(self.flood("sender1", "open.x", 40)[0], 40)

    def test_bytes_over_the_quota_are_refused(self):
        taken, fault = self.flood("narrow1", "open.narrow", 10, b"x" * 9000)
        self.assertLess(taken, 6)
        self.assertIn("'bytes_s' of role 'narrow'", fault["remedy"])

    def test_a_key_has_as_many_connections_as_its_role_says(self):
        first, second = self.client("few1", instance="1"), self.client("few1", instance="2")
        with self.assertRaises(adp.AdpFault) as refused:
            adp.Client(keys=self.keys("few1"), instance="3")
        self.assertEqual(refused.exception.code, "RATE_LIMITED")
        self.assertIn("connections", refused.exception.fault["detail"])
        first.publish("open.few", b"")
        second.publish("open.few", b"")

    # --- Keys that change

    def test_a_removed_key_is_cut_off(self):
        keys = self.make_key("leaver", "beating")
        client = adp.Client(keys=keys)
        self.addCleanup(client.vanish)
        listener = self.heartbeat_socket("leaver", zmq.SUB, 2)
        listener.subscribe(b"hb.")
        self.assertTrue(self.hears(listener, b"hb.gateway.1"))
        self.run_command("keys", "rm", "leaver")
        with self.assertRaises(adp.AdpFault) as refused:
            client._wait(lambda header: False, 10)
        self.assertEqual(refused.exception.code, "UNAUTHENTICATED")
        self.assertIn("leaver", refused.exception.fault["detail"])
        fixture.wait_for("the listener to hear nothing more", lambda: not self.hears(listener, b"hb.gateway.1", 2.5))
        with self.assertRaises(TimeoutError):
            adp.Client(keys=keys, hello_seconds=SOON)

    def test_a_key_file_that_is_not_valid_changes_nothing(self):
        path = os.path.join(self.platform.data, "keys", "clients")
        with open(path, encoding="ascii") as file:
            good = file.read()
        with open(path, "w", encoding="ascii") as file:
            file.write("broken\n    role = \"admin\"\n    public = \"short\"\n")
        fixture.wait_for("the broker to say so", lambda: "keys.invalid" in self.platform.log())
        self.client("sender1").publish("open.x", b"")
        with open(path, "w", encoding="ascii") as file:
            file.write(good)

    # --- The command and the actors

    def test_a_key_file_others_can_read_is_not_used(self):
        path = self.platform.path("open.key", open(self.paths["client1"], "rb").read())
        os.chmod(path, 0o644)
        done = self.platform.command("datasets", "--keys", path)
        self.assertIn("can be read by others", done.stderr)

    def start_actor(self, name, home):
        log = open(os.path.join(self.platform.home, f"remote.{name}.log"), "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [os.path.join(self.platform.bin, "autodp"), "actor", name, "--keys", self.paths["worker1"], "--data", home],
            env=self.platform.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def end():
            process.terminate()
            self.assertEqual(process.wait(30), 0, open(log.name, errors="replace").read())
        self.addCleanup(end)
        fixture.wait_for(f"the remote {name}", lambda: b"actor.ready" in open(log.name, "rb").read())
        return log.name

    def test_workers_on_another_host_do_the_jobs(self):
        home = os.path.join(self.platform.home, "afar")
        logs = [self.start_actor(name, home) for name in ("preprocessing", "training")]
        for name in ("preprocessing", "training"):
            pid = self.platform.pid(name)
            os.kill(pid, signal.SIGSTOP)  # those of this host take nothing now
            self.addCleanup(os.kill, pid, signal.SIGCONT)
        client = ("--keys", self.paths["client1"])
        self.run_command("user", "add", "ada@example.org", *client)
        said = self.run_command("upload", fixture.PENGUINS, *client)
        dataset = re.search("ds_[0-9a-z]+", said).group()
        recipe = self.platform.path("recipe.json", json.dumps([{"op": "missing", "method": "drop_rows"}]))
        said = self.run_command("process", dataset, "--recipe", recipe, "--wait", *client)
        output = os.path.join(self.platform.home, "clean.csv")
        self.run_command("get", re.search("jb_[0-9a-z]+", said).group(), "data.csv", "--output", output, *client)
        with open(output, encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 334)
        self.run_command("train", dataset, "--target", "species", "--features", "bill_length_mm,bill_depth_mm",
                         "--recipe", recipe, "--wait", *client)
        for log in logs:
            with open(log, encoding="utf-8") as file:
                self.assertIn("job.started", file.read())


if __name__ == "__main__":
    fixture.main()
