# SPDX-License-Identifier: MPL-2.0
"""The running platform as a test fixture: `autodp up` on a data directory of its own, its processes, its log.

Scenario tests are programs: `NAME.py BIN_DIR`. They see the platform as an outsider does: HTTP, the bus, the command,
and what lies in the data directory.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PENGUINS = os.path.join(ROOT, "test", "data", "penguins.csv")
ACTORS = ("broker", "health", "notification", "validation", "preprocessing", "training", "prediction", "gateway", "bridge")
PASSWORD = "penguins-are-birds"

READY_SECONDS = 60
STOP_SECONDS = 60
LOG_TAIL_LINES = 60
SANITIZERS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:")


def wait_for(what, probe, seconds=30.0, pause=0.02):
    """Asks `probe` until its answer is true, and returns it; fails by name when the time is up."""
    end = time.monotonic() + seconds
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}; last seen: {answer!r}")
        time.sleep(pause)


def is_alive(pid):
    """Whether a process is there and is not only waiting to be reaped."""
    return _stat(pid) not in (None, "Z", "X")


def _stat(pid, field=0):
    """A field of /proc/PID/stat behind the name: 0 the state, 1 the parent; None when there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[field]
    except (FileNotFoundError, ProcessLookupError):
        return None


class Platform:
    """One platform. `settings` are those of base/settings.def; the data directory may be one of an earlier platform."""

    def __init__(self, bin_dir, settings=None, data=None):
        self.bin = os.path.abspath(bin_dir)
        self.home = data and os.path.dirname(data) or tempfile.mkdtemp(prefix="autodp.")
        self.data = data or os.path.join(self.home, "data")
        self.log_path = os.path.join(self.home, "up.log")
        self.process = None
        self.env = {
            **os.environ,
            "AUTODP_DATA": self.data,
            "AUTODP_HTTP_PORT": "0",
            "AUTODP_CLIENT_DIR": os.path.join(ROOT, "client", "dist"),
            "AUTODP_PASSWORD": PASSWORD,
            "XDG_CONFIG_HOME": os.path.join(self.home, "config"),
        }
        self.env.pop("AUTODP_TOKEN", None)
        for name, value in (settings or {}).items():
            self.env["AUTODP_" + name.upper()] = str(value)

    # --- Life

    def start(self):
        """Starts it and returns when all actors are ready."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [os.path.join(self.bin, "autodp"), "up"], env=self.env, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log)
        said = b""
        end = time.monotonic() + READY_SECONDS
        while b"is ready" not in said:
            left = end - time.monotonic()
            if not select.select([self.process.stdout], [], [], max(0, left))[0]:
                self.kill()
                raise AssertionError(f"the platform was not ready in {READY_SECONDS} s\n{self.log_tail()}")
            chunk = os.read(self.process.stdout.fileno(), 4096)
            if not chunk:
                raise AssertionError(f"the platform ended with {self.process.wait()}\n{self.log_tail()}")
            said += chunk
        return self

    def stop(self):
        """Stops it as an admin does; it must end in order, and no sanitizer may have spoken."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the platform did not stop in {STOP_SECONDS} s\n{self.log_tail()}") from None
        self.process.stdout.close()
        self.process = None
        if code != 0:
            raise AssertionError(f"the platform ended with {code}\n{self.log_tail()}")
        self.check_log()

    def kill(self):
        """Ends all of it at once, for tests that have failed."""
        for pid in [self.pid(name) for name in ACTORS]:
            if pid:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def remove(self):
        """Removes everything it left on disk."""
        shutil.rmtree(self.home, ignore_errors=True)

    # --- What it says

    @property
    def url(self):
        """The address of its HTTP door, which changes when the bridge starts anew on a free port."""
        with open(os.path.join(self.data, "run", "http.url"), encoding="ascii") as file:
            return file.read().strip()

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def log_tail(self):
        return "\n".join(["--- the platform's log:"] + self.log().splitlines()[-LOG_TAIL_LINES:])

    def check_log(self):
        """Fails when a sanitizer has found something in any of the processes."""
        log = self.log()
        for words in SANITIZERS:
            at = log.find(words)
            if at >= 0:
                raise AssertionError("a sanitizer spoke:\n" + log[max(0, at - 500):at + 5000])

    # --- Its processes

    def pid(self, name):
        """The process of an actor; None when it has none now."""
        try:
            with open(os.path.join(self.data, "run", name + ".pid"), encoding="ascii") as file:
                return int(file.read())
        except (FileNotFoundError, ValueError):
            return None

    def pids(self):
        return {name: self.pid(name) for name in ACTORS}

    def workers(self):
        """The autodp-worker processes that run jobs now."""
        parents = {str(self.pid("preprocessing")), str(self.pid("training"))}
        return [int(pid) for pid in filter(str.isdigit, os.listdir("/proc"))
                if _stat(pid, 1) in parents and is_alive(pid)]

    def wait_restart(self, name, old_pid, seconds=30.0):
        """Waits until the actor has another process than `old_pid`; returns the new one."""
        def restarted():
            pid = self.pid(name)
            return pid if pid and pid != old_pid and is_alive(pid) else None
        return wait_for(f"'{name}' to start again", restarted, seconds)

    # --- The command

    def command(self, *arguments, env=None, timeout=120):
        """Runs `autodp ARGUMENTS...`; returns the CompletedProcess with texts."""
        done = subprocess.run([os.path.join(self.bin, "autodp"), *map(str, arguments)],
                              env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout, check=False)
        for words in SANITIZERS:
            if words in done.stderr:
                raise AssertionError(f"autodp {' '.join(map(str, arguments))}: {done.stderr}")
        return done

    def path(self, name, content):
        """A file beside the data directory with this content, for the command."""
        path = os.path.join(self.home, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path


class Case(unittest.TestCase):
    """Tests that share one platform. At the end no actor may have died, and it must stop cleanly."""

    bin_dir = None
    settings = {}
    restarts = False  # whether the tests themselves end actors

    @classmethod
    def setUpClass(cls):
        cls.platform = Platform(cls.bin_dir, cls.settings)
        try:
            cls.platform.start()
            cls.pids = cls.platform.pids()
            cls.prepare()
        except BaseException:
            cls.platform.kill()
            raise

    @classmethod
    def prepare(cls):
        """What the tests of the class need once; overridden."""

    @classmethod
    def tearDownClass(cls):
        if cls.platform.process:
            pids = cls.platform.pids()
            if not cls.restarts and pids != cls.pids:
                raise AssertionError(f"an actor died: {cls.pids} became {pids}\n{cls.platform.log_tail()}")
            cls.platform.stop()


class _Result(unittest.TextTestResult):
    """Shows the platform's log with the first failure of each class."""

    def _exc_info_to_string(self, err, test):
        text = super()._exc_info_to_string(err, test)
        platform = getattr(test, "platform", None)
        if platform and not getattr(type(test), "log_shown", False):
            type(test).log_shown = True
            text += platform.log_tail() + "\n"
        return text


def main(module="__main__"):
    """Runs the module's cases: NAME.py BIN_DIR [CASE.TEST...]. Keeps the data of a failed run."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} BIN_DIR [CASE.TEST...]")
    Case.bin_dir = sys.argv[1]
    program = unittest.main(module, argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=2,
                            testRunner=unittest.TextTestRunner(verbosity=2, resultclass=_Result))
    failed = not program.result.wasSuccessful()
    for case in Case.__subclasses__():
        platform = getattr(case, "platform", None)
        if platform and platform.process:
            platform.kill()
        if platform and failed:
            print(f"kept: {platform.home}")
        elif platform:
            platform.remove()
    sys.exit(1 if failed else 0)
