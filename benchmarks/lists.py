"""The list of 生源信息 on growing tables, on SQLite and on MariaDB: `./wx bench lists`.

All rows belong to one school and 届别, so that the list itself grows with the table, which is the hardest case. Timed
is all that one page asks of the database and of the service: the count (which stops at 10,000), the rows, and what
the filters offer. Each kind of page is asked for many times with other values, the databases of all sizes in turn, so
that whatever else the machine does falls on all of them. The goal is that a page of the largest takes at most 1.5
times as long as the same page of the smallest.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

import pymysql

from config.settings import Settings
from domain.actors import Actor, Role
from launch import mariadb
from launch.processes import Supervisor
from models import db
from models.account import IDENTITY_NUMBER, PHONE, Account
from models.db import Keys
from models.org import OrgUnit, Responsibility, Staff
from services import roster_list, seats
from services.context import Context
from services.roster_list import RosterFilter
from services.seats import Seat
from wx_backend.context import build_context

GOAL = 1.5
YEAR = 2027
COLLEGES, MAJORS, CLASS = 20, 8, 40
WARM = 3  # turns before anything is measured
BATCH = 2000
# Of MariaDB: the tables of a server in earnest lie in memory, and its log holds more than a minute's writing.
ROOMY = {"buffer-pool-size": "3G", "log-file-size": "1G"}
REST = 10  # seconds after the last row, in which MariaDB writes out what it still holds

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
)
_GIVEN = "子轩梓涵一诺欣怡浩然宇航晨曦雨桐思远嘉懿若溪明哲佳琪俊杰诗涵文博天佑语嫣建国志强晓丽"
_COLUMNS = (
    *("code", "version", "created_at", "updated_at", "year", "province_id", "school_id", "college_id"),
    *("class_name", "name", "student_number", "identity_number", "identity_index", "phone", "phone_index"),
    *(
        "education",
        "education_code",
        "education_kind",
        "teacher_kind",
        "gender",
        "candidate_number",
        "training",
    ),
    *("major_code", "major_name", "school_years", "ethnicity", "politics", "division", "origin"),
    *("commissioned_by", "conclusion", "hardship", "special_group", "status", "import_digest"),
)

Results = dict[int, dict[str, tuple[float, float]]]
Pages = dict[str, Callable[[], tuple[Seat, RosterFilter, dict[str, str]]]]


class World:
    """One school with its staff, and graduates as many as asked for."""

    def __init__(self) -> None:
        ministry = OrgUnit.add("ministry", "教育部", None)
        self.province = OrgUnit.add("province", "安徽省", ministry)
        self.school = OrgUnit.add("school", "江淮大学", self.province)
        self.colleges = [OrgUnit.add("college", f"第{n}学院", self.school) for n in range(COLLEGES)]
        self.admin = self._seat("school", self.school)
        self.counselor = self._seat("counselor", self.colleges[0], class_name="3班")
        self.rows = 0
        self._sealed = [Keys.ring.seal(word, f"graduate.{word}") for word in ("identity_number", "phone")]

    def _seat(self, level: str, unit: OrgUnit, class_name: str = "") -> Seat:
        account = Account.create(subject=level, name="测试")
        staff = Staff.create(account=account, level=level, unit=unit)
        if class_name:
            duty = {"year": YEAR, "college": unit, "education": "3", "class_name": class_name}
            Responsibility.add_many(staff, [duty])
        actor = Actor(account.code, frozenset({Role(level)}), account.id, staff_id=staff.id)
        return seats.seat_for(actor, staff)

    def grow(self, rows: int) -> None:
        """Adds graduates until there are ``rows``."""
        mark = "?" if db.is_sqlite() else "%s"
        if not db.is_sqlite():
            db.database.execute_sql("SET unique_checks = 0, foreign_key_checks = 0")  # for this connection
        statement = (
            f"INSERT INTO graduate ({', '.join(_COLUMNS)}) VALUES ({', '.join([mark] * len(_COLUMNS))})"
        )
        while self.rows < rows:
            many = range(self.rows, min(rows, self.rows + BATCH))
            with db.database.atomic():
                db.database.connection().cursor().executemany(statement, [self._row(n) for n in many])
            self.rows = many.stop
        db.database.execute_sql("ANALYZE" if db.is_sqlite() else "ANALYZE TABLE graduate").fetchall()

    def _row(self, n: int) -> tuple[object, ...]:
        spread = mixed(n)
        at = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=spread % 20_000_000)).strftime("%F %T.%f")
        college, major = spread % COLLEGES, spread // 97 % MAJORS
        education = ("31", "31", "31", "41", "11", "31", "31", "01")[spread // 13 % 8]
        return (
            *(code(n), 0, at, at, YEAR, self.province.id, self.school.id, self.colleges[college].id),
            *(f"{n // (COLLEGES * CLASS) + 1}班", name(spread), number(n), self._sealed[0], f"i{code(n)}"),
            *(self._sealed[1], f"p{code(n)}", education[0], education, "1", "2", "1", f"C{number(n)}", "1"),
            *(f"08{college:02d}{major:02d}", f"专业{college}-{major}", "4", "01", "03", "340000", "340104"),
            *("", "1", "0", "", ("open", "confirmed", "locked")[spread // 5 % 3], "0" * 32),
        )


def code(n: int) -> str:
    """The n-th graduate's code: unlike its neighbours', as random codes are."""
    return f"{n * 0x9E3779B97F4A7C15 % 2**64:016x}"


def number(n: int) -> str:
    """The n-th 学号."""
    return f"2023{n * 7_919 % 10_000_019:08d}"


def mixed(n: int) -> int:
    """The n-th of many numbers that jump about, from which a row takes what it holds."""
    return n * 2_654_435_761 % 2**32


def name(spread: int) -> str:
    """A name; some 75,000 of them, so that the largest table has a dozen namesakes of everybody."""
    return _SURNAMES[spread % len(_SURNAMES)] + _GIVEN[spread // 50 % 39] + _GIVEN[spread // 2000 % 40]


@dataclass(frozen=True, slots=True)
class Ground:
    """A database of one size, filled, and its school."""

    database: Any
    world: World

    def enter(self) -> None:
        """Makes it the one that the models speak to."""
        db.database.initialize(self.database)


def pages(world: World, dice: random.Random) -> Pages:
    """Every kind of page, asked for with other values each time."""

    def some() -> str:
        return code(dice.randrange(world.rows // 2, world.rows))

    def college() -> str:
        return dice.choice(world.colleges).code

    def at(seat: Seat, **wanted: Any) -> tuple[Seat, RosterFilter, dict[str, str]]:
        return seat, replace(RosterFilter(), **wanted), {}

    admin = world.admin
    return {
        "first page": lambda: at(admin),
        "first page, newest change": lambda: at(admin, order="-updated_at"),
        "deep page": lambda: (admin, RosterFilter(), {"after": some()}),
        "deep page, by name": lambda: (admin, RosterFilter(order="name"), {"after": some()}),
        "deep page, backwards": lambda: (admin, RosterFilter(), {"before": some()}),
        "filter 确认情况": lambda: at(admin, status=dice.choice(roster_list.STATUSES)),
        "filter 学历": lambda: at(admin, education_code=dice.choice(("31", "11", "01"))),
        "filter 院系": lambda: at(admin, college=college()),
        "filter 院系和专业": lambda: _with_major(world, dice),
        "keyword surname": lambda: at(admin, keyword=dice.choice(_SURNAMES)),
        "keyword name": lambda: at(admin, keyword=name(mixed(dice.randrange(world.rows)))),
        "keyword 学号": lambda: at(admin, keyword=number(dice.randrange(world.rows))[:11]),
        "keyword 考生号": lambda: at(admin, keyword=f"C{number(dice.randrange(world.rows))}"),
        "keyword phone": lambda: at(admin, keyword="13900000101"),
        "keyword 证件号码": lambda: at(admin, keyword="110101200501011239"),
        "counselor's class": lambda: at(world.counselor),
    }


def _with_major(world: World, dice: random.Random) -> tuple[Seat, RosterFilter, dict[str, str]]:
    college = dice.randrange(COLLEGES)
    major = f"08{college:02d}{dice.randrange(MAJORS):02d}"
    return world.admin, RosterFilter(college=world.colleges[college].code, major_code=major), {}


def mark_one_person(world: World) -> None:
    """Gives one row the phone and identity number that the keywords look for."""
    words = (Keys.ring.blind("110101200501011239", IDENTITY_NUMBER), Keys.ring.blind("13900000101", PHONE))
    mark = "?" if db.is_sqlite() else "%s"
    statement = f"UPDATE graduate SET identity_index = {mark}, phone_index = {mark} WHERE code = {mark}"
    db.database.execute_sql(statement, (*words, code(world.rows // 3)))


def timed(ctx: Context, grounds: dict[int, Ground], times: int) -> Results:
    """Rows → kind of page → median and 99th percentile in milliseconds; sizes and kinds take turns."""
    kinds = {rows: pages(ground.world, random.Random(7)) for rows, ground in grounds.items()}
    took: dict[int, dict[str, list[float]]] = {rows: {kind: [] for kind in kinds[rows]} for rows in grounds}
    for turn in range(times + WARM):
        for rows, ground in grounds.items():
            ground.enter()
            for kind, ask in kinds[rows].items():
                spent = one_page(ctx, kind, *ask())
                if turn >= WARM:
                    took[rows][kind].append(spent)
    return {
        rows: {kind: (median(spent), quantiles(spent, n=100)[98]) for kind, spent in of_size.items()}
        for rows, of_size in took.items()
    }


def one_page(ctx: Context, kind: str, seat: Seat, wanted: RosterFilter, place: dict[str, str]) -> float:
    """Asks for a page; answers its milliseconds. Raises RuntimeError when nobody is found who must be there."""
    start = time.perf_counter()
    found = roster_list.listed(ctx, seat, wanted, **place)
    roster_list.choices(ctx, seat, found.wanted)
    spent = (time.perf_counter() - start) * 1000
    if not found.total:
        raise RuntimeError(f"{kind}: nothing was found")
    return spent


def measure(base: str, url: str, folder: Path, args: argparse.Namespace) -> bool:
    """Fills a database of each size and prints what each kind of page takes; whether the goal is met."""
    grounds = {}
    for rows in args.rows:
        start = time.perf_counter()
        own = url.replace("lists", f"lists{rows}")
        ctx = context(own, folder)
        db.migrate()
        db.database.connect()
        if db.is_sqlite():
            db.database.execute_sql("PRAGMA synchronous = off")
            db.database.execute_sql("PRAGMA cache_size = -1000000")
        world = World()
        world.grow(rows)
        mark_one_person(world)
        grounds[rows] = Ground(db.database.obj, world)
        print(f"{base}: {rows:,} rows, written in {time.perf_counter() - start:.0f} s", flush=True)
    time.sleep(REST)
    try:
        return report(base, timed(ctx, grounds, args.times))
    finally:
        for ground in grounds.values():
            ground.database.close()


def context(url: str, folder: Path, redis_url: str = "redis://127.0.0.1:1") -> Context:
    """A Context over the database, which becomes the one that the models speak to. Lists ask no Redis."""
    settings = Settings(
        _env_file=None,
        database_url=url,
        redis_url=redis_url,
        public_url="http://bench.test",
        data_dir=folder,
        secret_key="a secret of the benchmark, as long as any",
        wechat_app_id="wx00000000000bench",
        wechat_app_secret="benchsecret",
        wechat_token="benchtoken",
        wechat_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    )
    return build_context(settings)


def report(base: str, results: Results) -> bool:
    """Prints the table; whether every kind of page met the goal."""
    sizes = list(results)
    print(f"\n{base:<28}" + "".join(f"{f'{rows:,} rows':>22}" for rows in sizes) + f"{'ratio':>8}")
    print(f"{'':<28}" + f"{'median ms':>13}{'p99 ms':>9}" * len(sizes))
    worst = 0.0
    for kind in results[sizes[0]]:
        figures = [results[rows][kind] for rows in sizes]
        ratio = figures[-1][0] / figures[0][0]
        worst = max(worst, ratio)
        wide = sum(char > "\u2e80" for char in kind)
        cells = "".join(f"{middle:>13.2f}{tail:>9.2f}" for middle, tail in figures)
        print(f"{kind:<{28 - wide}}{cells}{ratio:>8.2f}")
    print(f"{base}: the worst ratio is {worst:.2f} (goal {GOAL:.2f})\n", flush=True)
    return worst <= GOAL


def bases(folder: Path, wanted: str, sizes: list[int]) -> Iterator[tuple[str, str]]:
    """(name, address) of each kind of database, running while it is measured; ``lists`` stands for a size's own."""
    if wanted in ("both", "sqlite"):
        yield "SQLite", f"sqlite:///{folder / 'lists.sqlite'}"
    if wanted in ("both", "mariadb"):
        server = mariadb.MariaDB(folder)
        with Supervisor(folder / "logs", {}, cwd=folder) as supervisor:
            part = server.part()
            supervisor.start(replace(part, argv=[_roomy(str(word)) for word in part.argv]))
            for rows in sizes:
                make_schema(server.url, f"lists{rows}")
            yield "MariaDB", server.url.replace(mariadb.DATABASE, "lists")


def _roomy(word: str) -> str:
    """An option of the server, with more room where there is some to give."""
    for name, size in ROOMY.items():
        if f"innodb-{name}" in word:
            return f"--innodb-{name}={size}"
    return word


def make_schema(url: str, name: str) -> None:
    """An empty database on the server."""
    parts = urlsplit(url)
    with pymysql.connect(
        host=parts.hostname, port=parts.port or 3306, user=parts.username, password=parts.password or ""
    ) as connection:
        connection.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")


def main() -> int:
    """Measures; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.lists", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--base", choices=("both", "sqlite", "mariadb"), default="both")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        folder = Path(name)
        met = [measure(base, url, folder, args) for base, url in bases(folder, args.base, args.rows)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
