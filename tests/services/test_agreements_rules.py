"""Before agreements are signed: the province's rules, a school's check-list, and its opening."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.graduate import Graduate
from models.journal import Journal
from models.org import OrgUnit
from models.signing_rules import SchoolSigning, SigningRules
from services.agreements import rules
from services.context import Context
from services.jobs.steps import vault
from services.seals import Seals
from services.seats import Seat
from tests.agreements import open_school
from tests.cast import Cast
from tests.papers import pdf, photo
from tests.services.tools import codes_of, fields_of, refusal_of, together

Sit = Callable[[str], Seat]


@pytest.fixture
def sealed(ctx: Context) -> Context:
    """An installation that has a seal."""
    return replace(ctx, seals=Seals(roots=(b"a root",)))


def set_rules(ctx: Context, seat: Seat, mode: str = "two", days: int = 7) -> SigningRules:
    return rules.set_rules(ctx, seat, mode, days, "school", True)


def numbered(cast: Cast) -> OrgUnit:
    """The school has its 院校标识码."""
    school = cast.units["school"]
    OrgUnit.update(number="4134010359").where(OrgUnit.id == school.id).execute()
    return school


def stamped(ctx: Context, seat: Seat) -> SchoolSigning:
    return rules.set_stamp(ctx, seat, iter([photo((300, 300), "PNG")]), "周涛")


def test_a_province_sets_its_rules_once_or_changes_them(ctx: Context, sit: Sit) -> None:
    seat = sit("province")
    first = set_rules(ctx, seat)
    assert set_rules(ctx, seat).version == first.version == 0
    changed = set_rules(ctx, seat, "three", 15)
    assert (changed.id, changed.mode, changed.offer_days) == (first.id, "three", 15)
    assert [row.verb for row in Journal.select()] == ["set_signing_rules"] * 2


@pytest.mark.parametrize("who", ["ministry", "school", "college", "counselor"])
def test_rules_are_the_provinces_alone(ctx: Context, sit: Sit, who: str) -> None:
    assert refusal_of(lambda: set_rules(ctx, sit(who))).status == 403


@pytest.mark.parametrize(
    ("mode", "days", "by", "field"),
    [
        ("four", 7, "school", "mode"),
        ("two", 2, "school", "offer_days"),
        ("two", 16, "school", "offer_days"),
        ("two", 7, "moon", "effective_by"),
    ],
)
def test_rules_have_their_limits(ctx: Context, sit: Sit, mode: str, days: int, by: str, field: str) -> None:
    seat = sit("province")
    assert fields_of(lambda: rules.set_rules(ctx, seat, mode, days, by, True)) == {field}
    assert SigningRules.select().count() == 0


def test_without_rules_nothing_opens(ctx: Context, cast: Cast, sit: Sit) -> None:
    school = cast.units["school"]
    assert refusal_of(lambda: rules.rules_of(school.id)).code == "signing_not_set"
    refusal = refusal_of(lambda: rules.open_school(ctx, sit("school")))
    assert (refusal.code, set(refusal.fields)) == (
        "signing_not_ready",
        {"rules", "number", "backlog", "seal"},
    )
    assert refusal_of(lambda: rules.need_open(school.id)).code == "signing_not_open"


@pytest.mark.parametrize("mode", ["two", "three"])
def test_a_school_opens_once_everything_is_ready(sealed: Context, cast: Cast, sit: Sit, mode: str) -> None:
    school, seat = numbered(cast), sit("school")
    set_rules(sealed, sit("province"), mode)
    names = [step.name for step in rules.readiness(sealed, school)]
    assert names == ["rules", "number", "roster", "backlog", *(["stamp"] if mode == "three" else []), "seal"]
    assert [rules.declare_backlog(sealed, seat).version for _ in range(2)] == [1, 1]
    if mode == "three":
        assert set(refusal_of(lambda: rules.open_school(sealed, seat)).fields) == {"stamp"}
        stamped(sealed, seat)
    done = together(*[lambda: rules.open_school(sealed, seat)] * 3)
    assert codes_of(done) == ["ok"] * 3
    assert rules.is_open(school.id)
    assert [row.verb for row in Journal.select() if row.verb == "open_signing"] == ["open_signing"]


def test_a_school_needs_the_roster_of_this_year(sealed: Context, cast: Cast, sit: Sit) -> None:
    numbered(cast)
    set_rules(sealed, sit("province"))
    rules.declare_backlog(sealed, sit("school"))
    Graduate.update(year=2026).execute()
    assert set(refusal_of(lambda: rules.open_school(sealed, sit("school"))).fields) == {"roster"}


def test_a_school_needs_the_number_that_agreements_are_numbered_by(
    sealed: Context, cast: Cast, sit: Sit
) -> None:
    set_rules(sealed, sit("province"))
    rules.declare_backlog(sealed, sit("school"))
    refusal = refusal_of(lambda: rules.open_school(sealed, sit("school")))
    assert set(refusal.fields) == {"number"}
    assert "院校标识码" in refusal.fields["number"]
    numbered(cast)
    assert rules.open_school(sealed, sit("school")).opened_at is not None


def test_the_mode_stays_once_a_school_is_open(ctx: Context, cast: Cast, sit: Sit) -> None:
    open_school(ctx, cast)
    seat = sit("province")
    assert refusal_of(lambda: set_rules(ctx, seat, "three")).code == "signing_mode_locked"
    assert set_rules(ctx, seat, "two", 10).offer_days == 10


@pytest.mark.parametrize("who", ["province", "college", "counselor"])
def test_opening_is_the_schools_alone(ctx: Context, sit: Sit, who: str) -> None:
    seat = sit(who)
    for verb in (rules.open_school, rules.declare_backlog, stamped):
        assert refusal_of(lambda verb=verb: verb(ctx, seat)).status == 403
    assert SchoolSigning.select().count() == 0


def test_a_stamp_takes_the_place_of_the_former_one(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    first = stamped(ctx, seat).stamp
    second = stamped(ctx, seat)
    assert second.stamp_signer == "周涛"
    assert rules.stamp(ctx, cast.units["school"].id).startswith(b"\xff\xd8")
    assert (first in vault(ctx).names(), second.stamp in vault(ctx).names()) == (False, True)
    assert vault(ctx).unclaimed(rules.STAMP, ctx.clock().timestamp() + 10**6) == []


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (pdf(), "周涛", "stamp_kind"),
        (b"", "周涛", "file_needed"),
        (b"GIF89a", "周涛", "stamp_kind"),
        (photo((300, 300))[:200], "周涛", "licence_unsafe"),
        (photo((300, 300)), "周", "bad_name"),
        (photo((300, 300)), "周\U000f0001", "form"),
    ],
)
def test_a_stamp_is_a_picture_and_has_a_name(
    ctx: Context, sit: Sit, data: bytes, name: str, code: str
) -> None:
    seat = sit("school")
    assert refusal_of(lambda: rules.set_stamp(ctx, seat, iter([data]), name)).code == code
    assert SchoolSigning.select().count() == 0
