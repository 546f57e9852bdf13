# SPDX-License-Identifier: MPL-2.0
"""The broker alone, as a process that can be killed, stopped and starved, and a client that does not wait."""

import itertools
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import msgpack
import zmq

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "interop"))
import adp  # noqa: E402

READY_SECONDS = 60
STOP_SECONDS = 30
CONTEXT = zmq.Context()


class Broker:
    """`autodp actor broker` over a data directory. `limits` are pairs for setrlimit."""

    def __init__(self, bin_dir, data=None, limits=()):
        self.bin = os.path.join(os.path.abspath(bin_dir), "autodp")
        self.home = tempfile.mkdtemp(prefix="autodp.")
        self.data = data or os.path.join(self.home, "data")
        self.limits = limits
        self.log_path = os.path.join(self.home, "broker.log")
        self.process = None

    def _limit(self):
        for what, most in self.limits:
            resource.setrlimit(what, (most, most))

    def start(self):
        read, write = os.pipe()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.bin, "actor", "broker", "--data", self.data, "--ready-fd", str(write)], pass_fds=[write],
                stdin=subprocess.DEVNULL, stderr=log, preexec_fn=self._limit if self.limits else None)
        os.close(write)
        try:
            if not select.select([read], [], [], READY_SECONDS)[0] or not os.read(read, 1):
                raise AssertionError("the broker did not start\n" + self.log()[-4000:])
        finally:
            os.close(read)
        return self

    def kill(self):
        """No goodbye, no flush."""
        self.process.kill()
        self.process.wait()

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """In order; no sanitizer may have spoken."""
        self.signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        log = self.log()
        if code != 0 or "Sanitizer" in log or "runtime error:" in log:
            raise AssertionError(f"the broker ended with {code}\n{log[-4000:]}")

    def alive(self):
        return self.process.poll() is None

    def rss(self):
        """Its resident memory in bytes."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def remove(self):
        if self.process and self.alive():
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


class Client:
    """Sends without waiting; what comes is taken by `take`."""

    def __init__(self, data, name, endpoint=None):
        self.socket = CONTEXT.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.RCVHWM, 100000)
        self.socket.setsockopt(zmq.SNDHWM, 100000)
        self.socket.connect(endpoint or adp.endpoint(data, "broker"))
        self.ids = itertools.count(1)
        self.pinged = time.monotonic()
        self.name = name
        self.send([adp.HELLO, adp.VERSION, name, "1"])

    def welcome(self, seconds=20.0):
        """Waits for the first message, which is to be the welcome."""
        got = self.take(seconds)
        if not got or got[0][0] != adp.WELCOME:
            raise AssertionError(f"{self.name}: no welcome but {got}")
        return self

    def send(self, header, *frames):
        self.socket.send_multipart([msgpack.packb(header), *frames])

    def ask(self, kind, *fields, frames=()):
        number = next(self.ids)
        self.send([kind, number, *fields], *frames)
        return number

    def take(self, seconds=0.0):
        """The next header and its frames that is no pong; None when none comes in time. Pings on the way."""
        end = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            if now - self.pinged >= adp.PING_SECONDS:
                self.pinged = now
                self.send([adp.PING, 0])
            if not self.socket.poll(max(0, min(end - now, adp.PING_SECONDS)) * 1000):
                if now >= end:
                    return None
                continue
            packed, *frames = self.socket.recv_multipart()
            header = msgpack.unpackb(packed)
            if header[0] != adp.PONG:
                return header, frames

    def until(self, wanted, seconds=30.0):
        """The next message for which `wanted(header)` holds; others are dropped."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            got = self.take(end - time.monotonic())
            if got and wanted(got[0]):
                return got
        raise AssertionError(f"{self.name}: waited {seconds:g} s in vain")

    def answer(self, number, seconds=30.0):
        """The answer with this id."""
        kinds = (adp.DONE, adp.PUBLISHED, adp.REFUSED, adp.ANSWER)
        return self.until(lambda header: header[0] in kinds and header[1] == number, seconds)

    def close(self):
        self.socket.close(0)
