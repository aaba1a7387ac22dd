"""Whole 生源信息 records for tests, and the few places they speak of."""

from datetime import date
from typing import Any

from models.codes import CodeRow, CodeSet
from models.graduate import Graduate
from services import seats, sessions
from services.context import Context
from services.seats import Seat
from tests.cast import Cast, Persona, add_graduate
from tests.identity import identity_number

WHOLE: dict[str, Any] = {
    "education_code": "31",
    "education_kind": "1",
    "teacher_kind": "2",
    "gender": "1",
    "candidate_number": "23340100000001",
    "training": "1",
    "school_years": "4",
    "ethnicity": "01",
    "politics": "03",
    "division": "340000",
    "origin": "340104",
    "enrolled_on": date(2023, 9, 1),
    "graduates_on": date(2027, 6, 30),
    "conclusion": "1",
    "hardship": "0",
    "phone": "13900000101",
}
PLACES = (
    ("340000", "安徽省", "", False, ""),
    ("340100", "合肥市", "340000", False, ""),
    ("340104", "蜀山区", "340100", False, ""),
    ("340111", "包河区", "340100", False, ""),
    ("341402", "居巢区", "", True, "340181"),
    ("340181", "巢湖市", "340100", False, ""),
)


def hold_places(ctx: Context) -> None:
    """Puts a table of a few 行政区划 in force."""
    edition = CodeSet.create(name="region", year=2020, rows=len(PLACES), digest="", in_force_at=ctx.clock())
    columns = ("code", "name", "parent", "is_retired", "successor")
    rows = [dict(zip(columns, row, strict=True), edition=edition, place=n) for n, row in enumerate(PLACES)]
    CodeRow.insert_many(rows).execute()


def make_whole(graduate: Graduate, **other: Any) -> Graduate:
    """Fills every field of a row that the cast left empty."""
    graduate.change(**(WHOLE | other))
    return Graduate.get_by_id(graduate.id)


def add_many(cast: Cast, count: int, **other: Any) -> list[Graduate]:
    """More graduates of the first college: 张000, 张001 … with 学号 from 20240000 on."""
    made = []
    for n in range(count):
        persona = Persona(f"g{n}", f"张{n:03d}", "", "")
        persona.student_number = f"2024{n:04d}"
        persona.identity_number = identity_number("34010420050101", n)
        graduate = add_graduate(persona, cast.units, account=None)
        made.append(make_whole(graduate, **({"phone": None} | other)))
    return made


def seat_of(ctx: Context, persona: Persona) -> Seat:
    """The seat of a member of staff, read afresh."""
    visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, persona.account, "desktop"))
    assert visitor is not None
    return seats.seat_of(visitor)
