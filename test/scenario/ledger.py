# SPDX-License-Identifier: MPL-2.0
"""The broker is killed again and again while clients publish and consume; they keep books of what was promised:
ledger.py BIN_DIR [--rounds N] [--seed N].

At the end everything acknowledged is at its offset, with its bytes, once, and in its key's order; what was
confirmed as settled never came again."""

import argparse
import hashlib
import os
import random
import time

import msgpack

import lone
from lone import adp

TOPIC, KEYS, WINDOW = "ledger", 8, 64
BATCH, CREDIT = 256, 1024
RECORDS, GAP = 31, 33


def payload_of(sequence):
    return b"%d|" % sequence + hashlib.sha256(b"%d" % sequence).digest() * (sequence % 16)


def items_of(header, frames):
    """(offset, deliveries, key, payload) of a record or a batch of them."""
    if header[0] == adp.RECORD:
        return [(header[3], header[4], header[6], frames[0])]
    found, at = [], 0
    for item in msgpack.unpackb(frames[0]):
        item += [None] * (6 - len(item))
        found.append((item[2], item[3], item[5], frames[1][at:at + item[1]]))
        at += item[1]
    return found


class Publisher:
    """Numbers its records; what has no answer is sent again to the next broker."""

    def __init__(self, books):
        self.books = books
        self.next = 0
        self.open = {}  # sequence by id
        self.acknowledged = {}  # offset by sequence
        self.repeats = 0

    def join(self, data):
        self.client = lone.Client(data, "publisher").welcome()
        waiting = sorted(self.open.values())
        self.open = {}
        for sequence in waiting:
            self.send(sequence)

    def send(self, sequence):
        number = self.client.ask(adp.PUBLISH, TOPIC, f"k{sequence % KEYS}", None, 0, 0, 0, "publisher", sequence,
                                 frames=(payload_of(sequence),))
        self.open[number] = sequence

    def turn(self):
        while len(self.open) < WINDOW:
            self.send(self.next)
            self.next += 1
        while got := self.client.take():
            self.hear(got[0])

    def hear(self, header):
        if header[0] != adp.PUBLISHED:
            raise AssertionError(f"a publish was answered {header}")
        self.repeats += header[3]
        for i in range(max(1, header[5] if len(header) > 5 and header[5] else 1)):
            sequence, offset = self.open.pop(header[1] + i), header[2] + i
            if self.acknowledged.setdefault(sequence, offset) != offset:
                raise AssertionError(f"sequence {sequence} is at {self.acknowledged[sequence]} and at {offset}")
            self.books.write(f"{sequence} {offset}\n")


class Consumer:
    """Acknowledges all; what was confirmed must never come again."""

    def __init__(self):
        self.settled = set()
        self.high = {}
        self.redelivered = 0

    def join(self, data):
        self.client = lone.Client(data, "consumer").welcome()
        self.client.answer(consume(self.client, "work"))
        self.acks = {}

    def turn(self):
        while got := self.client.take():
            self.hear(*got)

    def hear(self, header, frames):
        if header[0] in (adp.RECORD, RECORDS):
            for offset, deliveries, key, _ in items_of(header, frames):
                self.check(offset, key)
                self.redelivered += deliveries > 1
                self.acks[self.client.ask(adp.ACK, TOPIC, "work", offset)] = offset
        elif header[0] == adp.DONE:
            for i in range(max(1, header[2] if len(header) > 2 and header[2] else 1)):
                self.settled.add(self.acks.pop(header[1] + i))

    def check(self, offset, key):
        if offset in self.settled:
            raise AssertionError(f"offset {offset} came again behind its confirmed ack")
        if offset < self.high.get(key, -1) and offset not in self.seen(key):
            raise AssertionError(f"offset {offset} of key {key} comes behind {self.high[key]}")
        self.seen(key).add(offset)
        self.high[key] = max(offset, self.high.get(key, -1))

    def seen(self, key):
        return self.__dict__.setdefault("delivered", {}).setdefault(key, set())


def consume(client, group, credit=CREDIT):
    return client.ask(adp.CONSUME, TOPIC, group, credit, "first", 0, 0, 0, 0, None, False, BATCH)


def audit(data, publisher):
    """Reads everything there is, as a group that has settled nothing."""
    client = lone.Client(data, "auditor").welcome()
    consume(client, "audit")
    found = {}
    while len(found) < len(publisher.acknowledged):
        header, frames = client.until(lambda head: head[0] in (adp.RECORD, RECORDS))
        for offset, _, _, payload in items_of(header, frames):
            if found.setdefault(offset, payload) != payload:
                raise AssertionError(f"offset {offset} has two contents")
            client.ask(adp.ACK, TOPIC, "audit", offset)
    client.close()
    return found


def check(found, publisher):
    lost = [s for s, offset in publisher.acknowledged.items() if found.get(offset) != payload_of(s)]
    if lost:
        raise AssertionError(f"{len(lost)} acknowledged records are lost, the first is {lost[0]}")
    if sorted(found) != list(range(len(found))):
        raise AssertionError("the offsets have a hole")
    order = [int(found[offset].partition(b"|")[0]) for offset in sorted(found)]
    if len(set(order)) != len(order):
        raise AssertionError("a sequence is there twice")
    for key in range(KEYS):
        of_key = [sequence for sequence in order if sequence % KEYS == key]
        if of_key != sorted(of_key):
            raise AssertionError(f"key k{key} is out of order")


def work(clients, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for client in clients:
            client.turn()
        time.sleep(0.001)


def settle(publisher):
    """Waits for the answers that are still open."""
    while publisher.open:
        publisher.hear(publisher.client.until(lambda _: True)[0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    print(f"ledger: seed {arguments.seed}")
    random.seed(arguments.seed)
    broker = lone.Broker(arguments.bin_dir)
    started = time.monotonic()
    with open(os.path.join(broker.home, "ledger"), "w", encoding="ascii", buffering=1) as books:
        publisher, consumer = Publisher(books), Consumer()
        try:
            broker.start()
            founder = lone.Client(broker.data, "founder").welcome()
            for group in ("audit", "work"):  # each is owed every record
                founder.answer(consume(founder, group, 1))
            founder.send([adp.GOODBYE])
            for _ in range(arguments.rounds):
                publisher.join(broker.data)
                consumer.join(broker.data)
                work((publisher, consumer), random.uniform(0.01, 0.25))
                broker.kill()
                publisher.client.close()
                consumer.client.close()
                broker.start()
            publisher.join(broker.data)
            settle(publisher)
            found = audit(broker.data, publisher)
            check(found, publisher)
            broker.stop()
        except BaseException:
            print(broker.log()[-4000:])
            raise
        finally:
            broker.remove()
    seconds = time.monotonic() - started
    print(f"ledger: {arguments.rounds} kills in {seconds:.0f} s: {len(publisher.acknowledged)} acknowledged, "
          f"{publisher.repeats} repeats known as such, {consumer.redelivered} delivered again, "
          f"{len(consumer.settled)} settled; 0 lost, 0 twice, 0 out of order")


if __name__ == "__main__":
    main()
