#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""steps.py AUTODP [--write]: whether docs/steps.md says what the step catalogue says; --write makes it so."""
import json
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "steps.md"
HEAD = """# Steps

What recipes are made of. This page is made from the step catalogue (`autodp steps --json`); `python3 test/lint/steps.py build/dev/bin/autodp --write`
writes it anew. What they have in common stands in [documents.md](documents.md); expressions in [expressions.md](expressions.md).
"""


def columns(step):
    types = "any" if len(step["types"]) == 7 else ", ".join(step["types"])
    return {"none": "none", "any": f"{types}; without them all", "some": types}[step["columns"]]


def setting(row):
    span = f" {row.get('min', '')}..{row.get('max', '')}" if "min" in row or "max" in row else ""
    choice = " " + ", ".join(f"`{choice}`" for choice in row["choices"]) if "choices" in row else ""
    initial = f", default `{json.dumps(row['default'])}`" if "default" in row else ", required" if row["required"] else ""
    return f"- `{row['name']}` ({row['kind']}{span}{choice}{initial}): {row['help']}"


def page(catalogue):
    parts = [HEAD]
    for step in catalogue["steps"]:
        name = f"{step['op']} {step['method']}" if "method" in step else step["op"]
        parts.append(f"## {name}\n\n{step['title']}. {step['help']} Columns: {columns(step)}.\n")
        if step["settings"]:
            parts.append("\n".join(setting(row) for row in step["settings"]) + "\n")
    return "\n".join(parts)


def main():
    made = page(json.loads(subprocess.run([sys.argv[1], "steps", "--json"], capture_output=True, text=True, check=True).stdout))
    if "--write" in sys.argv:
        PAGE.write_text(made)
    elif not PAGE.exists() or PAGE.read_text() != made:
        print(f"{PAGE.name} is not what the catalogue says: python3 test/lint/steps.py build/dev/bin/autodp --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
