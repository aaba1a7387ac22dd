"""The demo's graduates: rows of config/demo.toml, checked like those of an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.actors import Actor, Role
from domain.machines import ROSTER
from domain.roster import check_row
from models import journal
from models.account import IDENTITY_NUMBER, PHONE, Account
from models.db import Keys
from models.graduate import Graduate
from models.org import OrgUnit, Staff
from services.code_tables import YearTables
from services.seats import Seat, seat_for

_PERSON = (
    *("name", "student_number", "identity_number", "phone"),
    *("origin", "ethnicity", "politics", "hardship"),
)
_OF_A_CLASS = ("education_code", "major_code", "major_name", "school_years", "enrolled_on", "graduates_on")
# What a row has unless it says otherwise.
_USUAL = {
    "education_code": "31",
    "education_kind": "1",
    "teacher_kind": "2",
    "training": "1",
    "school_years": "4",
    "ethnicity": "01",
    "politics": "03",
    "commissioned_by": "",
    "enrolled_on": "2023-09-01",
    "graduates_on": "2027-06-30",
    "conclusion": "1",
    "hardship": "0",
}


def demo_staff(rows: Sequence[Mapping[str, Any]]) -> dict[str, Staff]:
    """Those of the demo who are still where it put them, by name."""
    found = {}
    for row in rows:
        account = Account.by_phone(row["phone"])
        if account is not None and account.name == row["name"]:
            here = (OrgUnit.name == row["unit"]) & (Staff.level == row["level"]) & Staff.ended_at.is_null()
            staff = Staff.select().join(OrgUnit).where(here & (Staff.account == account.id)).first()
            if staff is not None:
                found[row["name"]] = staff
    return found


def seat_of_staff(staff: Staff) -> Seat:
    """The seat in which somebody of the demo works."""
    account = staff.account
    return seat_for(Actor(account.code, frozenset({Role.PERSON}), account.id), staff)


@dataclass(frozen=True, slots=True)
class DemoRoster:
    """Writes graduates of one 届别 into the database."""

    year: int
    tables: YearTables

    def add(self, values: Mapping[str, Any], college: OrgUnit) -> Graduate:
        """One graduate. Raises ValueError where an import would refuse the row."""
        row, troubles = check_row(self._whole(values, college), self.tables)
        if troubles:
            raise ValueError(f"{values['student_number']}: {troubles}")
        identity, phone = str(row["identity_number"]), row["phone"]
        return Graduate.create(
            **row
            | {
                "province": college.parent.parent,
                "school": college.parent,
                "college": college,
                "identity_index": Keys.ring.blind(identity, IDENTITY_NUMBER),
                "phone_index": Keys.ring.blind(str(phone), PHONE),
            }
        )

    def add_class(self, one: Mapping[str, Any], college: OrgUnit, locker: Staff) -> list[Graduate]:
        """A class; its first ``locked`` graduates have been looked through by ``locker``."""
        shared = {name: one[name] for name in _OF_A_CLASS} | {"class_name": one["name"]}
        people = [
            self.add(shared | dict(zip(_PERSON, person, strict=True)), college) for person in one["people"]
        ]
        by = seat_of_staff(locker).actor
        for graduate in people[: one["locked"]]:
            journal.step(graduate, ROSTER, "lock", by)
        return people

    def _whole(self, values: Mapping[str, Any], college: OrgUnit) -> dict[str, str]:
        number = values["identity_number"]
        area = self.tables.successor("region", number[:6]) or number[:6]
        origin = values.get("origin", area)
        own = {name: str(value) for name, value in values.items() if name != "account"}
        return (
            _USUAL
            | {
                "year": str(self.year),
                "college": college.name,
                "gender": "1" if int(number[16]) % 2 else "2",
                "candidate_number": f"{self.year % 100 - 4}{number[:6]}{values['student_number'][-6:]}",
                "division": origin,
                "origin": origin,
            }
            | own
        )
