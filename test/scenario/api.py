# SPDX-License-Identifier: MPL-2.0
"""A client of the HTTP door (docs/http.md)."""

import http.client
import json
import urllib.parse

PREFIX = "/api/v1"
TIMEOUT = 120


class Reply:
    """An answer with its whole body."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Problem(Exception):
    """An answer that is an error; `document` is its application/problem+json."""

    def __init__(self, reply):
        self.reply = reply
        self.status = reply.status
        self.media = reply.headers.get("Content-Type")
        self.document = reply.json() if self.media == "application/problem+json" else {}
        super().__init__(f"{reply.status} {reply.body[:2000]!r}")


class Api:
    """One user's HTTP client. `platform` knows the address at each request, `token` goes into Authorization."""

    def __init__(self, platform, token=None):
        self.platform = platform
        self.token = token
        self.user = None

    @classmethod
    def registered(cls, platform, address, password):
        """A client of a new account."""
        api = cls(platform)
        session = api.post("/users", {"email": address, "password": password})
        api.token = session["token"]
        api.user = session["user"]
        return api

    def connect(self, timeout=TIMEOUT):
        return http.client.HTTPConnection(urllib.parse.urlsplit(self.platform.url).netloc, timeout=timeout)

    def send(self, verb, path, body=None, headers=None):
        """One request. The answer is returned whatever its status; /api/v1 is put before the path."""
        connection = self.connect()
        try:
            connection.request(verb, PREFIX + path if not path.startswith("//") else path[1:], body,
                               {**self.authorization(), **(headers or {})})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def authorization(self):
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def ask(self, verb, path, document=None, headers=None):
        """A request with a JSON body; the answer's JSON, None for none. Raises Problem."""
        headers = dict(headers or {})
        body = None
        if document is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(document).encode()
        reply = self.send(verb, path, body, headers)
        if reply.status >= 400:
            raise Problem(reply)
        return reply.json() if reply.body else None

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, document, headers=None):
        return self.ask("POST", path, document, headers)

    def delete(self, path):
        return self.ask("DELETE", path)

    # --- The nouns

    def upload(self, table, name="table.csv"):
        """Uploads a table (bytes, or an iterable of chunks of unknown length); its dataset."""
        reply = self.send("POST", "/datasets?" + urllib.parse.urlencode({"name": name}), table,
                          {"Content-Type": "text/csv"})
        if reply.status >= 400:
            raise Problem(reply)
        return reply.json()["dataset"]

    def preview(self, dataset, recipe):
        return self.post(f"/datasets/{dataset}/preview", {"recipe": recipe})["preview"]

    def check(self, dataset, recipe):
        return self.post(f"/datasets/{dataset}/check", {"recipe": recipe})["issues"]

    def process(self, dataset, recipe, **more):
        return self.post("/jobs", {"kind": "process", "dataset": dataset, "recipe": recipe, **more})["job"]

    def train(self, dataset, recipe, training):
        return self.post("/jobs", {"kind": "train", "dataset": dataset, "recipe": recipe,
                                   "training": training})["job"]

    def predict(self, model, rows):
        return self.post(f"/models/{model}/predictions", {"rows": rows})["prediction"]

    def job(self, job):
        return self.get(f"/jobs/{job}")["job"]

    def file(self, job, name, headers=None):
        return self.send("GET", f"/jobs/{job}/files/{name}", headers=headers)
