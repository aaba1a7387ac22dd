"""What people were told of without their asking, and how often a post was offered."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from peewee import JOIN, BooleanField, DateField, ForeignKeyField, IntegerField

from models.base import Base
from models.db import is_sqlite
from models.fields import SmallJson
from models.graduate import Graduate, Intention
from models.org import Staff
from models.post import Post


class Pushed(Base):
    """Which posts a graduate was told of, lately, and when their turn last was; ``is_off``: to be left alone."""

    graduate = ForeignKeyField(Graduate, unique=True, on_delete="CASCADE")
    pushed_on = DateField(null=True, index=True)
    posts = SmallJson(null=True)  # ids, the newest last
    count = IntegerField(default=0)  # of them, how many the last message told of
    is_off = BooleanField(default=False)

    @classmethod
    def of_graduate(cls, graduate_id: int) -> Self | None:
        """What a graduate was told of."""
        return cls.get_or_none(cls.graduate == graduate_id)

    @classmethod
    def enlist(cls, limit: int) -> int:
        """Adds rows for graduates with a 求职意愿 who have none yet; returns how many it found, ``limit`` at most."""
        query = Intention.select(Intention.graduate).join(
            cls, JOIN.LEFT_OUTER, on=(cls.graduate == Intention.graduate)
        )
        found = list(query.where(cls.id.is_null()).limit(limit).tuples())
        cls.insert_once([{"graduate": graduate_id} for (graduate_id,) in found])
        return len(found)

    @classmethod
    def due(cls, day: date, limit: int) -> list[Self]:
        """Rows whose turn of the day has not been, who waited longest first; nobody else gets them meanwhile.

        Inside the caller's transaction.
        """
        query = cls.select().where(cls.pushed_on.is_null() | (cls.pushed_on < day))
        query = query.order_by(cls.pushed_on, cls.id).limit(limit)
        return list(query if is_sqlite() else query.for_update(skip_locked=True))

    @classmethod
    def look_at(cls, row_ids: Sequence[int], day: date) -> None:
        """Notes that these had their turn."""
        if row_ids:
            cls.update(pushed_on=day).where(cls.id.in_(list(row_ids))).execute()

    def note(self, posts: Sequence[int], kept: int) -> None:
        """Notes what the graduate is told of now, and keeps the last ``kept`` ids."""
        ids = [*(self.posts or ()), *posts][-kept:]
        type(self).update(posts=ids, count=len(posts)).where(type(self).id == self.id).execute()


class Digested(Base):
    """When a counselor last got the digest of posts for the majors and levels they hold, and what was in it."""

    staff = ForeignKeyField(Staff, unique=True, on_delete="CASCADE")
    digested_on = DateField(null=True, index=True)
    posts = SmallJson(null=True)  # ids, the best first
    is_off = BooleanField(default=False)

    @classmethod
    def of_staff(cls, staff_id: int) -> Self | None:
        """The digest that a counselor got last."""
        return cls.get_or_none(cls.staff == staff_id)

    @classmethod
    def enlist(cls, level: str, limit: int) -> int:
        """Adds rows for staff of a level, at work, who have none yet; returns how many it found."""
        query = Staff.select(Staff.id).join(cls, JOIN.LEFT_OUTER, on=(cls.staff == Staff.id))
        new = cls.id.is_null() & (Staff.level == level) & Staff.ended_at.is_null()
        found = list(query.where(new).limit(limit).tuples())
        cls.insert_once([{"staff": staff_id} for (staff_id,) in found])
        return len(found)

    @classmethod
    def due(cls, since: date, limit: int) -> list[Self]:
        """Rows that had no turn since a day, who waited longest first; nobody else gets them meanwhile.

        Inside the caller's transaction.
        """
        query = cls.select().where(cls.digested_on.is_null() | (cls.digested_on < since))
        query = query.order_by(cls.digested_on, cls.id).limit(limit)
        return list(query if is_sqlite() else query.for_update(skip_locked=True))

    @classmethod
    def is_any_due(cls, since: date) -> bool:
        """Whether ``due`` would find a row, in anybody's hands or not."""
        waiting = cls.digested_on.is_null() | (cls.digested_on < since)
        return bool(cls.select(cls.id).where(waiting).exists())

    @classmethod
    def look_at(cls, row_ids: Sequence[int], day: date) -> None:
        """Notes that these had their turn."""
        if row_ids:
            cls.update(digested_on=day).where(cls.id.in_(list(row_ids))).execute()

    def note(self, posts: Sequence[int]) -> None:
        """Notes what the counselor is told of now."""
        type(self).update(posts=list(posts)).where(type(self).id == self.id).execute()


class Offered(Base):
    """To how many graduates a post was offered in messages of a day."""

    post = ForeignKeyField(Post, unique=True, on_delete="CASCADE")
    day = DateField()
    count = IntegerField(default=0)

    @classmethod
    def take(cls, post_id: int, day: date, wanted: int, most: int) -> int:
        """How many of ``wanted`` offers there is room for today; they are taken. Inside the caller's transaction."""
        cls.insert_once([{"post": post_id, "day": day}])
        query = cls.select().where(cls.post == post_id)
        row = (query if is_sqlite() else query.for_update()).get()
        had = row.count if row.day == day else 0
        granted = max(0, min(wanted, most - had))
        cls.update(day=day, count=had + granted).where(cls.id == row.id).execute()
        return granted
