"""The import of 生源信息: checked row by row, stored many at a time, found again by school, 届别 and 学号."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from config.roster import roster_field, roster_fields
from domain.actors import Actor, Role
from domain.keyring import hasher
from domain.refusals import Stale
from domain.roster import Row, Rules
from domain.years import current_year
from models import journal
from models.account import IDENTITY_NUMBER, PHONE
from models.agreement import Agreement
from models.base import new_code
from models.bulk import (
    Known,
    graduates_by_id,
    has_graduates,
    holders_of_identities,
    insert_rows,
    known_graduates,
)
from models.graduate import Graduate
from models.org import OrgUnit
from models.scope import Scope
from services import field_rights
from services.code_tables import tables_for
from services.context import Context
from services.jobs.forms import Checked, Found, Staged, Tally
from services.jobs.seen import Seen

_NAMES = (*(field.name for field in roster_fields()), "education")
_AT = {name: place for place, name in enumerate(_NAMES, start=1)}  # in a staged row, behind its line
_DATES = [_AT[field.name] for field in roster_fields() if field.kind == "date"]
_FIELDS = frozenset(field.name for field in roster_fields())
_COLLEGE = _AT["college"]
_END = len(_NAMES) + 1  # where the columns of a prepared row stand
_GROUP = (_COLLEGE, _AT["education"], _AT["class_name"], _AT["major_code"])
_YEAR, _NUMBER, _IDENTITY = _AT["year"], _AT["student_number"], _AT["identity_number"]
_COLUMNS = (
    *("college_id" if name == "college" else name for name in _NAMES),
    *("code", "version", "created_at", "updated_at", "province_id", "school_id", "status", "import_digest"),
    *("identity_index", "phone_index", "special_group"),
)
_DIGEST, _BLIND = _COLUMNS.index("import_digest"), _COLUMNS.index("identity_index")
Group = tuple[int, Any, Any, Any]  # college, 层次, class, 专业

_SEALED = {name: f"graduate.{name}" for name in ("identity_number", "phone")}


class Graduates:
    """The roster of one school; ``scope`` is the range of whoever imports, None for the command line."""

    is_atomic = True

    def __init__(self, ctx: Context, school: OrgUnit, scope: Scope | None, by: Actor) -> None:
        self._ctx = ctx
        self._school = school
        self._province_id = school.parent_id
        self._scope = scope if scope is not None and scope.level is not Role.SCHOOL else None
        self._by = by
        self._hash = hasher(ctx.keyring.derive("import digest"))
        self._look_around()
        self._rules: dict[str, Rules] = {}
        self._seen = Seen()
        self._people = Seen()
        self._has_roster: dict[int, bool] = {}

    def check(self, lines: Sequence[tuple[int, dict[str, str]]]) -> Checked:
        """Judges lines by the rules of a row, the school's colleges, the importer's range and the lines before."""
        staged: Staged = []
        found: list[Found] = []
        for line, values in lines:
            row, troubles = self._rules_of(values.get("year", "")).check(values)
            bad = [Found(line, trouble.column, trouble.value, trouble.reason) for trouble in troubles]
            bad += self._placed(line, row, values)
            if bad:
                found += bad
            else:
                plain = [line, *map(row.__getitem__, _NAMES)]
                for place in _DATES:
                    plain[place] = _plain(plain[place])
                staged.append(plain)
        refused = self._refused(staged, self._known(staged)) if self._scope else {}
        kept = [row for row in staged if row[0] not in refused]
        refused |= self._taken([row for row in kept if self._is_stored(row[_YEAR])], kept)
        kept = [row for row in staged if row[0] not in refused]
        return Checked(kept, [*found, *(trouble for row in refused.values() for trouble in row)])

    def recall(self, staged: Staged) -> None:
        for row in staged:
            self._seen.add(_key_of(row[_YEAR], row[_NUMBER]))
            self._people.add(_key_of(row[_YEAR], row[_IDENTITY]))

    def forecast(self, staged: Staged) -> Tally:
        known = self._known(staged)
        tally = Tally()
        for row in staged:
            held = known.get((row[_YEAR], row[_NUMBER]))
            if held is None:
                tally.added += 1
            elif held[2] == self._digest(row):
                tally.same += 1
            else:
                tally.changed += 1
        return tally

    def judge(self, staged: Staged) -> list[Found]:
        self._look_around()
        refused = self._refused(staged, self._known(staged))
        kept = [row for row in staged if row[0] not in refused]
        refused |= self._taken(kept, kept)
        return [trouble for row in refused.values() for trouble in row]

    def prepare(self, staged: Staged) -> Staged:
        """Each row with the columns of a new graduate at its end: sealing takes a third of the time of storing."""
        ring = self._ctx.keyring
        now = Graduate.created_at.db_value(self._ctx.clock())
        seal: Callable[[str, str], bytes] = ring.seal
        identity_at, phone_at = _AT["identity_number"] - 1, _AT["phone"] - 1
        for row in staged:
            values = row[1:]
            identity, phone = values[identity_at], values[phone_at]
            values[identity_at] = seal(identity, _SEALED["identity_number"])
            if phone:
                values[phone_at] = seal(phone, _SEALED["phone"])
            values += [new_code(), 0, now, now, self._province_id, self._school.id, "open", self._digest(row)]
            values += [ring.blind(identity, IDENTITY_NUMBER), ring.blind(phone, PHONE) if phone else None, ""]
            row.append(values)
        return staged

    def apply(self, staged: Staged) -> Tally:
        # Two imports of one school take turns here, or both would add the same graduate.
        OrgUnit.update(version=OrgUnit.version + 1).where(OrgUnit.id == self._school.id).execute()
        self._look_around()
        known = self._known(staged)
        refused = self._refused(staged, known)
        written = [row for row in staged if row[0] not in refused and not _is_same(row, known)]
        refused |= self._taken(written, written)
        new: Staged = []
        changed: dict[int, list[Any]] = {}
        tally = Tally(refused=[trouble for row in refused.values() for trouble in row])
        for row in staged:
            held = known.get((row[_YEAR], row[_NUMBER]))
            if row[0] in refused:
                continue
            if held is None:
                new.append(row)
            elif not _is_same(row, known):
                changed[held[0]] = row
            else:
                tally.same += 1
        insert_rows(Graduate, _COLUMNS, [row[_END] for row in new])
        tally.added = len(new)
        for graduate in graduates_by_id(list(changed)):
            if self._change(graduate, changed[graduate.id]):
                tally.changed += 1
            else:
                tally.same += 1
        return tally

    def _look_around(self) -> None:
        """Reads what a person may have changed since: the open colleges and the rights to fields."""
        colleges = OrgUnit.select().where((OrgUnit.parent == self._school) & OrgUnit.closed_at.is_null())
        self._ids = {unit.name: unit.id for unit in colleges}
        self._college_names = {number: name for name, number in self._ids.items()}
        self._rights = field_rights.rights_in(self._school.id)

    def _rules_of(self, year: str) -> Rules:
        rules = self._rules.get(year)
        if rules is None:
            digits = year.strip()[:4]
            is_year = len(digits) == 4 and digits.isascii() and digits.isdigit()
            number = int(digits) if is_year else current_year(self._ctx.clock())
            rules = Rules(tables_for(self._ctx, number))
            if len(self._rules) < 10:  # as many as a file of nonsense may make
                self._rules[year] = rules
        return rules

    def _placed(self, line: int, row: Row, values: dict[str, str]) -> list[Found]:
        """What is wrong with where the row belongs; puts the college's id in the place of its name."""
        name = row.get("college")
        if not isinstance(name, str):
            return []
        college_id = self._ids.get(name)
        if college_id is None:
            return [Found(line, "college", name, "unknown_college")]
        row["college"] = college_id
        year, number = row.get("year"), row.get("student_number")
        group = (college_id, row.get("education"), row.get("class_name"), row.get("major_code"))
        if not self._holds(year, group):
            return [Found(line, "college", name, "outside_scope")]
        if year is not None and number is not None and not self._seen.add(_key_of(year, number)):
            return [Found(line, "student_number", values["student_number"], "twice_in_file")]
        identity = row.get("identity_number")
        if year is not None and identity is not None and not self._people.add(_key_of(year, identity)):
            return [Found(line, "identity_number", values["identity_number"], "identity_twice")]
        return []

    def _holds(self, year: Any, group: Group) -> bool:
        """Whether somebody of these is in the importer's range."""
        college_id, education, class_name, major_code = group
        if self._scope is None:
            return True
        if self._scope.level is Role.COLLEGE:
            return bool(college_id == self._scope.unit.id)
        return any(
            duty.year == year
            and duty.college_id == college_id
            and duty.education == education
            and duty.class_name in ("", class_name)
            and duty.major_code in ("", major_code)
            for duty in self._scope.duties
        )

    def _refused(self, staged: Staged, known: dict[tuple[int, str], Known]) -> dict[int, list[Found]]:
        """Line → why a row that is right in itself may not be stored by whoever imports."""
        refused: dict[int, list[Found]] = {}
        stored: dict[int, list[Any]] = {}
        for row in staged:
            held = known.get((row[_YEAR], row[_NUMBER]))
            if row[_COLLEGE] not in self._college_names:
                refused[row[0]] = [Found(row[0], "college", "", "unknown_college")]
            elif not self._holds(row[_YEAR], tuple(row[place] for place in _GROUP)):
                name = self._college_names[row[_COLLEGE]]
                refused[row[0]] = [Found(row[0], "college", name, "outside_scope")]
            elif held is None:
                continue
            elif not self._holds(row[_YEAR], held[3:]):
                refused[row[0]] = [Found(row[0], "student_number", row[_NUMBER], "outside_scope")]
            elif self._scope is not None and held[2] != self._digest(row):
                stored[held[0]] = row
        for graduate in graduates_by_id(list(stored)):
            row = stored[graduate.id]
            if troubles := self._not_theirs(graduate, row):
                refused[row[0]] = troubles
        return refused

    def _taken(self, rows: Staged, batch: Staged) -> dict[int, list[Found]]:
        """Line → why not, of rows whose identity number somebody else of the school and 届别 has already.

        Numbers may change hands within ``batch``, the rows that will be stored, by whoever may change them.
        """
        held = self._holders(rows)
        will = {} if self._scope else {(row[_YEAR], row[_NUMBER]): row[_IDENTITY] for row in batch}
        taken: dict[int, list[Found]] = {}
        is_settled = False
        while not is_settled:
            is_settled = True
            for row, numbers in held:
                mine = row[_IDENTITY]
                if row[0] in taken or all(will.get((row[_YEAR], n), mine) != mine for n in numbers):
                    continue
                taken[row[0]] = [Found(row[0], "identity_number", mine, "identity_stored")]
                will.pop(
                    (row[_YEAR], row[_NUMBER]), None
                )  # which keeps its own, and somebody else waits for that
                is_settled = False
        return taken

    def _holders(self, rows: Staged) -> list[tuple[list[Any], set[str]]]:
        """Rows with the 学号 of those who have their identity number, where that is not the row's own."""
        asked: dict[int, dict[str, list[Any]]] = {}
        for row in rows:
            for blind in self._blinds(row):
                asked.setdefault(row[_YEAR], {})[blind] = row
        found: dict[int, tuple[list[Any], set[str]]] = {}
        for year, by_blind in asked.items():
            for blind, number in holders_of_identities(self._school.id, year, list(by_blind)):
                row = by_blind[blind]
                found.setdefault(row[0], (row, set()))[1].add(number)
        return [(row, numbers) for row, numbers in found.values() if row[_NUMBER] not in numbers]

    def _blinds(self, row: list[Any]) -> Sequence[str]:
        """What the row's identity number may be indexed by: one for each key."""
        ring = self._ctx.keyring
        if len(row) > _END and not ring.has_former_keys:
            return (row[_END][_BLIND],)
        return ring.blinds(row[_IDENTITY], IDENTITY_NUMBER)

    def _is_stored(self, year: int) -> bool:
        """Whether there was a roster of this 届别 when the check began; what comes meanwhile is seen when storing."""
        if year not in self._has_roster:
            self._has_roster[year] = has_graduates(self._school.id, year)
        return self._has_roster[year]

    def _may_write(self, name: str) -> bool:
        """Whether whoever imports may change a field of a stored record, as they may by the form."""
        if self._scope is None:
            return True
        return name in _FIELDS and self._rights.may(self._scope.level, roster_field(name))

    def _not_theirs(self, graduate: Graduate, row: list[Any]) -> list[Found]:
        """The fields that a row would change and whoever imports may not."""
        edits: dict[str, str] = json.loads(graduate.edits) if graduate.edits else {}
        found = []
        for field in roster_fields():
            value, present = row[_AT[field.name]], _present(graduate, field.name)
            text = self._text(field.name, value)
            if value != present and edits.get(field.name) != text and not self._may_write(field.name):
                reason = "field_locked" if field.locked else "field_not_yours"
                found.append(Found(row[0], field.name, text, reason))
        return found

    def _text(self, name: str, value: Any) -> str:
        return self._college_names[value] if name == "college" else str(value or "")

    def _known(self, staged: Staged) -> dict[tuple[int, str], Known]:
        by_year: dict[int, list[str]] = {}
        for row in staged:
            by_year.setdefault(row[_YEAR], []).append(row[_NUMBER])
        return {
            (year, number): held
            for year, numbers in by_year.items()
            for number, held in known_graduates(self._school.id, year, numbers).items()
        }

    def _digest(self, row: list[Any]) -> str:
        return self._hash("\x1f".join(map(str, row[1:_END])).encode()).hex()[:32]

    def _change(self, graduate: Graduate, row: list[Any]) -> bool:
        """Brings a stored row up to the file; False when it was so already. A field that people changed since keeps
        their value, and the file's value is what the difference is shown against."""
        edits: dict[str, str] = json.loads(graduate.edits) if graduate.edits else {}
        columns: dict[str, Any] = {}
        for name, value in zip(_NAMES, row[1:_END], strict=True):
            present = _present(graduate, name)
            if not self._may_write(name):
                continue
            if name in edits:
                if value == present:
                    del edits[name]
                else:
                    edits[name] = self._text(name, value)
            elif value != present:
                columns[name] = value
        return self._write(graduate, columns, edits, row[_END][_DIGEST])

    def _write(self, graduate: Graduate, columns: dict[str, Any], edits: dict[str, str], digest: str) -> bool:
        if "identity_number" in columns:
            columns["identity_index"] = self._ctx.keyring.blind(columns["identity_number"], IDENTITY_NUMBER)
        if "phone" in columns:
            phone = columns["phone"]
            columns["phone_index"] = self._ctx.keyring.blind(phone, PHONE) if phone else None
        kept = json.dumps(edits, ensure_ascii=False, sort_keys=True) if edits else None
        is_new = bool(columns) or kept != graduate.edits
        changes = {**columns, "edits": kept, "import_digest": digest}
        if not kept:
            changes["edited_at"] = None
        if is_new:
            changes |= {"version": graduate.version + 1, "updated_at": self._ctx.clock()}
        mine = (Graduate.id == graduate.id) & (Graduate.version == graduate.version)
        if Graduate.update(**changes).where(mine).execute() != 1:
            raise Stale
        if "college" in columns:
            Agreement.follow(graduate.id, columns["college"])
        if is_new:
            fields = [name for name in _NAMES if name in columns]
            journal.write(graduate, "import", self._by, note={"fields": fields} if fields else None)
        return is_new


def _is_same(row: list[Any], known: dict[tuple[int, str], Known]) -> bool:
    """Whether a prepared row is stored just so."""
    held = known.get((row[_YEAR], row[_NUMBER]))
    return held is not None and bool(held[2] == row[_END][_DIGEST])


def _present(graduate: Graduate, name: str) -> Any:
    return _plain(graduate.college_id if name == "college" else getattr(graduate, name))


def _plain(value: Any) -> Any:
    """A value as JSON carries it."""
    return value.isoformat() if isinstance(value, date) else value


def _key_of(year: Any, number: Any) -> str:
    return f"{year} {number}"
