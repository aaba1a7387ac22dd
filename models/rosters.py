"""Named queries over the roster (生源信息): one screen of a list, wherever it begins, and what keywords mean.

Every list stands on one index that holds its order, so a deep page costs what the first one does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import takewhile
from operator import and_
from typing import Any, Self

from peewee import SQL, NodeList, fn

from models.account import IDENTITY_NUMBER, PHONE
from models.db import Keys, is_sqlite
from models.graduate import Graduate

ORDERS = {
    "student_number": Graduate.student_number,
    "name": Graduate.name,
    "updated_at": Graduate.updated_at,
    "resume_percent": Graduate.resume_percent,
}

# What a list shows; sealed columns are opened on the record's own page alone.
_SHOWN = (
    *(Graduate.id, Graduate.code, Graduate.name, Graduate.student_number, Graduate.year, Graduate.school),
    *(Graduate.college, Graduate.class_name, Graduate.education_code, Graduate.major_name),
    *(Graduate.status, Graduate.edited_at, Graduate.updated_at),
    *(Graduate.resume_percent, Graduate.resume_missing, Graduate.resume_at),
)
_MOST_GROUPS = 100
_MOST_CLASSES = 300
_DUTIES = ("college", "year", "education", "class_name")
_EDITED = ("school", "year", "edited_at")
_MAJORS = ("college", "year", "major_code", "student_number", "id")
_LAST = "\U0010ffff"  # after every character that is written


@dataclass(frozen=True, slots=True)
class Reach:
    """Rows by a condition, and the columns that it fixes to one value each: what an index is chosen by.

    ``duties`` among them stands for the responsibilities of a counselor.
    """

    within: Any
    fixed: frozenset[str]
    finds: tuple[str, ...] = ()  # an index that finds them better than any by ``fixed``
    is_ranged: bool = False  # whether they are a range of the order's own index

    @classmethod
    def of(cls, **equals: Any) -> Self:
        """Those whose columns have these values; there is at least one."""
        return cls(
            reduce(and_, (getattr(Graduate, name) == equals[name] for name in equals)), frozenset(equals)
        )

    def also(self, condition: Any) -> Self:
        """Those that fulfil a condition as well."""
        return replace(self, within=self.within & condition)

    def ranged(self, condition: Any) -> Self:
        """Those that fulfil a condition on the column of the order."""
        return replace(self, within=self.within & condition, is_ranged=True)

    def edited(self) -> Self:
        """Those that are no longer as they were imported."""
        finds = _EDITED if {"school", "year"} <= self.fixed else ()
        return replace(self, within=self.within & Graduate.edited_at.is_null(False), finds=finds)

    def of_majors(self, college_ids: list[int], codes: list[str]) -> Self:
        """Those of some 专业, which only these colleges have."""
        theirs = Graduate.college.in_(college_ids) & Graduate.major_code.in_(codes)
        finds = _MAJORS if "school" in self.fixed else self.finds
        return replace(self, within=self.within & theirs, finds=finds)

    def finder(self, order: str) -> str:
        """The index, or on MariaDB indexes, that find these rows without their order, where the index of the order
        would walk past others on its way; none where it does not, and for what is never more than a college."""
        if self.is_ranged or "school" not in self.fixed:
            return ""
        if self.finds:
            return _named(self.finds)
        prefixes = [_prefix(columns, self.fixed) for columns, _unique in Graduate._meta.indexes]
        most = max(map(len, prefixes))
        if most <= len(_order_columns(self, order)) - 2:
            return ""
        names = [
            _named(columns)
            for (columns, _unique), prefix in zip(Graduate._meta.indexes, prefixes, strict=True)
            if len(prefix) == most
        ]
        # SQLite takes one; MariaDB may look into several and read what they have in common.
        return names[-1] if is_sqlite() else ", ".join(names)

    def only(self, condition: Any) -> Self:
        """The one or few that fulfil a condition with an index of its own."""
        return replace(self, within=self.within & condition, fixed=frozenset())

    def where(self, **equals: Any) -> Self:
        """Those whose columns have these values; empty values narrow nothing."""
        given = {name: value for name, value in equals.items() if value}
        within = reduce(
            and_, (getattr(Graduate, name) == value for name, value in given.items()), self.within
        )
        return replace(self, within=within, fixed=self.fixed | set(given))


def screen(
    reach: Reach, order: str, descending: bool, start: Graduate | None, limit: int, finder: str = ""
) -> list[Graduate]:
    """Up to ``limit`` rows after ``start`` in an order of ORDERS, or from the beginning.

    ``finder`` is the name of the index that finds a few rows, which are then sorted; without it they are read in the
    order's own.
    """
    query = _hinted(Graduate.select(*_SHOWN), finder or _index_for(reach, order))
    return list(_in_order(query.where(reach.within), order, descending, start).limit(limit))


def every(reach: Reach, order: str, descending: bool, batch: int) -> Iterator[Graduate]:
    """All rows with all columns, ``batch`` of them in memory at a time."""
    start = None
    while rows := list(ordered(reach, (Graduate,), order, descending, start).limit(batch)):
        yield from rows
        start = rows[-1]


def ordered(
    reach: Reach, columns: tuple[Any, ...], order: str, descending: bool, start: Graduate | None
) -> Any:
    """The query of such rows in an order, after ``start``."""
    query = _hinted(Graduate.select(*columns), _index_for(reach, order)).where(reach.within)
    return _in_order(query, order, descending, start)


def _hinted(query: Any, index: str) -> Any:
    """The query read by an index, if one is named."""
    if not index:
        return query
    # Left alone, MariaDB walks such an index from its beginning, and SQLite without statistics takes another.
    hint = f"INDEXED BY {index}" if is_sqlite() else f"FORCE INDEX ({index})"
    return query.from_(NodeList((Graduate, SQL(hint))))


def _in_order(query: Any, order: str, descending: bool, start: Graduate | None) -> Any:
    column = ORDERS[order]
    if start is not None:
        query = query.where(_beyond(column, getattr(start, order), start.id, descending))
    return query.order_by(*((column.desc(), Graduate.id.desc()) if descending else (column, Graduate.id)))


def _index_for(reach: Reach, order: str) -> str:
    """The name of the index that holds the order of such rows, by as many of its equalities as there is one for."""
    columns = _order_columns(reach, order)
    if not columns and "duties" in reach.fixed and not is_sqlite():
        columns = _DUTIES
    return _named(columns)


def _order_columns(reach: Reach, order: str) -> tuple[str, ...]:
    found = [
        columns
        for columns, _unique in Graduate._meta.indexes
        if columns[-2:] == (order, "id") and set(columns[:-2]) <= reach.fixed
    ]
    return max(found, key=len, default=())


def _prefix(columns: tuple[str, ...], fixed: frozenset[str]) -> tuple[str, ...]:
    """The leading columns of an index that have one value each."""
    return tuple(takewhile(fixed.__contains__, columns))


def _named(columns: tuple[str, ...]) -> str:
    names = [getattr(Graduate, column).column_name for column in columns]
    return f"{Graduate._meta.table_name}_{'_'.join(names)}" if names else ""


def _beyond(column: Any, value: Any, row_id: int, descending: bool) -> Any:
    """Past a row; the first half alone bounds the index, so that nothing before the row is read."""
    if descending:
        return (column <= value) & ((column < value) | (Graduate.id < row_id))
    return (column >= value) & ((column > value) | (Graduate.id > row_id))


def counted(within: Any, most: int, finder: str = "") -> int:
    """How many rows a condition holds, counting no further than ``most`` + 1; read by ``finder``, if it is named.

    Whether there are more is read off the index; a count around a limit would write all the rows down first.
    """
    beyond = _hinted(Graduate.select(Graduate.id), finder).where(within).limit(1).offset(most)
    if list(beyond.tuples()):
        return most + 1
    return int(_hinted(Graduate.select(fn.COUNT(Graduate.id)), finder).where(within).scalar())


def one(within: Any, code: str) -> Graduate | None:
    """One row by its code, if the condition holds it."""
    return Graduate.select().where(within & (Graduate.code == code)).first()


def several(within: Any, codes: list[str]) -> list[Graduate]:
    """Rows by their codes, those that the condition holds."""
    return list(Graduate.select().where(within & Graduate.code.in_(codes))) if codes else []


def start_of(within: Any, code: str) -> Graduate | None:
    """The row where a screen begins, with what screens show."""
    return Graduate.select(*_SHOWN).where(within & (Graduate.code == code)).first()


def percents(reach: Reach) -> Any:
    """The query of 简历完整度 with how many rows have it: read off an index where the reach is one unit and 届别."""
    query = _hinted(
        Graduate.select(Graduate.resume_percent, fn.COUNT(Graduate.id)), _index_for(reach, "resume_percent")
    )
    return query.where(reach.within).group_by(Graduate.resume_percent)


def classes(within: Any) -> list[str]:
    """The 班级 of one college and 届别."""
    query = Graduate.select(Graduate.class_name).where(within).distinct().order_by(Graduate.class_name)
    return [name for (name,) in query.limit(_MOST_CLASSES).tuples() if name]


def exists(within: Any) -> bool:
    """Whether a condition holds any row."""
    return bool(Graduate.select(Graduate.id).where(within).limit(1).tuples())


def years(within: Any) -> Iterator[int]:
    """The 届别 that a condition on one unit holds, the newest first: each costs one step in the index."""
    return _distinct(within, Graduate.year, descending=True)


def majors(within: Any) -> list[tuple[str, str]]:
    """(code, name) of every 专业 of one college and 届别."""
    found = []
    for code in _distinct(within, Graduate.major_code, descending=False):
        if not code:
            continue
        row = Graduate.select(Graduate.major_name).where(within & (Graduate.major_code == code)).first()
        found.append((code, row.major_name if row else ""))
    return found


def majors_of(college_ids: list[int], year: int) -> list[tuple[int, str, str]]:
    """(college, code, name) of every 专业 of some colleges and one 届别: read from one index, names row by row."""
    mine = Graduate.college.in_(college_ids) & (Graduate.year == year)
    groups = Graduate.select(Graduate.college, Graduate.major_code, fn.MIN(Graduate.id))
    query = _hinted(groups, _named(_MAJORS)).where(mine).group_by(Graduate.college, Graduate.major_code)
    found = {row_id: (college, code) for college, code, row_id in query.tuples() if code}
    named = Graduate.select(Graduate.id, Graduate.major_name).where(Graduate.id.in_(list(found)))
    return [(*found[row_id], name) for row_id, name in named.tuples()] if found else []


def _distinct(within: Any, column: Any, *, descending: bool) -> Iterator[Any]:
    order = column.desc() if descending else column
    here = within
    for _ in range(_MOST_GROUPS):
        row = Graduate.select(column).where(here).order_by(order).limit(1).tuples().first()
        if row is None:
            return
        yield row[0]
        here = within & (column < row[0] if descending else column > row[0])


def has_identity_number(number: str) -> Any:
    """The condition that the identity number is this one, whichever key indexed it."""
    return Graduate.identity_index.in_(Keys.ring.blinds(number, IDENTITY_NUMBER))


def has_phone(number: str) -> Any:
    """The condition that the phone is this one."""
    return Graduate.phone_index.in_(Keys.ring.blinds(number, PHONE))


def begins(column: str, text: str) -> Any:
    """The condition that a column begins with a text, as a range of its index."""
    field = getattr(Graduate, column)
    return (field >= text) & (field < text + _LAST)


def of_account(account_id: int) -> Graduate | None:
    """The row that belongs to an account."""
    return Graduate.get_or_none(Graduate.account == account_id)
