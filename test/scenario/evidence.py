# SPDX-License-Identifier: MPL-2.0
"""What the platform leaves in its data directory: the catalog's rows and the mails of the outbox."""

import email
import email.policy
import glob
import json
import os
import sqlite3


class Catalog:
    """The gateway's catalog, read only."""

    def __init__(self, data):
        self.path = os.path.join(data, "catalog.db")

    def rows(self, query, *values):
        """Rows as dictionaries. None while the catalog cannot be read, as when its owner is starting."""
        try:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)
        except sqlite3.OperationalError:
            return None
        try:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]
        except sqlite3.OperationalError:
            return None
        finally:
            connection.close()

    def job(self, job):
        """A job's row with fault and result decoded; None when it cannot be read now."""
        rows = self.rows("SELECT id, kind, state, attempt, created, started, ended, result, fault FROM jobs"
                         " WHERE id = ?", job)
        if not rows:
            return None
        row = rows[0]
        for name in ("result", "fault"):
            row[name] = json.loads(row[name]) if row[name] else None
        return row

    def state(self, job):
        row = self.job(job)
        return row["state"] if row else None

    def models(self, job):
        """How many models a job has made."""
        return len(self.rows("SELECT id FROM models WHERE job = ?", job) or [])


def mails(data):
    """All mails of the outbox, parsed strictly, sorted by file name."""
    found = []
    for path in sorted(glob.glob(os.path.join(data, "outbox", "*.eml"))):
        with open(path, "rb") as file:
            found.append(email.message_from_binary_file(file, policy=email.policy.default))
    return found


def mail_text(mail):
    return mail.get_body(("plain",)).get_content()


def mails_of_job(data, job):
    """The mails that tell of a job."""
    return [mail for mail in mails(data) if f"Job {job}" in mail_text(mail)]


def defects(mail):
    """Everything Python's parser found wrong with a mail."""
    found = []
    for part in mail.walk():
        found += part.defects
        for name, value in part.items():
            found += [(name, defect) for defect in value.defects]
    return found
