# SPDX-License-Identifier: MPL-2.0
"""kill -9 in the middle of a job: kill.py BIN_DIR [--rounds N] [--seed S] [--victims a,b] [--late].

Each round starts a job made to last, waits until the catalog says that it runs, and kills one process at a random
moment. A round counts only when the job was still running then. After it the job must end exactly once, with one mail,
the victim must be back, the admin must have been told, and the next request must work.

With --late the jobs are short, and the moment lies between the end of their worker and their own: results are stored,
told and applied then.
"""

import argparse
import collections
import os
import random
import signal
import sys
import time

import load
from api import Api, Problem
from evidence import Catalog, mail_text, mails, mails_of_job
from fixture import ACTORS, PASSWORD, Platform, wait_for

WORKER = "worker"
VICTIMS = ACTORS + (WORKER,)
ADMIN = "admin@example.org"
LASTS_SECONDS = 2.5
LATEST_SHARE = 0.8   # of a job's usual time, at which it is disturbed
LATE_SECONDS = 0.02  # about how long a job lives after its worker
TRIES_MAX = 50       # to hit a job while it runs
END_SECONDS = 120
BACK_SECONDS = 30
TOLD_SECONDS = 75    # many outages of one actor in a minute are told in one mail after it
OUTAGES = ("does not answer", "was interrupted and is back")


class Round:
    """What happened to one job."""

    def __init__(self, number, victim, kind):
        self.number = number
        self.victim = victim
        self.kind = kind
        self.job = None
        self.killed_ms = 0   # wall clock
        self.after = 0.0     # seconds from the job's start to the kill
        self.told = 0        # outage mails about the victim before the kill
        self.row = None      # the job's row at its end

    def __str__(self):
        row = self.row or {"state": "?", "attempt": "?"}
        return (f"round {self.number:3}  {self.kind:7}  kill -9 {self.victim:13} at {self.after:4.1f} s  "
                f"{row['state']}, attempt {row['attempt']}")


class Kill:
    def __init__(self, platform, seed, late):
        self.platform = platform
        self.late = late
        self.random = random.Random(seed)
        self.catalog = Catalog(platform.data)
        self.api = Api.registered(platform, "ada@example.org", PASSWORD)
        self.load = load.Load(platform, self.api, 0 if late else LASTS_SECONDS)
        self.rounds = []
        self.jobs = []  # (id, kind, row at its end) of all that were started

    def outages_told(self, victim):
        """How many outages of the victim the admin was told of: in a mail each, or several in a merged one."""
        told = 0
        for mail in mails(self.platform.data):
            if mail["To"] == ADMIN and f" {victim}.1 " in mail["Subject"]:
                words = mail_text(mail) if "unstable" in mail["Subject"] else mail["Subject"]
                told += sum(words.count(sentence) for sentence in OUTAGES)
        return told

    # --- One round

    def victim_pid(self, victim):
        if victim != WORKER:
            return self.platform.pid(victim)
        workers = self.platform.workers()
        return workers[0] if workers else None

    def wait_moment(self, kind):
        """Waits, from when a job has a worker, until it is to be disturbed."""
        if self.late:
            wait_for("the worker to end", lambda: not self.platform.workers(), END_SECONDS, pause=0.001)
        share = LATE_SECONDS if self.late else LATEST_SHARE * self.load.seconds[kind]
        time.sleep(self.random.uniform(0, share))  # the random moment

    def strike(self, round_):
        """Starts a job and kills the victim while it runs; the victim's pid. None when the job was faster."""
        round_.told = self.outages_told(round_.victim)
        round_.job = self.load.start(round_.kind)
        wait_for("the job to run", lambda: self.catalog.state(round_.job) not in (None, "queued"), BACK_SECONDS)
        wait_for("its worker", lambda: self.platform.workers() or self.catalog.state(round_.job) in load.ENDED,
                 BACK_SECONDS, pause=0.001)
        began = time.monotonic()
        self.wait_moment(round_.kind)
        pid = self.victim_pid(round_.victim)
        if pid is None or self.catalog.state(round_.job) != "running":
            return None
        round_.killed_ms = time.time_ns() // 1000000
        round_.after = time.monotonic() - began
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_end(self, round_):
        def ended():
            row = self.catalog.job(round_.job)
            return row if row and row["state"] in load.ENDED else None
        round_.row = wait_for(f"{round_.job} to end", ended, END_SECONDS)
        if round_.row["state"] != "done":
            raise AssertionError(f"{round_.job} is {round_.row['state']}: {round_.row['fault']}")
        wait_for("its mail", lambda: mails_of_job(self.platform.data, round_.job))
        self.jobs.append((round_.job, round_.kind, round_.row))

    def wait_answer(self):
        """The next request works; while the victim starts anew, the platform may say so."""
        def answered():
            try:
                return self.api.get("/session")["user"]
            except (Problem, OSError):
                return None
        wait_for("the next request to work", answered, BACK_SECONDS)

    def survive(self, round_, pid):
        """All that must be true after the kill."""
        if round_.victim != WORKER:
            self.platform.wait_restart(round_.victim, pid, BACK_SECONDS)
        self.wait_answer()
        self.wait_end(round_)
        if round_.victim != WORKER:
            wait_for(f"the admin to be told of '{round_.victim}'",
                     lambda: self.outages_told(round_.victim) > round_.told, TOLD_SECONDS)

    def play(self, round_):
        """Tries until the round counts: the job had not ended when the signal went, by its own clock."""
        for _ in range(TRIES_MAX):
            pid = self.strike(round_)
            if pid:
                self.survive(round_, pid)
                if round_.row["ended"] >= round_.killed_ms:
                    return
            else:
                self.wait_end(round_)
        raise AssertionError(f"no job could be hit while it ran, in {TRIES_MAX} tries")

    # --- All rounds

    def run(self, rounds, victims):
        """Plays them, prints a line each; returns whether all was well."""
        seconds = self.load.seconds
        print(f"undisturbed: process {seconds['process']:.1f} s, train {seconds['train']:.1f} s", flush=True)
        kinds = collections.defaultdict(int)
        for number in range(1, rounds + 1):
            if number % len(victims) == 1 or len(victims) == 1:
                order = self.random.sample(victims, len(victims))
            victim = order[(number - 1) % len(victims)]
            kinds[victim] += 1
            round_ = Round(number, victim, kind_for(victim, kinds[victim] + VICTIMS.index(victim)))
            self.rounds.append(round_)
            try:
                self.play(round_)
            except AssertionError as error:
                print(f"{round_}  FAILED\n{error}", flush=True)
                return False
            print(f"{round_}  ok", flush=True)
        return self.check_ends()

    def check_ends(self):
        """Nothing moved after its end: the same row, one mail, one model."""
        good = True
        for job, kind, row in self.jobs:
            told = len(mails_of_job(self.platform.data, job))
            models = self.catalog.models(job)
            same = self.catalog.job(job) == row
            if not same or told != 1 or models != (1 if kind == "train" else 0):
                print(f"{kind} {job}  FAILED afterwards: row unchanged {same}, {told} mails, {models} models")
                good = False
        return good


def kind_for(victim, turn):
    """Actors that run one kind of job are hit during such; the others take turns."""
    return {"preprocessing": "process", "training": "train"}.get(victim, ("process", "train")[turn % 2])


def main():
    parser = argparse.ArgumentParser(description="kill -9 in the middle of a job")
    parser.add_argument("bin_dir")
    parser.add_argument("--rounds", type=int, default=len(VICTIMS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--victims", default=",".join(VICTIMS))
    parser.add_argument("--late", action="store_true", help="strike between the end of a worker and that of its job")
    options = parser.parse_args()
    victims = options.victims.split(",")
    if options.late:
        victims = [victim for victim in victims if victim != WORKER]
    if not victims or not set(victims) <= set(VICTIMS):
        parser.error(f"the victims are {', '.join(VICTIMS)}; with --late there is no worker")
    platform = Platform(options.bin_dir, {"admin_email": ADMIN})
    began = time.monotonic()
    good = False
    try:
        platform.start()
        kill = Kill(platform, options.seed, options.late)
        good = kill.run(options.rounds, victims)
        platform.stop()
        counts = collections.Counter(round_.victim for round_ in kill.rounds)
        print(f"{len(kill.rounds)} rounds in {time.monotonic() - began:.0f} s, seed {options.seed}: "
              + ", ".join(f"{victim} {counts[victim]}" for victim in sorted(counts)))
    except AssertionError as error:
        good = False
        print(error)
    finally:
        platform.kill()
        if good:
            platform.remove()
        else:
            print(f"{platform.log_tail()}\nkept: {platform.home}")
    print("kill: " + ("all well" if good else "FAILED"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
