# SPDX-License-Identifier: MPL-2.0
"""The golden vectors of test/golden, read by another MessagePack: golden.py."""

import glob
import json
import os
import unittest

import msgpack

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden")


class Golden(unittest.TestCase):
    def pairs(self):
        """(name, bytes, document) of each vector."""
        for path in sorted(glob.glob(os.path.join(FOLDER, "*.hex"))):
            name = os.path.splitext(os.path.basename(path))[0]
            with open(path, encoding="ascii") as file:
                packed = bytes.fromhex("".join(file.read().split()))
            with open(path[:-len("hex")] + "json", encoding="utf-8") as file:
                yield name, packed, json.load(file)

    def test_each_vector_has_its_json_and_its_bytes(self):
        def names(kind):
            return {os.path.splitext(path)[0] for path in glob.glob(os.path.join(FOLDER, "*." + kind))}
        self.assertTrue(names("hex"))
        self.assertEqual(names("hex"), names("json"))

    def test_each_vector_unpacks_to_its_json(self):
        for name, packed, document in self.pairs():
            with self.subTest(name):
                self.assertEqual(msgpack.unpackb(packed, strict_map_key=True), document)

    def test_each_vector_is_the_shortest_form(self):
        for name, packed, document in self.pairs():
            with self.subTest(name):
                self.assertEqual(msgpack.packb(document), packed)


if __name__ == "__main__":
    unittest.main(verbosity=2)
