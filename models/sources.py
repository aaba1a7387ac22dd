"""生源: how many graduate of which major at which school, counted by night and without the small numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from peewee import JOIN, CharField, ForeignKeyField, IntegerField, fn

from models.base import Base
from models.fields import UtcField
from models.graduate import Graduate
from models.org import OrgUnit


class SourceCount(Base):
    """One 层次 of one major of one school. A number below the smallest that may be shown has no row at all, so that
    no sum and no difference of sums holds it."""

    year = IntegerField()
    school = ForeignKeyField(OrgUnit, on_delete="CASCADE")
    province_id = IntegerField(null=True)
    education = CharField(max_length=2)
    major_code = CharField(max_length=12)
    major_name = CharField(max_length=60)
    count = IntegerField()

    class Meta:
        indexes = (
            (("school", "year", "education", "major_code"), True),
            (("year", "major_code", "id"), False),
            (("province_id", "year", "id"), False),
        )

    @classmethod
    def renew(cls, school: OrgUnit, province_id: int | None, year: int, least: int) -> None:
        """Counts a school's graduates of a 届别 anew, in the caller's transaction."""
        keys = (Graduate.education, Graduate.major_code)
        number = fn.COUNT(Graduate.id)
        rows = (
            Graduate.select(*keys, fn.MAX(Graduate.major_name), number)
            .where((Graduate.school == school) & (Graduate.year == year) & (Graduate.major_code != ""))
            .group_by(*keys)
            .having(number >= least)
        )
        cls.delete().where(cls.school == school).execute()
        found = [
            dict(zip(("education", "major_code", "major_name", "count"), row, strict=True))
            for row in rows.tuples()
        ]
        cls.insert_once([row | {"year": year, "school": school, "province_id": province_id} for row in found])

    @classmethod
    def page(cls, condition: Any, after: int, most: int) -> Sequence[Self]:
        """Rows that meet a condition, with their schools, behind an id."""
        query = cls.select(cls, OrgUnit).join(OrgUnit).where(condition & (cls.id > after))
        return list(query.order_by(cls.id).limit(most))


class SourcesCounted(Base):
    """When a school's graduates were counted last."""

    school = ForeignKeyField(OrgUnit, unique=True, on_delete="CASCADE")
    counted_at = UtcField(index=True)

    @classmethod
    def due(cls, before: datetime, most: int) -> Sequence[OrgUnit]:
        """Open schools that were not counted since a moment, those never counted first."""
        query = (
            OrgUnit.select()
            .join(cls, JOIN.LEFT_OUTER, on=(cls.school == OrgUnit.id))
            .where((OrgUnit.level == "school") & OrgUnit.closed_at.is_null())
            .where(cls.counted_at.is_null() | (cls.counted_at < before))
        )
        return list(query.order_by(cls.counted_at, OrgUnit.id).limit(most))
