# SPDX-License-Identifier: MPL-2.0
"""A small disk fills and is emptied again: fill.py BIN_DIR [--rounds N]. Needs the right to mount a tmpfs.

Publishes are refused as FULL at once, acks go on being confirmed and make room, publishes go on then; what was
acknowledged is there at the end, also behind a kill at the fullest moment."""

import argparse
import errno
import os
import subprocess
import sys
import tempfile
import time

import lone
from ledger import items_of
from lone import adp

TOPIC, GROUP, PAYLOAD, WINDOW = "fill", "work", 60000, 16
DISK_BYTES = 48 << 20
FULL_SECONDS, ROOM_SECONDS = 2.0, 20.0
SKIPPED = 77
RECORDS = 31


def payload_of(number):
    return b"%08d" % number + bytes([number % 251]) * PAYLOAD


class Books:
    def __init__(self):
        self.next = 0
        self.kept = {}  # number by offset: acknowledged, not settled
        self.settled = set()


def fill(client, books):
    """Publishes until the broker says FULL; how long the slowest answer took."""
    slowest, refused = 0.0, False
    while not refused:
        asked = {}
        for _ in range(WINDOW):
            number = client.ask(adp.PUBLISH, TOPIC, frames=(payload_of(books.next),))
            asked[number] = (books.next, time.monotonic())
            books.next += 1
        while asked:
            header, frames = client.until(lambda head: head[0] in (adp.PUBLISHED, adp.REFUSED))
            for i in range(max(1, header[5] if header[0] == adp.PUBLISHED and len(header) > 5 else 1)):
                number, since = asked.pop(header[1] + i)
                slowest = max(slowest, time.monotonic() - since)
                if header[0] == adp.PUBLISHED:
                    books.kept[header[2] + i] = number
                else:
                    check_full(frames)
                    refused = True
    return slowest


def check_full(frames):
    fault = lone.msgpack.unpackb(frames[0])
    if fault["code"] != "FULL" or not fault.get("remedy"):
        raise AssertionError(f"a full disk was told as {fault}")


def empty(client, books):
    """Consumes and acknowledges all that is there; each ack must be confirmed although the disk is full."""
    consume(client, 64)
    acks = {}
    while books.kept:
        header, frames = client.until(lambda head: head[0] in (adp.RECORD, RECORDS, adp.DONE, adp.REFUSED))
        if header[0] == adp.REFUSED:
            raise AssertionError(f"an ack was refused: {lone.msgpack.unpackb(frames[0])}")
        if header[0] == adp.DONE:
            for i in range(max(1, header[2] if len(header) > 2 else 1)):
                offset = acks.pop(header[1] + i, None)
                if offset is not None:
                    books.settled.add(offset)
                    books.kept.pop(offset, None)
            continue
        for offset, _, _, payload in items_of(header, frames):
            if offset in books.settled:
                raise AssertionError(f"offset {offset} came again behind its confirmed ack")
            number = books.kept.get(offset)
            if number is not None and payload != payload_of(number):
                raise AssertionError(f"offset {offset} has other bytes")
            acks[client.ask(adp.ACK, TOPIC, GROUP, offset)] = offset
    client.answer(consume(client, 0))


def consume(client, credit):
    return client.ask(adp.CONSUME, TOPIC, GROUP, credit, "first")


def wait_for_room(client, books):
    """Publishes one until it is taken."""
    end = time.monotonic() + ROOM_SECONDS
    while time.monotonic() < end:
        number = client.ask(adp.PUBLISH, TOPIC, frames=(payload_of(books.next),))
        header, frames = client.answer(number)
        if header[0] == adp.PUBLISHED:
            books.kept[header[2]] = books.next
            books.next += 1
            return
        check_full(frames)
        time.sleep(0.05)
    raise AssertionError(f"no room {ROOM_SECONDS:g} s behind the last ack")


def take_all_room(path):
    """A file of somebody else that leaves not a byte."""
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        return file.tell()


def crowd_out(broker, client, books, again):
    """Somebody else's file takes the room: acks are confirmed all the same. `again` ends the broker meanwhile, None
    leaves it."""
    path = os.path.join(os.path.dirname(broker.data), "ballast")
    taken = take_all_room(path)
    slowest = fill(client, books)
    take_all_room(path + ".rest")
    if again:
        client.close()
        again()
        broker.start()
        client = lone.Client(broker.data, "filler").welcome()
    empty(client, books)
    os.unlink(path + ".rest")
    os.unlink(path)
    wait_for_room(client, books)
    print(f"fill: another's file of {taken >> 20} MiB took the room, the slowest answer took {slowest * 1000:.0f} ms; "
          f"acks were confirmed{' by the next broker' if again else ''}, and there was room when it was gone")
    return client


def give_room(broker, client, books):
    """Somebody else's file goes: there is room although nobody settled a record."""
    path = os.path.join(os.path.dirname(broker.data), "ballast")
    taken = take_all_room(path)
    fill(client, books)
    os.unlink(path)
    kept = len(books.kept)
    wait_for_room(client, books)
    print(f"fill: a file of {taken >> 20} MiB went, and there was room again while {kept} records waited")


def run(broker, rounds):
    books = Books()
    broker.start()
    client = lone.Client(broker.data, "filler").welcome()
    client.answer(consume(client, 1))
    client.answer(consume(client, 0))
    give_room(broker, client, books)
    for again in (None, broker.stop, broker.kill):
        client = crowd_out(broker, client, books, again)
    for number in range(rounds):
        slowest = fill(client, books)
        if slowest > FULL_SECONDS:
            raise AssertionError(f"an answer took {slowest:.1f} s")
        kept = len(books.kept)
        if number % 2 == 1:
            broker.kill()
            client.close()
            broker.start()
            client = lone.Client(broker.data, "filler").welcome()
        empty(client, books)
        wait_for_room(client, books)
        print(f"fill: {kept} records filled the disk, the slowest answer took {slowest * 1000:.0f} ms; "
              "all were there, and there was room again")
    client.close()
    broker.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_dir")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    disk = tempfile.mkdtemp(prefix="autodp.")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "autodp", disk], check=False)
    if mounted.returncode != 0:
        os.rmdir(disk)
        print("fill: skipped, a small disk cannot be mounted here")
        sys.exit(SKIPPED)
    broker = lone.Broker(arguments.bin_dir, data=os.path.join(disk, "data"))
    try:
        run(broker, arguments.rounds)
    except BaseException:
        print(broker.log()[-4000:])
        raise
    finally:
        broker.remove()
        subprocess.run(["umount", disk], check=False)
        os.rmdir(disk)


if __name__ == "__main__":
    main()
