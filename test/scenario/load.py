# SPDX-License-Identifier: MPL-2.0
"""Jobs made to last: how much work is needed for that is measured on the platform itself."""

import tables
from evidence import Catalog
from fixture import wait_for

PROCESS_ROWS = 20000
PROCESS_COLUMNS = 8
TRAIN_ROWS = 1000
STEPS_MAX = 200     # the platform's limit for a recipe
ROWS_MAX = 2000000
GROWTH_MAX = 4      # of a table from one try to the next
MARGIN = 1.15       # more than what the last try says is needed
ENDED = ("done", "failed", "cancelled")


class Load:
    """Makes jobs that take at least `seconds` when nobody disturbs them. `process` and `train` make one each."""

    def __init__(self, platform, api, seconds, kinds=("process", "train")):
        self._platform = platform
        self._api = api
        self._catalog = Catalog(platform.data)
        self._makers = {}
        self.seconds = {}
        for kind in kinds:
            self._calibrate(kind, seconds)

    def start(self, kind):
        """Starts a job of the kind; its id."""
        return self._makers[kind]()

    def _calibrate(self, kind, seconds):
        """Makes the table larger until a job over it lasts: linearly for a recipe, by the square for a machine."""
        size, make, power = {"process": (PROCESS_ROWS, self._process, 1), "train": (TRAIN_ROWS, self._train, 2)}[kind]
        while True:
            self._makers[kind] = make(size)
            took = self.seconds[kind] = self._time(self._makers[kind]())
            if took >= seconds:
                return
            if size > ROWS_MAX:
                raise AssertionError(f"a {kind} job with {size} rows takes only {took} s")
            size = int(size * min(GROWTH_MAX, MARGIN * (seconds / took) ** (1 / power)))

    def _time(self, job):
        """Waits for the end of a job; how long it ran, in seconds."""
        row = wait_for(f"the job {job} to end", lambda: self._ended(job), 300)
        if row["state"] != "done":
            raise AssertionError(f"the undisturbed job {job} is {row['state']}: {row['fault']}")
        return (row["ended"] - row["started"]) / 1000

    def _ended(self, job):
        row = self._catalog.job(job)
        return row if row and row["state"] in ENDED else None

    def _process(self, rows):
        dataset = self._api.upload(tables.numbers(rows, PROCESS_COLUMNS), f"numbers-{rows}.csv")["id"]
        return lambda: self._api.process(dataset, process_recipe())["id"]

    def _train(self, rows):
        dataset = self._api.upload(tables.noise(rows), f"noise-{rows}.csv")["id"]
        return lambda: self._api.train(dataset, [], train_request())["id"]


def process_recipe():
    """Steps that need one another's parameters, so that each takes a pass of its own over the table."""
    columns = [f"x{i}" for i in range(PROCESS_COLUMNS)]
    steps = [{"op": "missing", "method": "median", "columns": columns}]
    for method in ("z_score", "min_max", "robust") * 5:
        steps.append({"op": "scale", "method": method, "columns": columns})
    return steps + [{"op": "encode", "method": "one_hot", "columns": ["group"]}]


def train_request():
    return {"target": "label", "features": [f"x{i}" for i in range(6)], "algorithm": "svc",
            "parameters": {"C": 10.0, "kernel": "rbf", "gamma": 0.5}}
