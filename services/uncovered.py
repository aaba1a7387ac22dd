"""Classes of graduates for whom no counselor at work answers: a page at a time, and taken out as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.codes import name_of
from config.people import people_words
from domain.actors import Role
from models.job import Job
from models.org import OrgUnit, Responsibility
from models.staffing import classes_of_year, duties_at_work, groups_of_year
from services import units
from services.context import Context
from services.jobs.asked import asker
from services.jobs.forms import Export
from services.listing import SLICE, Slice, place, place_of
from services.seats import Seat

KIND = "export.uncovered"


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A class of graduates for whom no counselor at work answers."""

    college: OrgUnit
    education: str
    class_name: str
    graduates: int

    @property
    def key(self) -> tuple[int, str, str]:
        """By what classes are ordered."""
        return self.college.id, self.education, self.class_name


@dataclass(frozen=True, slots=True)
class UncoveredPage:
    """Some of the classes, and how many graduates all of them have."""

    found: Slice[Uncovered]
    graduates: int


def listed(ctx: Context, seat: Seat, unit_code: str, year: int, after: str = "") -> UncoveredPage:
    """The classes of one school or college behind a place, by college, 层次 and name. Raises NotFound."""
    rows = classes(ctx, seat, unit_code, year)
    start = place_of(after, (int, str, str))
    shown = [row for row in rows if start is None or row.key > start]
    more = place(*shown[SLICE - 1].key) if len(shown) > SLICE else ""
    return UncoveredPage(Slice(shown[:SLICE], more, len(rows)), sum(row.graduates for row in rows))


def classes(ctx: Context, seat: Seat, unit_code: str, year: int) -> list[Uncovered]:
    """All of them, in that order: in one school or, for a college's seat, in that college; none for a counselor's.

    ``unit_code`` is the code of a school or college in the range. Raises NotFound.
    """
    unit = units.unit_of(seat, unit_code)
    if unit.level not in (Role.SCHOOL, Role.COLLEGE) or seat.level is Role.COUNSELOR:
        return []
    inside = (OrgUnit.level == Role.COLLEGE) & OrgUnit.path.startswith(unit.path)
    colleges = {college.id: college for college in seat.scope.units(OrgUnit.select()).where(inside)}
    missing = _missing(list(colleges), year)
    return [Uncovered(colleges[key[0]], *key[1:], missing[key]) for key in sorted(missing)]


def _missing(college_ids: list[int], year: int) -> dict[tuple[int, str, str], int]:
    """College, 层次 and class → graduates for whom nobody answers.

    Majors are looked at only where somebody answers for single ones: classes alone are counted from an index.
    """
    covered = {_held(row) for row in duties_at_work(college_ids, year)} if college_ids else set()
    by_major = {college for college, _education, _class, major in covered if major}
    plain = [college for college in college_ids if college not in by_major]
    groups = [(*row[:3], "", row[3]) for row in classes_of_year(plain, year)]
    groups += groups_of_year([college for college in college_ids if college in by_major], year)
    missing: dict[tuple[int, str, str], int] = {}
    for college, education, class_name, major, graduates in groups:
        if not any(
            (college, education, some_class, some_major) in covered
            for some_class in ("", class_name)
            for some_major in ("", major)
        ):
            key = (college, education, class_name)
            missing[key] = missing.get(key, 0) + graduates
    return missing


def _held(row: Responsibility) -> tuple[int, str, str, str]:
    return row.college_id, row.education, row.class_name, row.major_code


def export(ctx: Context, job: Job) -> Export:
    """What the job asks for, in the range that its staff have now.

    Raises NotAllowed for somebody who has left, NotFound for a unit that the range has no more.
    """
    words, year = people_words()["uncovered"], int(job.params["year"])
    rows = classes(ctx, asker(job), job.params["unit"], year)
    return Export(words["sheet"], words["headings"], _cells(rows), f"{words['sheet']}-{year}.xlsx")


def _cells(rows: list[Uncovered]) -> Iterator[list[str]]:
    nameless = people_words()["uncovered"]["nameless"]
    for row in rows:
        education = name_of("education", row.education)
        yield [row.college.name, education, row.class_name or nameless, str(row.graduates)]
