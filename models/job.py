"""Long work that a person started and watches: imports and exports. The worker does it, in steps that survive it."""

from datetime import datetime
from typing import Self

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField

from models.base import Base, Record
from models.fields import SealedField, SmallJson, UtcField, utc_now
from models.org import OrgUnit, Staff


class Job(Record):
    """One import or export. ``at_line`` is committed with the rows before it, so that whoever goes on starts there."""

    kind = CharField(max_length=24)  # import.graduates, export.graduates …
    staff = ForeignKeyField(Staff, null=True, backref="jobs", on_delete="RESTRICT")  # none: the command line
    unit = ForeignKeyField(OrgUnit, null=True, on_delete="RESTRICT")
    status = CharField(max_length=12, default="queued")
    file = CharField(max_length=64, default="")  # name in the vault
    file_name = CharField(max_length=120, default="")  # as the person called it
    result = CharField(max_length=64, default="")  # name in the vault of what came out
    params = SmallJson(null=True)
    is_dry_run = BooleanField(default=False)
    all_or_nothing = BooleanField(default=False)
    total = IntegerField(default=0)
    at_line = IntegerField(default=0)
    good = IntegerField(default=0)
    bad = IntegerField(default=0)
    added = IntegerField(default=0)
    changed = IntegerField(default=0)
    same = IntegerField(default=0)
    problem = CharField(max_length=40, default="")  # code of the refusal that ended it
    lease_until = UtcField(null=True)
    finished_at = UtcField(null=True)

    class Meta:
        indexes = (
            (("status", "lease_until"), False),
            (("staff", "id"), False),
        )

    @classmethod
    def take(cls, statuses: tuple[str, ...], now: datetime, until: datetime, only: str = "") -> Self | None:
        """Takes the oldest job in one of ``statuses`` that nobody works on; its lease runs to ``until``.

        ``only`` is the code of the one job that will do.
        """
        free = cls.status.in_(statuses) & (cls.lease_until.is_null() | (cls.lease_until < now))
        if only:
            free &= cls.code == only
        for row in cls.select(cls.id, cls.version).where(free).order_by(cls.id).limit(5):
            mine = (cls.id == row.id) & (cls.version == row.version)
            if (
                cls.update(lease_until=until, version=cls.version + 1, updated_at=utc_now())
                .where(mine)
                .execute()
            ):
                return cls.get_by_id(row.id)
        return None

    @classmethod
    def old_with_files(cls, before: datetime, limit: int) -> list[Self]:
        """Jobs that nobody touched since a moment and that still hold files."""
        old = (cls.updated_at < before) & ((cls.file != "") | (cls.result != ""))
        return list(cls.select().where(old).limit(limit))

    def forget_files(self) -> None:
        """Says that the files are gone."""
        type(self).update(file="", result="").where(type(self).id == self.id).execute()


class JobTrouble(Base):
    """One bad cell of an import: where, what, and why."""

    job = ForeignKeyField(Job, backref="troubles", on_delete="CASCADE")
    line = IntegerField()
    column = CharField(max_length=40)
    value = SealedField(null=True)
    reason = CharField(max_length=40)  # a code of domain.refusals.SAY

    class Meta:
        indexes = ((("job", "line"), False),)
