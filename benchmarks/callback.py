"""The whole callback of the product against a bare echo, side by side: `./wx bench callback [--strict]`.

The product verifies, decrypts, finds repeats, looks the bound person up, keeps the event, answers and encrypts;
the yardstick (benchmarks/echo.py) is Flask and wechatpy giving a message its own words back. Both run in safe
mode on granian with as many processes and threads, and are driven in turn with the same messages, each one
signed, encrypted and different. The ratio is that of one round; the median of the rounds counts.

With ``--strict`` the product has no Redis, so that every event is in MariaDB before it is answered.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from domain.keyring import Keyring
from launch import mariadb, valkey
from launch.ports import free_port
from launch.processes import Part, Supervisor
from models import db
from models.account import Account
from models.graduate import Graduate
from models.org import OrgUnit
from models.wechat_user import Binding
from wechat.envelope import Envelope

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 2000
PROCESSES, THREADS = 2, 16
REST = 3  # seconds before each run, so that neither pays for what the other left to be done
FIRST_GUESS = 12_000  # messages a second, for as long as nobody has been measured
# Whose CPU counts: the servers' own, and all that the product leans on.
MARKS = {
    "echo": ("benchmarks.echo:app",),
    "product": ("wx_backend", "valkey-server", "mariadbd"),
}
GOALS = {False: 1.2, True: 0.45}

_APP, _TOKEN, _KEY = "wx00000000000bench", "benchmarktoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_SECRET = "a secret of the benchmark, as long as any"
_CLICKS = ("JOBS_FOR_ME", "SIGN_ONLINE", "DESTINATION", "MY_TASKS")
_HEAD = (
    "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>\n<FromUserName><![CDATA[{}]]></FromUserName>\n"
    "<CreateTime>{}</CreateTime>\n<MsgType><![CDATA[{}]]></MsgType>\n"
)
_CLICK = _HEAD + "<Event><![CDATA[CLICK]]></Event>\n<EventKey><![CDATA[{}]]></EventKey>\n</xml>"
_TEXT = _HEAD + "<Content><![CDATA[怎么绑定微信？]]></Content>\n<MsgId>{}</MsgId>\n</xml>"


@dataclass(frozen=True, slots=True)
class Run:
    """What one server did in one round: messages a second, milliseconds, and microseconds of CPU a message."""

    rate: float
    p50: float
    p99: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:>7.0f} {self.p50:>7.2f} {self.p99:>7.2f} {self.cpu:>7.0f}"


def openid(n: int) -> str:
    """The n-th person."""
    return f"oBenchmark{n:018d}"


def write_people(url: str) -> None:
    """A migrated database with bound graduates."""
    keyring = Keyring(_SECRET)
    db.open_database(url, keyring)
    db.migrate()
    with db.connected():
        school = OrgUnit.add("school", "测试大学", None)
        college = OrgUnit.add("college", "测试学院", school)
        Account.insert_once([{"subject": str(n), "name": "测试"} for n in range(PEOPLE)])
        accounts = [row.id for row in Account.select(Account.id)]
        Binding.insert_once(
            [
                {"app_id": _APP, "account": account, "openid": openid(n), "status": "bound"}
                for n, account in enumerate(accounts)
            ]
        )
        Graduate.insert_once(
            [
                {
                    "year": 2027,
                    "school": school,
                    "college": college,
                    "name": "测试",
                    "student_number": str(account),
                    "identity_number": str(account),
                    "identity_index": str(account),
                    "education": "3",
                    "account": account,
                }
                for account in accounts
            ]
        )


class Messages:
    """Makes messages that have not been sent yet: four taps of the menu to one question."""

    def __init__(self) -> None:
        self._codec = Envelope(_APP, _TOKEN, _KEY, "safe", 600)
        self._start = int(time.time())
        self._number = 0

    def write(self, path: Path, count: int) -> None:
        """A file for callback_load.lua."""
        with path.open("w", encoding="utf-8") as lines:
            for _ in range(count):
                lines.write("\t".join(self.one()) + "\n")

    def one(self) -> tuple[str, str]:
        """Query and body of one POST."""
        self._number += 1
        n = self._number
        # Every PEOPLE messages a second earlier than the last, so that no two are the same event.
        person, now = openid(n % PEOPLE), self._start - n // PEOPLE
        payload = (
            _TEXT.format(person, now, "text", 10**16 + n)
            if n % 5 == 0
            else _CLICK.format(person, now, "event", _CLICKS[n // PEOPLE % 4])
        )
        # Its own seal signs what the platform would sign: token, time, nonce and ciphertext.
        sealed = self._codec.seal(payload.encode()).decode()
        part = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^]<]+)", sealed.removeprefix("<xml>")))
        query = (
            f"signature=&timestamp={part['TimeStamp']}&nonce={part['Nonce']}&openid={person}"
            f"&encrypt_type=aes&msg_signature={part['MsgSignature']}"
        )
        body = (
            f"<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>"
            f"<Encrypt><![CDATA[{part['Encrypt']}]]></Encrypt></xml>"
        )
        return query, body


def cpu_of(folder: Path, marks: tuple[str, ...]) -> float:
    """Microseconds of CPU used so far by the process groups of this run (its folder is in their environment) whose
    leaders' command lines hold one of the marks."""
    used: dict[int, float] = {}
    leaders = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "stat").read_text().rsplit(")", 1)[1].split()
            command = (process / "cmdline").read_text().replace("\0", " ")
            is_ours = str(folder).encode() in (process / "environ").read_bytes()
        except OSError:  # gone meanwhile
            continue
        group = int(words[2])
        used[group] = used.get(group, 0) + int(words[11]) + int(words[12])
        if process.name == words[2] and is_ours and any(mark in command for mark in marks):
            leaders.add(group)
    return sum(used[group] for group in leaders) * 1e6 / os.sysconf("SC_CLK_TCK")


def drive(url: str, messages: Path, args: argparse.Namespace, marks: tuple[str, ...]) -> Run:
    """One round of one server. Raises RuntimeError when anything but 200 came back."""
    time.sleep(REST)
    before = cpu_of(messages.parent, marks)
    done = subprocess.run(
        [
            "wrk",
            "-t2",
            f"-c{args.connections}",
            f"-d{args.seconds}s",
            "-s",
            str(ROOT / "benchmarks" / "callback_load.lua"),
            url,
            "--",
            str(messages),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if found["wrong"]:
        raise RuntimeError(f"{found['wrong']} of {found['requests']} answers from {url} were not 200")
    cpu = (cpu_of(messages.parent, marks) - before) / found["requests"]
    return Run(found["requests"] / found["seconds"], found["p50"], found["p99"], cpu)


def check_reply(url: str, messages: Messages) -> None:
    """One message by hand: the answer must be the bound graduate's."""
    query, body = messages.one()
    with urlopen(Request(f"{url}/wechat/callback?{query}", body.encode())) as answer:
        if b"<Encrypt>" not in answer.read():
            raise RuntimeError(f"{url} gave no encrypted reply")


def environment(folder: Path, database_url: str, redis_url: str, port: int) -> dict[str, str]:
    """What both servers are told; the yardstick reads only the account's keys."""
    return os.environ | {
        "PYTHONPATH": str(ROOT),
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
        "WXB_WECHAT_MODE": "safe",
        "WXB_WECHAT_API_URL": "http://127.0.0.1:9",
        "WXB_WEB_PROCESSES": str(PROCESSES),
        "WXB_WEB_THREADS": str(THREADS),
        "WXB_LOG_LEVEL": "warning",
    }


def server(name: str, port: int, argv: list[str]) -> Part:
    """A web server as a part to supervise."""
    return Part(name, argv, ready=lambda: listens(port), patience=30)


def listens(port: int) -> bool:
    """Whether somebody answers there, whatever the answer."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/wechat/callback", timeout=1):
            return True
    except HTTPError:
        return True
    except OSError:
        return False


def compare(folder: Path, supervisor: Supervisor, ports: tuple[int, int], args: argparse.Namespace) -> float:
    """Starts both servers, drives them in turn, prints every round; answers the median ratio."""
    python = sys.executable
    urls = {name: f"http://127.0.0.1:{port}" for name, port in zip(MARKS, ports, strict=True)}
    supervisor.start(
        server(
            "echo",
            ports[0],
            [
                python,
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--host",
                "127.0.0.1",
                "--port",
                str(ports[0]),
                "--workers",
                str(PROCESSES),
                "--blocking-threads",
                str(THREADS),
                "--no-ws",
                "--log-level",
                "warning",
                "benchmarks.echo:app",
            ],
        )
    )
    supervisor.start(server("product", ports[1], [python, "-m", "wx_backend", "web"]))
    if not args.strict:
        supervisor.start(Part("worker", [python, "-m", "wx_backend", "worker"], ready=lambda: True))
    messages, file = Messages(), folder / "messages"
    for url in urls.values():
        check_reply(url, messages)
    guess = FIRST_GUESS
    ratios = []
    columns = f"{'/s':>7} {'p50 ms':>7} {'p99 ms':>7} {'CPU µs':>7}"
    print(f"round  echo {columns}  product {columns}  ratio")
    for number in range(args.rounds + 1):  # the first only warms up
        messages.write(file, int(guess * args.seconds * 1.2))
        runs = {
            name: drive(urls[name], file, args, MARKS[name])
            for name in sorted(urls, reverse=bool(number % 2))
        }
        echo, whole = runs["echo"], runs["product"]
        if whole.rate > guess * 1.2:
            raise RuntimeError("the product outran the messages made for it; run again")
        guess = max(int(whole.rate * 1.5), FIRST_GUESS // 3)
        if number:
            ratios.append((whole.rate / echo.rate, whole.p99 / echo.p99, whole.cpu / echo.cpu))
            print(f"{number:>5}       {echo}          {whole}  {whole.rate / echo.rate:>5.2f}", flush=True)
    rate, tail, cpu = (median(column) for column in zip(*ratios, strict=True))
    print(
        f"median: ratio {rate:.2f} (goal {GOALS[args.strict]:.2f}), "
        f"p99 {tail:.2f} times that of the echo (goal 1.00), CPU a message {cpu:.2f} times"
    )
    return rate


def main() -> int:
    """Runs the comparison; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.callback", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--strict", action="store_true", help="no Redis: one MariaDB statement in the request"
    )
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    args = parser.parse_args()
    # A socket's path may have 107 bytes, so the folder's own must be short.
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        folder = Path(name)
        ports = free_port(), free_port()
        store = valkey.Valkey(folder / "redis", folder / "redis.sock", durable=True)
        base = mariadb.MariaDB(folder)
        # Its socket file, as the store's: both stand on the product's own machine here.
        database_url = (
            f"{base.url}?unix_socket={base.socket}" if args.strict else f"sqlite:///{folder / 'app.sqlite'}"
        )
        env = environment(folder, database_url, store.url, ports[1])
        with Supervisor(folder / "logs", env, cwd=ROOT) as supervisor:
            if args.strict:
                part = base.part()
                # The tests' server forgets what a power cut takes; this one must not.
                kept = [
                    word
                    for word in part.argv
                    if "flush-log" not in str(word) and "doublewrite" not in str(word)
                ]
                supervisor.start(replace(part, argv=kept))
            else:
                supervisor.start(store.part(valkey.find(Path(sys.executable))))
            write_people(database_url)
            return 0 if compare(folder, supervisor, ports, args) >= GOALS[args.strict] else 1


if __name__ == "__main__":
    sys.exit(main())
