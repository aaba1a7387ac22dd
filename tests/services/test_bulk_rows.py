"""Many rows at once: values arrive as they are, whatever stands in them."""

import pytest

from models.base import new_code
from models.bulk import graduates_by_id, insert_rows, known_graduates
from models.db import transaction
from models.graduate import Graduate
from models.org import OrgUnit
from services.context import Context
from services.jobs.seen import Seen
from tests.cast import YEAR, Cast

NASTY = [
    "O'Neil",
    'say "x"',
    "back\\slash\\",
    "'); DROP TABLE graduate; -- ",
    "%s %(name)s {0} ?",
    "𠮷野家 · 张\u3000三",
    "line\nbreak\ttab\r",
    "null\x00byte\x1a",
    "",
]
COLUMNS = (
    *("code", "version", "created_at", "updated_at", "year", "school_id", "college_id", "name"),
    *(
        "student_number",
        "class_name",
        "identity_number",
        "identity_index",
        "education",
        "phone",
        "special_group",
    ),
    *("education_code", "education_kind", "teacher_kind", "gender", "candidate_number", "training"),
    *("major_code", "major_name", "school_years", "ethnicity", "politics", "division", "origin"),
    *("commissioned_by", "conclusion", "hardship", "status", "import_digest"),
)


@transaction
def insert(ctx: Context, school: OrgUnit, college: OrgUnit, names: list[str]) -> None:
    now = Graduate.created_at.db_value(ctx.clock())
    insert_rows(
        Graduate,
        COLUMNS,
        [
            [
                *(new_code(), 0, now, now, YEAR, school.id, college.id, "张三", f"bulk{n:05d}", name),
                *(ctx.keyring.seal(name, "graduate.identity_number"), "x", "3", None, *[""] * 17, "open", ""),
            ]
            for n, name in enumerate(names)
        ],
    )


def test_values_arrive_as_they_are(ctx: Context, cast: Cast) -> None:
    insert(ctx, cast.units["school"], cast.units["college"], NASTY)
    known = known_graduates(cast.units["school"].id, YEAR, [f"bulk{n:05d}" for n in range(len(NASTY))])
    stored = {row.student_number: row for row in graduates_by_id([held[0] for held in known.values()])}
    for n, name in enumerate(NASTY):
        row = stored[f"bulk{n:05d}"]
        assert (row.class_name, row.identity_number, row.phone) == (name, name, None)
        assert known[row.student_number][3:] == (cast.units["college"].id, "3", name, "")


def test_more_rows_than_a_statement_holds(ctx: Context, cast: Cast) -> None:
    before = Graduate.select().count()
    insert(ctx, cast.units["school"], cast.units["college"], ["x"] * 2_501)
    assert Graduate.select().count() == before + 2_501
    insert(ctx, cast.units["school"], cast.units["college"], [])


def test_what_is_no_bare_value_is_a_fault(ctx: Context, cast: Cast) -> None:
    with pytest.raises(Exception, match=r"list|bind"):
        transaction(lambda: insert_rows(Graduate, ("name",), [[["a"]]]))()


def test_keys_are_remembered() -> None:
    seen = Seen()
    assert all(seen.add(f"2027 {n}") for n in range(20_000))
    assert not any(seen.add(f"2027 {n}") for n in range(20_000))
