"""What belongs to an agreement as evidence: people's files, our sealed papers, and the chain of events."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from peewee import BigAutoField, CharField, DateField, ForeignKeyField, IntegerField, fn

from models.agreement import Agreement, Release
from models.base import Base, Record
from models.fields import SealedField, UtcField, utc_now


class AgreementFile(Record):
    """A file that a side gave (营业执照, 证件, 签名笔迹, 扫描件, 解约函); replaced ones stay until they are shredded.

    Shredding deletes the file and forgets its share, so that no copy of the file opens any more; kind and digest stay,
    and the chain can still be checked.
    """

    agreement = ForeignKeyField(Agreement, backref="files", on_delete="RESTRICT", index=False)
    release = ForeignKeyField(Release, null=True, backref="files", on_delete="RESTRICT")
    kind = CharField(max_length=20)  # see config.agreements.material
    part = IntegerField(default=1)  # page of a scan
    side = CharField(max_length=12)  # graduate | unit | staff
    file = CharField(max_length=64)  # name in the vault; empty once shredded
    # Of the file's key; null once shredded, and for files from before there were shares.
    share = SealedField(null=True)
    media_type = CharField(max_length=40)
    digest = CharField(max_length=64)  # SHA-256 of what is stored
    size = IntegerField()
    replaced_at = UtcField(null=True)
    shredded_at = UtcField(null=True)

    class Meta:
        indexes = (
            (("agreement", "kind", "id"), False),
            (("file",), False),
        )

    @classmethod
    def share_of(cls, name: str) -> str:
        """The share of a file in the vault; empty for one that has none."""
        row = cls.select(cls.share).where(cls.file == name).first()
        return (row.share if row is not None else None) or ""

    @classmethod
    def ended(cls, moment: datetime) -> Any:
        """The condition, on files joined with their agreement, that it was over by then."""
        since = fn.COALESCE(Agreement.ended_at, Agreement.updated_at)
        return since <= Agreement.ended_at.db_value(moment)


class SealedPaper(Record):
    """A PDF of ours under the platform's seal: made once for each ``key``, never again."""

    agreement = ForeignKeyField(Agreement, backref="papers", on_delete="RESTRICT")
    release = ForeignKeyField(Release, null=True, backref="papers", on_delete="RESTRICT")
    kind = CharField(
        max_length=12
    )  # agreement | form | receipt | release | record, which goes with each but the form
    key = CharField(max_length=40, unique=True)  # kind and code of what it is of
    file = CharField(max_length=64, index=True)
    digest = CharField(max_length=64, index=True)
    size = IntegerField()
    sealed_at = UtcField(default=utc_now)


class AgreementEvent(Base):
    """One link of an agreement's chain: its canonical JSON, the hash before it, and the hash of both."""

    id = BigAutoField()
    agreement = ForeignKeyField(Agreement, backref="events", on_delete="RESTRICT", index=False)
    seq = IntegerField()
    kind = CharField(max_length=32)  # offer.submitted, review.returned, pdf.sealed …
    at = UtcField(default=utc_now, index=True)
    body = SealedField()
    before = CharField(max_length=64)
    hash = CharField(max_length=64)

    class Meta:
        indexes = ((("agreement", "seq"), True),)

    @classmethod
    def hash_of(cls, agreement_id: int, seq: int) -> str | None:
        """The hash of one event; None where there is none of this number."""
        row = cls.select(cls.hash).where((cls.agreement == agreement_id) & (cls.seq == seq)).first()
        return row.hash if row is not None else None

    @classmethod
    def heads(cls, since: datetime, until: datetime) -> Iterator[tuple[str, int, str]]:
        """Of each chain that moved in ``[since, until)`` its last event then: the agreement's code, number and hash.

        In the order of the codes.
        """
        last = (
            cls.select(cls.agreement, fn.MAX(cls.seq).alias("head"))
            .where((cls.at >= since) & (cls.at < until))
            .group_by(cls.agreement)
            .alias("heads")
        )
        is_head = (cls.agreement == last.c.agreement_id) & (cls.seq == last.c.head)
        found = (
            cls.select(Agreement.code, cls.seq, cls.hash)
            .join(last, on=is_head)
            .switch(cls)
            .join(Agreement, on=(cls.agreement == Agreement.id))
            .order_by(Agreement.code)
        )
        yield from found.tuples()


class ChainHeads(Base):
    """The heads of all chains that moved on one day, as one digest that is kept elsewhere, too."""

    day = DateField(unique=True)
    chains = IntegerField()
    digest = CharField(max_length=64)
    file = CharField(max_length=64, default="")  # the export in the vault
    made_at = UtcField(default=utc_now)

    @classmethod
    def latest(cls, before: date | None = None) -> "ChainHeads | None":
        """The row of the last day that was exported, or of the last one before a day."""
        rows = cls.select().order_by(cls.day.desc())
        found: ChainHeads | None = (rows if before is None else rows.where(cls.day < before)).first()
        return found
