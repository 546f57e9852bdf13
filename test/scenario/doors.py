# SPDX-License-Identifier: MPL-2.0
"""The three doors of the platform, HTTP, bus and command, with the same questions and the same refusals."""

import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "interop"))

import adp
from api import Api, Problem


def error_rows():
    """base/error.def: name to (number, HTTP status, exit code)."""
    row = re.compile(r"^ERROR\((\w+), (\d+), (\d+), (\d+),", re.MULTILINE)
    with open(os.path.join(ROOT, "base", "error.def"), encoding="utf-8") as file:
        return {name: tuple(map(int, numbers)) for name, *numbers in row.findall(file.read())}


class Refused(Exception):
    """What a door answers instead. Place fields are 0 and "" where there is no place."""

    def __init__(self, fault, outward, expected_outward):
        self.code = fault["code"]
        self.detail = fault["detail"]
        self.remedy = fault.get("remedy") or ""
        self.line = fault.get("line") or 0
        self.step = fault.get("step") or 0
        self.column = fault.get("column") or ""
        self.outward = outward                    # the status, exit code or number that was given ...
        self.expected_outward = expected_outward  # ... and the one that base/error.def has for the code
        super().__init__(str(fault))


class HttpDoor:
    name = "http"

    def __init__(self, platform, token):
        self._platform = platform
        self._token = token

    def _ask(self, function, token=None):
        try:
            return function(Api(self._platform, token or self._token))
        except Problem as problem:
            document = problem.document
            if document.get("status") != problem.status or not document.get("title"):
                raise AssertionError(f"not a problem+json: {problem}") from problem
            raise Refused(document, problem.status, error_rows()[document["code"]][1]) from problem

    def login(self, address, password):
        return self._ask(lambda api: api.post("/session", {"email": address, "password": password}))

    def datasets(self, token):
        return self._ask(lambda api: api.get("/datasets"), token)

    def upload(self, table):
        return self._ask(lambda api: api.upload(table))["id"]

    def preview(self, dataset, recipe):
        return self._ask(lambda api: api.preview(dataset, recipe))

    def process(self, dataset, recipe):
        return self._ask(lambda api: api.process(dataset, recipe))["id"]

    def train(self, dataset, recipe, training):
        return self._ask(lambda api: api.train(dataset, recipe, training))["id"]


class BusDoor:
    name = "bus"

    def __init__(self, platform, token):
        self._data = platform.data
        self._token = token

    def _call(self, method, **fields):
        with adp.Client(self._data) as client:
            try:
                return client.call("gateway", method, fields)[0]
            except adp.AdpFault as fault:
                raise Refused(fault.fault, fault.number, error_rows()[fault.code][0]) from fault

    def login(self, address, password):
        return self._call("user.login", email=address, password=password)

    def datasets(self, token):
        return self._call("dataset.list", token=token)

    def upload(self, table):
        with adp.Client(self._data) as client:
            blob = client.put(table)
        return self._call("dataset.create", token=self._token, name="table.csv", blob=blob)["dataset"]["id"]

    def preview(self, dataset, recipe):
        return self._call("dataset.preview", token=self._token, id=dataset, recipe=recipe)["preview"]

    def process(self, dataset, recipe):
        return self._call("job.create", token=self._token, kind="process", dataset=dataset, recipe=recipe)["job"]["id"]

    def train(self, dataset, recipe, training):
        return self._call("job.create", token=self._token, kind="train", dataset=dataset, recipe=recipe,
                          training=training)["job"]["id"]


class CommandDoor:
    name = "command"

    def __init__(self, platform, token):
        self._platform = platform
        self._token = token

    def _run(self, *arguments, **env):
        done = self._platform.command(*arguments, env={"AUTODP_TOKEN": self._token, **env})
        if done.returncode == 0:
            return done.stdout
        fault = _read_fault(done.stderr)
        raise Refused(fault, done.returncode, error_rows()[fault["code"]][2])

    def login(self, address, password):
        return self._run("user", "login", address, AUTODP_PASSWORD=password)

    def datasets(self, token):
        return self._run("datasets", AUTODP_TOKEN=token)

    def upload(self, table):
        return self.upload_file(self._platform.path("table.csv", table))

    def upload_file(self, path):
        return json.loads(self._run("upload", path, "--json"))["id"]

    def preview(self, dataset, recipe):
        return json.loads(self._run("preview", dataset, "--recipe", self._recipe(recipe), "--json"))

    def process(self, dataset, recipe):
        return json.loads(self._run("process", dataset, "--recipe", self._recipe(recipe), "--json"))["id"]

    def train(self, dataset, recipe, training):
        return json.loads(self._run("train", dataset, "--recipe", self._recipe(recipe), "--target", training["target"],
                                    "--features", ",".join(training["features"]), "--json"))["id"]

    def _recipe(self, recipe):
        return self._platform.path("recipe.json", json.dumps(recipe))


def _read_fault(text):
    """The fault in what the command wrote: a line with code and detail, then a line for each place and the remedy."""
    first, *rest = text.strip().splitlines()
    head = re.fullmatch(r"autodp: ([A-Z_]+): (.*)", first)
    if not head:
        raise AssertionError(f"not a fault: {text}")
    fault = {"code": head[1], "detail": head[2]}
    for line in rest:
        key, _, value = line.strip().partition(":")
        fault[key] = value.strip()
    for number in ("line", "step"):
        fault[number] = int(fault.get(number, 0))
    return fault


def all_doors(platform, token):
    return HttpDoor(platform, token), BusDoor(platform, token), CommandDoor(platform, token)
