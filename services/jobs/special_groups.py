"""The import of 特殊群体: another department's list, which marks graduates who are on the roster already.

It is the only way to the mark, which has nothing to do with 困难生类别 (安徽省24365平台操作指南 二(一) 注意事项).
"""

from collections.abc import Sequence
from typing import Any

from domain import personal
from domain.actors import Actor
from domain.refusals import Invalid, Stale
from models import journal
from models.account import IDENTITY_NUMBER
from models.bulk import graduates_by_identity
from models.db import Keys
from models.graduate import Graduate
from models.scope import Scope
from services.context import Context
from services.jobs.forms import Checked, Found, Staged, Tally
from services.jobs.seen import Seen

_LONGEST = 40

Person = tuple[int, str, str]  # 届别, name, identity number


class SpecialGroups:
    """Marks graduates in the importer's range; an empty group takes the mark away."""

    is_atomic = True

    def __init__(self, ctx: Context, scope: Scope, by: Actor) -> None:
        self._ctx = ctx
        self._scope = scope
        self._by = by
        self._seen = Seen()

    def check(self, lines: Sequence[tuple[int, dict[str, str]]]) -> Checked:
        staged: Staged = []
        found: list[Found] = []
        for line, values in lines:
            try:
                row: list[Any] = [line, *_person(values), _group(values.get("special_group", ""))]
            except Invalid as invalid:
                column = next(iter(invalid.fields), "year")
                found.append(Found(line, column, values.get(column, ""), invalid.code))
                continue
            if self._seen.add(f"{row[1]} {row[3]}"):
                staged.append(row)
            else:
                found.append(Found(line, "identity_number", row[3], "twice_in_file"))
        known = self._known(staged)
        found += [_stranger(row) for row in staged if _key(row) not in known]
        return Checked([row for row in staged if _key(row) in known], found)

    def recall(self, staged: Staged) -> None:
        for row in staged:
            self._seen.add(f"{row[1]} {row[3]}")

    def forecast(self, staged: Staged) -> Tally:
        known = self._known(staged)
        changed = sum(_key(row) in known and known[_key(row)].special_group != row[4] for row in staged)
        return Tally(changed=changed, same=len(staged) - changed)

    def judge(self, staged: Staged) -> list[Found]:
        known = self._known(staged)
        return [_stranger(row) for row in staged if _key(row) not in known]

    def prepare(self, staged: Staged) -> Staged:
        return staged

    def apply(self, staged: Staged) -> Tally:
        known = self._known(staged)
        tally = Tally()
        for row in staged:
            graduate = known.get(_key(row))
            if graduate is None:
                tally.refused.append(_stranger(row))
                continue
            if graduate.special_group == row[4]:
                tally.same += 1
                continue
            self._mark(graduate, row[4])
            tally.changed += 1
        return tally

    def _mark(self, graduate: Graduate, group: str) -> None:
        mine = (Graduate.id == graduate.id) & (Graduate.version == graduate.version)
        changes = {"special_group": group, "version": graduate.version + 1, "updated_at": self._ctx.clock()}
        if Graduate.update(**changes).where(mine).execute() != 1:
            raise Stale
        journal.write(graduate, "import", self._by, note={"fields": ["special_group"]})

    def _known(self, staged: Staged) -> dict[Person, Graduate]:
        """Who of these is on the roster, in range."""
        person_of = {
            (row[1], blind): _key(row)
            for row in staged
            for blind in Keys.ring.blinds(row[3], IDENTITY_NUMBER)
        }
        rows = graduates_by_identity(self._scope.holds_graduate(), [blind for _year, blind in person_of])
        found = {person_of.get((row.year, row.identity_index)): row for row in rows}
        return {person: row for person, row in found.items() if person and person[1] == row.name}


def _person(values: dict[str, str]) -> Person:
    year = personal.clean(values.get("year", ""))
    if not (len(year) == 4 and year.isascii() and year.isdigit()):
        raise Invalid.field("year", "bad_year")
    return (
        int(year),
        personal.person_name(values.get("name", "")),
        personal.identity_number(values.get("identity_number", "")),
    )


def _group(text: str) -> str:
    group = personal.prose(text)
    if len(group) > _LONGEST:
        raise Invalid.field("special_group", "too_long")
    return group


def _stranger(row: list[Any]) -> Found:
    return Found(row[0], "identity_number", row[3], "not_on_roster")


def _key(row: list[Any]) -> Person:
    return row[1], row[2], row[3]
