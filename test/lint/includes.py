#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""The house's arrows: which folder may include which. Fails on an upward or sibling include."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A folder, and the folders below it that it may see (itself included without saying).
MAY_SEE = {
    "base": set(),
    "proto": {"base"},
    "bus": {"base", "proto"},
    "data": {"base"},
    "model": {"base"},
    "learn": {"base", "data", "model"},
    "store": {"base"},
    "broker/core": {"base", "proto"},
    "broker/log": {"base"},
    "broker": {"base", "proto", "broker/core", "broker/log"},
    "actors/runtime": {"base", "proto", "bus"},
    "actors": {"base", "proto", "bus", "data", "model", "learn", "store", "actors/runtime"},
    "cli": {"base", "proto", "bus", "data", "model", "learn", "store", "broker", "broker/core", "broker/log",
            "actors", "actors/runtime"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def room(path: str) -> str:
    """The part of the house a file is in: each actor is a room of its own, and so are the broker's core and log."""
    parts = path.split("/")
    inner = parts[0] == "actors" or "/".join(parts[:2]) in MAY_SEE
    return "/".join(parts[:2]) if inner else parts[0]


def allowed(room_from: str, room_to: str) -> bool:
    if room_from == room_to:
        return True
    kind_from = "actors" if room_from.startswith("actors/") and room_from != "actors/runtime" else room_from
    kind_to = "actors" if room_to.startswith("actors/") and room_to != "actors/runtime" else room_to
    return kind_to in MAY_SEE[kind_from] and not (kind_from == kind_to == "actors")


def faults():
    for top in sorted({key.split("/")[0] for key in MAY_SEE}):
        for file in sorted((ROOT / top).rglob("*")):
            if file.suffix not in (".c", ".h", ".cc", ".def"):
                continue
            name = str(file.relative_to(ROOT))
            for quote, target in INCLUDE.findall(file.read_text()):
                if quote == '"' and "/" not in target:
                    yield f"{name}: include \"{target}\" from the root, as \"{file.parent.relative_to(ROOT)}/{target}\""
                elif quote == '"' and target.startswith("."):
                    yield f"{name}: relative include \"{target}\""
                elif quote == '"' and not (ROOT / target).exists():
                    yield f"{name}: \"{target}\" does not exist"
                elif quote == '"' and not allowed(room(name), room(target)):
                    yield f"{name}: {room(name)} may not include {room(target)} (\"{target}\")"


def self_test():
    """The rules themselves: what must be refused is refused."""
    refused = [("base", "proto"), ("bus", "broker"), ("broker", "bus"), ("data", "store"), ("proto", "bus"),
               ("actors/gateway", "actors/bridge"), ("actors/runtime", "actors/gateway"), ("learn", "proto"),
               ("broker/core", "broker/log"), ("broker/log", "broker"), ("broker/log", "proto")]
    granted = [("bus", "proto"), ("learn", "data"), ("actors/gateway", "store"), ("actors/training", "actors/runtime"),
               ("cli", "actors/bridge"), ("cli", "broker")]
    return [f"rule {a} -> {b} should be refused" for a, b in refused if allowed(a, b)] + \
           [f"rule {a} -> {b} should be granted" for a, b in granted if not allowed(a, b)]


def main() -> int:
    found = self_test() + list(faults())
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
