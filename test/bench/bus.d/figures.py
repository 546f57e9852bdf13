# SPDX-License-Identifier: MPL-2.0
"""Figures by name over the rounds, and what they are compared with."""
import statistics

# What a figure stands for: name, unit, durability and settings.
LINES = {
    "disk.append_1k": ("/s", "write 1 KiB + fdatasync, growing file"),
    "disk.overwrite_1k": ("/s", "write 1 KiB + fdatasync, file written before"),
    "disk.append_64k": ("MB/s", "write 64 KiB + fdatasync, growing file"),
    "disk.append_1m": ("MB/s", "write 1 MiB + fdatasync, growing file"),
    "bare.publish": ("/s", "fdatasync before ack; ROUTER, one file, nothing else; window 1000"),
    "bare.single": ("/s", "fdatasync before ack; the same, one at a time"),
    "ours.publish": ("/s", "fdatasync before ack; 1 producer, window 1000"),
    "ours.single": ("/s", "fdatasync before ack; one at a time"),
    "ours.consume": ("/s", "fdatasync before the ack is confirmed; prefetch 500"),
    "redis_always.publish": ("/s", "fsync before ack; 50 connections x 16"),
    "redis_always.consume": ("/s", "fsync before the ack is confirmed; XREADGROUP COUNT 500 + XACK"),
    "redis_everysec.publish": ("/s", "fsync each second, may lose 1-2 s; 50 connections x 16"),
    "redis_everysec.consume": ("/s", "fsync each second; XREADGROUP COUNT 500 + XACK"),
    "beanstalkd.publish": ("/s", "fsync at most each 50 ms, behind the ack; window 1000"),
    "beanstalkd.consume": ("/s", "fsync at most each 50 ms; 500 reserves on the way"),
    "beanstalkd_f0.publish": ("/s", "fsync each record before ack; window 1000"),
    "nats.publish": ("/s", "no fsync before ack (each 2 min); MaxPending 4000"),
    "nats.consume": ("/s", "no fsync; fetch 500, AckAll, confirmed"),
    "rabbitmq.publish": ("/s", "quorum queue, 1 node: fsync before confirm; window 2000"),
    "rabbitmq.consume": ("/s", "quorum queue; prefetch 500, multiple acks, which AMQP does not confirm"),
    "hop.p50": ("us", "100 B, caller - ROUTER - worker and back, bytes untouched"),
    "hop.p99": ("us", "the same"),
    "ours.call_p50": ("us", "100 B call through the broker to a service and back"),
    "ours.call_p99": ("us", "the same"),
    "bare.tcp": ("/s", "the bare loop over tcp on the loopback"),
    "bare.curve": ("/s", "the same with CURVE: what libzmq's encryption costs"),
    "ours.curve": ("/s", "fdatasync before ack; 1 producer over tcp with CURVE, window 1000"),
    "ours.curve_consume": ("/s", "fdatasync before the ack is confirmed; the same, prefetch 500"),
    "ours.start": ("s", "log as it is in the page cache"),
    "ours.start_cold": ("s", "log's pages dropped before (POSIX_FADV_DONTNEED)"),
    "ours.rss": ("MB", "RSS with 1,000,000 x 1 KiB queued"),
    "nats.rss": ("MB", "the same; without a consumer"),
    "redis.rss": ("MB", "the same"),
    "beanstalkd.rss": ("MB", "the same"),
    "rabbitmq.rss": ("MB", "the same, all processes of the node"),
}
for count in (1, 10, 100, 1000):
    LINES[f"ours.topics_{count}"] = ("/s", f"fdatasync before ack; 1 connection, window 1000, a frame a record, {count} topics in turn")
    LINES[f"ours.clients_{count}"] = ("/s", f"fdatasync before ack; {count} connections, window 1000 in all, a frame a record")
    LINES[f"bare.clients_{count}"] = ("/s", f"the same to the bare loop: what {count} connections cost in libzmq alone")

# Name, our figure, the other's, goal. ">=": ours / other is at least the goal; "<=": at most.
RATIOS = [
    ("publish_absolute", "ours.publish", 250_000, ">=", 1.0),
    ("publish_bare", "ours.publish", "bare.publish", ">=", 0.6),
    ("single_disk", "ours.single", "disk.append_1k", ">=", 0.9),
    ("single_bare", "ours.single", "bare.single", ">=", 0.9),
    ("publish_redis_always", "ours.publish", "redis_always.publish", ">=", 1.25),
    ("publish_rabbitmq", "ours.publish", "rabbitmq.publish", ">=", 6.0),
    ("publish_nats_nosync", "ours.publish", "nats.publish", ">=", 1.5),
    ("publish_beanstalkd_50ms", "ours.publish", "beanstalkd.publish", ">=", 2.0),
    ("consume_absolute", "ours.consume", 200_000, ">=", 1.0),
    ("consume_redis_always", "ours.consume", "redis_always.consume", ">=", 1.0),
    ("consume_redis_everysec", "ours.consume", "redis_everysec.consume", ">=", 1.0),
    ("consume_nats", "ours.consume", "nats.consume", ">=", 1.0),
    ("consume_beanstalkd", "ours.consume", "beanstalkd.consume", ">=", 1.0),
    ("consume_rabbitmq", "ours.consume", "rabbitmq.consume", ">=", 1.0),
    ("rss_1m", "ours.rss", 64, "<=", 1.0),
    ("call_p50", "ours.call_p50", "hop.p50", "<=", 1.3),
    ("call_p99", "ours.call_p99", "hop.p99", "<=", 1.3),
    ("start_4gb", "ours.start", 3.0, "<=", 1.0),
    ("start_4gb_cold", "ours.start_cold", 3.0, "<=", 1.0),
    ("topics_1000", "ours.topics_1", "ours.topics_1000", "<=", 1.5),
    ("clients_1000", "ours.clients_1", "ours.clients_1000", "<=", 1.5),
    ("clients_1000_bare", "ours.clients_1000", "bare.clients_1000", ">=", 0.6),
]


class Figures:
    def __init__(self):
        self.values: dict[str, list[float]] = {}

    def add(self, name: str, value: float) -> None:
        assert name in LINES, name
        self.values.setdefault(name, []).append(value)
        print(f"  {name:<24} {number(value):>12} {LINES[name][0]}", flush=True)

    def median(self, name: str) -> float | None:
        return statistics.median(self.values[name]) if name in self.values else None

    def print_all(self) -> None:
        print(f"\n{'figure':<24} {'median':>12} {'min':>12} {'max':>12} {'unit':<5} durability and settings")
        for name, (unit, text) in LINES.items():
            if name in self.values:
                values = self.values[name]
                print(f"{name:<24} {number(statistics.median(values)):>12} {number(min(values)):>12} {number(max(values)):>12} {unit:<5} {text}")

    def print_ratios(self) -> bool:
        """Of medians; false when one is short of its goal."""
        print("\nratio NAME OURS PEER PEER_FIGURE RATIO GOAL")
        good = True
        for name, ours, other, relation, goal in RATIOS:
            figure = self.median(ours)
            peer = self.median(other) if isinstance(other, str) else float(other)
            if figure is None or peer is None:
                continue
            ratio = figure / peer
            met = ratio >= goal if relation == ">=" else ratio <= goal
            good = good and met
            peer_name = other if isinstance(other, str) else "goal"
            print(f"ratio {name} {number(figure)} {peer_name} {number(peer)} {ratio:.2f} {relation}{goal:g} {'ok' if met else 'short'}")
        return good


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"
