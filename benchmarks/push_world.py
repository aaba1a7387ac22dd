"""The posts and graduates of `match_world`, as rows of the database."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.match_world import DAY, YEAR, Names, graduates, posts
from domain.disciplines import discipline
from matching import codes
from matching.columns import FIRST_YEAR, FULL, INTERN, NEVER, PAY_UNIT, Columns
from matching.query import Query, Strictness
from models import db
from models.account import Account
from models.base import Base
from models.bulk import insert_rows
from models.db import Keys
from models.employer import Employer
from models.graduate import Graduate, Intention
from models.org import OrgUnit
from models.post import Post, PostChange
from models.wechat_user import Binding
from models.wishes import Dislike
from services.context import Context

BATCH = 10_000
PER_EMPLOYER = 12  # posts
_BASE = 36  # in which the index counts majors
_RECORD = ("code", "version", "created_at", "updated_at")
_EDUCATION = {1: "41", 2: "31", 3: "11", 4: "01"}  # of each rank
_WORK = {FULL: "full", INTERN: "intern", FULL | INTERN: ""}
_MATCH = {Strictness.EXACT: "exact", Strictness.CLASS: "class", Strictness.ANY: "open"}
_EMPLOYER = (
    *("name", "name_key", "nature", "industry", "scale", "region", "address", "website", "intro"),
    *("contact_name", "status", "reason", "licence", "licence_type"),
)
_POST = (
    *("id", "employer_id", "unit_id", "source", "origin", "status", "reason", "title", "description"),
    *("position", "industry", "nature", "work_type", "level_low", "level_high", "majors", "majors_text"),
    *("places", "address", "pay_low", "pay_high", "year_low", "year_high", "headcount", "contact_name"),
    *("closes_on", "published_at", "is_shareable", "same_key"),
)
_GRADUATE = (
    *("id", "year", "school_id", "college_id", "class_name", "name", "student_number", "identity_number"),
    *("identity_index", "education", "education_code", "education_kind", "teacher_kind", "gender"),
    *("candidate_number", "training", "major_code", "major_name", "school_years", "ethnicity", "politics"),
    *("division", "origin", "commissioned_by", "conclusion", "hardship", "special_group", "status"),
    *("import_digest", "account_id"),
)
_INTENTION = (
    *("graduate_id", "direction", "work_type", "places", "industries", "kinds", "natures", "major_match"),
    *("pay_floor", "remark"),
)


def insert(model: type[Base], columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    """Inserts rows; columns that are not named and may not be empty get what the model gives them."""
    rest = {
        field.column_name: field.db_value(field.default() if callable(field.default) else field.default)
        for field in model._meta.sorted_fields
        if not field.null and field.default is not None and field.column_name not in columns
    }
    values = tuple(rest.values())
    insert_rows(model, (*columns, *rest), [(*row, *values) for row in rows])


class World:
    """A country that hires: its posts and its graduates, each of whom has a WeChat and a 求职意愿."""

    def __init__(self, ctx: Context, many_posts: int, many_graduates: int) -> None:
        self._ctx, self._dice = ctx, np.random.default_rng(2027)
        self._names = Names.drawn(self._dice)
        self._posts, self._employers = 0, many_posts // PER_EMPLOYER + 1
        with db.connected():
            ministry = OrgUnit.add("ministry", "教育部", None)
            province = OrgUnit.add("province", "安徽省", ministry)
            self._school = OrgUnit.add("school", "江淮大学", province)
            self._college = OrgUnit.add("college", "计算机学院", self._school)
            self._insert_employers()
            self.publish(many_posts, ctx.clock())
            self._insert_graduates(many_graduates, many_posts)

    def publish(self, many: int, now: datetime) -> None:
        """So many more posts, none of them older than so many as there are has them; ``now`` is their DAY."""
        columns = posts(self._dice, self._names, many, self._posts + 1)
        self._posts += many
        rows = list(self._post_rows(columns, now))
        at = _text(now)
        for start in range(0, many, BATCH):
            some = rows[start : start + BATCH]
            with db.database.atomic():
                insert(Post, (*_RECORD, *_POST), some)
                insert(PostChange, ("post_id", "verb", "at"), [(row[4], "publish", at) for row in some])

    def _insert_employers(self) -> None:
        at = _text(self._ctx.clock())
        blank = ("39", "34", "s3", "340104", "", "", "", "", "approved", "", "", "")
        rows = [
            (f"e{n:021}", 0, at, at, f"第{n}有限公司", f"第{n}有限公司", *blank)
            for n in range(1, self._employers + 1)
        ]
        with db.database.atomic():
            insert(Employer, (*_RECORD, *_EMPLOYER), rows)

    def _post_rows(self, of: Columns, now: datetime) -> Iterator[tuple[object, ...]]:
        at = _text(now)
        for n in range(len(of)):
            level, expires = int(of.level_low[n]), int(of.expires[n])
            majors = [_major(entry, level) for entry in of.majors[of.major_start[n] : of.major_start[n + 1]]]
            places = [_place(int(place)) for place in of.places[of.place_start[n] : of.place_start[n + 1]]]
            age = timedelta(days=DAY - int(of.published[n]))
            yield (
                *(f"p{of.id[n]:021}", 0, at, at, int(of.id[n]), 1 + int(of.employer[n]) % self._employers),
                *(self._school.id, "employer", "", "published", "", f"第{of.id[n]}岗", ""),
                *(f"{of.kind[n]:02d}", f"{of.industry[n]:02d}", f"{of.nature[n]:02d}"),
                *(_WORK[int(of.work_types[n])] or "full", level, int(of.level_high[n])),
                *(_json([code for code in majors if code]), "", _json(places), ""),
                *(int(of.pay_low[n]) * PAY_UNIT, int(of.pay_high[n]) * PAY_UNIT),
                *(_year(int(of.year_from[n])), _year(int(of.year_to[n])), int(of.headcount[n]), ""),
                None if expires == NEVER else str((now + timedelta(days=expires - DAY)).date()),
                *(_text(now - age), 1, ""),
            )

    def _insert_graduates(self, many: int, many_posts: int) -> None:
        wishes = graduates(self._dice, self._names, many)
        sealed = Keys.ring.seal("110101200501011239", "graduate.identity_number")
        for start in range(0, many, BATCH):
            ids = range(start + 1, min(many, start + BATCH) + 1)
            with db.database.atomic():
                self._insert_accounts(ids)
                rows = [self._graduate_row(n, wishes[n - 1], sealed) for n in ids]
                insert(Graduate, (*_RECORD, *_GRADUATE), rows)
                rows = [self._intention_row(n, wishes[n - 1]) for n in ids]
                insert(Intention, (*_RECORD, *_INTENTION), rows)
                self._insert_dislikes([n for n in ids if n % 5 == 0], many_posts)

    def _insert_accounts(self, ids: Sequence[int]) -> None:
        at, app = _text(self._ctx.clock()), self._ctx.settings.wechat_app_id
        names = ("directory", "subject", "name", "password_hash", "must_change_password", "totp_last_step")
        accounts = [(n, f"a{n:021}", 0, at, at, "builtin", f"p{n}", "李晓雨", "", 0, 0) for n in ids]
        insert(Account, ("id", *_RECORD, *names), accounts)
        bindings = [(f"b{n:021}", 0, at, at, app, n, f"o{n:027}", "bound") for n in ids]
        insert(Binding, (*_RECORD, "app_id", "account_id", "openid", "status"), bindings)

    def _graduate_row(self, n: int, wish: Query, sealed: bytes) -> tuple[object, ...]:
        at, education = _text(self._ctx.clock()), _EDUCATION[wish.level]
        return (
            *(f"g{n:021}", 0, at, at, n, YEAR, self._school.id, self._college.id, "1班", "李晓雨"),
            *(f"2023{n:08d}", sealed, f"i{n:021}", education[0], education, "1", "2", "1", f"C{n:09d}", "1"),
            *(wish.major, "专业", "4", "01", "03", "340000", "340104", "", "1", "1" if n % 8 == 0 else "0"),
            *("", "confirmed", "0" * 32, n),
        )

    def _intention_row(self, n: int, wish: Query) -> tuple[object, ...]:
        at, wanted = _text(self._ctx.clock()), wish.wanted
        lists = [_json(list(each)) for each in (wish.places, wanted.industries, wanted.kinds, wanted.natures)]
        match = _MATCH[wish.strictness]
        return (
            *(f"w{n:021}", 0, at, at, n, "employ", _WORK[wish.work_types]),
            *(*lists, match, wish.pay_floor, ""),
        )

    def _insert_dislikes(self, ids: Sequence[int], many_posts: int) -> None:
        """Three posts each, put away for the employer's sake."""
        at = _text(self._ctx.clock())
        drawn = self._dice.integers(1, many_posts, (len(ids), 3)).tolist()
        rows = [
            (n, post, 1 + post % self._employers, "employer", at)
            for n, some in zip(ids, drawn, strict=True)
            for post in set(some)
        ]
        insert(Dislike, ("graduate_id", "post_id", "employer_id", "reason", "created_at"), rows)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _json(values: list[str]) -> str | None:
    return json.dumps(values) if values else None


def _year(offset: int) -> int:
    return 0 if offset in (0, 255) else FIRST_YEAR + offset


def _place(number: int) -> str:
    return f"{number:04d}00"


def _major(entry: Sequence[int], level: int) -> str:
    """A post's major, class or category as its code; nothing for one that is open."""
    for number, digits in zip(entry, (6, 4, 2), strict=True):
        if number == codes.OPEN:
            return ""
        if number != codes.NO_MAJOR:
            code = np.base_repr(int(number), _BASE).zfill(digits)
            return discipline(code) if level > 2 else code
    return ""
