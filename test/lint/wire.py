#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""docs/wire.md against the .def files: every header, number, field order, message, field, method, error and limit must be in it, and
nothing else. The parts between `<!-- made: NAME -->` and `<!-- end -->` are made from the tables; `wire.py --write` makes them anew."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "wire.md"
KINDS = {"VIEW": "text", "STR": "text", "INT": "int", "BOOL": "bool", "REAL": "real", "DOC": "value"}
PART = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.S)


def lines(path):
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


def arguments(text):
    """The arguments of a macro call, quotes taken off."""
    return [part.strip().strip('"') for part in re.findall(r'"[^"]*"|[^,]+', text)]


def limits():
    """Name -> number, from the enum of limits.h."""
    found = {}
    for line in lines("proto/limits.h"):
        match = re.match(r"\s*(LIMIT_\w+) = ([^,]+),\s*(?://\s*(.*))?", line)
        if match:
            found[match[1]] = (eval(match[2], {"__builtins__": {}}), match[3] or "")  # arithmetic of integers
    return found


LIMITS = limits()


def number(text):
    return LIMITS[text][0] if text in LIMITS else int(text, 0)


def parse(path, opening, item):
    """[(arguments, comment, [(arguments, remark)])] of a .def file: a comment above belongs to what follows at once."""
    found, comment = [], []
    for line in lines(path):
        call = re.match(r"(\w+)\((.*)\)(?:\s*//\s*(.*))?$", line)
        if line.startswith("//"):
            comment.append(line[2:].strip())
        elif not line.strip():
            comment = []
        elif call and call[1] == opening:
            found.append((arguments(call[2]), " ".join(comment + ([call[3]] if call[3] else [])), []))
            comment = []
        elif call and call[1] == item:
            found[-1][2].append((arguments(call[2]), call[3] or ""))
    return found


HEADERS = parse("proto/envelope.def", "HEADER", "ITEM")
MESSAGES = parse("proto/message.def", "MESSAGE", "FIELD")


def field_rules():
    """Field name -> (kind, limit): a name means the same in every header."""
    rules = {}
    for _, _, items in HEADERS:
        for (_, kind, name, limit, _), _ in items:
            rule = (KINDS[kind], number(limit))
            if rules.setdefault(name, rule) != rule:
                sys.exit(f"field '{name}' has two meanings in envelope.def")
    return rules


def made_abnf():
    out = ["```abnf"]
    names = [arguments_[0] for arguments_, _, _ in HEADERS]
    for start in range(0, len(names), 8):
        lead = "header       = " if start == 0 else "             / "
        out.append(lead + " / ".join(names[start:start + 8]))
    out.append("")
    for (name, value, _, _), _, items in HEADERS:
        fields = [field if required == "true" else f"[{field}]" for (_, _, field, _, required), _ in items]
        out.append(" ".join([f"{name:12} = array %x{int(value):02X}", *fields, "*later"]))
    out.append("")
    for name, (kind, limit) in sorted(field_rules().items()):
        bound = ""
        if kind == "text":
            bound = f" ; at most {limit} bytes"
        elif limit:
            bound = f" ; 0 to {limit}"
        out.append(f"{name.replace('_', '-'):16} = {kind}{bound}")
    out.append("```")
    text = "\n".join(out)
    # ABNF names have hyphens; the fields' own names are in the table below it.
    return re.sub(r"(?<=[ \[])([a-z]+(?:_[a-z]+)+)", lambda match: match[1].replace("_", "-"), text)


def made_headers():
    out = ["| number | header | from | frames behind | fields |", "|---|---|---|---|---|"]
    for (name, value, sender, frames), comment, items in HEADERS:
        fields = ", ".join(f"`{field}`" + ("" if required == "true" else "?") for (_, _, field, _, required), _ in items)
        behind = {"": "", "m": "message", "p": "payload", "mp": "message, payload"}[frames]
        out.append(f"| {value} | `{name}` | {sender} | {behind} | {fields} |")
    out.append("")
    for (name, *_), comment, items in HEADERS:
        for (_, _, field, _, _), remark in items:
            if remark:
                out.append(f"- `{name}.{field}`: {remark}")
    return "\n".join(out)


def made_messages():
    out = []
    for (_, wire), comment, items in MESSAGES:
        out.append(f"### `{wire}`\n")
        if comment:
            out.append(comment + "\n")
        if not items:
            out.append("No fields.\n")
            continue
        out += ["| field | kind | limit | |", "|---|---|---|---|"]
        for (_, kind, field, limit, required), remark in items:
            bound = number(limit)
            unit = f"{bound} bytes" if KINDS[kind] in ("text", "value") else (f"0 to {bound}" if bound else "")
            name = f"`{field}`" + ("" if required == "true" else "?")
            out.append(f"| {name} | {KINDS[kind]} | {unit} | {remark} |")
        out.append("")
    return "\n".join(out).rstrip()


def made_methods():
    names = {name: wire for (name, wire), _, _ in MESSAGES}
    out = ["| service | method | request | answer | time | idempotent |", "|---|---|---|---|---|---|"]
    for row, _, _ in parse("proto/method.def", "METHOD", ""):
        service, _, wire, request, answer, deadline_ms, idempotent = row
        yes = "yes" if idempotent == "true" else ""
        out.append(f"| `{service}` | `{wire}` | `{names[request]}` | `{names[answer]}` | {int(deadline_ms) / 1000:g} s | {yes} |")
    return "\n".join(out)


def made_errors():
    out = ["| code | name | | try again |", "|---|---|---|---|"]
    for row, _, _ in parse("base/error.def", "ERROR", ""):
        name, code, _, _, retryable, text = row
        out.append(f"| {code} | `{name}` | {text} | {'yes' if retryable == 'true' else ''} |")
    return "\n".join(out)


def made_limits():
    out = ["| limit | value | |", "|---|---|---|"]
    for name, (value, remark) in LIMITS.items():
        out.append(f"| `{name[6:].lower()}` | {value} | {remark} |")
    return "\n".join(out)


def made(name):
    return globals()["made_" + name]()


def main():
    text = DOCUMENT.read_text(encoding="utf-8")
    parts = {match[2] for match in PART.finditer(text)}
    wanted = {"abnf", "headers", "messages", "methods", "errors", "limits"}
    fresh = PART.sub(lambda match: match[1] + made(match[2]) + "\n" + match[3], text)
    if parts != wanted:
        sys.exit(f"docs/wire.md has the parts {sorted(parts)}, it should have {sorted(wanted)}")
    if "--write" in sys.argv:
        DOCUMENT.write_text(fresh, encoding="utf-8")
        return
    if fresh != text:
        old, new = text.splitlines(), fresh.splitlines()
        for line in [line for line in new if line not in old][:5]:
            print("missing from docs/wire.md:", line)
        for line in [line for line in old if line not in new][:5]:
            print("only in docs/wire.md:", line)
        sys.exit("docs/wire.md is not what the tables say: run test/lint/wire.py --write")


if __name__ == "__main__":
    main()
