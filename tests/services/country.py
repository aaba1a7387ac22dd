"""A small country for tests of scope, and an oracle that knows by plain Python who may see and change what in it.

The oracle shares nothing with the product but the rows: it walks parents instead of paths and has a table of its own.
"""

from dataclasses import dataclass, field
from typing import Any

from models.account import IDENTITY_NUMBER, Account
from models.base import Base
from models.db import Keys
from models.graduate import Graduate, Link
from models.org import OrgUnit, Responsibility, Staff
from models.people import AccountRequest, FieldRight
from tests.cast import add_account
from tests.fakes import START

RANK = ("ministry", "province", "school", "college", "counselor")
MAKES = {
    "ministry": {"province"},
    "province": {"school"},
    "school": {"college", "counselor"},
    "college": {"counselor"},
    "counselor": set(),
}
YEARS = (2026, 2027)

# Table → what of a row counts as changed: versions and times do not.
WATCHED: dict[type[Base], tuple[str, ...]] = {
    OrgUnit: ("level", "name", "number", "closed_at", "parent"),
    Staff: ("account", "level", "unit", "office", "ended_at"),
    Account: ("name", "phone_index", "password_hash", "must_change_password", "totp_on_at"),
    Responsibility: ("staff", "year", "college", "education", "class_name", "major_code"),
    Graduate: ("college", "school", "province", "year", "education", "class_name", "major_code", "status"),
    Link: ("staff", "graduate", "status"),
    AccountRequest: ("asker", "unit", "act", "name", "status"),
    FieldRight: ("school", "role", "field", "may_write"),
}
Rows = dict[str, dict[int, dict[str, Any]]]


def snapshot() -> Rows:
    """Table name → id → the columns that count."""
    found: Rows = {}
    for model, names in WATCHED.items():
        query = model.select(model.id, *(getattr(model, name) for name in names)).tuples()
        found[model.__name__] = {row[0]: dict(zip(names, row[1:], strict=True)) for row in query}
    return found


def changes(before: Rows, after: Rows) -> list[tuple[str, int, dict[str, Any], dict[str, Any]]]:
    """(table, id, row before, row after) of every row that was added, removed or changed; {} for no row."""
    return [
        (table, row_id, before[table].get(row_id, {}), after[table].get(row_id, {}))
        for table in before
        for row_id in before[table].keys() | after[table].keys()
        if before[table].get(row_id) != after[table].get(row_id)
    ]


def build() -> None:
    """1 ministry, 2 provinces, each with 2 schools, each with 2 colleges, each with a counselor and graduates."""
    ministry = OrgUnit.add("ministry", "教育部", None)
    _hire("ministry", ministry)
    for province_name in ("甲省", "乙省"):
        province = OrgUnit.add("province", province_name, ministry)
        _hire("province", province)
        for school_name in ("一大学", "二大学"):
            school = OrgUnit.add("school", province_name + school_name, province)
            _hire("school", school)
            for college_name in ("文学院", "理学院"):
                _fill(OrgUnit.add("college", college_name, school), province, school)


def _fill(college: OrgUnit, province: OrgUnit, school: OrgUnit) -> None:
    _hire("college", college)
    counselor = _hire("counselor", college)
    Responsibility.create(staff=counselor, year=2027, college=college, education="3", class_name="甲班")
    for year, class_name in ((2027, "甲班"), (2027, "乙班"), (2026, "甲班")):
        number = f"G{Graduate.select().count():05}"
        graduate = Graduate.create(
            year=year,
            province=province,
            school=school,
            college=college,
            class_name=class_name,
            name="毕业生",
            student_number=number,
            identity_number=number,
            identity_index=Keys.ring.blind(number, IDENTITY_NUMBER),
            education="3",
            major_code="080902",
        )
        Link.create(graduate=graduate, staff=counselor, status="linked")


def _hire(level: str, unit: OrgUnit) -> Staff:
    number = Account.select().count()
    account = add_account("人员" + chr(0x4E00 + number), f"139{number:08}", "old")
    account.change(must_change_password=number % 2 == 0, totp_on_at=START)
    return Staff.create(account=account, level=level, unit=unit)


@dataclass
class Oracle:
    """What one capacity may see and change, worked out from a snapshot."""

    rows: Rows
    me: int
    level: str = field(init=False)
    unit: int = field(init=False)

    def __post_init__(self) -> None:
        self.level = self.rows["Staff"][self.me]["level"]
        self.unit = self.rows["Staff"][self.me]["unit"]

    def is_under(self, unit_id: int | None) -> bool:
        """Whether a unit is one's own or stands below it."""
        while unit_id is not None:
            if unit_id == self.unit:
                return True
            unit_id = self.rows["OrgUnit"][unit_id]["parent"]
        return False

    @property
    def units(self) -> set[int]:
        return {unit_id for unit_id in self.rows["OrgUnit"] if self.is_under(unit_id)}

    def sees_staff(self, row: dict[str, Any]) -> bool:
        return RANK.index(row["level"]) > RANK.index(self.level) and self.is_under(row["unit"])

    def manages_staff(self, row: dict[str, Any]) -> bool:
        return row["level"] in MAKES[self.level] and self.is_under(row["unit"])

    @property
    def staff(self) -> set[int]:
        return {staff_id for staff_id, row in self.rows["Staff"].items() if self.sees_staff(row)}

    def sees_graduate(self, row: dict[str, Any]) -> bool:
        if self.level != "counselor":
            return self.is_under(row["college"])
        return any(
            duty["staff"] == self.me
            and duty["college"] == row["college"]
            and duty["year"] == row["year"]
            and duty["education"] == row["education"]
            and duty["class_name"] in ("", row["class_name"])
            and duty["major_code"] in ("", row["major_code"])
            for duty in self.rows["Responsibility"].values()
        )

    @property
    def graduates(self) -> set[int]:
        return {key for key, row in self.rows["Graduate"].items() if self.sees_graduate(row)}

    def seen(self, table: str) -> set[int]:
        """The ids of a table's rows that are in range; of accounts everybody's, whom one may name to appoint."""
        if table == "AccountRequest":
            return {key for key, row in self.rows[table].items() if self.decides_request(row)}
        if table == "Account":
            return set(self.rows[table])
        return {"Staff": self.staff, "OrgUnit": self.units, "Graduate": self.graduates}[table]

    def decides_request(self, row: dict[str, Any]) -> bool:
        asker = self.rows["Staff"][row["asker"]]
        return asker["level"] in MAKES[self.level] and self.is_under(row["unit"])

    def may_change(self, table: str, row_id: int, old: dict[str, Any], new: dict[str, Any]) -> bool:
        """Whether a row may become another one by this capacity's hand; ``rows`` are those afterwards."""
        row = new or old
        if table == "OrgUnit":
            return row["parent"] == self.unit and row["level"] in MAKES[self.level]
        if table == "Staff":
            return self.manages_staff(row)
        if table == "Account":
            return self._may_change_account(row_id, old, new)
        if table == "Responsibility":
            return self.manages_staff(self.rows["Staff"][row["staff"]]) and self.is_under(row["college"])
        if table == "Graduate":
            return bool(old) and self.sees_graduate(old) and self.is_under(self._school(old, new))
        if table == "Link":
            return self.manages_staff(self.rows["Staff"][row["staff"]])
        if table == "AccountRequest":
            return row["asker"] == self.me or self.decides_request(row)
        return row["school"] == self.unit and self.level == "school"

    def _school(self, old: dict[str, Any], new: dict[str, Any]) -> int:
        """Of a changed record: its college, which must not have left the school."""
        assert (old["school"], old["province"]) == (new["school"], new["province"])
        return new["college"]

    def _may_change_account(self, row_id: int, old: dict[str, Any], new: dict[str, Any]) -> bool:
        held = [row for row in self.rows["Staff"].values() if row["account"] == row_id]
        if old and (old["name"], old["phone_index"]) == (new["name"], new["phone_index"]):
            return any(map(self.manages_staff, held))  # a new first password, to the person's own phone
        return bool(held) and all(map(self.manages_staff, held))
