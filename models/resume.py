"""简历 of graduates. All that people wrote in it is sealed; how complete it is stands on the Graduate, for lists."""

from typing import Self

from peewee import CharField, ForeignKeyField, IntegerField

from models.base import Record
from models.fields import SealedField, SmallJson, UtcField
from models.graduate import Graduate


class Resume(Record):
    """One person's 简历: the blocks that have fields, as JSON, and the names of its files in the vault.

    ``version`` grows with every change, so that two changes at once are told apart.
    """

    graduate = ForeignKeyField(Graduate, unique=True, backref="resume", on_delete="CASCADE")
    basics = SealedField(null=True)  # 基本资料
    contacts = SealedField(null=True)  # 本人及家庭联系方式
    none = SmallJson(null=True)  # blocks of which their owner says that there is nothing to tell
    photo = CharField(max_length=64, default="")
    pdf = CharField(max_length=64, default="")
    pdf_digest = CharField(max_length=64, default="")  # keyed digest of what the PDF was made of

    @classmethod
    def of_graduate(cls, graduate_id: int) -> Self | None:
        """A graduate's résumé."""
        return cls.get_or_none(cls.graduate == graduate_id)

    @classmethod
    def of_graduates(cls, graduate_ids: list[int]) -> dict[int, Self]:
        """Graduate → résumé, for some graduates."""
        rows = cls.select().where(cls.graduate.in_(graduate_ids)) if graduate_ids else ()
        return {row.graduate_id: row for row in rows}


class ResumeEntry(Record):
    """One line of 教育背景, 获奖情况, 在校经历 or 技能证书; one that was removed can be brought back for a while."""

    resume = ForeignKeyField(Resume, backref="entries", on_delete="CASCADE")
    block = CharField(max_length=12)
    place = IntegerField(default=0)  # smaller comes first
    content = SealedField()  # JSON: field → text
    removed_at = UtcField(null=True, index=True)

    class Meta:
        indexes = ((("resume", "block", "place"), False),)

    @classmethod
    def of_resume(cls, resume_id: int) -> list[Self]:
        """All entries of a résumé, those removed too, in their order."""
        return list(cls.select().where(cls.resume == resume_id).order_by(cls.block, cls.place, cls.id))

    @classmethod
    def counts_of(cls, resume_ids: list[int]) -> dict[int, dict[str, int]]:
        """Résumé → block → how many entries it has, for some résumés."""
        found: dict[int, dict[str, int]] = {}
        if resume_ids:
            query = cls.select(cls.resume, cls.block).where(
                cls.resume.in_(resume_ids) & cls.removed_at.is_null()
            )
            for resume_id, block in query.tuples():
                counts = found.setdefault(resume_id, {})
                counts[block] = counts.get(block, 0) + 1
        return found
