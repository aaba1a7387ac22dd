"""The morning on which posts are pushed to 100,000 graduates, on SQLite and on MariaDB: `./wx bench push`.

Posts and graduates are those of `./wx bench match`, as rows, every graduate with a WeChat and a 求职意愿. One worker
turns its tick until nobody waits: on a first morning, when everything is new to everybody; and on a second, with some
new posts, when everybody has got the first message. Told are seconds, statements a graduate, messages, how many turns
of the tick that makes, and by how much the process grew; and what a turn costs that finds nothing to do.

The goal: a morning is over within ten minutes, in which a worker turns ten times, and takes no more than 100 MiB.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.dispatch import _CLEAR, _resident, settle
from benchmarks.lists import context, make_schema
from benchmarks.push_world import World
from launch import mariadb, valkey
from launch.ports import free_port
from launch.processes import Supervisor
from models import db
from models.message import Message
from models.pushing import Pushed
from services.context import Context
from services.push import graduates
from services.recommend import keeper, recommend

MOST_SECONDS, MOST_MEMORY = 600, 100  # of a morning; MiB
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in China
SAMPLE = 5  # batches of which the statements are counted
PUBLISHED = 0.02  # of the posts, from the first morning to the second


@dataclass(frozen=True, slots=True)
class Figures:
    """One morning: seconds, turns of the tick, messages, MiB, and milliseconds of a turn with nothing to do."""

    seconds: float
    turns: int
    messages: int
    grown: float
    idle: float


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    """Counts the statements that this thread's connection carries."""
    if db.is_sqlite():
        seen: list[str] = []
        connection = db.database.connection()
        connection.set_trace_callback(seen.append)
        yield lambda: len(seen)
        connection.set_trace_callback(None)
        return

    def questions() -> int:
        return int(db.database.execute_sql("SHOW SESSION STATUS LIKE 'Questions'").fetchone()[1])

    before = questions()
    yield lambda: questions() - before - 1


def statements(ctx: Context) -> float:
    """How many a graduate costs, by a few batches that are taken back."""
    day = ctx.clock().date()
    with db.connected(), db.database.atomic() as ended:
        Pushed.enlist(500)
        with counted() as total:
            for _ in range(SAMPLE):
                graduates._batch(ctx, day, graduates.BATCH, recommend.for_graduates)
            number = total()
        ended.rollback()
    return number / (SAMPLE * graduates.BATCH)


def morning(ctx: Context) -> Figures:
    """Turns the tick until nobody waits."""
    _CLEAR.write_text("5")  # the highest mark starts anew
    before, start, turns, messages = _resident("VmRSS"), time.perf_counter(), 0, 0
    while turns == 0 or _is_anybody_due(ctx):
        messages += graduates.sweep(ctx)
        turns += 1
    seconds = time.perf_counter() - start
    grown = _resident("VmHWM") - before
    idle = min(_timed(lambda: graduates.sweep(ctx)) for _ in range(5))
    return Figures(seconds, turns, messages, grown, idle * 1000)


def _is_anybody_due(ctx: Context) -> bool:
    with db.connected():
        return bool(Pushed.due(ctx.clock().date(), 1))


def _timed(verb: Callable[[], Any]) -> float:
    start = time.perf_counter()
    verb()
    return time.perf_counter() - start


def deliver(ctx: Context) -> None:
    """What was owed has arrived."""
    with db.connected():
        Message.update(status="delivered", settled_at=ctx.clock()).execute()


def measure(base: str, ctx: Context, many_posts: int, many_graduates: int) -> bool:
    """Two mornings; whether each met the goal."""
    now = [MORNING]
    settings = ctx.settings.model_copy(update={"daily_template_quota": 10 * many_graduates})
    ctx = replace(ctx, settings=settings, clock=lambda: now[0])
    start = time.perf_counter()
    db.migrate()
    world = World(ctx, many_posts, many_graduates)
    keeper.rebuild(ctx)
    keeper.warm(ctx)
    settle()
    print(
        f"{base}: {many_posts:,} posts, {many_graduates:,} graduates, in {time.perf_counter() - start:.0f} s"
    )
    print(
        f"{'':<10}{'statements':>12}{'s':>8}{'ms each':>9}{'turns':>7}{'told':>10}{'grown MiB':>11}{'idle ms':>9}"
    )
    met = []
    for name in ("first", "second"):
        each = statements(ctx)
        one = morning(ctx)
        print(
            f"{name:<10}{each:>12.1f}{one.seconds:>8.1f}{one.seconds / many_graduates * 1000:>9.2f}{one.turns:>7}"
            f"{one.messages:>10,}{one.grown:>11.0f}{one.idle:>9.1f}",
            flush=True,
        )
        met.append(one.messages > 0 and one.seconds <= MOST_SECONDS and one.grown <= MOST_MEMORY)
        deliver(ctx)
        now[0] += timedelta(days=1)
        with db.connected():
            world.publish(int(many_posts * PUBLISHED), now[0])
        keeper.rebuild(ctx)
    return all(met)


def bases(folder: Path, wanted: str) -> Iterator[tuple[str, str, str]]:
    """(name, address, Redis' address) of each kind of database, running while it is measured."""
    redis = valkey.Valkey(folder / "valkey", free_port(), durable=False)
    with Supervisor(folder / "logs", {}, cwd=folder) as supervisor:
        supervisor.start(redis.part(valkey.find(Path(sys.executable))))
        if wanted in ("both", "sqlite"):
            yield "SQLite", f"sqlite:///{folder / 'push.sqlite'}", redis.url
        if wanted in ("both", "mariadb"):
            server = mariadb.MariaDB(folder)
            supervisor.start(server.part())
            make_schema(server.url, "push")
            yield "MariaDB", server.url.replace(mariadb.DATABASE, "push"), redis.url


def main() -> int:
    """Measures; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(
        prog="./wx bench push", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=50_000)
    parser.add_argument("--graduates", type=int, default=100_000)
    parser.add_argument("--base", choices=("both", "sqlite", "mariadb"), default="both")
    args = parser.parse_args()
    met = []
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        for base, url, redis_url in bases(Path(name), args.base):
            folder = Path(name) / base
            folder.mkdir()
            met.append(measure(base, context(url, folder, redis_url), args.posts, args.graduates))
            db.database.close_all()
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
