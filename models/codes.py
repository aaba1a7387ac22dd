"""Code tables by 届别, as imported (学历, 专业, 行政区划, 民族 …)."""

from typing import Self

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField

from models.base import Base, Record
from models.fields import UtcField


class CodeSet(Record):
    """One edition of one table. For a 届别 the newest edition in force counts whose ``year`` is not after it."""

    name = CharField(max_length=32)
    year = IntegerField()  # first 届别 that it holds for
    rows = IntegerField(default=0)
    digest = CharField(max_length=64)
    in_force_at = UtcField(null=True)

    class Meta:
        indexes = ((("name", "year", "in_force_at"), False),)

    @classmethod
    def for_year(cls, name: str, year: int) -> Self | None:
        """The edition that holds for a 届别."""
        return (
            cls.select()
            .where((cls.name == name) & (cls.year <= year) & cls.in_force_at.is_null(False))
            .order_by(cls.year.desc(), cls.in_force_at.desc(), cls.id.desc())
            .first()
        )


class CodeRow(Base):
    """One code of an edition; ``successor`` names the code that took a retired one's place."""

    edition = ForeignKeyField(CodeSet, backref="entries", on_delete="CASCADE")
    code = CharField(max_length=16)
    name = CharField(max_length=100)
    parent = CharField(max_length=16, default="")
    is_retired = BooleanField(default=False)
    successor = CharField(max_length=16, default="")
    place = IntegerField(default=0)  # order in the table

    class Meta:
        indexes = (
            (("edition", "code"), True),
            (("edition", "name"), False),
            (("edition", "place"), False),
        )
