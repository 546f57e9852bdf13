# SPDX-License-Identifier: MPL-2.0
"""The user's whole path over HTTP, from the first visit to the model in plain Python: journey_http.py BIN_DIR."""

import gzip
import hashlib
import http.cookies
import io
import json
import os
import subprocess

import pandas

import fixture
from api import Api, Problem
from events import Events
from evidence import Catalog, defects, mail_text, mails, mails_of_job
from fixture import wait_for

ADDRESS = "ada@example.org"
NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
RECIPE = [{"op": "missing", "method": "median", "columns": NUMBERS},
          {"op": "missing", "method": "mode", "columns": ["sex"]},
          {"op": "scale", "method": "z_score", "columns": NUMBERS},
          {"op": "encode", "method": "one_hot", "columns": ["island"]}]
TRAIN_RECIPE = RECIPE[:3] + [{"op": "encode", "method": "one_hot", "columns": ["island", "sex"]}]
TRAINING = {"target": "species", "features": NUMBERS + ["island", "sex"], "algorithm": "svc"}

# Run by another interpreter, with warnings as errors: nothing but pickle, pandas and scikit-learn.
REPLAY = """
import pickle, sys, pandas
table = pandas.read_csv(sys.argv[1])
with open(sys.argv[2], "rb") as file:
    model = pickle.load(file)
stored = pandas.read_csv(sys.argv[3])
assert list(stored.columns) == ["row", "prediction"], stored.columns
assert list(stored["row"]) == list(range(1, len(table) + 1))
predicted = model.predict(table)
wrong = [(i + 1, a, b) for i, (a, b) in enumerate(zip(predicted, stored["prediction"])) if a != b]
assert len(predicted) == len(stored) and not wrong, wrong
print(len(predicted))
"""


def prepared_by_pandas():
    """The penguins as pandas prepares them with RECIPE."""
    table = pandas.read_csv(fixture.PENGUINS)
    for column in NUMBERS:
        filled = table[column].fillna(table[column].median())
        table[column] = (filled - filled.mean()) / filled.std(ddof=0)
    table["sex"] = table["sex"].fillna(table["sex"].mode()[0])
    hot = pandas.get_dummies(table["island"], prefix="island").astype("int64")
    at = list(table.columns).index("island")
    return pandas.concat([table.iloc[:, :at], hot, table.iloc[:, at + 1:]], axis=1)


class JourneyHttp(fixture.Case):
    @classmethod
    def prepare(cls):
        cls.catalog = Catalog(cls.platform.data)
        cls.api = Api.registered(cls.platform, ADDRESS, fixture.PASSWORD)
        with open(fixture.PENGUINS, "rb") as file:
            cls.penguins = file.read()
        cls.dataset = cls.api.upload(cls.penguins, "penguins.csv")
        cls.stream = Events(cls.api)
        cls.addClassCleanup(cls.stream.close)
        cls.process = cls.api.process(cls.dataset["id"], RECIPE)["id"]
        cls.process_events = cls.stream.until_end(cls.process)
        cls.training = cls.api.train(cls.dataset["id"], TRAIN_RECIPE, TRAINING)["id"]
        cls.training_events = cls.stream.until_end(cls.training)

    def ended(self, job):
        wait_for("the job's end", lambda: self.api.job(job)["state"] not in ("queued", "running"))
        return self.api.job(job)

    # --- Account

    def test_the_first_account_is_the_admin_and_the_next_is_not(self):
        self.assertEqual((self.api.user["email"], self.api.user["role"]), (ADDRESS, "admin"))
        other = Api.registered(self.platform, "other@example.org", fixture.PASSWORD)
        self.assertEqual(other.user["role"], "user")
        with self.assertRaises(Problem) as refused:
            other.get("/health")
        self.assertEqual(refused.exception.status, 403)

    def test_a_cookie_logs_in_and_unsafe_requests_need_the_marker(self):
        visitor = Api(self.platform)
        body = json.dumps({"email": ADDRESS, "password": fixture.PASSWORD})
        reply = visitor.send("POST", "/session", body, {"Content-Type": "application/json"})
        self.assertEqual(reply.status, 200)
        cookie = http.cookies.SimpleCookie(reply.headers["Set-Cookie"])["autodp_session"]
        self.assertTrue(cookie["httponly"])
        self.assertEqual(cookie["samesite"], "Strict")
        headers = {"Cookie": f"autodp_session={cookie.value}"}
        self.assertEqual(visitor.send("GET", "/session", headers=headers).json()["user"]["email"], ADDRESS)

        self.assertEqual(visitor.send("DELETE", "/session", headers=headers).status, 403)
        self.assertEqual(visitor.send("GET", "/session", headers=headers).status, 200)
        self.assertEqual(visitor.send("DELETE", "/session", headers={**headers, "X-AutoDP": "1"}).status, 204)
        self.assertEqual(visitor.send("GET", "/session", headers=headers).status, 401)

    def test_an_api_token_works_until_it_is_deleted(self):
        made = self.api.post("/tokens", {"name": "notebook"})
        script = Api(self.platform, made["token"])
        self.assertEqual(script.get("/session")["user"]["email"], ADDRESS)
        self.assertIn(self.dataset["id"], [dataset["id"] for dataset in script.get("/datasets")["datasets"]])
        self.assertIn(made["id"], [token["id"] for token in script.get("/tokens")["tokens"]])
        self.assertNotIn(made["token"], json.dumps(script.get("/tokens")))
        self.api.delete(f"/tokens/{made['id']}")
        with self.assertRaises(Problem) as refused:
            script.get("/session")
        self.assertEqual(refused.exception.status, 401)

    def test_nobody_sees_what_belongs_to_another(self):
        stranger = Api.registered(self.platform, "stranger@example.org", fixture.PASSWORD)
        for path in (f"/datasets/{self.dataset['id']}", f"/datasets/{self.dataset['id']}/data",
                     f"/jobs/{self.process}", f"/jobs/{self.process}/files/data.csv"):
            self.assertEqual(stranger.send("GET", path).status, 404, path)
        self.assertEqual(stranger.get("/datasets"), {"datasets": []})
        self.assertEqual(stranger.get("/jobs"), {"jobs": []})

    # --- Table and preview

    def test_the_upload_is_described(self):
        description = self.dataset["description"]
        table = pandas.read_csv(fixture.PENGUINS)
        self.assertEqual(description["rows"], len(table))
        self.assertEqual([column["name"] for column in description["columns"]], list(table.columns))
        for column in description["columns"]:
            self.assertEqual(column["missing"], int(table[column["name"]].isna().sum()), column["name"])
            self.assertEqual(column["distinct"], table[column["name"]].nunique(), column["name"])

    def test_the_table_comes_back_as_it_was(self):
        reply = self.api.send("GET", f"/datasets/{self.dataset['id']}/data")
        self.assertEqual(reply.body, self.penguins)
        self.assertIn("penguins.csv", reply.headers["Content-Disposition"])

    def test_a_good_recipe_has_no_issues_and_is_kept(self):
        self.assertEqual(self.api.check(self.dataset["id"], RECIPE), [])
        kept = self.api.ask("PUT", f"/datasets/{self.dataset['id']}/recipe", {"recipe": RECIPE})
        self.assertEqual(kept["dataset"]["recipe"], RECIPE)
        self.assertEqual(self.api.get(f"/datasets/{self.dataset['id']}")["dataset"]["recipe"], RECIPE)

    def test_the_preview_shows_fifty_rows_with_the_values_of_pandas(self):
        preview = self.api.preview(self.dataset["id"], RECIPE)
        expected = prepared_by_pandas().head(50)
        self.assertEqual((preview["total_rows"], preview["rows_after"]), (344, 344))
        self.assertEqual(len(preview["before"]["rows"]), 50)
        after = preview["after"]
        self.assertEqual(after["row_numbers"], list(range(1, 51)))
        text = io.StringIO()
        names = [column["name"] for column in after["columns"]]
        pandas.DataFrame(after["rows"], columns=names).to_csv(text, index=False)
        shown = pandas.read_csv(io.StringIO(text.getvalue()))
        pandas.testing.assert_frame_equal(shown, expected, rtol=1e-12, check_dtype=False)
        raw = pandas.read_csv(fixture.PENGUINS, dtype=str, keep_default_na=False).head(50)
        missing = raw.isin(["", "NA"])
        self.assertEqual([[cell if cell is not None else "NA" for cell in row] for row in preview["before"]["rows"]],
                         raw.mask(missing, "NA").values.tolist())

    # --- Jobs

    def test_events_tell_of_a_job_from_the_queue_to_its_end(self):
        for events in (self.process_events, self.training_events):
            states = [job["state"] for _, job in events]
            self.assertEqual(states[-1], "done")
            self.assertEqual(sorted(states, key=("queued", "running", "done").index), states)
            self.assertIn("running", states)
            numbers = [int(number) for number, _ in events]
            self.assertEqual(sorted(numbers), numbers)

    def test_a_lost_event_stream_is_resumed_where_it_was(self):
        before_the_training = self.process_events[-1][0]
        stream = Events(self.api, last_id=before_the_training)
        self.addCleanup(stream.close)
        _, job = stream.next()
        self.assertEqual((job["id"], job["state"]), (self.training, "done"))

    def test_the_processed_file_is_that_of_pandas(self):
        job = self.api.job(self.process)
        self.assertEqual((job["result"]["rows_in"], job["result"]["rows_out"]), (344, 344))
        reply = self.api.file(self.process, "data.csv")
        self.assertEqual(len(reply.body), job["result"]["bytes"])
        self.assertTrue(reply.headers["Content-Type"].startswith("text/csv"))
        cleaned = pandas.read_csv(io.BytesIO(reply.body))
        pandas.testing.assert_frame_equal(cleaned, prepared_by_pandas(), rtol=1e-12, check_dtype=False)

    def test_a_run_writes_its_file_as_it_was_asked_to(self):
        output = {"delimiter": "tab", "bom": True, "gzip": True}
        job = self.api.process(self.dataset["id"], RECIPE, output=output)["id"]
        wait_for("the job to end", lambda: self.catalog.state(job) == "done")
        self.assertEqual([file["name"] for file in self.api.job(job)["files"]], ["data.csv.gz"])
        reply = self.api.file(job, "data.csv.gz")
        self.assertEqual(reply.headers["Content-Type"], "application/gzip")
        text = gzip.decompress(reply.body).decode("utf-8-sig")
        cleaned = pandas.read_csv(io.StringIO(text), sep="\t")
        pandas.testing.assert_frame_equal(cleaned, prepared_by_pandas(), rtol=1e-12, check_dtype=False)

    def work(self, table, frame):
        """What a worker of our own writes that is lent this table in columns."""
        output = self.platform.path("work.csv", b"")
        job = {"kind": "process", "input": table, "recipe": RECIPE, "output": output, "frame": frame}
        with subprocess.Popen([os.path.join(self.platform.bin, "autodp-worker")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as worker:
            worker.stdin.write(json.dumps(job).encode() + b"\n")
            worker.stdin.flush()
            self.assertIn(b'"result"', worker.stdout.read())
        with open(output, "rb") as file:
            return file.read()

    def test_a_worker_reads_the_file_only_when_its_table_in_columns_is_no_good(self):
        whole = os.path.join(self.platform.data, "run", "frames", self.dataset["blob"] + ".frame")
        with open(whole, "rb") as file:
            frame = file.read()
        expected = self.api.file(self.process, "data.csv").body
        self.assertEqual(self.work("/nowhere.csv", whole), expected)
        self.assertEqual(self.work(fixture.PENGUINS, "/nowhere.frame"), expected)
        for damaged in (b"", frame[:100], frame[:200] + b"\xff" * 100 + frame[300:], frame[:-1]):
            self.assertEqual(self.work(fixture.PENGUINS, self.platform.path("damaged.frame", damaged)), expected)

    def test_a_download_has_an_etag_and_ranges(self):
        whole = self.api.file(self.process, "data.csv")
        etag = whole.headers["ETag"]
        self.assertEqual(etag.strip('"'), hashlib.sha256(whole.body).hexdigest())
        self.assertEqual(self.api.file(self.process, "data.csv", {"If-None-Match": etag}).status, 304)
        part = self.api.file(self.process, "data.csv", {"Range": "bytes=100-199"})
        self.assertEqual((part.status, part.body), (206, whole.body[100:200]))
        self.assertEqual(part.headers["Content-Range"], f"bytes 100-199/{len(whole.body)}")
        last = self.api.file(self.process, "data.csv", {"Range": "bytes=-10"})
        self.assertEqual(last.body, whole.body[-10:])
        beyond = self.api.file(self.process, "data.csv", {"Range": f"bytes={len(whole.body)}-"})
        self.assertEqual(beyond.status, 416)

    def test_the_model_record_adds_up(self):
        job = self.api.job(self.training)
        model = self.api.get(f"/models/{job['model']}")["model"]
        record = model["record"]
        self.assertEqual(record, job["result"])
        self.assertEqual(record["labels"], ["Adelie", "Chinstrap", "Gentoo"])
        rows = record["rows"]
        self.assertEqual((rows["total"], rows["used"], rows["train"] + rows["test"]), (344, 344, 344))
        matrix = record["confusion"]["matrix"]
        self.assertEqual(sum(map(sum, matrix)), rows["test"])
        right = sum(matrix[i][i] for i in range(len(matrix)))
        self.assertAlmostEqual(record["scores"]["test_accuracy"], right / rows["test"], delta=1e-12)
        self.assertGreater(record["scores"]["test_accuracy"], 0.95)
        self.assertIn(model["id"], [item["id"] for item in self.api.get("/models")["models"]])
        self.assertEqual(self.api.file(self.training, "record.json").json(), record)

    def test_a_model_answers_for_single_rows_as_it_did_for_its_table(self):
        model = self.api.job(self.training)["model"]
        record = self.api.get(f"/models/{model}")["model"]["record"]
        check = record["self_check"]
        said = self.api.predict(model, check["rows"])
        self.assertEqual(said["predictions"], check["predictions"])
        self.assertEqual(said["labels"], record["labels"])
        row = dict(zip(record["features"], check["rows"][0]))
        self.assertEqual(self.api.predict(model, [row])["predictions"], check["predictions"][:1])
        del row[record["features"][0]]
        with self.assertRaises(Problem) as refused:
            self.api.predict(model, [row])
        problem = refused.exception.document
        self.assertEqual((problem["code"], problem["column"]), ("COLUMN_UNKNOWN", record["features"][0]))
        with self.assertRaises(Problem) as refused:
            self.api.predict("md_nobody", [[1]])
        self.assertEqual(refused.exception.document["code"], "NOT_FOUND")

    def test_a_model_predicts_a_whole_table_and_tells_how_it_has_moved(self):
        model = self.api.job(self.training)["model"]
        job = self.api.post("/jobs", {"kind": "predict", "dataset": self.dataset["id"], "recipe": [], "model": model})["job"]
        done = self.ended(job["id"])
        self.assertEqual((done["state"], done["result"]["rows"]), ("done", 344))
        self.assertEqual(self.api.file(job["id"], "predictions.csv").body, self.api.file(self.training, "predictions.csv").body)
        moved = {row["column"]: row["change"] for row in done["result"]["drift"]["columns"]}
        self.assertEqual(set(moved.values()), {"little"})
        with self.assertRaises(Problem) as refused:
            self.api.post("/jobs", {"kind": "predict", "dataset": self.dataset["id"], "recipe": []})
        self.assertEqual(refused.exception.document["code"], "INVALID")

    def test_models_of_a_name_have_versions_and_go_when_they_are_deleted(self):
        training = self.api.get(f"/models/{self.api.job(self.training)['model']}")["model"]["record"]
        job = self.ended(self.api.train(self.dataset["id"], TRAIN_RECIPE, {"target": "year", "features": ["bill_length_mm"], "task": "regress",
                                                                     "algorithm": "dummy"})["id"])
        model = self.api.get(f"/models/{job['model']}")["model"]
        self.assertEqual((model["name"], model["version"]), ("penguins.csv: year", 1))
        name = f"penguins.csv: {training['target']}"
        renamed = self.api.ask("PUT", f"/models/{model['id']}", {"name": name})["model"]
        self.assertEqual((renamed["name"], renamed["version"]), (name, 2))
        listed = next(item for item in self.api.get("/models")["models"] if item["id"] == model["id"])
        self.assertEqual((listed["algorithm"], listed["task"], listed["score_name"]), ("dummy", "regress", "r2"))
        self.api.delete(f"/models/{model['id']}")
        self.assertNotIn(model["id"], [item["id"] for item in self.api.get("/models")["models"]])
        self.assertEqual(self.api.file(job["id"], "model.pkl").status, 404)

    def test_plain_python_loads_the_model_and_gives_the_stored_label_for_every_row(self):
        paths = {name: self.platform.path(name, self.api.file(self.training, name).body)
                 for name in ("model.pkl", "predictions.csv")}
        replay = subprocess.run(
            ["/usr/bin/python3", "-W", "error", "-c", REPLAY, fixture.PENGUINS, paths["model.pkl"],
             paths["predictions.csv"]], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual((replay.returncode, replay.stdout.strip(), replay.stderr), (0, "344", ""))

    def test_a_repeated_request_with_a_key_makes_one_job(self):
        request = {"kind": "process", "dataset": self.dataset["id"], "recipe": []}
        first = self.api.post("/jobs", request, {"Idempotency-Key": "once"})["job"]["id"]
        self.assertEqual(self.api.post("/jobs", request, {"Idempotency-Key": "once"})["job"]["id"], first)
        self.assertNotEqual(self.api.post("/jobs", request)["job"]["id"], first)

    def test_each_job_has_one_mail_and_it_is_well_formed(self):
        for job, words in ((self.process, "Rows in: 344, rows out: 344"), (self.training, "Accuracy")):
            wait_for("the mail", lambda job=job: mails_of_job(self.platform.data, job))
            (mail,) = mails_of_job(self.platform.data, job)
            self.assertEqual(defects(mail), [])
            self.assertEqual(mail["To"], ADDRESS)
            self.assertIn("penguins.csv", mail["Subject"])
            for header in ("From", "Date", "Message-ID", "MIME-Version"):
                self.assertTrue(mail[header], header)
            self.assertIn(words, mail_text(mail))
        names = [mail["Message-ID"] for mail in mails(self.platform.data)]
        self.assertEqual(len(set(names)), len(names))

    # --- The platform

    def test_every_actor_is_ready_on_the_health_page(self):
        def all_ready():
            actors = self.api.get("/health")["actors"]
            return {actor["name"] for actor in actors if actor["state"] == "ready"} >= set(fixture.ACTORS)
        wait_for("all actors to be ready", all_ready)
        for path in ("//healthz", "//readyz"):
            self.assertEqual(self.api.send("GET", path).json(), {"status": "ok"})

    def test_a_dataset_is_deleted_and_its_results_stay(self):
        doomed = self.api.upload(self.penguins, "doomed.csv")["id"]
        job = self.api.process(doomed, [])["id"]
        wait_for("the job to end", lambda: self.catalog.state(job) == "done")
        self.api.delete(f"/datasets/{doomed}")
        self.assertEqual(self.api.send("GET", f"/datasets/{doomed}").status, 404)
        self.assertEqual(self.api.file(job, "data.csv").status, 200)


if __name__ == "__main__":
    fixture.main()
