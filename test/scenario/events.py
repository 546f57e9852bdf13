# SPDX-License-Identifier: MPL-2.0
"""Server-sent events of jobs (docs/http.md), heard by a thread."""

import json
import queue
import socket
import threading
from http.client import HTTPException

from api import PREFIX, Problem, Reply


class Events:
    """A stream of job events. Once made, every later change of one of the user's jobs is heard."""

    def __init__(self, api, last_id=None):
        headers = {**api.authorization(), **({"Last-Event-ID": last_id} if last_id else {})}
        self._connection = api.connect()
        self._connection.connect()
        self._socket = self._connection.sock
        self._connection.request("GET", PREFIX + "/events", headers=headers)
        self._response = self._connection.getresponse()
        if self._response.status != 200:
            raise Problem(Reply(self._response))
        self.media = self._response.headers["Content-Type"]
        self._heard = queue.Queue()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        if last_id is None and not self._begun.wait(30):
            raise AssertionError("the event stream does not begin")

    def next(self, seconds=60):
        """The next event: its id and the job."""
        return self._heard.get(timeout=seconds)

    def until_end(self, job, seconds=120):
        """The ids and states of a job from now until it has ended."""
        seen = []
        while True:
            number, event = self.next(seconds)
            if event["id"] == job:
                seen.append((number, event))
                if event["state"] not in ("queued", "running"):
                    return seen

    def close(self):
        """Hangs up, and waits until the listener has seen it."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was faster
        self._thread.join()
        self._response.close()
        self._connection.close()

    def _listen(self):
        """Lines by the rules of the HTML standard, section 9.2.6. The first id says where the stream begins."""
        number, name, data = None, "message", []
        try:
            for line in self._response:
                key, _, value = line.decode().rstrip("\r\n").partition(":")
                value = value[1:] if value.startswith(" ") else value
                if key == "id":
                    number = value
                    self._begun.set()
                elif key == "event":
                    name = value
                elif key == "data":
                    data.append(value)
                elif key == "" and value == "" and line in (b"\n", b"\r\n"):
                    if name == "job" and data:
                        self._heard.put((number, json.loads("\n".join(data))["job"]))
                    name, data = "message", []
        except (OSError, ValueError, HTTPException):
            pass  # hung up
