# SPDX-License-Identifier: MPL-2.0
"""Lines and branches that tests ran, by folder: coverage.py SUMMARY.json (of gcovr)."""

import collections
import json
import os
import sys


def percent(part, whole):
    return f"{100 * part / whole:5.1f} %" if whole else "    - "


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        summary = json.load(file)
    folders = collections.defaultdict(lambda: [0, 0, 0, 0])
    for item in summary["files"]:
        for name in (os.path.dirname(item["filename"]), "all"):
            counts = folders[name]
            counts[0] += item["line_covered"]
            counts[1] += item["line_total"]
            counts[2] += item["branch_covered"]
            counts[3] += item["branch_total"]
    print(f"{'folder':24} {'lines':>7}  {'branches':>8}")
    for name in sorted(folders, key=lambda name: (name == "all", name)):
        lines, of_lines, branches, of_branches = folders[name]
        print(f"{name:24} {percent(lines, of_lines):>7}  {percent(branches, of_branches):>8}")


if __name__ == "__main__":
    main()
