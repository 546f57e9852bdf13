# SPDX-License-Identifier: MPL-2.0
"""A client of ADP/1 written from docs/wire.md alone: pyzmq and msgpack, none of AutoDP's code."""

import itertools
import os
import time

import msgpack
import zmq

HELLO, WELCOME, PING, PONG, GOODBYE, REFUSED = 1, 2, 3, 4, 5, 6
CALL, ANSWER = 11, 14
PUBLISH, PUBLISHED, CONSUME, RECORD, ACK, NACK, DONE = 20, 21, 22, 23, 24, 25, 28

VERSION = 1
PING_SECONDS = 1.0
HELLO_SECONDS = 15.0
FRAME_BYTES = 1 << 20


def endpoint(data, name):
    return f"ipc://{data}/run/{name}.sock"


def read_keys(path):
    """A client's key file: lines of `name = "value"`."""
    with open(path, encoding="ascii") as file:
        pairs = [line.split(" = ", 1) for line in file if " = " in line]
    return {name: value.strip().strip('"') for name, value in pairs}


def remote(keys, above=0):
    """The endpoint of a key file: the broker's ROUTER, or one of the heartbeats' sockets above it."""
    host, port = keys["endpoint"].rsplit(":", 1)
    return f"{host}:{int(port) + above}"


def encrypt(socket, keys):
    """Gives a socket the keys, before it connects."""
    socket.curve_serverkey = keys["broker"].encode()
    socket.curve_publickey = keys["public"].encode()
    socket.curve_secretkey = keys["secret"].encode()


class AdpFault(Exception):
    """What the other side answered instead: the error's number and the `fault` message."""

    def __init__(self, number, fault):
        self.number = number
        self.code = fault["code"]
        self.fault = fault
        super().__init__(f"{number} {fault}")


class Client:
    """One connection. Calls wait for their answers; records that come meanwhile are kept for `record`."""

    def __init__(self, data=None, name="python", instance=None, keys=None, hello_seconds=HELLO_SECONDS):
        """On this host by its data directory, from another one by the keys of read_keys."""
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 1000)
        self._socket.setsockopt(zmq.SNDTIMEO, 3000)  # after a refused key there is nobody to send to
        if keys:
            encrypt(self._socket, keys)
        self._socket.connect(remote(keys) if keys else endpoint(data, "broker"))
        self._ids = itertools.count(1)
        self._records = []
        self._pinged = time.monotonic()
        try:
            self.send([HELLO, VERSION, name, instance or str(os.getpid())])
            self.welcome = self._wait(lambda header: header[0] == WELCOME, hello_seconds)[0]
        except zmq.Again:
            self.vanish()
            raise TimeoutError("the connection was refused") from None
        except BaseException:
            self.vanish()
            raise

    def close(self):
        self.send([GOODBYE])
        self._socket.close()
        self._context.term()

    def vanish(self):
        """Closes without a goodbye, as one that was killed."""
        self._socket.close(0)
        self._context.term()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- Frames

    def send(self, header, *frames):
        self._socket.send_multipart([msgpack.packb(header), *frames])

    def receive(self, seconds):
        """The next frames with the header unpacked; None when none came in time."""
        if not self._socket.poll(max(0, int(seconds * 1000))):
            return None
        header, *frames = self._socket.recv_multipart()
        return msgpack.unpackb(header), frames

    def _wait(self, wanted, seconds=120.0):
        """Pings while it waits. A refusal of what was asked is raised."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if time.monotonic() - self._pinged >= PING_SECONDS:
                self._pinged = time.monotonic()
                self.send([PING, int(time.time() * 1000)])
            got = self.receive(min(PING_SECONDS, end - time.monotonic()))
            if got is None:
                continue
            header, frames = got
            if header[0] == REFUSED:
                raise AdpFault(header[2], msgpack.unpackb(frames[0]))
            if wanted(header):
                return header, frames
            if header[0] == RECORD:
                self._records.append((header, frames))
        raise TimeoutError("no answer came")

    def _confirm(self, kind, answer, *fields, frames=()):
        number = next(self._ids)
        self.send([kind, number, *fields], *frames)
        return self._wait(lambda header: header[0] == answer and header[1] == number)

    # --- Services

    def call(self, service, method, message=None, payload=b"", seconds=60.0, idempotent=False):
        """Calls a method; its answer's message and payload. Raises AdpFault."""
        header, frames = self._confirm(CALL, ANSWER, service, method, int(seconds * 1000), idempotent,
                                       frames=(msgpack.packb(message or {}), payload))
        answer = msgpack.unpackb(frames[0]) if frames else {}
        if header[2] != 0:
            raise AdpFault(header[2], answer)
        return answer, frames[1] if len(frames) > 1 else b""

    def put(self, content):
        """Stores bytes as a blob, in chunks; its id. Each chunk is written where the one before it ended."""
        upload = self.call("blob", "create", {})[0]["upload"]
        offset = 0
        while offset < len(content):
            offset = self.call("blob", "write", {"upload": upload, "offset": offset},
                               content[offset:offset + FRAME_BYTES])[0]["offset"]
        return self.call("blob", "commit", {"upload": upload})[0]["blob"]

    def get(self, blob):
        """The content of a blob."""
        size = self.call("blob", "stat", {"blob": blob})[0]["bytes"]
        content = b""
        while len(content) < size:
            content += self.call("blob", "read", {"blob": blob, "offset": len(content), "length": FRAME_BYTES})[1]
        return content

    # --- Topics

    def publish(self, topic, payload, key=None, message_id=None):
        """Publishes a record; returns its offset and whether it was a duplicate, when it is on disk."""
        header, _ = self._confirm(PUBLISH, PUBLISHED, topic, key, message_id, frames=(payload,))
        return header[2], header[3]

    def consume(self, topic, group, credit=1, start="first"):
        self._confirm(CONSUME, DONE, topic, group, credit, start)

    def record(self, seconds=30.0):
        """The next record: a dictionary of its header, and its payload."""
        header, frames = self._records.pop(0) if self._records else self._wait(lambda h: h[0] == RECORD, seconds)
        names = ("topic", "group", "offset", "deliveries", "time_ms", "key", "message_id", "lease_ms")
        return dict(zip(names, header[1:])), frames[0]

    def ack(self, record):
        self._confirm(ACK, DONE, record["topic"], record["group"], record["offset"])

    def nack(self, record, delay_ms, reason):
        self._confirm(NACK, DONE, record["topic"], record["group"], record["offset"], delay_ms, reason)


def heartbeats(data):
    """Hears the actors: yields heartbeat messages, the last ones of each first; None after a silence of 10 s."""
    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    socket.setsockopt(zmq.SUBSCRIBE, b"hb.")
    socket.connect(endpoint(data, "heartbeat-out"))
    try:
        while True:
            if socket.poll(10000):
                _, message = socket.recv_multipart()
                yield msgpack.unpackb(message)
            else:
                yield None
    finally:
        socket.close(0)
        context.term()
