"""Tidying, the first administrator, template messages against the account's, the demo's people, readiness."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.refusals import Conflict, Invalid
from models.account import Account, LoginSession, OneTimeCode
from models.callback import CallbackEvent, CallbackLog, DeliveryReceipt
from models.graduate import Graduate
from models.journal import Journal
from models.message import Message
from models.org import OrgUnit, Responsibility, Staff
from services import health, housekeeping, identity, staff, templates
from services.context import Context
from templates_msg.catalogue import CATALOGUE
from tests.cast import Cast
from tests.fakes import RecordingGateway
from tests.services.tools import acts, codes_of, together
from wechat.answers import RemoteTemplate
from wx_backend.redis_client import connect
from wx_backend.seed import seed_demo

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)


# -- tidying -----------------------------------------------------------------------------------------------

Keeper = Callable[[Context, Cast, datetime], object]

KEPT: list[tuple[str, type, timedelta, Keeper]] = [
    (
        "events",
        CallbackEvent,
        3 * DAY,
        lambda ctx, cast, at: CallbackEvent.create(fingerprint="f", kind="subscribe", created_at=at),
    ),
    (
        "codes",
        OneTimeCode,
        2 * DAY,
        lambda ctx, cast, at: OneTimeCode.create(
            phone_index="i", purpose="reset", minute=1, digest="d", created_at=at, expires_at=at
        ),
    ),
    (
        "sessions",
        LoginSession,
        30 * DAY,
        lambda ctx, cast, at: LoginSession.create(
            token_digest="d", account=cast.graduate.account, door="desktop", expires_at=at
        ),
    ),
    (
        "log",
        CallbackLog,
        180 * DAY,
        lambda ctx, cast, at: CallbackLog.create(fingerprint="f", kind="click", happened_at=at),
    ),
    (
        "receipts",
        DeliveryReceipt,
        180 * DAY,
        lambda ctx, cast, at: DeliveryReceipt.create(
            fingerprint="f", msgid=1, status="success", happened_at=at
        ),
    ),
    (
        "messages",
        Message,
        180 * DAY,
        lambda ctx, cast, at: Message.create(
            key="k", channel="sms", template="code", payload="{}", status="accepted", settled_at=at
        ),
    ),
]


@pytest.mark.parametrize(("table", "kept", "make"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_what_is_past_its_keeping_goes(
    ctx: Context, cast: Cast, table: type, kept: timedelta, make: Keeper
) -> None:
    make(ctx, cast, ctx.clock() - kept)
    assert housekeeping.tidy(ctx) == 0
    assert table.select().count() == 1
    table.delete().execute()
    make(ctx, cast, ctx.clock() - kept - timedelta(microseconds=1))
    assert housekeeping.tidy(ctx) == 1
    assert table.select().count() == 0
    assert housekeeping.tidy(ctx) == 0


def test_a_message_still_owed_is_never_tidied(ctx: Context) -> None:
    long_ago = ctx.clock() - 400 * DAY
    Message.create(
        key="k", channel="sms", template="code", payload="{}", created_at=long_ago, due_at=long_ago
    )
    assert housekeeping.tidy(ctx) == 0


def test_the_register_and_the_journal_stay(ctx: Context, cast: Cast) -> None:
    Journal.create(
        actor="a", role="person", verb="bind", kind="binding", record="r", at=ctx.clock() - 4000 * DAY
    )
    before = (Account.select().count(), Graduate.select().count(), Journal.select().count())
    housekeeping.tidy(ctx)
    assert (Account.select().count(), Graduate.select().count(), Journal.select().count()) == before


def test_receipts_that_nobody_claims_are_closed_after_an_hour(ctx: Context) -> None:
    for number, minutes in enumerate((59, 61)):
        at = ctx.clock() - timedelta(minutes=minutes)
        DeliveryReceipt.create(fingerprint=f"f{number}", msgid=number, status="success", happened_at=at)
    housekeeping.tidy(ctx)
    closed = {row.fingerprint: row.settled_at for row in DeliveryReceipt.select()}
    assert closed == {"f0": None, "f1": ctx.clock()}


def test_two_who_tidy_at_once(ctx: Context) -> None:
    old = ctx.clock() - 10 * DAY
    CallbackEvent.insert_many(
        [{"fingerprint": f"f{number}", "kind": "x", "created_at": old} for number in range(200)]
    ).execute()
    assert codes_of(together(*[lambda: housekeeping.tidy(ctx)] * 3)) == ["ok"] * 3
    assert CallbackEvent.select().count() == 0


# -- the first administrator -------------------------------------------------------------------------------


def test_the_first_administrator(ctx: Context) -> None:
    password = staff.create_first_admin(ctx, "周明远", "13900000901", "教育部")
    account = identity.log_in(ctx, "13900000901", password, "203.0.113.1")
    assert account.must_change_password
    [row] = Staff.select()
    assert (row.level, row.account_id, row.unit.name) == ("ministry", account.id, "教育部")
    assert OrgUnit.root("教育部").path == f"/{row.unit_id}/"
    assert acts() == [("create", "system", "", "")]


def test_the_second_one_joins_the_same_unit_with_another_password(ctx: Context) -> None:
    one = staff.create_first_admin(ctx, "周明远", "13900000901", "教育部")
    other = staff.create_first_admin(ctx, "李明远", "13900000902", "教育部")
    assert one != other
    assert OrgUnit.select().count() == 1


@pytest.mark.parametrize(("name", "phone"), [("周", "13900000901"), ("周明远", "139")])
def test_bad_facts_create_nothing(ctx: Context, name: str, phone: str) -> None:
    with pytest.raises(Invalid):
        staff.create_first_admin(ctx, name, phone, "教育部")
    assert (Account.select().count(), OrgUnit.select().count()) == (0, 0)


def test_a_phone_that_has_an_account(ctx: Context, cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        staff.create_first_admin(ctx, "何路", cast.person.phone, "新的部门")
    assert refused.value.code == "phone_registered"
    assert OrgUnit.root("新的部门") is None


def test_asked_for_twice_at_once_there_is_one(ctx: Context) -> None:
    results = together(*[lambda: staff._create("周明远", "13900000901", "教育部", "")] * 4)
    assert codes_of(results) == ["ok"] + ["phone_registered"] * 3
    assert (Account.select().count(), Staff.select().count()) == (1, 1)


# -- template messages -------------------------------------------------------------------------------------


class ListingGateway(RecordingGateway):
    """Has templates and subscription notices."""

    rows: list[RemoteTemplate]
    wanted_notices: list[RemoteTemplate]

    def templates(self) -> list[RemoteTemplate]:
        self._call()
        return self.rows

    def notices(self) -> list[RemoteTemplate]:
        self._call()
        return self.wanted_notices


def listed(ids: dict[str, str]) -> list[RemoteTemplate]:
    return [
        RemoteTemplate(template_id, CATALOGUE[name].title, "", tuple(CATALOGUE[name].slots()))
        for name, template_id in ids.items()
    ]


def remote(ctx: Context) -> list[RemoteTemplate]:
    return listed(templates.template_ids(ctx.settings.template_ids))


def problems(
    ctx: Context, rows: list[RemoteTemplate], notices: list[RemoteTemplate] | None = None
) -> list[str]:
    gateway = ListingGateway()
    gateway.rows = rows
    own = listed(templates.notice_ids(ctx.settings.template_ids))
    gateway.wanted_notices = own if notices is None else notices
    return templates.problems(dataclasses.replace(ctx, gateway=gateway))


def test_an_account_that_has_every_template(ctx: Context) -> None:
    assert problems(ctx, remote(ctx)) == []


def test_what_the_account_lacks_and_what_differs(ctx: Context) -> None:
    rows = remote(ctx)
    rows[0] = dataclasses.replace(rows[0], fields=("thing1", "time2", "thing9"))
    found = problems(ctx, rows[:-1])
    assert len(found) == 2
    assert found[0].startswith("account_bound: we fill ['thing1', 'time2'], the account's template asks for")
    assert list(CATALOGUE)[-1] in found[1]
    assert "the account has no template" in found[1]


def test_subscription_notices_are_compared_as_well(ctx: Context) -> None:
    own = listed(templates.notice_ids(ctx.settings.template_ids))
    own[0] = dataclasses.replace(own[0], fields=("thing1",))
    found = problems(ctx, remote(ctx), own[:-1])
    assert len(found) == 2
    assert "the account's subscription notice asks for ['thing1']" in found[0]
    assert "the account has no subscription notice" in found[1]


def test_an_id_of_no_message_is_told(ctx: Context, tmp_path: Path) -> None:
    text = ctx.settings.template_ids.read_text("utf-8").replace("[notices]", 'old_one = "x"\n[notices]')
    (tmp_path / "ids.toml").write_text(text, "utf-8")
    settings = ctx.settings.model_copy(update={"template_ids": tmp_path / "ids.toml"})
    [line] = problems(dataclasses.replace(ctx, settings=settings), remote(ctx))
    assert line.startswith("old_one: no message of ours")


def test_ids_that_are_not_written_down(ctx: Context, tmp_path: Path) -> None:
    (tmp_path / "ids.toml").write_text("[ids]\n", "utf-8")
    settings = ctx.settings.model_copy(update={"template_ids": tmp_path / "ids.toml"})
    found = problems(dataclasses.replace(ctx, settings=settings), remote(ctx))
    assert len(found) == len(CATALOGUE)
    assert all("no id in" in line for line in found)


# -- the demo's people -------------------------------------------------------------------------------------


def counts() -> list[int]:
    return [table.select().count() for table in (OrgUnit, Account, Staff, Responsibility, Graduate)]


def test_the_demo_is_put_in_once(ctx: Context) -> None:
    first = seed_demo(ctx)
    before = counts()
    codes = {row.code for row in Account.select()}
    assert seed_demo(ctx) == first
    assert counts() == before
    assert {row.code for row in Account.select()} == codes
    assert min(before) > 0


def test_the_demos_cast_can_log_in(ctx: Context) -> None:
    cast = seed_demo(ctx)
    assert "13900000101" in cast
    assert identity.log_in(ctx, "13900000101", "jiuye2027", "203.0.113.1").name == "李晓雨"
    with pytest.raises(Invalid):
        identity.log_in(ctx, "13900000102", "jiuye2027", "203.0.113.1")  # registers on the phone


def test_the_demo_never_touches_an_installation_that_has_people(ctx: Context, cast: Cast) -> None:
    before = counts()
    seed_demo(ctx)
    assert counts() == before


# -- readiness ---------------------------------------------------------------------------------------------


def test_all_is_well(ctx: Context) -> None:
    found = health.look(ctx)
    assert (found.database, found.migrated, found.redis, found.is_ready) == (True, True, True, True)


def test_without_redis_the_product_is_ready_all_the_same(ctx: Context, tmp_path: Path) -> None:
    found = health.look(dataclasses.replace(ctx, redis=connect(f"unix://{tmp_path}/nobody")))
    assert (found.redis, found.is_ready) == (False, True)
