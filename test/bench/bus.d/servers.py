# SPDX-License-Identifier: MPL-2.0
"""The servers that are compared: each starts in a folder of its own on a free port, and is always stopped."""
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

START_SECONDS = 60
STOP_SECONDS = 20


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Server:
    """A process in a session of its own, so that all of its children can be ended with it."""

    def __init__(self, folder: pathlib.Path, command: list, environment: dict | None = None, pass_fds: tuple = ()):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.log = folder / "server.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, **(environment or {})), start_new_session=True, pass_fds=pass_fds)

    @contextlib.contextmanager
    def starting(self):
        """Nobody else knows the server yet: whatever ends the wait stops it."""
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def fail(self):
        raise RuntimeError(f"{self.process.args[0]} did not start: {self.log.read_text(errors='replace')[-600:]}")

    def wait_until(self, is_ready) -> None:
        end = time.monotonic() + START_SECONDS
        with self.starting():
            while not is_ready():
                if self.process.poll() is not None or time.monotonic() > end:
                    self.fail()
                time.sleep(0.02)

    def wait_port(self, port: int) -> None:
        def is_ready() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0
        self.wait_until(is_ready)

    def wait_text(self, text: str) -> None:
        self.wait_until(lambda: text in self.log.read_text(errors="replace"))

    def rss_bytes(self) -> int:
        """Of all processes of its session."""
        total = 0
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError):
                if os.getsid(int(status.parent.name)) == self.process.pid:
                    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                    total += int(lines.get("VmRSS", "0 kB").split()[0]) * 1024
        return total

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class Ours(Server):
    """The broker; `where` is its endpoint, `ready_seconds` how long it took to be ready."""

    def __init__(self, folder: pathlib.Path, program: pathlib.Path):
        read_end, write_end = os.pipe()
        began = time.monotonic()
        super().__init__(folder, [program, "actor", "broker", "--data", folder / "data", "--ready-fd", write_end], pass_fds=(write_end,))
        os.close(write_end)
        with self.starting(), os.fdopen(read_end, "rb") as pipe:
            if pipe.read(1) != b"R":
                self.fail()
        self.ready_seconds = time.monotonic() - began
        self.where = f"ipc://{folder}/data/run/broker.sock"


class OursOverTcp(Ours):
    """The broker with a tcp endpoint; `keys` is the file of a client that may do everything."""

    def __init__(self, folder: pathlib.Path, program: pathlib.Path):
        data = folder / "data"
        data.mkdir(parents=True, mode=0o700)
        endpoint = f"tcp://127.0.0.1:{free_ports(3)[0]}"
        (data / "autodp.cfg").write_text(f'bus_listen = "{endpoint}"\n', encoding="utf-8")
        self.keys = folder / "bench.key"
        subprocess.run([program, "keys", "new", "bench", "--role", "admin", "--endpoint", endpoint, "--data", data, "--out", self.keys],
                       check=True, stdout=subprocess.DEVNULL)
        super().__init__(folder, program)


class Programmed(Server):
    """One of the programs of this folder, as a server that says "ready"."""

    def __init__(self, folder: pathlib.Path, command: list):
        super().__init__(folder, command)
        self.wait_text("ready")


class Redis(Server):
    def __init__(self, folder: pathlib.Path, fsync: str):
        (port,) = free_ports(1)
        super().__init__(folder, ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes",
                                  "--appendfsync", fsync, "--auto-aof-rewrite-percentage", "0"])
        self.where = str(port)
        self.wait_port(port)


class Beanstalkd(Server):
    def __init__(self, folder: pathlib.Path, sync: list):
        (port,) = free_ports(1)
        super().__init__(folder, ["beanstalkd", "-l", "127.0.0.1", "-p", port, "-b", folder, *sync])
        self.where = str(port)
        self.wait_port(port)


class Nats(Server):
    def __init__(self, folder: pathlib.Path):
        (port,) = free_ports(1)
        super().__init__(folder, ["nats-server", "-js", "-sd", folder / "store", "-a", "127.0.0.1", "-p", port])
        self.where = str(port)
        self.wait_port(port)


class RabbitMQ(Server):
    """One node with its own epmd, folders and no plugins. Debian's wrapper wants to be root or rabbitmq: the script behind it is run."""

    def __init__(self, folder: pathlib.Path):
        port, distribution, self.epmd = free_ports(3)
        folder.mkdir(parents=True)
        (folder / "plugins").write_text("[].")
        self.pid_file = folder / "pid"
        super().__init__(folder, ["/usr/lib/rabbitmq/bin/rabbitmq-server"], {
            "HOME": str(folder), "RABBITMQ_NODENAME": f"bench{os.getpid()}@localhost", "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"), "RABBITMQ_LOGS": "-", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port), "RABBITMQ_DIST_PORT": str(distribution), "ERL_EPMD_PORT": str(self.epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "none"), "RABBITMQ_PID_FILE": str(self.pid_file)})
        self.where = str(port)
        self.wait_text("completed with")

    def stop(self) -> None:
        super().stop()
        subprocess.run(["epmd", "-kill"], env=dict(os.environ, ERL_EPMD_PORT=str(self.epmd)), capture_output=True, check=False)
