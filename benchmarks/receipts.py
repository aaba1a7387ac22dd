"""Delivery receipts by the thousand a second, as after a campaign: `./wx bench receipts`.

The callback (granian, safe mode) is sent 2,000 different receipts a second for 20 seconds, each at its moment
whatever became of the ones before, while a worker takes them to MariaDB and settles the messages they speak of;
every tenth is told twice. An answer's time counts from the moment at which its request was due. Told are the
answers' times, what is left to be done when the last one is in, and how soon nothing is.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop
from redis import Redis

from domain.keyring import Keyring
from launch import mariadb, valkey
from launch.ports import answers, free_port
from launch.processes import Part, Supervisor
from models import db
from models.callback import DeliveryReceipt
from models.message import Message
from wechat.envelope import Envelope

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 64
PROCESSES = 2
FIRST = 3 * 10**18  # msgid
PEOPLE = 2000
PATIENCE = 60
GOALS = {"p99": 1000.0, "backlog": 3.0, "behind": 5.0}  # milliseconds, seconds' worth, seconds

_APP, _TOKEN, _KEY = "wx00000000000bench", "benchmarktoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_SECRET = "a secret of the benchmark, as long as any"
_RECEIPT = (
    "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>\n<FromUserName><![CDATA[{}]]></FromUserName>\n"
    "<CreateTime>{}</CreateTime>\n<MsgType><![CDATA[event]]></MsgType>\n"
    "<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>\n<MsgID>{}</MsgID>\n"
    "<Status><![CDATA[success]]></Status>\n</xml>"
)


def openid(n: int) -> str:
    """The n-th person."""
    return f"oBenchmark{n % PEOPLE:018d}"


def write_messages(url: str, count: int) -> None:
    """A migrated database with so many messages that the platform took."""
    db.open_database(url, Keyring(_SECRET))
    db.migrate()

    @db.transaction
    def write() -> None:
        Message.add_many(
            [
                {"key": f"bench:{n}", "channel": "template", "template": "account_bound", "openid": openid(n)}
                | {"payload": "{}", "status": "accepted", "msgid": FIRST + n}
                for n in range(count)
            ]
        )

    write()


def requests(count: int) -> list[bytes]:
    """Whole requests, each signed and sealed; every tenth one again a little later."""
    codec, now, made = Envelope(_APP, _TOKEN, _KEY, "safe", 600), int(time.time()), []
    for n in range(count):
        text = _RECEIPT.format(openid(n), now, FIRST + n)
        sealed = codec.seal(text.encode()).decode()
        part = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^]<]+)", sealed.removeprefix("<xml>")))
        body = f"<xml><ToUserName><![CDATA[gh_0]]></ToUserName><Encrypt><![CDATA[{part['Encrypt']}]]></Encrypt></xml>"
        query = (
            f"signature=&timestamp={part['TimeStamp']}&nonce={part['Nonce']}&openid={openid(n)}"
            f"&encrypt_type=aes&msg_signature={part['MsgSignature']}"
        )
        head = f"POST /wechat/callback?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        made.append(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        if n % 10 == 9:
            made.append(made[-5])
    return made


class Load:
    """Sends requests at their moments over kept connections."""

    def __init__(self, port: int, rate: int) -> None:
        self._port = port
        self._pause = 1 / rate
        self._times: list[float] = []
        self._wrong = 0

    async def send(self, made: Sequence[bytes]) -> list[float]:
        """All of them; answers the times of the answers, in seconds. Raises RuntimeError unless each was 200."""
        lines = [await asyncio.open_connection("127.0.0.1", self._port) for _ in range(CONNECTIONS)]
        self._begun = time.perf_counter() + 0.1
        share = [range(number, len(made), CONNECTIONS) for number in range(CONNECTIONS)]
        await asyncio.gather(*(self._one(line, made, mine) for line, mine in zip(lines, share, strict=True)))
        for _reader, writer in lines:
            writer.close()
        if self._wrong:
            raise RuntimeError(f"{self._wrong} of {len(made)} answers were not 200")
        return self._times

    async def _one(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], made: Sequence[bytes], mine: range
    ) -> None:
        reader, writer = line
        for number in mine:
            due = self._begun + number * self._pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(made[number])
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"content-length: *(\d+)", head.lower()).group(1))  # type: ignore[union-attr]  # granian always says it
            await reader.readexactly(length)
            self._times.append(time.perf_counter() - due)
            self._wrong += not head.startswith(b"HTTP/1.1 200")


def left(store: Redis) -> tuple[int, int]:
    """Receipts that wait in Redis, and messages that still wait for theirs."""
    waiting = int(store.xlen("{wxb}:callbacks"))
    with db.connected():
        return waiting, Message.select().where(Message.status == "accepted").count()


def measure(store: Redis, port: int, args: argparse.Namespace) -> bool:
    """Sends and prints; answers whether the goals were reached."""
    made = requests(args.rate * args.seconds * 10 // 11)
    started = time.perf_counter()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        times = sorted(runner.run(Load(port, args.rate).send(made)))
    took = time.perf_counter() - started
    in_redis, unsettled = left(store)
    ended = time.perf_counter()
    while left(store) != (0, 0):
        if time.perf_counter() - ended > PATIENCE:
            raise RuntimeError(f"after {PATIENCE} s there are still left: {left(store)}")
        time.sleep(0.1)
    behind = time.perf_counter() - ended
    with db.connected():
        delivered = Message.select().where(Message.status == "delivered").count()
        kept = DeliveryReceipt.select().count()
    p50, p99, worst = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99, 0.9999))
    waiting = max(in_redis, unsettled) / args.rate
    print(
        f"{len(made)} receipts in {took:.1f} s: {len(made) / took:.0f}/s; answered in {p50:.1f} ms (median), "
        f"{p99:.1f} ms (p99), {worst:.1f} ms (p99.99); the platform waits 5000\n"
        f"at the end {in_redis} were in Redis and {unsettled} messages unsettled: {waiting:.1f} s of work "
        f"(goal {GOALS['backlog']:.0f}); all {delivered} settled from {kept} receipts after {behind:.1f} s "
        f"(goal {GOALS['behind']:.0f})"
    )
    return p99 <= GOALS["p99"] and waiting <= GOALS["backlog"] and behind <= GOALS["behind"]


def environment(folder: Path, database_url: str, redis_url: str, port: int) -> dict[str, str]:
    """What the web server and the worker are told."""
    return os.environ | {
        "WXB_DATABASE_URL": database_url,
        "WXB_REDIS_URL": redis_url,
        "WXB_DATA_DIR": str(folder / "data"),
        "WXB_BIND": f"127.0.0.1:{port}",
        "WXB_PUBLIC_URL": "http://127.0.0.1",
        "WXB_SECRET_KEY": _SECRET,
        "WXB_WECHAT_APP_ID": _APP,
        "WXB_WECHAT_APP_SECRET": "benchmark",
        "WXB_WECHAT_TOKEN": _TOKEN,
        "WXB_WECHAT_AES_KEY": _KEY,
        "WXB_WECHAT_API_URL": "http://127.0.0.1:9",
        "WXB_WEB_PROCESSES": str(PROCESSES),
        "WXB_LOG_LEVEL": "warning",
    }


def main() -> int:
    """Runs it; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.receipts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=int, default=2000, help="receipts a second")
    parser.add_argument("--seconds", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        folder, port = Path(name), free_port()
        store = valkey.Valkey(folder / "redis", folder / "redis.sock", durable=True)
        base = mariadb.MariaDB(folder)
        env = environment(folder, base.url, store.url, port)
        with Supervisor(folder / "logs", env, cwd=ROOT) as supervisor:
            supervisor.start(store.part(valkey.find(Path(sys.executable))))
            supervisor.start(base.part())
            write_messages(base.url, args.rate * args.seconds * 10 // 11)
            product = [sys.executable, "-m", "wx_backend"]
            ready = f"http://127.0.0.1:{port}/readyz"
            supervisor.start(Part("web", [*product, "web"], ready=lambda: answers(ready), patience=60))
            supervisor.start(Part("worker", [*product, "worker"], ready=lambda: True))
            time.sleep(2)
            return 0 if measure(Redis.from_url(store.url), port, args) else 1


if __name__ == "__main__":
    sys.exit(main())
