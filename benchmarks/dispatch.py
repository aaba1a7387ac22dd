"""A task to 10,000 and to 240,000 counselors, on SQLite and on MariaDB: `./wx bench dispatch`.

The country has provinces, schools, colleges and counselors, of whom 19 in 20 are bound to a WeChat. The ministry
dispatches one task to all of them. Timed apart are the request, which only says that the task is to go out, and the
worker, which writes an assignment for each counselor, a message for each who is bound, and the counts. Memory is what
the request allocates at most, and by how much the worker's process grows. The goal is that the request to the most
counselors takes no more memory than 1.2 times, and no more time than 1.5 times, that to the fewest, or 10 ms: of what
is shorter the disk decides.
"""

import argparse
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.lists import REST, context, make_schema
from domain.actors import Actor, Role
from domain.desk_hours import CHINA
from launch import mariadb
from launch.processes import Supervisor
from models import db
from models.account import Account
from models.bulk import insert_rows
from models.message import Message
from models.org import OrgUnit, Staff
from models.task import Assignment, Task
from models.wechat_user import Binding
from services import seats
from services.context import Context
from services.seats import Seat
from services.tasks import compose, progress, tally, waves
from services.tasks.drafts import Draft

MOST_TIME, MOST_MEMORY, SHORT = 1.5, 1.2, 10  # times, times, milliseconds
SCHOOLS, COLLEGES, COUNSELORS = 90, 10, 10  # of a province, of a school, of a college
BATCH = 10_000
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
WARM, TIMES = 3, 31  # requests before anything is measured, and those of which the median counts


@dataclass(frozen=True, slots=True)
class Figures:
    """What one size took: milliseconds and KiB of the request, seconds and MiB of the worker, milliseconds of a look
    at the progress."""

    request: float
    memory: float
    worker: float
    grown: float
    counting: float
    look: float


def fill(ctx: Context, many: int) -> Seat:
    """A country with so many counselors; answers the ministry's seat."""
    with db.connected():
        root = OrgUnit.add("ministry", "教育部", None)
        colleges = list(_units(root, -(-many // COUNSELORS)))
        at = Account.created_at.db_value(datetime.now(UTC))
        for start in range(0, many, BATCH):
            _people(ctx, colleges, range(start, min(many, start + BATCH)), str(at))
        account = Account.create(subject="ministry", name="郑强")
        staff = Staff.create(account=account, level="ministry", unit=root)
    return seats.seat_for(Actor(account.code, frozenset({Role.MINISTRY}), account.id), staff)


def _units(root: OrgUnit, colleges: int) -> Iterator[int]:
    made = 0
    with db.database.atomic():
        while made < colleges:
            province = OrgUnit.add("province", f"第{made}省", root)
            for number in range(SCHOOLS):
                school = OrgUnit.add("school", f"第{number}大学", province)
                for name in range(COLLEGES):
                    if made == colleges:
                        return
                    yield OrgUnit.add("college", f"第{name}学院", school).id
                    made += 1


def _people(ctx: Context, colleges: list[int], numbers: range, at: str) -> None:
    """Accounts, capacities and bindings; ids are given here, so that nothing has to be read back."""
    first = 1_000
    accounts, staff, bindings = [], [], []
    for n in numbers:
        row_id = first + n
        accounts.append((row_id, f"a{n:022}", 0, at, at, "builtin", f"p{n}", "王建国", "", 0, 0))
        staff.append((row_id, f"s{n:022}", 0, at, at, row_id, "counselor", colleges[n // COUNSELORS], ""))
        if n % 20:
            app = ctx.settings.wechat_app_id
            bindings.append((f"b{n:022}", 0, at, at, app, row_id, f"o{n:027}", "bound"))
    record = ("code", "version", "created_at", "updated_at")
    with db.database.atomic():
        names = ("directory", "subject", "name", "password_hash", "must_change_password", "totp_last_step")
        insert_rows(Account, ("id", *record, *names), accounts)
        insert_rows(Staff, ("id", *record, "account_id", "level", "unit_id", "office"), staff)
        insert_rows(Binding, (*record, "app_id", "account_id", "openid", "status"), bindings)


def settle() -> None:
    """Lets the database put away what was written before anything is measured."""
    if db.is_sqlite():
        with db.connected():
            db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    time.sleep(REST)


def measure(ctx: Context, seat: Seat, many: int) -> Figures:
    """Dispatches to everybody; raises RuntimeError unless everybody has it and all the bound are owed a message."""
    due = f"{(ctx.clock() + timedelta(days=7)).astimezone(CHINA):%Y-%m-%dT%H:%M}"
    with db.connected():
        took, memory = _request(ctx, seat, due)
        before = _resident("VmRSS")
        _CLEAR.write_text("5")  # the highest mark starts anew
        worker = _timed(lambda: waves.work(ctx))
        grown = _resident("VmHWM") - before
        counting = _timed(lambda: tally.sweep(ctx))
        _check(many)
        code = Task.select().where(Task.status == "dispatched").get().code
        look = median(_timed(lambda: progress.of(ctx, seat, code)) for _ in range(TIMES))
    return Figures(took * 1000, memory / 1024, worker, grown, counting, look * 1000)


def _request(ctx: Context, seat: Seat, due: str) -> tuple[float, float]:
    """Median seconds and most bytes of dispatching. All but the last task are withdrawn before anybody gets them."""
    spent, memory = [], 0
    for turn in range(WARM + TIMES + 1):
        task = compose.save(ctx, seat, Draft(title=f"秋季校园招聘月通知{turn}", kind="notice", due=due))
        is_last = turn == WARM + TIMES
        if is_last:
            tracemalloc.start()
        spent.append(_timed(partial(compose.dispatch, ctx, seat, task.code)))
        if is_last:
            memory = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        else:
            compose.withdraw(ctx, seat, task.code)
    return median(spent[WARM:-1]), memory


def _timed(verb: Callable[[], object]) -> float:
    start = time.perf_counter()
    verb()
    return time.perf_counter() - start


def _resident(line: str) -> float:
    """The memory of this process now (VmRSS) or at its highest (VmHWM), in MiB."""
    found = next(text for text in _STATUS.read_text().splitlines() if text.startswith(line))
    return int(found.split()[1]) / 1024


def _check(many: int) -> None:
    assigned, owed = Assignment.select().count(), Message.select().count()
    bound = many - len(range(0, many, 20))
    if (assigned, owed) != (many, bound):
        raise RuntimeError(f"{assigned} assignments and {owed} messages, expected {many} and {bound}")


def bases(folder: Path, wanted: str, sizes: list[int]) -> Iterator[tuple[str, str]]:
    """(name, address) of each kind of database, running while it is measured; ``dispatch`` stands for a size's own."""
    if wanted in ("both", "sqlite"):
        yield "SQLite", f"sqlite:///{folder / 'dispatch.sqlite'}"
    if wanted in ("both", "mariadb"):
        server = mariadb.MariaDB(folder)
        with Supervisor(folder / "logs", {}, cwd=folder) as supervisor:
            supervisor.start(server.part())
            for size in sizes:
                make_schema(server.url, f"dispatch{size}")
            yield "MariaDB", server.url.replace(mariadb.DATABASE, "dispatch")


def report(base: str, figures: dict[int, Figures]) -> bool:
    """Prints the table; whether the goal is met."""
    print(
        f"\n{base:<10}{'counselors':>12}{'request ms':>12}{'request KiB':>13}{'worker s':>10}{'each µs':>9}"
        f"{'grown MiB':>11}{'counting s':>12}{'progress ms':>13}"
    )
    for many, one in figures.items():
        print(
            f"{'':<10}{many:>12,}{one.request:>12.2f}{one.memory:>13.0f}{one.worker:>10.2f}"
            f"{one.worker / many * 1e6:>9.0f}{one.grown:>11.0f}{one.counting:>12.2f}{one.look:>13.2f}"
        )
    fewest, most = figures[min(figures)], figures[max(figures)]
    time_ratio, memory_ratio = most.request / fewest.request, most.memory / fewest.memory
    print(
        f"{base}: request {time_ratio:.2f} × the time (goal {MOST_TIME}, or {SHORT} ms), "
        f"{memory_ratio:.2f} × the memory (goal {MOST_MEMORY})\n",
        flush=True,
    )
    is_quick = time_ratio <= MOST_TIME or most.request <= SHORT
    return is_quick and memory_ratio <= MOST_MEMORY


def main() -> int:
    """Measures; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(
        prog="./wx bench dispatch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counselors", type=int, nargs="+", default=[10_000, 240_000])
    parser.add_argument("--base", choices=("both", "sqlite", "mariadb"), default="both")
    args = parser.parse_args()
    met = []
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        folder = Path(name)
        for base, url in bases(folder, args.base, args.counselors):
            figures = {}
            for many in sorted(args.counselors):
                start = time.perf_counter()
                ctx = context(url.replace("dispatch", f"dispatch{many}"), folder)
                db.migrate()
                seat = fill(ctx, many)
                print(f"{base}: {many:,} counselors, in {time.perf_counter() - start:.0f} s", flush=True)
                settle()
                figures[many] = measure(ctx, seat, many)
                db.database.close_all()
            met.append(report(base, figures))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
