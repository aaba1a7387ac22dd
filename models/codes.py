"""Code tables by 届别, as imported (学历, 专业, 行政区划, 民族 …)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, fn

from models.base import Base, Record
from models.fields import UtcField, utc_now
from models.graduate import Graduate


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
    def all_in_force(cls) -> list[Self]:
        """Every edition in force, of each table the one that counts first."""
        return list(
            cls.select()
            .where(cls.in_force_at.is_null(False))
            .order_by(cls.name, cls.year.desc(), cls.in_force_at.desc(), cls.id.desc())
        )

    @classmethod
    def alike(cls, name: str, year: int, digest: str) -> Self | None:
        """The edition of this table, 届别 and content."""
        return cls.get_or_none((cls.name == name) & (cls.year == year) & (cls.digest == digest))

    @classmethod
    def history(cls, name: str) -> list[Self]:
        """Every edition of a table, the newest first."""
        return list(cls.select().where(cls.name == name).order_by(cls.id.desc()))

    @classmethod
    def left_alone(cls, before: datetime) -> list[Self]:
        """Editions that are not in force and that nobody has touched since a moment, the oldest first."""
        return list(
            cls.select().where(cls.in_force_at.is_null() & (cls.updated_at < before)).order_by(cls.updated_at)
        )

    def put_in_force(self, moment: datetime | None) -> bool:
        """Has the edition hold from a moment on, or no longer; False when somebody else changed it meanwhile."""
        cls = type(self)
        changed = (
            cls.update(in_force_at=moment, version=self.version + 1, updated_at=utc_now())
            .where((cls.id == self.id) & (cls.version == self.version))
            .execute()
        )
        return bool(changed)


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


def held_codes(
    columns: Sequence[str], codes: Sequence[str], years: tuple[int, int | None], levels: Sequence[str] = ()
) -> dict[str, int]:
    """Code → how many graduates hold it in any of these columns; a code that nobody holds is missing.

    ``years`` are the first 届别 and the one to stop before, or None; ``levels`` the 层次 looked at, all when empty.
    """
    first, end = years
    among = Graduate.year >= first
    if end is not None:
        among &= Graduate.year < end
    if levels:
        among &= Graduate.education.in_(levels)
    fields = [getattr(Graduate, column) for column in columns]
    # One pass over the rows whatever the number of codes; who holds a code in two columns counts once.
    query = Graduate.select(*fields, fn.COUNT(Graduate.id)).where(among).group_by(*fields).tuples()
    wanted, found = set(codes), Counter[str]()
    for *held, number in query.iterator():
        for code in wanted.intersection(held):
            found[code] += number
    return found
