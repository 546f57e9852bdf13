# SPDX-License-Identifier: MPL-2.0
"""What stands still: the broker, a connection, a consumer; and what runs out: file descriptors. stall.py BIN_DIR."""

import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

import msgpack

import lone
from lone import adp

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/bin"
SILENCE_SECONDS = 5.0
FILES = 64
PAYLOAD = b"x" * 50000
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=4"  # RSS is measured
PUBLISH_BATCH, PART, BATCH, SMALL, WAITING = 29, 30, 1000, b"x" * 1000, 200000
PARTS = msgpack.packb([[PART, len(SMALL)]] * BATCH)
CALL_SECONDS, UNAVAILABLE = 40.0, 69


class Proxy:
    """Passes bytes between a unix socket of its own and the broker's, until it is told to stall or to half-close."""

    def __init__(self, broker):
        self.path = os.path.join(broker.home, "proxy.sock")
        self.target = adp.endpoint(broker.data, "broker").removeprefix("ipc://")
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(self.path)
        self.door.listen()
        self.stalled = False
        self.pairs = []
        self.over = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.over:
            watched = [self.door] if self.stalled else [self.door, *(end for pair in self.pairs for end in pair)]
            for ready in select.select(watched, [], [], 0.02)[0]:
                if ready is self.door:
                    client, server = self.door.accept()[0], socket.socket(socket.AF_UNIX)
                    server.connect(self.target)
                    self.pairs.append((client, server))
                else:
                    self._pass(ready)

    def _pass(self, ready):
        pair = next((pair for pair in self.pairs if ready in pair), None)
        if not pair:
            return
        other = pair[1] if ready is pair[0] else pair[0]
        try:
            data = ready.recv(65536)
            if data:
                other.sendall(data)
                return
        except OSError:
            pass
        self.pairs.remove(pair)
        for end in pair:
            end.close()

    def half_close(self):
        """The broker reads the end of the stream; what it writes is still taken."""
        for _, server in self.pairs:
            server.shutdown(socket.SHUT_WR)

    def close(self):
        self.over = True
        self.thread.join()
        for end in (self.door, *(end for pair in self.pairs for end in pair)):
            end.close()


def consume(client, group="g", credit=1):
    client.answer(client.ask(adp.CONSUME, "stall", group, credit, "first"))


def publish(client, payload=b"record"):
    header, _ = client.answer(client.ask(adp.PUBLISH, "stall", frames=(payload,)))
    return header


def record(client, seconds=30.0):
    return client.until(lambda header: header[0] == adp.RECORD, seconds)[0]


def publish_many(client, number):
    """Publishes so many records in batches, a few batches ahead of the answers."""
    sent = done = 0
    while done < number:
        while sent < number and sent - done < 2 * BATCH:
            client.send([PUBLISH_BATCH, sent + 1000, "stall", BATCH], PARTS, SMALL * BATCH)
            sent += BATCH
        header, frames = client.until(lambda head: head[0] in (adp.PUBLISHED, adp.REFUSED))
        if header[0] == adp.REFUSED:
            raise AssertionError(f"a batch was refused: {msgpack.unpackb(frames[0])}")
        done += max(1, header[5] if len(header) > 5 and header[5] else 1)
    return sent


def is_greeted(end):
    """Whether the other side of a socket speaks; False when it has closed it."""
    end.settimeout(10.0)
    try:
        return end.recv(1) != b""
    except ConnectionError:
        return False


class Stall(unittest.TestCase):
    limits = ()

    def setUp(self):
        self.broker = lone.Broker(BIN, limits=self.limits).start()
        self.addCleanup(self.broker.remove)

    def tearDown(self):
        self.assertTrue(self.broker.alive(), self.broker.log()[-4000:])
        self.broker.stop()

    def client(self, name, endpoint=None):
        client = lone.Client(self.broker.data, name, endpoint)
        self.addCleanup(client.close)
        return client.welcome()

    def test_broker_that_stood_still_hears_its_clients_first(self):
        publisher, consumer = self.client("publisher"), self.client("consumer")
        consume(consumer)
        self.broker.signal(signal.SIGSTOP)
        end = time.monotonic() + SILENCE_SECONDS + 1.0
        while time.monotonic() < end:
            for client in (publisher, consumer):
                client.take(0.1)
        self.broker.signal(signal.SIGCONT)
        self.assertEqual(publish(publisher)[0], adp.PUBLISHED)
        self.assertEqual(record(consumer)[4], 1)

    def test_stalled_connection_loses_its_record_and_begins_anew(self):
        proxy = Proxy(self.broker)
        self.addCleanup(proxy.close)
        stalled, other = self.client("stalled", f"ipc://{proxy.path}"), self.client("other")
        consume(stalled)
        publish(other)
        held = record(stalled)
        consume(other)
        proxy.stalled = True
        again = record(other, SILENCE_SECONDS + 10.0)
        self.assertEqual((again[3], again[4]), (held[3], held[4] + 1))
        proxy.stalled = False
        number = stalled.ask(adp.ACK, "stall", "g", held[3])
        header, frames = stalled.answer(number)
        self.assertEqual(msgpack.unpackb(frames[0])["code"], "UNAUTHENTICATED", header)
        stalled.send([adp.HELLO, adp.VERSION, "stalled", "1"])
        stalled.until(lambda header: header[0] == adp.WELCOME)

    def test_half_closed_connection_is_gone(self):
        proxy = Proxy(self.broker)
        self.addCleanup(proxy.close)
        half, other = self.client("half", f"ipc://{proxy.path}"), self.client("other")
        consume(half)
        publish(other)
        held = record(half)
        consume(other)
        proxy.half_close()
        began = time.monotonic()
        self.assertEqual(record(other)[3], held[3])
        self.assertLess(time.monotonic() - began, SILENCE_SECONDS)

    def test_consumer_that_never_reads_holds_nobody_up(self):
        deaf, publisher, reader = self.client("deaf"), self.client("publisher"), self.client("reader")
        consume(deaf, "deaf", 1024)
        consume(reader, "reader", 16)
        for number in range(600):
            began = time.monotonic()
            self.assertEqual(publish(publisher, PAYLOAD)[0], adp.PUBLISHED)
            self.assertLess(time.monotonic() - began, 2.0)
            got = record(reader)
            self.assertEqual(got[3], number)
            reader.answer(reader.ask(adp.ACK, "stall", "reader", got[3]))


    def test_records_that_wait_are_not_kept_in_memory(self):
        proxy = Proxy(self.broker)
        self.addCleanup(proxy.close)
        deaf, publisher = self.client("deaf", f"ipc://{proxy.path}"), self.client("publisher")
        consume(deaf, "deaf", 1024)
        proxy.stalled = True
        publish_many(publisher, 10 * BATCH)
        before = self.broker.rss()
        waiting = publish_many(publisher, WAITING) * len(SMALL)
        grown = self.broker.rss() - before
        print(f"stall: {waiting >> 20} MiB wait, the broker grew from {before >> 20} MiB by {grown >> 20} MiB")
        self.assertLess(grown, waiting // 4)

    def test_call_ends_by_itself_while_the_broker_stands_still(self):
        self.broker.signal(signal.SIGSTOP)
        try:
            done = subprocess.run([self.broker.bin, "broker", "stats"], capture_output=True, text=True, check=False,
                                  timeout=CALL_SECONDS, env={**os.environ, "AUTODP_DATA": self.broker.data})
        finally:
            self.broker.signal(signal.SIGCONT)
        self.assertEqual(done.returncode, UNAVAILABLE, done.stderr)


class Files(Stall):
    limits = ((resource.RLIMIT_NOFILE, FILES),)
    test_broker_that_stood_still_hears_its_clients_first = None
    test_stalled_connection_loses_its_record_and_begins_anew = None
    test_half_closed_connection_is_gone = None
    test_consumer_that_never_reads_holds_nobody_up = None
    test_records_that_wait_are_not_kept_in_memory = None
    test_call_ends_by_itself_while_the_broker_stands_still = None

    def test_connections_beyond_the_limit_end_and_the_others_go_on(self):
        early = self.client("early")
        consume(early, credit=64)
        path = adp.endpoint(self.broker.data, "broker").removeprefix("ipc://")
        crowd = []
        for _ in range(FILES * 2):
            one = socket.socket(socket.AF_UNIX)
            self.addCleanup(one.close)
            one.connect(path)
            crowd.append(one)
        greeted = sum(is_greeted(one) for one in crowd)
        self.assertLess(greeted, FILES)
        offset = publish(early)[2]
        self.assertEqual(record(early)[3], offset)
        self.assertEqual(early.answer(early.ask(adp.ACK, "stall", "g", offset))[0][0], adp.DONE)
        for one in crowd:
            one.close()
        self.client("late")
        print(f"stall: {greeted} of {len(crowd)} connections found a descriptor, the others were ended")


if __name__ == "__main__":
    unittest.main(verbosity=2)
