"""Template messages a second of one worker, its outbox included: `./wx bench send`.

The platform (benchmarks/slow_platform.py) answers over TLS after 50 ms, so that N connections can carry at most
N ÷ 50 ms. In each round three senders take turns:

- a loop: wechatpy, one message after the other;
- threads: wechatpy with 64 threads and as many connections;
- the product: rows claimed in MariaDB, sent over 256 connections, their outcomes recorded.

CPU is that of the sending process; a token is in its memory beforehand, as in a worker that runs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient

from benchmarks.slow_platform import LATENCY, make_certificate
from config.settings import Settings
from launch import mariadb, valkey
from launch.ports import free_port
from launch.processes import Part, Supervisor
from models import db
from models.message import Message
from services import outbox
from services.context import Context
from templates_msg.account import AccountBound
from wx_backend.context import build_context
from wx_backend.worker import calm_collector

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS, THREADS = 256, 64
GOALS = {"speed": 4.0, "limit": 0.8, "cpu": 0.2}
_SECRET = "a secret of the benchmark, as long as any"


@dataclass(frozen=True, slots=True)
class Run:
    """What one sender did: messages a second, and microseconds of CPU a message."""

    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:>7.0f} {self.cpu:>7.0f}"


def measured(send: Callable[[], int]) -> Run:
    """Runs a sender, which answers how many messages it sent."""
    started, used = time.perf_counter(), time.process_time()
    count = send()
    return Run(count / (time.perf_counter() - started), (time.process_time() - used) / count * 1e6)


class Library:
    """wechatpy as its manual has it, with a session that keeps as many connections as there are threads."""

    def __init__(self, url: str, threads: int) -> None:
        self._client = WeChatClient("wx00000000000bench", "benchmark", "a-token", timeout=10)
        self._client.API_BASE_URL = f"{url}/cgi-bin/"
        self._client._http.mount("https://", HTTPAdapter(pool_maxsize=threads))
        self._threads = threads

    def send(self, seconds: float) -> int:
        """Sends for so long; answers how many."""
        until, counts = time.perf_counter() + seconds, [0] * self._threads

        def work(number: int) -> None:
            while time.perf_counter() < until:
                data = {"thing1": {"value": "测试"}, "time2": {"value": "2026年11月20日 15:00"}}
                self._client.message.send_template(
                    f"oBenchmark{number:018d}", "T", data, "https://wx.test/h5/account"
                )
                counts[number] += 1

        crew = [threading.Thread(target=work, args=(number,)) for number in range(self._threads)]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        return sum(counts)


class Product:
    """The outbox's pump with a real gateway and a real database."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._number = 0

    def owe(self, count: int) -> None:
        """Messages to be sent."""
        message = AccountBound(account="测试", at=datetime.now(UTC))
        rows = [
            outbox.Owed(message, f"oBenchmark{n:018d}", f"bench:{n}", "/h5/account")
            for n in range(self._number, self._number + count)
        ]
        self._number += count
        owe_all(self._ctx, rows)

    def send(self) -> int:
        """Sends all that is owed."""
        count = 0
        while done := outbox.pump_templates(self._ctx):
            count += done
        return count

    def check(self) -> None:
        """Raises RuntimeError unless every message was accepted under a number of its own."""
        with db.connected():
            sent = Message.select(Message.msgid).where(Message.status == "accepted").distinct().count()
        if sent != self._number:
            raise RuntimeError(f"{sent} of {self._number} messages were accepted once")


@db.transaction
def owe_all(ctx: Context, rows: list[outbox.Owed]) -> None:
    outbox.owe_many(ctx, rows)


def compare(ctx: Context, url: str, args: argparse.Namespace) -> bool:
    """Lets the senders take turns, prints every round; answers whether the goals were reached."""
    product, loop, threads = Product(ctx), Library(url, 1), Library(url, THREADS)
    limit = CONNECTIONS / LATENCY
    ratios = []
    columns = f"{'/s':>7} {'CPU µs':>7}"
    print(f"round     loop {columns}  threads {columns}  product {columns}  product:threads  of limit  CPU")
    for number in range(1, args.rounds + 1):
        product.owe(args.messages)
        one = measured(lambda: loop.send(args.seconds))
        many = measured(lambda: threads.send(args.seconds))
        ours = measured(product.send)
        ratios.append((ours.rate / many.rate, ours.rate / limit, ours.cpu / many.cpu, ours.rate / one.rate))
        speed, part, cpu, _ = ratios[-1]
        print(
            f"{number:>5}          {one}          {many}          {ours}  {speed:>15.2f} {part:>9.2f} {cpu:>4.2f}",
            flush=True,
        )
    product.check()
    speed, part, cpu, loops = (median(column) for column in zip(*ratios, strict=True))
    print(
        f"median: {speed:.2f} times {THREADS} threads of wechatpy (goal {GOALS['speed']:.0f}), "
        f"{loops:.0f} times its loop, "
        f"{part:.2f} of {limit:.0f}/s that {CONNECTIONS} connections can carry (goal {GOALS['limit']:.2f}), "
        f"CPU a message {cpu:.2f} of the threads' (goal {GOALS['cpu']:.2f})"
    )
    return speed >= GOALS["speed"] and part >= GOALS["limit"] and cpu <= GOALS["cpu"]


def settings_of(folder: Path, database_url: str, redis_url: str, api_url: str) -> Settings:
    """A worker that sends over as many connections as may be set."""
    return Settings(
        _env_file=None,
        database_url=database_url,
        redis_url=redis_url,
        data_dir=folder / "data",
        public_url="https://wx.test",
        secret_key=_SECRET,
        wechat_app_id="wx00000000000bench",
        wechat_app_secret="benchmark",
        wechat_token="benchmarktoken",
        wechat_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        wechat_api_url=api_url,
        send_connections=CONNECTIONS,
        daily_template_quota=0,
    )


def platform(port: int, certificate: str) -> Part:
    """The slow platform as a part to supervise."""
    code = f"from benchmarks.slow_platform import serve; serve({port}, {certificate!r})"
    return Part("platform", [sys.executable, "-c", code], ready=lambda: listens(port))


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    return (
        subprocess.run(
            ["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}"], check=False, capture_output=True
        ).returncode
        == 0
    )


def run(folder: Path, args: argparse.Namespace) -> bool:
    """Starts what stands around the senders and compares these."""
    port = free_port()
    store = valkey.Valkey(folder / "redis", folder / "redis.sock", durable=False)
    base = mariadb.MariaDB(folder)
    url = f"https://localhost:{port}"
    with Supervisor(folder / "logs", dict(os.environ), cwd=ROOT) as supervisor:
        supervisor.start(store.part(valkey.find(Path(sys.executable))))
        supervisor.start(base.part())
        supervisor.start(platform(port, args.certificate))
        ctx = build_context(settings_of(folder, base.url, store.url, url))
        db.migrate()
        calm_collector()
        return compare(ctx, url, args)


def main() -> int:
    """Runs the comparison; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.send", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each of wechatpy's turns")
    parser.add_argument("--messages", type=int, default=20_000, help="of each of the product's turns")
    parser.add_argument("--certificate", help=argparse.SUPPRESS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        folder = Path(name)
        if args.certificate:
            return 0 if run(folder, args) else 1
        # Whom to trust is read when the libraries are loaded, so this starts once more, knowing it.
        certificate = str(make_certificate(folder))
        trusting = os.environ | {"REQUESTS_CA_BUNDLE": certificate, "SSL_CERT_FILE": certificate}
        command = [sys.executable, "-m", "benchmarks.send", *sys.argv[1:], "--certificate", certificate]
        return subprocess.run(command, env=trusting, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
