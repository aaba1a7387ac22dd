"""A roster from xlsx into the database: `./wx bench import`.

The product's own import (reading in a limited process, every rule of a row, sealed columns, upsert, journal, the
lease renewed with every batch) against what a textbook does: openpyxl, the same rules, peewee's insert_many of the
same columns, 1,000 rows at a time. Both read the same file and begin with the same empty database; each runs in a
process of its own. Peak memory is what the process and the one it reads in held together.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, cast

import openpyxl
import xlsxwriter

from config.roster import roster_fields
from config.settings import Settings
from documents import workbook
from documents.workbook import Sheet
from domain.actors import SYSTEM
from domain.code_rows import Entry
from domain.keyring import Keyring
from domain.roster import Rules
from launch import mariadb
from launch.processes import Supervisor
from models import db
from models.account import IDENTITY_NUMBER, PHONE
from models.db import Keys
from models.graduate import Graduate
from models.job import Job
from models.org import OrgUnit
from services import code_editions, code_tables
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted

ROOT = Path(__file__).resolve().parent.parent
GOAL = 6.0
TITLES = [field.title for field in roster_fields()]
COLLEGES = 20
MEGABYTE = 1024

_SECRET = "a secret of the benchmark, as long as any"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BATCH = 1_000


def people(count: int) -> Iterator[list[str]]:
    """Invented graduates, no two alike."""
    for n in range(count):
        digits = f"110101{2003 + n % 3}{n // 3 % 12 + 1:02d}{n // 36 % 28 + 1:02d}{n // 1008 % 1000:03d}"
        total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
        identity = digits + "10X98765432"[total % 11]
        yield [
            *("2027", "31", "1", "2", f"第{n % COLLEGES}学院", f"软件23{n % 40:02d}"),
            *(f"张{chr(0x4E00 + n % 5000)}{chr(0x5000 + n // 5000)}", "1" if int(identity[16]) % 2 else "2"),
            *(identity, f"2023{n:08d}", f"233401{n:08d}", "1", "080902", "软件工程", "4", "01", "03"),
            *("340104", "340104", "", "2023-09-01", "2027-06-30", "1", "0", f"137{n:08d}"),
        ]


def write_file(path: Path, rows: int, strings: str) -> Path:
    """The roster as a workbook; ``shared`` keeps its texts in a table of their own, as Excel does."""
    if strings == "inline":
        with path.open("wb") as file:
            workbook.write(file, Sheet("数据", TITLES, people(rows)))
        return path
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("数据")
    for number, cells in enumerate([TITLES, *people(rows)]):
        sheet.write_row(number, 0, cells)
    made.close()
    return path


def prepare(url: str, folder: Path) -> tuple[Context, OrgUnit]:
    """An empty database with one school."""
    keyring = Keyring(_SECRET)
    db.open_database(url, keyring)
    nothing = cast(Any, None)
    ctx = Context(
        settings=Settings.model_construct(data_dir=folder),
        keyring=keyring,
        redis=nothing,
        gateway=nothing,
        sms=nothing,
        throttle=nothing,
        passwords=nothing,
        clock=lambda: datetime.now(UTC),
    )
    db.migrate()
    with db.connected():
        for table in ("job_trouble", "job", "graduate", "code_row", "code_set", "journal"):
            db.database.execute_sql(f"DELETE FROM {table}")
        top = OrgUnit.root("教育部") or OrgUnit.add("ministry", "教育部", None)
        school = OrgUnit.get_or_none(OrgUnit.name == "江淮大学")
        if school is None:
            school = OrgUnit.add("school", "江淮大学", OrgUnit.add("province", "安徽省", top))
            for n in range(COLLEGES):
                OrgUnit.add("college", f"第{n}学院", school)
        city = Entry("340100", "合肥市")
        code_editions.bring_in(ctx, SYSTEM, "region", 2020, [city, Entry("340104", "蜀山区", city.code)])
    return ctx, school


def ours(ctx: Context, school: OrgUnit, path: Path) -> None:
    """The product's import, the taking in of the file included."""
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(2**18), b"")
        job = desk.start_import_alone(ctx, school, Wanted("import.graduates", path.name, pieces))
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    if job.status != "done" or job.bad:
        raise RuntimeError(f"{job.status} {job.problem}, {job.bad} bad rows")


def textbook(ctx: Context, school: OrgUnit, path: Path) -> None:
    """The same rows and columns with openpyxl and insert_many."""
    colleges = {unit.name: unit.id for unit in OrgUnit.select().where(OrgUnit.parent == school)}
    names = [field.name for field in roster_fields()]
    rules = Rules(code_tables.tables_for(ctx, 2027))
    seen: set[tuple[Any, Any]] = set()
    waiting: list[dict[str, Any]] = []
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    cells_of_rows = cast(Iterator[tuple[str | None, ...]], sheet.iter_rows(min_row=2, values_only=True))
    for cells in cells_of_rows:
        row, troubles = rules.check({n: c or "" for n, c in zip(names, cells, strict=True)})
        key = (row["year"], row["student_number"])
        if troubles or key in seen:
            raise RuntimeError(troubles)
        seen.add(key)
        waiting.append(
            {
                **row,
                "college": colleges[str(row["college"])],
                "school": school.id,
                "province": school.parent_id,
                "identity_index": Keys.ring.blind(str(row["identity_number"]), IDENTITY_NUMBER),
                "phone_index": Keys.ring.blind(str(row["phone"]), PHONE),
                "import_digest": Keys.ring.blind(
                    json.dumps([str(value) for value in row.values()]), "digest"
                ),
            }
        )
        if len(waiting) == _BATCH:
            _insert(waiting)
            waiting = []
    _insert(waiting)


def _insert(rows: list[dict[str, Any]]) -> None:
    if rows:
        with db.database.atomic():
            Graduate.insert_many(rows).execute()


class Memory:
    """Watches what this process and those it starts hold at most, in KiB."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.03):
            children = "".join(
                file.read_text() for file in Path("/proc/self/task").glob("*/children")
            ).split()
            self.peak = max(self.peak, sum(_resident(process) for process in ("self", *children)))


def _resident(process: str) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:  # gone meanwhile
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def subject(args: argparse.Namespace) -> int:
    """One measurement, in this process; prints it as JSON."""
    ctx, school = prepare(args.database, args.file.parent / "data")
    with db.connected(), Memory() as memory:
        before = Graduate.select().count()
        idle = resource.getrusage(resource.RUSAGE_SELF)
        begun = time.perf_counter()
        {"ours": ours, "textbook": textbook}[args.subject](ctx, school, args.file)
        seconds = time.perf_counter() - begun
        worked = sum(
            spent.ru_utime + spent.ru_stime
            for spent in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )
        rows = Graduate.select().count() - before
    worked -= idle.ru_utime + idle.ru_stime
    print(json.dumps({"seconds": seconds, "worked": worked, "rows": rows, "peak": memory.peak}))
    return 0


def measure(who: str, url: str, file: Path, rows: int) -> dict[str, float]:
    """The measurement of one subject in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.import",
        "--subject",
        who,
        "--database",
        url,
        "--file",
        str(file),
    ]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if found["rows"] != rows:
        raise RuntimeError(f"{who} stored {found['rows']} of {rows} rows")
    return found


def compare(urls: dict[str, str], folder: Path, args: argparse.Namespace) -> bool:
    """Runs and prints everything; whether the goals were met."""
    few = max(1_000, args.rows // 5)
    print(f"Writing the files: {args.rows:,} graduates of {len(TITLES)} columns …", flush=True)
    large = write_file(folder / "large.xlsx", args.rows, "inline")
    small = write_file(folder / "small.xlsx", few, "inline")
    shared = write_file(folder / "shared.xlsx", args.rows, "shared")
    is_good = True
    for name, url in urls.items():
        ratios = []
        for number in range(1, args.rounds + 1):
            mine = measure("ours", url, large, args.rows)
            book = measure("textbook", url, large, args.rows)
            ratios.append(book["seconds"] / mine["seconds"])
            for who, found in (("import", mine), ("textbook", book)):
                speed = args.rows / found["seconds"]
                print(
                    f"{name:<8} round {number}  {who:<9} {found['seconds']:7.1f} s  {speed:8,.0f} rows/s  "
                    f"{found['worked']:6.1f} s of processor  peak {found['peak'] / MEGABYTE:6.0f} MB",
                    flush=True,
                )
        least = measure("ours", url, small, few)
        as_excel = measure("ours", url, shared, args.rows)
        ratio, growth = median(ratios), mine["peak"] / least["peak"]
        print(
            f"{name:<8} import is {ratio:.1f}× the textbook (goal {GOAL:.0f}×); memory at {few:,} rows "
            f"{least['peak'] / MEGABYTE:.0f} MB, at {args.rows:,} {mine['peak'] / MEGABYTE:.0f} MB "
            f"({growth:.2f}×), with Excel's table of texts {as_excel['peak'] / MEGABYTE:.0f} MB and "
            f"{args.rows / as_excel['seconds']:,.0f} rows/s"
        )
        is_good &= ratio >= GOAL and growth <= 1.15
    return is_good


def main() -> int:
    """Runs the comparison; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        prog="./wx bench import", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", choices=("sqlite", "mariadb"), help="one database alone")
    for hidden in ("--subject", "--database"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.subject:
        return subject(args)
    with tempfile.TemporaryDirectory(prefix="wx-bench-") as name:
        folder = Path(name)
        urls = {"sqlite": f"sqlite:///{folder / 'app.sqlite'}"}
        with Supervisor(folder / "logs", {}, cwd=ROOT) as supervisor:
            if args.only != "sqlite":
                base = mariadb.MariaDB(folder)
                part = base.part()
                # The tests' server forgets what a power cut takes; this one must not.
                kept = [
                    word
                    for word in part.argv
                    if "flush-log" not in str(word) and "doublewrite" not in str(word)
                ]
                supervisor.start(replace(part, argv=kept))
                urls["mariadb"] = base.url
            if args.only == "mariadb":
                del urls["sqlite"]
            return 0 if compare(urls, folder, args) else 1


if __name__ == "__main__":
    sys.exit(main())
