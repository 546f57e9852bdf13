# SPDX-License-Identifier: MPL-2.0
"""Tables that tests make: bad ones, odd ones, and ones that keep the platform busy. The same bytes each time."""

import io
import random

GIB = 1 << 30
CHUNK = b"x" * (1 << 20)


def huge_field(size):
    """A table whose one value has `size` bytes and no end, in chunks."""
    yield b"name,value\nada,"
    for _ in range(size // len(CHUNK)):
        yield CHUNK


def levels(count):
    """A text column `code` with `count` different values, and a number."""
    return ("code,value\n" + "".join(f"c{i:06d},{i % 7}\n" for i in range(count))).encode()


def numbers(rows, columns=8, seed=1):
    """Random numbers in columns x0.. and a text column `group`; a few values are missing."""
    rand = random.Random(seed)
    text = io.StringIO()
    text.write(",".join(f"x{i}" for i in range(columns)) + ",group\n")
    for _ in range(rows):
        cells = ["" if rand.random() < 0.02 else f"{rand.gauss(0, 1):.6f}" for _ in range(columns)]
        text.write(",".join(cells) + f",{rand.choice('abcde')}\n")
    return text.getvalue().encode()


def noise(rows, columns=6, seed=2):
    """Numbers and a `label` that has nothing to do with them: a machine has to work for every row it separates."""
    rand = random.Random(seed)
    text = io.StringIO()
    text.write(",".join(f"x{i}" for i in range(columns)) + ",label\n")
    for _ in range(rows):
        text.write(",".join(f"{rand.gauss(0, 1):.6f}" for _ in range(columns)) + f",{rand.choice('pq')}\n")
    return text.getvalue().encode()
