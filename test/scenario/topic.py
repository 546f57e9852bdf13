# SPDX-License-Identifier: MPL-2.0
"""`autodp topic` and `autodp broker` as an admin uses them: topic.py BIN_DIR."""

import json
import os
import re
import urllib.error
import urllib.request

import fixture
from api import Api


class Topic(fixture.Case):
    restarts = True

    @classmethod
    def prepare(cls):
        cls.admin = Api.registered(cls.platform, "ada@example.org", fixture.PASSWORD)  # the first account
        cls.user = Api.registered(cls.platform, "bob@example.org", fixture.PASSWORD)

    def run_topic(self, *arguments, code=0):
        done = self.platform.command("topic", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr if code else done.stdout

    def state(self, topic, group=None):
        state = json.loads(self.run_topic("show", topic, "--json"))
        return next(each for each in state["groups"] if each["name"] == group) if group else state

    def records(self, *arguments):
        return [json.loads(line) for line in self.run_topic(*arguments, "--json").splitlines()]

    def test_settings_are_kept_over_a_restart(self):
        self.assertEqual(self.run_topic("create", "kept", "kind=stream", "retention_count=2"), "created\n")
        self.assertIn("CONFLICT", self.run_topic("create", "kept", "kind=queue", code=65))
        self.assertIn("colour", self.run_topic("set", "kept", "colour=3", code=64))
        self.run_topic("set", "kept", "bytes_max=9000")
        self.run_topic("pub", "kept", "one", "two", "three")
        self.platform.stop()
        self.platform.start()
        state = self.state("kept")
        self.assertEqual(state["settings"]["bytes_max"], 9000)
        self.assertEqual((state["first"], state["next"], state["records"]), (1, 3, 2))
        self.assertEqual([each["payload"] for each in self.records("tail", "kept")], ["two", "three"])

    def test_the_platforms_own_topics_are_as_configured(self):
        self.assertEqual(self.state("job.events")["settings"]["kind"], "stream")
        self.assertEqual(self.state("training")["settings"]["kind"], "queue")

    def test_records_go_in_and_out(self):
        self.run_topic("create", "mail")
        self.assertEqual(self.run_topic("pub", "mail", "a", "b", "--key", "k", "--trace-id", "t"),
                         "2 stored, 0 duplicates; last offset 1\n")
        self.assertEqual(self.run_topic("pub", "mail", "c", "--id", "x", "--content-type", "text/plain"),
                         "1 stored, 0 duplicates; last offset 2\n")
        self.assertEqual(self.run_topic("pub", "mail", "c", "--id", "x"), "0 stored, 1 duplicates; last offset 2\n")
        got = self.records("sub", "mail", "--group", "g", "--count", "3")
        self.assertEqual([each["payload"] for each in got if each.get("key")], ["a", "b"])
        self.assertEqual({each["trace_id"] for each in got if each.get("key")}, {"t"})
        self.assertEqual([each["content_type"] for each in got if each.get("id") == "x"], ["text/plain"])
        self.assertEqual(self.state("mail", "g")["lag"], 0)

    def test_a_group_starts_pauses_and_seeks_where_it_is_told(self):
        self.run_topic("create", "feed", "kind=stream")
        self.run_topic("pub", "feed", "a", "b", "c")
        self.run_topic("group", "feed", "late", "--from", "offset:2", "--backoff", "10,20", "--deliveries", "3")
        self.assertEqual(self.state("feed", "late")["lag"], 1)
        self.run_topic("seek", "feed", "--group", "late", "--from", "time:2020-01-01T00:00:00Z")
        self.run_topic("pause", "feed", "--group", "late")
        self.assertEqual([each.split()[0:3] for each in self.run_topic("lag", "feed").splitlines()[1:]],
                         [["feed", "late", "3"]])
        self.assertTrue(self.state("feed", "late")["paused"])
        self.run_topic("resume", "feed", "--group", "late")
        self.assertEqual(len(self.records("sub", "feed", "--group", "late", "--count", "3")), 3)
        self.assertIn("no place", self.run_topic("seek", "feed", "--group", "late", "--from", "now", code=64))

    def test_dead_letters_are_seen_and_given_back(self):
        """A mail order that is none goes to the dead letters of the actor that got it."""
        self.run_topic("pub", "notification", "this is no notice")
        group = fixture.wait_for("its group", lambda: self.state("notification")["groups"])[0]["name"]
        dead = f"dead.notification.{group}"
        fixture.wait_for("the dead letter", lambda: dead in self.run_topic("ls"))
        letter = json.loads(self.run_topic("dlq", "notification", "--group", group, "--json"))[0]
        self.assertEqual((letter["payload"], letter["origin_topic"]), ("this is no notice", "notification"))
        self.assertTrue(letter["reason"])
        self.assertIn("this is no notice", self.run_topic("dlq", dead))
        self.assertEqual(self.run_topic("redrive", "notification", "--group", group), "1 dead letters given back\n")
        fixture.wait_for("the second letter", lambda: self.state(dead)["next"] == 2)
        self.assertEqual(self.state(dead)["records"], 1)

    def test_records_topics_and_groups_go(self):
        self.run_topic("create", "old")
        self.run_topic("group", "old", "g")
        self.run_topic("pub", "old", "a", "b", "c")
        self.run_topic("purge", "old", "--below", "2")
        self.assertEqual(self.state("old", "g")["lag"], 1)
        self.run_topic("delete", "old", "--group", "g")
        self.assertEqual(self.state("old")["groups"], [])
        self.run_topic("delete", "old")
        self.assertIn("NOT_FOUND", self.run_topic("show", "old", code=66))

    def test_a_paused_topic_says_so(self):
        self.run_topic("create", "held")
        self.run_topic("pub", "held", "a")
        self.run_topic("pause", "held")
        self.assertIn("is paused", self.run_topic("tail", "held", code=65))
        self.run_topic("resume", "held")
        self.assertEqual(len(self.records("tail", "held")), 1)

    def test_the_bench_leaves_nothing_behind(self):
        figures = json.loads(self.run_topic("bench", "--count", "500", "--json"))
        self.assertGreater(figures["published_per_s"], 0)
        self.assertGreater(figures["consumed_per_s"], 0)
        self.assertNotIn("bench.", self.run_topic("ls"))

    def test_the_broker_tells_who_is_there(self):
        clients = json.loads(self.platform.command("broker", "clients", "--json").stdout)
        self.assertIn("gateway", {each["name"] for each in clients})
        services = json.loads(self.platform.command("broker", "services", "--json").stdout)
        self.assertIn("blob", {each["name"] for each in services})
        self.assertIn("publish_ms", self.platform.command("broker", "stats").stdout)

    def scrape(self, token):
        request = urllib.request.Request(self.platform.url + "/metrics")
        if token:
            request.add_header("Authorization", "Bearer " + token)
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            return answer.read().decode()

    def test_counters_are_for_admins(self):
        for token, status in ((None, 401), (self.user.token, 403)):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.scrape(token)
            self.assertEqual(refused.exception.code, status)
            refused.exception.close()

    def test_counters_are_what_prometheus_reads(self):
        self.run_topic("create", "counted")
        self.run_topic("group", "counted", "g")
        self.run_topic("pub", "counted", "a", "b")
        text = self.scrape(self.admin.token)
        values, kinds = {}, {}
        for line in text.splitlines():
            kind = re.fullmatch(r"# TYPE (\w+) (gauge|counter|histogram)", line)
            value = re.fullmatch(r'(\w+)(\{\w+="[^"]*"(?:,\w+="[^"]*")*\})? ([0-9.e+-]+)', line)
            if kind:
                self.assertNotIn(kind[1], kinds, "a family comes once")
                kinds[kind[1]] = kind[2]
            elif value:
                family = re.sub(r"_(bucket|sum|count)$", "", value[1])
                self.assertTrue(value[1] in kinds or kinds[family] == "histogram", line)
                self.assertNotIn(value[1] + (value[2] or ""), values)
                values[value[1] + (value[2] or "")] = float(value[3])
            else:
                self.assertRegex(line, r"^# HELP \w+ .+")
        self.assertEqual(values['autodp_topic_published_total{topic="counted"}'], 2)
        self.assertEqual(values['autodp_group_lag{topic="counted",group="g"}'], 2)
        self.assertEqual(values['autodp_actor_up{actor="gateway",instance="1"}'], 1)
        self.assertEqual(values['autodp_publish_seconds_bucket{le="+Inf"}'], values["autodp_publish_seconds_count"])
        self.assertGreater(values["autodp_publish_seconds_count"], 0)

    def test_topics_cfg_is_checked(self):
        path = os.path.join(self.platform.data, "topics.cfg")
        with open(path, "w", encoding="ascii") as file:
            file.write("a\n    kind = heap\n")
        try:
            broken = self.platform.command("actor", "broker")
        finally:
            os.remove(path)
        self.assertEqual(broken.returncode, 64)
        self.assertIn("topics.cfg, line 2", broken.stderr)


if __name__ == "__main__":
    fixture.main()
