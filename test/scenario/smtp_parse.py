# SPDX-License-Identifier: MPL-2.0
"""Parses the mail on stdin as an outside judge and prints what it holds as JSON."""

import json
import sys
from email import policy
from email.parser import BytesParser


def part(message, kind):
    body = message.get_body((kind,))
    return body.get_content().replace("\r\n", "\n") if body else None


raw = sys.stdin.buffer.read()
message = BytesParser(policy=policy.default).parsebytes(raw)
defects = [repr(defect) for piece in message.walk() for defect in piece.defects]
defects += [f"{name}: {defect!r}" for name, value in message.items() for defect in getattr(value, "defects", [])]
print(json.dumps({
    "defects": defects,
    "headers": sorted(name.lower() for name in message.keys()),
    "from": str(message["From"]),
    "to": str(message["To"]),
    "subject": str(message["Subject"]),
    "date": message["Date"].datetime.isoformat(),
    "message_id": str(message["Message-ID"]),
    "auto_submitted": str(message["Auto-Submitted"]),
    "type": message.get_content_type(),
    "plain": part(message, "plain"),
    "html": part(message, "html"),
    "longest_line": max(len(line) for line in raw.split(b"\r\n")),
    "bare_line_ends": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    "ascii": raw.isascii(),
}))
