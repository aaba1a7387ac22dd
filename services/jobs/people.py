"""The import of staff accounts for the levels below: each row is what the form for one of them does."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.imports import level_of
from domain import personal
from domain.actors import Role
from domain.refusals import Conflict, Invalid, Refusal
from domain.rights import UNIT_LEVELS, Right
from models.account import Account
from models.db import rehearse
from models.org import OrgUnit, Staff
from models.staffing import accounts_with_phone
from services import appointments, people
from services.appointments import Entry, Ready
from services.context import Context
from services.jobs.forms import Checked, Found, Staged, Tally
from services.jobs.seen import Seen
from services.seats import Seat

_REHEARSED = "rehearsal"


@dataclass(frozen=True, slots=True)
class _Place:
    """A capacity as a row names it."""

    level: Role
    unit: OrgUnit


class People:
    """Appoints whoever does not hold the capacity yet; each is a transaction of its own."""

    is_atomic = False

    def __init__(self, ctx: Context, seat: Seat) -> None:
        self._ctx = ctx
        self._seat = seat
        self._seen = Seen()

    def check(self, lines: Sequence[tuple[int, dict[str, str]]]) -> Checked:
        checked = Checked([], [])
        rehearse(lambda: self._try(lines, checked))
        return checked

    def recall(self, staged: Staged) -> None:
        for row in staged:
            self._seen.add(" ".join(row[2:5]))

    def forecast(self, staged: Staged) -> Tally:
        there = sum(self._is_there(_entry(row)) for row in staged)
        return Tally(added=len(staged) - there, same=there)

    def judge(self, staged: Staged) -> list[Found]:
        found: list[Found] = []
        rehearse(lambda: self._try_again(staged, found))
        return found

    def prepare(self, staged: Staged) -> Staged:
        return staged

    def apply(self, staged: Staged) -> Tally:
        tally = Tally()
        for row in staged:
            entry = _entry(row)
            if self._is_there(entry):
                tally.same += 1
            else:
                appointments.create(self._ctx, self._seat, entry)
                tally.added += 1
        return tally

    def _try(self, lines: Sequence[tuple[int, dict[str, str]]], checked: Checked) -> None:
        for line, values in lines:
            try:
                entry = self._judged(values)
            except Refusal as refusal:
                column = next((name for name in values if name in refusal.fields), "phone")
                checked.found.append(Found(line, column, values.get(column, ""), refusal.code))
                continue
            if self._seen.add(f"{entry.phone} {entry.level} {entry.unit}"):
                office = values.get("office", "")
                checked.staged.append([line, entry.name, entry.phone, entry.level, entry.unit, office])
            else:
                checked.found.append(Found(line, "phone", values.get("phone", ""), "twice_in_file"))

    def _judged(self, values: dict[str, str]) -> Entry:
        place = self._place(values.get("level", ""), values.get("unit", ""))
        self._seat.need(place.level, Right.CREATE)
        name, phone = personal.person_name(values.get("name", "")), personal.mobile(values.get("phone", ""))
        office = people.tidy_office(values.get("office", ""))
        entry = Entry(name, phone, place.level.value, place.unit.code, office)
        self._rehearse(entry)
        return entry

    def _rehearse(self, entry: Entry) -> None:
        """Appoints somebody who is not there yet, without the cost of hashing. Raises Refusal."""
        if self._is_there(entry):
            return
        new = (
            {} if accounts_with_phone(entry.phone) else {"password": _REHEARSED, "password_hash": _REHEARSED}
        )
        level = Role(entry.level)
        self._seat.need(level, Right.CREATE)
        ready = Ready(entry.name, entry.phone, level, entry.unit, entry.office, **new)
        appointments.appoint(self._ctx, self._seat, ready)

    def _try_again(self, staged: Staged, found: list[Found]) -> None:
        for row in staged:
            try:
                self._rehearse(_entry(row))
            except Refusal as refusal:
                found.append(Found(row[0], next(iter(refusal.fields), ""), "", refusal.code))

    def _place(self, level_name: str, unit_name: str) -> _Place:
        """The level and the one open unit of that name in range; raises Invalid."""
        word = level_of(personal.clean(level_name))
        if not word:
            raise Invalid.field("level", "bad_choice")
        level = Role(word)
        levels = [unit_level.value for unit_level in UNIT_LEVELS[level]]
        named = (OrgUnit.name == personal.clean(unit_name)) & OrgUnit.level.in_(levels)
        found = list(
            self._seat.scope.units(OrgUnit.select()).where(named & OrgUnit.closed_at.is_null()).limit(2)
        )
        if len(found) != 1:
            raise Invalid.field("unit", "wrong_unit")
        return _Place(level, found[0])

    def _is_there(self, entry: Entry) -> bool:
        """Whether this person holds this capacity; raises Conflict when the phone is somebody else's."""
        for account in accounts_with_phone(entry.phone):
            if account.name != entry.name:
                raise Conflict("phone_other_name", fields={"phone": "phone_other_name"})
            if self._holds(account, entry):
                return True
        return False

    def _holds(self, account: Account, entry: Entry) -> bool:
        held = (Staff.account == account.id) & (Staff.level == entry.level) & Staff.ended_at.is_null()
        return bool(Staff.select(Staff.id).join(OrgUnit).where(held & (OrgUnit.code == entry.unit)).exists())


def _entry(row: list[str]) -> Entry:
    return Entry(*row[1:])
