# SPDX-License-Identifier: MPL-2.0
"""Frames no client should send, on the broker's own port: each gets a clear refusal, and the next request works:
bad_frames.py BIN_DIR."""

import os
import random
import socket
import struct

import msgpack
import zmq

import fixture
from doors import adp

HELLO = [adp.HELLO, adp.VERSION, "stranger", "1"]
UNASKED = [adp.PONG, 0]
KIB = 1024
NULL_HANDSHAKE = b"\x04\x26\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00"
GREETING = b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x00NULL" + b"\0" * 48


class BadFrames(fixture.Case):
    def setUp(self):
        self.context = zmq.Context()
        self.addCleanup(self.context.term)
        self.socket = self.context.socket(zmq.DEALER)
        self.addCleanup(self.socket.close, 0)
        self.socket.connect(adp.endpoint(self.platform.data, "broker"))

    def tearDown(self):
        """Whatever was sent, another client is served."""
        with adp.Client(self.platform.data, instance="next") as client:
            with self.assertRaises(adp.AdpFault) as refused:
                client.call("gateway", "user.me", {"token": "nobody"})
            self.assertEqual(refused.exception.code, "UNAUTHENTICATED")

    def receive(self):
        """The next answer; a pong that nobody asked for is none."""
        header = UNASKED
        while header == UNASKED:
            self.assertTrue(self.socket.poll(30000), "no answer")
            packed, *frames = self.socket.recv_multipart()
            header = msgpack.unpackb(packed)
        return header, frames

    def say_hello(self):
        self.socket.send(msgpack.packb(HELLO))
        self.assertEqual(self.receive()[0][0], adp.WELCOME)

    def check_refused(self, frames, code, number=0):
        """The frames are refused with this code and a remedy, by the id they had; the session goes on."""
        self.socket.send_multipart(frames)
        header, behind = self.receive()
        self.assertEqual(header[:2], [adp.REFUSED, number], header)
        fault = msgpack.unpackb(behind[0])
        self.assertEqual(fault["code"], code, fault)
        self.assertTrue(fault["detail"])
        self.assertTrue(fault["remedy"], fault)

    def check_session(self):
        self.socket.send(msgpack.packb([adp.PING, 4711]))
        self.assertEqual(self.receive()[0], [adp.PONG, 4711])

    def call(self, *behind, number=7, service="gateway"):
        return [msgpack.packb([adp.CALL, number, service, "user.me", 5000, False]), *behind]

    # --- Headers

    def test_a_request_before_hello(self):
        self.check_refused(self.call(b"\x80"), "UNAUTHENTICATED", number=7)

    def test_a_hello_of_another_version(self):
        self.check_refused([msgpack.packb([adp.HELLO, 99, "stranger", "1"])], "UNSUPPORTED")

    def test_an_empty_frame(self):
        self.check_refused([b""], "MALFORMED")

    def test_bytes_that_are_no_messagepack(self):
        self.say_hello()
        for frame in (b"\xc1", b"GET / HTTP/1.1\r\n\r\n", b"\x93\x0b", b"\xdd\xff\xff\xff\xff", b"\xff" * 100):
            with self.subTest(frame=frame):
                self.check_refused([frame], "MALFORMED")
        self.check_session()

    def test_random_bytes(self):
        self.say_hello()
        rand = random.Random(7)
        for _ in range(200):
            self.socket.send(b"\xc1" + rand.randbytes(rand.randrange(200)))
        for _ in range(200):
            self.assertEqual(self.receive()[0][0], adp.REFUSED)
        self.check_session()

    def test_a_header_of_no_known_kind(self):
        self.check_refused([msgpack.packb([77, 1])], "MALFORMED")

    def test_a_header_that_only_the_broker_sends(self):
        self.say_hello()
        self.check_refused([msgpack.packb([adp.PONG, 1])], "INVALID")

    def test_a_header_with_fields_of_the_wrong_type(self):
        self.say_hello()
        self.check_refused([msgpack.packb([adp.CALL, 9, 5, "user.me", 5000, False]), b"\x80"], "INVALID", number=9)

    def test_a_header_without_its_fields(self):
        self.say_hello()
        self.check_refused([msgpack.packb([adp.CALL, 9])], "INVALID", number=9)

    def test_a_header_that_announces_more_than_is_there(self):
        self.say_hello()
        self.check_refused([b"\x95\x0b\x07\xdb\xff\xff\xff\xff"], "MALFORMED", number=7)
        self.check_session()

    def test_a_header_over_its_limit(self):
        self.say_hello()
        self.check_refused([msgpack.packb([adp.CALL, 7, "x" * 8 * KIB, "m", 5000, False])], "TOO_LARGE", number=7)

    # --- What follows the header

    def test_too_many_frames(self):
        self.say_hello()
        self.check_refused(self.call(b"\x80", b"", b"one too many"), "MALFORMED", number=7)
        self.check_refused(self.call(*[b"x"] * 1000), "MALFORMED", number=7)
        self.check_session()

    def test_a_frame_over_its_limit(self):
        self.say_hello()
        self.check_refused(self.call(b"\x80", b"x" * (adp.FRAME_BYTES + 1)), "TOO_LARGE", number=7)
        self.check_session()

    def test_a_frame_far_over_its_limit_ends_the_connection_only(self):
        self.say_hello()
        self.socket.send_multipart(self.call(b"\x80", b"x" * (64 * adp.FRAME_BYTES)))

    def test_a_service_nobody_serves(self):
        with adp.Client(self.platform.data) as client, self.assertRaises(adp.AdpFault) as refused:
            client.call("no-such-service", "anything", {}, seconds=5)
        self.assertIn(refused.exception.code, ("UNAVAILABLE", "TIMEOUT"))
        self.assertIn("no-such-service", refused.exception.fault["detail"])

    def test_messages_that_are_not_what_the_method_takes(self):
        deep = msgpack.packb({"token": "t", "x": 1})
        for _ in range(40):
            deep = b"\x91" + deep
        for message, code in ((b"\xc1", "MALFORMED"), (deep, "MALFORMED"), (msgpack.packb([1, 2]), "INVALID"),
                              (msgpack.packb({"token": 5}), "INVALID"), (msgpack.packb({}), "INVALID"),
                              (msgpack.packb({"token": "x" * KIB}), "TOO_LARGE"),
                              (b"\x81\xa5token\xdb\xff\xff\xff\xff", "MALFORMED")):
            with self.subTest(code=code, message=message[:20]):
                self.say_hello()
                self.socket.send_multipart(self.call(message, b""))
                header, behind = self.receive()
                self.assertEqual(header[:2], [adp.ANSWER, 7])
                self.assertEqual(msgpack.unpackb(behind[0])["code"], code)

    def test_a_method_that_does_not_exist(self):
        with adp.Client(self.platform.data) as client, self.assertRaises(adp.AdpFault) as refused:
            client.call("gateway", "user.destroy", {})
        self.assertEqual(refused.exception.code, "NOT_FOUND")
        self.assertIn("user.destroy", refused.exception.fault["detail"])

    # --- Below ZeroMQ

    def raw(self, *parts):
        """Sends bytes to the socket file itself, and goes."""
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(30)
            raw.connect(os.path.join(self.platform.data, "run", "broker.sock"))
            for part in parts:
                try:
                    raw.sendall(part)
                except BrokenPipeError:
                    return

    def test_bytes_that_are_no_zmtp(self):
        rand = random.Random(11)
        self.raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        self.raw(b"\0" * 4096)
        for _ in range(20):
            self.raw(rand.randbytes(rand.randrange(1, 2000)))

    def test_a_zmtp_greeting_that_stops(self):
        self.raw(GREETING[:20])
        self.raw(GREETING)
        self.raw(GREETING, NULL_HANDSHAKE[:10])

    def test_a_zmtp_frame_that_announces_petabytes(self):
        self.raw(GREETING, NULL_HANDSHAKE, b"\x02" + struct.pack(">Q", 1 << 50) + b"x" * 100)


if __name__ == "__main__":
    fixture.main()
