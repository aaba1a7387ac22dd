"""A storm of log-ins must not starve the callbacks: `./wx bench storm`.

The product serves callbacks as in `./wx bench callback`, first alone, then while a hundred people a second try to
log in, each from an address of their own, half of them with the right password. The two take turns; the ratio is
that of one round, the median of the rounds counts.
"""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from statistics import median

import aiohttp

from benchmarks.callback import (
    FIRST_GUESS,
    ROOT,
    Messages,
    Run,
    check_reply,
    drive,
    environment,
    server,
    write_people,
)
from domain.keyring import Keyring
from launch import valkey
from launch.ports import free_port
from launch.processes import Part, Supervisor
from models import db
from models.account import PHONE, Account
from models.db import Keys
from services.passwords import Passwords

GOAL = 0.80
PASSWORD = "storm2027pass"
KNOWN = 200  # people with an account; as many others have none
MARKS = ("wx_backend", "valkey-server")


def phone(n: int) -> str:
    """The n-th person's number."""
    return f"139{n:08d}"


def write_accounts(folder: Path) -> None:
    """Accounts that can log in, beside the bound people of the callbacks."""
    hashed = Passwords(folder / "data").hash(PASSWORD)
    ring: Keyring = Keys.ring
    with db.connected():
        Account.insert_once(
            [
                {
                    "subject": f"storm{n}",
                    "name": "测试",
                    "phone": phone(n),
                    "phone_index": ring.blind(phone(n), PHONE),
                    "password_hash": hashed,
                }
                for n in range(KNOWN)
            ]
        )


class Storm:
    """People logging in at a steady rate, whether or not the ones before them were answered."""

    def __init__(self, url: str, a_second: int) -> None:
        self._url = url
        self._a_second = a_second
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._blow()))
        self.answers: Counter[str] = Counter()

    def __enter__(self) -> "Storm":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    async def _blow(self) -> None:
        limit = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(connector=limit, timeout=timeout) as client:
            form = await self._form(client)
            tries = set()
            while not self._over.is_set():
                task = asyncio.create_task(self._one(client, *form))
                tries.add(task)
                task.add_done_callback(tries.discard)
                await asyncio.sleep(1 / self._a_second)
            await asyncio.gather(*tries)

    async def _form(self, client: aiohttp.ClientSession) -> tuple[str, str]:
        """The cookie and the token that a browser would have after opening the page."""
        async with client.get(f"{self._url}/h5/login") as page:
            token = re.search(r'name="csrf_token" value="([^"]+)"', await page.text())
            if token is None:
                raise RuntimeError("the log-in page has no form")
            return page.headers["Set-Cookie"].partition(";")[0], token.group(1)

    async def _one(self, client: aiohttp.ClientSession, cookie: str, token: str) -> None:
        person = random.randrange(2 * KNOWN)
        address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
        try:
            async with client.post(
                f"{self._url}/h5/login",
                data={"phone": phone(person), "password": PASSWORD, "csrf_token": token, "next": "/h5/"},
                headers={"Cookie": cookie, "X-Forwarded-For": address},
                allow_redirects=False,
            ) as answer:
                self.answers[
                    {302: "in", 303: "in", 422: "refused", 429: "later"}.get(
                        answer.status, str(answer.status)
                    )
                ] += 1
        except (aiohttp.ClientError, TimeoutError):
            self.answers["unanswered"] += 1


def compare(folder: Path, url: str, args: argparse.Namespace) -> float:
    """Drives the callback idle and in the storm, in turn; prints every round and answers the median ratio."""
    messages, file = Messages(), folder / "messages"
    check_reply(url, messages)
    guess = FIRST_GUESS
    ratios, tails, answers = [], [], Counter[str]()
    print("round   idle/s  p99 ms   storm/s  p99 ms  ratio   log-ins: in, refused, told to come back, other")
    for number in range(args.rounds + 1):  # the first only warms up
        runs: dict[bool, Run] = {}
        for stormy in (True, False) if number % 2 else (False, True):
            messages.write(file, int(guess * args.seconds * 1.2))
            if stormy:
                with Storm(url, args.logins) as storm:
                    runs[True] = drive(url, file, args, MARKS)
                seen = storm.answers
            else:
                runs[False] = drive(url, file, args, MARKS)
        idle, busy = runs[False], runs[True]
        guess = max(int(idle.rate * 1.5), FIRST_GUESS // 3)
        if number:
            ratios.append(busy.rate / idle.rate)
            tails.append(busy.p99)
            answers += seen
            other = sum(seen.values()) - seen["in"] - seen["refused"] - seen["later"]
            told = f"{seen['in']}, {seen['refused']}, {seen['later']}, {other}"
            print(
                f"{number:>5}  {idle.rate:>7.0f} {idle.p99:>7.1f}   {busy.rate:>7.0f} {busy.p99:>7.1f}  "
                f"{ratios[-1]:>5.2f}   {told}",
                flush=True,
            )
    ratio = median(ratios)
    lost = answers["unanswered"]
    print(f"median: {ratio:.2f} of the idle throughput (goal {GOAL:.2f}); log-ins unanswered: {lost}")
    return ratio


def main() -> int:
    """Runs the comparison; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.storm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--logins", type=int, default=100, help="log-ins a second")
    args = parser.parse_args()
    # A socket's path may have 107 bytes, so the folder's own must be short.
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        folder, port = Path(name), free_port()
        store = valkey.Valkey(folder / "redis", folder / "redis.sock", durable=True)
        database_url = f"sqlite:///{folder / 'app.sqlite'}"
        env = environment(folder, database_url, store.url, port) | {"WXB_TRUSTED_PROXIES": "1"}
        with Supervisor(folder / "logs", env, cwd=ROOT) as supervisor:
            supervisor.start(store.part(valkey.find(Path(sys.executable))))
            write_people(database_url)
            write_accounts(folder)
            supervisor.start(server("product", port, [sys.executable, "-m", "wx_backend", "web"]))
            supervisor.start(
                Part("worker", [sys.executable, "-m", "wx_backend", "worker"], ready=lambda: True)
            )
            return 0 if compare(folder, f"http://127.0.0.1:{port}", args) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
