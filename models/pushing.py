"""What people were told of without their asking, and how often a post was offered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Self

from peewee import BooleanField, DateField, ForeignKeyField, IntegerField, ModelSelect

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
    def enlist(cls, stretch: int) -> int:
        """Adds rows for graduates with a 求职意愿 who have none yet; returns how many."""
        return _enlist(cls.graduate, Intention.select(Intention.id, Intention.graduate), stretch)

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
    def enlist(cls, level: str, stretch: int) -> int:
        """Adds rows for staff of a level who have none yet, at work or not; returns how many."""
        return _enlist(cls.staff, Staff.select(Staff.id, Staff.id).where(Staff.level == level), stretch)

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
    def take(cls, wanted: Mapping[int, int], day: date, most: int) -> dict[int, int]:
        """Post → how many of the wanted offers there is room for today; they are taken.

        Inside the caller's transaction, which holds the posts' rows until it ends.
        """
        rows = cls._held(wanted)
        missing = wanted.keys() - {row.post_id for row in rows}
        if missing:
            cls.insert_once([{"post": post, "day": day} for post in sorted(missing)])
            rows += cls._held(missing)
        granted: dict[int, int] = {}
        after: dict[int, list[int]] = {}
        for row in rows:
            had = row.count if row.day == day else 0
            granted[row.post_id] = max(0, min(wanted[row.post_id], most - had))
            after.setdefault(had + granted[row.post_id], []).append(row.id)
        for count, ids in after.items():
            cls.update(day=day, count=count).where(cls.id.in_(ids)).execute()
        return granted

    @classmethod
    def _held(cls, posts: Collection[int]) -> list[Self]:
        query = cls.select().where(cls.post.in_(sorted(posts))).order_by(cls.post)
        return list(query if is_sqlite() else query.for_update()) if posts else []


def _enlist(key: ForeignKeyField, people: ModelSelect, stretch: int) -> int:
    """Adds a row for each of some people, (id to walk by, value of ``key``), who has none; returns how many.

    People are walked from the newest, a stretch at a time, up to the first in which nobody is missing: when nobody is
    new, two short statements. Rows are then written the oldest first: whoever stops in between leaves the newest to
    be found by the next walk.
    """
    number, missing, behind = people.selected_columns[0], [], people
    while rows := list(behind.order_by(number.desc()).limit(stretch).tuples()):
        ids = [row_id for _, row_id in rows]
        known = {row_id for (row_id,) in key.model.select(key).where(key.in_(ids)).tuples()}
        new = [row_id for row_id in ids if row_id not in known]
        if not new:
            break
        missing += new
        behind = people.where(number < rows[-1][0])
    missing.reverse()
    for start in range(0, len(missing), stretch):
        key.model.insert_once([{key.name: row_id} for row_id in missing[start : start + stretch]])
    return len(missing)
