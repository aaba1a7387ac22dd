"""Staff's lists of agreements and releases: what waits for a seat, and its whole range, along an index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain import personal
from domain.actors import Role
from domain.agreements import ONLINE, UNASKED
from domain.refusals import NotFound
from models import rosters
from models.agreement import Agreement, Release
from models.graduate import Graduate
from services import listing
from services.context import Context
from services.listing import MOST_COUNTED, SLICE, Slice
from services.seats import Seat
from services.units import unit_of

WAITING = "waiting"
FIRST = ("form_college", "college_review")
SECOND = ("form_school", "school_review")
STATES = {Role.COUNSELOR: FIRST, Role.COLLEGE: FIRST, Role.SCHOOL: SECOND}  # what waits for whom
MOST_WALKED = 2_000  # rows
_RELEASES = {
    Role.COUNSELOR: ("college_review",),
    Role.COLLEGE: ("college_review",),
    Role.SCHOOL: ("school_review",),
}
HANDED_IN = Agreement.accepted_at.is_null(False) | (
    (Agreement.kind != ONLINE) & Agreement.status.not_in(("draft", "discarded"))
)
BEGUN = Release.status.not_in(sorted(UNASKED))
Table = type[Agreement] | type[Release]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list shows.

    ``state``: WAITING for what this seat should look at, a status, or empty for all. ``keyword``: a whole name,
    协议书号 or 统一社会信用代码, within a school also a 学号, or a part of the unit's name. ``education`` is a code of
    学历, ``college`` the code of a unit, ``major`` a code's beginning or a part of a name; ``is_marked`` asks for what
    the national system found wrong and nobody has mended.
    """

    state: str = WAITING
    kind: str = ""
    year: int = 0
    keyword: str = ""
    education: str = ""
    college: str = ""
    major: str = ""
    is_marked: bool = False


def within(seat: Seat, table: Table = Agreement) -> Any:
    """The rows that a seat answers for, as a condition on the table joined with Graduate."""
    if seat.level is Role.MINISTRY:
        return table.id > 0
    if seat.level is Role.COUNSELOR:
        colleges = {duty.college_id for duty in seat.scope.duties}
        return table.college_id.in_(colleges or {0}) & seat.scope.holds_graduate()
    columns = {
        Role.PROVINCE: table.province_id,
        Role.SCHOOL: table.school_id,
        Role.COLLEGE: table.college_id,
    }
    return columns[seat.level] == seat.scope.unit.id


def joined(table: Table, *columns: Any) -> Any:
    """A query of rows with their graduates, of releases with their agreements as well."""
    if table is Agreement:
        return Agreement.select(*columns or (Agreement, Graduate)).join(Graduate)
    query = Release.select(*columns or (Release, Agreement, Graduate)).join(Agreement).switch(Release)
    return query.join(Graduate, on=(Release.graduate == Graduate.id))


def agreements(
    ctx: Context, seat: Seat, asked: Asked, after: str = "", most: int = MOST_WALKED
) -> Slice[Agreement]:
    """Agreements that both sides have signed, or that a graduate has handed in.

    Those that wait come the longest first, other lists the newest first. Narrowed by what no index knows, a slice
    looks through ``most`` of them: it may be short, even empty, and still lead on. Raises NotFound for a college
    outside the seat's range.
    """
    return _listed(Agreement, seat, asked, after, most)


def releases(
    ctx: Context, seat: Seat, asked: Asked, after: str = "", most: int = MOST_WALKED
) -> Slice[Release]:
    """The same of releases that somebody has asked for or handed in."""
    return _listed(Release, seat, asked, after, most)


def every(seat: Seat, asked: Asked) -> Iterator[Sequence[Agreement]]:
    """All agreements of a list, slice by slice, uncounted."""
    after = ""
    while True:
        found = _listed(Agreement, seat, asked, after, MOST_WALKED, is_counted=False)
        yield found.rows
        after = found.after
        if not after:
            return


def next_waiting(seat: Seat, row: Agreement | Release) -> Any | None:
    """Another row of this kind that waits for the seat: the next that came after it, else the first; None for none."""
    table: Table = type(row)
    streams, query = _streams(table, seat, WAITING), _query(table, seat, is_narrowed=False)
    for others in (table.id > row.id, table.id < row.id):
        ids = _first(query, table, streams, others, is_upward=True)
        if ids:
            return _rows(table, ids[:1])[0]
    return None


def number_waiting(ctx: Context, seat: Seat) -> tuple[int, int]:
    """How many agreements and how many releases wait for the seat, each counted no further than lists are."""
    tables: tuple[Table, Table] = (Agreement, Release)
    first, second = (
        _total(_query(table, seat, is_narrowed=False), _streams(table, seat, WAITING)) for table in tables
    )
    return first, second


def figures(ctx: Context, seat: Seat) -> dict[str, int]:
    """How many agreements of a school or college stand where, by status; nothing for other levels.

    Of a province or the country nobody counts while somebody waits for a page.
    """
    if seat.level not in (Role.SCHOOL, Role.COLLEGE):
        return {}
    return Agreement.numbers(within(seat))


def _listed(
    table: Table, seat: Seat, asked: Asked, after: str, most: int, *, is_counted: bool = True
) -> Slice[Any]:
    is_upward = asked.state == WAITING
    theirs = _place(seat, asked.college, table)
    streams, last = _streams(table, seat, asked.state, theirs), listing.place_of(after, (int,))
    start = table.id > 0
    if last:
        start = table.id > last[0] if is_upward else table.id < last[0]
    exact, meant = _exact(seat, asked, table), _meant(asked)
    query, floor, total = _query(table, seat, is_narrowed=exact is not None), None, None
    if exact is not None:
        streams = [stream & exact for stream in streams]
    if meant is None:
        total = _total(query, streams) if is_counted else None
    else:
        if not is_upward:
            floor = _floor(query, table, streams[0] & start, most)
            start &= table.id >= (floor or 0)
        streams, query = [stream & meant for stream in streams], _query(table, seat, is_narrowed=True)
    ids = _first(query, table, streams, start, is_upward=is_upward)
    rows = _rows(table, ids[:SLICE])
    if len(ids) > SLICE:
        return Slice(rows, listing.place(ids[SLICE - 1]), total)
    return Slice(rows, listing.place(floor) if floor is not None else "", total)


def _place(seat: Seat, college: str, table: Table) -> Any:
    """The seat's range, or a college inside it; raises NotFound.

    The college stands for all of its range: asked for together with the school, MariaDB would merge two indexes.
    """
    if not college:
        return within(seat, table)
    if seat.level is not Role.COUNSELOR:
        return table.college_id == unit_of(seat, college).id
    for duty in seat.scope.duties:
        if duty.college.code == college:
            return (table.college_id == duty.college_id) & seat.scope.holds_graduate()
    raise NotFound()


def _streams(table: Table, seat: Seat, state: str, theirs: Any = None) -> list[Any]:
    """What a list reads, each part of one status, so that an index has it in the order of ids."""
    shown = (within(seat, table) if theirs is None else theirs) & (HANDED_IN if table is Agreement else BEGUN)
    if not state:
        return [shown]
    waiting = STATES if table is Agreement else _RELEASES
    statuses = waiting.get(seat.level, ()) if state == WAITING else (state,)
    return [shown & (table.status == status) for status in statuses]


def _exact(seat: Seat, asked: Asked, table: Table) -> Any:
    """What a number stands for, each looked up in its index; None for other keywords."""
    word = personal.clean(asked.keyword).upper()
    if not _is_number(word):
        return None
    if Agreement.select(Agreement.id).where(Agreement.number == word).exists():
        return Agreement.number == word
    if seat.level not in (Role.MINISTRY, Role.PROVINCE):
        unit = seat.scope.unit
        school = unit.id if seat.level is Role.SCHOOL else unit.parent_id
        theirs = (Graduate.school == school) & (Graduate.student_number == word)
        graduates = [row for (row,) in Graduate.select(Graduate.id).where(theirs).limit(SLICE).tuples()]
        if graduates:
            return table.graduate.in_(graduates)
    return Agreement.credit_code == word


def _meant(asked: Asked) -> Any:
    """What is asked for beyond that, which no index knows; None for nothing."""
    meant, word = [], personal.clean(asked.keyword)
    if asked.kind:
        meant.append(Agreement.kind == asked.kind)
    if asked.year:
        meant.append(Agreement.year == asked.year)
    if asked.is_marked:
        meant.append(Agreement.error_note != "")
    if asked.education:
        meant.append(Graduate.education_code == asked.education)
    major = personal.clean(asked.major)
    if major:
        named = rosters.begins("major_code", major.upper()) | Graduate.major_name.contains(major)
        meant.append(named)
    if word and not _is_number(word):
        meant.append((Graduate.name == word) | Agreement.unit_name.contains(word))
    condition = None
    for one in meant:
        condition = one if condition is None else condition & one
    return condition


def _is_number(word: str) -> bool:
    return word.isascii() and any(letter.isdigit() for letter in word)


def _query(table: Table, seat: Seat, *, is_narrowed: bool) -> Any:
    """A query of ids; the other tables are joined where something is asked of them alone."""
    is_joined = is_narrowed or seat.level is Role.COUNSELOR
    return joined(table, table.id) if is_joined else table.select(table.id)


def _first(query: Any, table: Table, streams: list[Any], start: Any, *, is_upward: bool) -> list[int]:
    """The first ids of a list, one more than a slice has."""
    order = table.id if is_upward else table.id.desc()
    parts = [query.where(stream & start).order_by(order).limit(SLICE + 1).tuples() for stream in streams]
    found = [row for part in parts for (row,) in part]
    return sorted(found, reverse=not is_upward)[: SLICE + 1]


def _floor(query: Any, table: Table, stream: Any, most: int) -> int | None:
    """The last id that a slice looks at, when there are so many."""
    found = query.where(stream).order_by(table.id.desc()).offset(most - 1).limit(1).tuples().first()
    return None if found is None else int(found[0])


def _total(query: Any, streams: list[Any]) -> int:
    return min(sum(listing.count(query.where(stream)) for stream in streams), MOST_COUNTED + 1)


def _rows(table: Table, ids: list[int]) -> list[Any]:
    """The rows in the order of their ids: fetched apart, for joined the database might begin with graduates."""
    found = {row.id: row for row in joined(table).where(table.id.in_(ids))} if ids else {}
    return [found[row] for row in ids if row in found]
