"""Reading the journal: who did what to which record, and when, within one's range."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from domain import personal
from domain.desk_hours import CHINA
from domain.refusals import Invalid
from models.account import Account
from models.graduate import Graduate
from models.journal import Journal
from models.names import names_of
from models.org import OrgUnit, Staff
from services import whole_numbers
from services.context import Context
from services.listing import SLICE, Slice, place, place_of
from services.seats import Seat

DAYS = 30  # shown when neither a day, a person nor a record is asked for
_NAMESAKES = 50
_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)
_SLACK = timedelta(minutes=2)  # a transaction may end that long after the moment it wrote down
# Under these keys a note holds the code of a unit.
_UNIT_KEYS = ("unit", "college", "school")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. ``person`` is a name, phone or 学号 as typed, ``who`` an account's code."""

    person: str = ""
    who: str = ""
    kind: str = ""
    record: str = ""
    verb: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def is_about_one(self) -> bool:
        return bool(self.person or self.who or (self.kind and self.record))


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the journal, with the names that its codes have now; a name is empty when nothing is left of it."""

    row: Journal
    actor: str
    record: str
    units: dict[str, str]  # code → name, of the units that the note mentions


def within(ctx: Context, asked: Asked) -> tuple[date | None, date | None]:
    """The days that are looked through, in China: as asked, else the last ``DAYS`` unless one person or record is."""
    if asked.first or asked.last or asked.is_about_one:
        return asked.first, asked.last
    return (ctx.clock() - timedelta(days=DAYS)).astimezone(CHINA).date(), None


def acts(ctx: Context, seat: Seat, asked: Asked, after: str = "") -> Slice[Act]:
    """The acts in the seat's range that match, the newest first. Raises Invalid for impossible days.

    Raises TooMany for too many phones in an hour, where the seat sees phones in part only.
    """
    wrong = {
        name: "day_out_of_range"
        for name, day in (("first", asked.first), ("last", asked.last))
        if day is not None and not _FIRST <= day <= _LAST
    }
    if wrong:
        raise Invalid("day_out_of_range", fields=wrong)
    first, last = within(ctx, asked)
    if first and last and last < first:
        raise Invalid.field("last", "days_reversed")
    whole_numbers.count_search(ctx, seat, asked.person)
    query = seat.scope.acts(Journal.select(), seat.actor.code)
    query = _between(_matching(seat, query, asked), first, last)
    keys = place_of(after, (int,))
    if keys is not None:
        query = query.where(Journal.id < keys[0])
    rows = list(query.order_by(Journal.id.desc()).limit(SLICE + 1))
    more = place(rows[SLICE - 1].id) if len(rows) > SLICE else ""
    return Slice(_named(rows[:SLICE]), more)


def _matching(seat: Seat, query: Any, asked: Asked) -> Any:
    if asked.person:
        query = query.where(Journal.actor.in_(_accounts(seat, asked.person)))
    if asked.who:
        query = query.where(Journal.actor == asked.who)
    if asked.kind and asked.record:
        query = query.where((Journal.kind == asked.kind) & (Journal.record == asked.record))
    if asked.verb:
        query = query.where(Journal.verb == asked.verb)
    return query


def _accounts(seat: Seat, person: str) -> list[str]:
    """The codes of the accounts in the seat's range that a name, a phone or a 学号 may mean."""
    staff = seat.scope.units(Account.select(Account.code).join(Staff).join(OrgUnit))
    graduates = seat.scope.graduates(Account.select(Account.code).join(Graduate))
    named = staff.where(Account.name == person).limit(_NAMESAKES).tuples()
    numbered = graduates.where(Graduate.student_number == person).limit(_NAMESAKES).tuples()
    return [code for (code,) in (*named, *numbered)] + _by_phone(person)


def _by_phone(text: str) -> list[str]:
    try:
        account = Account.by_phone(personal.mobile(text))
    except Invalid:
        return []
    return [account.code] if account is not None else []


def _between(query: Any, first: date | None, last: date | None) -> Any:
    """Narrows to some days of China. Ids rise with time: the first and the last bound what is looked through."""
    if first is not None:
        start = _midnight(first)
        opening = _edge(Journal.at >= start - _SLACK, Journal.at)
        query = query.where((Journal.at >= start) & (Journal.id >= opening if opening else Journal.id < 0))
    if last is not None:
        end = _midnight(last + timedelta(days=1))
        closing = _edge(Journal.at < end + _SLACK, Journal.at.desc())
        query = query.where((Journal.at < end) & (Journal.id <= closing))
    return query


def _edge(condition: Any, order: Any) -> int:
    """The id of the first row in an order; 0, which no row has, when there is none."""
    row = Journal.select(Journal.id).where(condition).order_by(order).first()
    return row.id if row is not None else 0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _named(rows: list[Journal]) -> list[Act]:
    codes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        codes["account"].add(row.actor)
        codes[row.kind].add(row.record)
        codes["org_unit"] |= _units_in(row.note)
    names = {kind: names_of(kind, found) for kind, found in codes.items()}
    return [
        Act(
            row,
            names["account"].get(row.actor, ""),
            names[row.kind].get(row.record, ""),
            {code: names["org_unit"][code] for code in _units_in(row.note) if code in names["org_unit"]},
        )
        for row in rows
    ]


def _units_in(note: Any) -> set[str]:
    """The codes of units that a note mentions, in itself and in what it says of before and after."""
    if not isinstance(note, dict):
        return set()
    found = {str(note[key]) for key in _UNIT_KEYS if note.get(key)}
    return found.union(*(_units_in(inner) for inner in note.values()))
