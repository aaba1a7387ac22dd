"""Rotating the key of personal data: nothing stops, nothing is lost, and it may be broken off at any point."""

import dataclasses
from collections.abc import Iterator

import pytest

from domain.keyring import Keyring, Unreadable
from domain.refusals import Conflict
from models import db
from models.account import Account
from models.db import Keys
from models.graduate import Graduate
from models.message import Message
from models.sealing import reseal, sealed_columns
from providers.oidc import Identity
from services import graduates, identity, keys, outbox, staff
from services.context import Context
from tests.cast import PASSWORD, Cast
from tests.conftest import SECRET
from tests.services.tools import Meet, codes_of, together

NEXT = "the next secret of the tests, long enough for anybody"
HERE = "203.0.113.1"


@pytest.fixture
def turned(ctx: Context, cast: Cast) -> Iterator[Context]:
    """The installation after a new secret was set and everything was started anew; nothing is sealed anew yet."""
    outbox.owe_sms(ctx, "code", {"code": "123456", "minutes": "5"}, phone=cast.graduate.phone, key="k1")
    before = Keys.ring
    Keys.ring = Keyring(NEXT, [SECRET])
    yield dataclasses.replace(ctx, keyring=Keys.ring)
    Keys.ring = before


def sealed_under(ring: Keyring) -> tuple[int, int]:
    """How many sealed values there are under the ring's present key, and how many under others."""
    ours = others = 0
    for model, field in sealed_columns():
        rows = db.database.execute_sql(
            f"SELECT {field.column_name} FROM `{model._meta.table_name}`"
        ).fetchall()
        values = [bytes(value) for (value,) in rows if value is not None]
        current = sum(ring.is_current(value) for value in values)
        ours, others = ours + current, others + len(values) - current
    return ours, others


def rotate() -> tuple[int, dict[str, int]]:
    told: dict[str, int] = {}
    return keys.rotate(told.__setitem__), told


def test_every_sealed_column_is_known() -> None:
    purposes = [field.purpose for _model, field in sealed_columns()]
    assert purposes == [
        "account.phone",
        "account.totp_secret",
        "account_request.phone",
        "agreement.signer_name",
        "agreement.signer_phone",
        "agreement.terms",
        "agreement_event.body",
        "agreement_file.share",
        "employer.contact_email",
        "employer.contact_phone",
        "graduate.edits",
        "graduate.identity_number",
        "graduate.phone",
        "help_question.text",
        "invitation.phone",
        "job_trouble.value",
        "message.instead",
        "message.payload",
        "message.phone",
        "partner.email",
        "partner.former_secret",
        "partner.mobile",
        "partner.secret",
        "post.contact_email",
        "post.contact_phone",
        "recruiter.phone",
        "release.facts",
        "release.signer_name",
        "release.signer_phone",
        "release.text",
        "resume.basics",
        "resume.contacts",
        "resume_entry.content",
    ]


def test_everything_is_sealed_anew_and_read_as_before(turned: Context, cast: Cast) -> None:
    assert sealed_under(Keys.ring)[0] == 0
    total, told = rotate()
    ours, others = sealed_under(Keys.ring)
    assert (ours, others) == (total, 0)
    # phones of accounts, identity numbers, one text message, phones of a unit and its recruiter
    assert total == 11 + 3 + 2 + 2
    assert told["account.phone"] == 11
    Keys.ring = Keyring(NEXT)  # the former secret may go
    assert Account.by_phone(cast.graduate.phone).id == cast.graduate.account.id
    assert Account.get_by_id(cast.graduate.account.id).phone == cast.graduate.phone
    assert Graduate.get_by_id(cast.graduate.graduate.id).identity_number == cast.graduate.identity_number
    assert Message.get().phone == cast.graduate.phone


def test_a_second_run_finds_nothing_left(turned: Context) -> None:
    rotate()
    total, told = rotate()
    assert total == 0
    assert set(told.values()) == {0}


def test_without_rotating_the_former_secret_is_still_needed(turned: Context, cast: Cast) -> None:
    Keys.ring = Keyring(NEXT)
    with pytest.raises(Unreadable):
        Account.get_by_id(cast.graduate.account.id)


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.mark.parametrize("after", ["account.phone", "graduate.identity_number", "message.payload"])
def test_broken_off_and_continued(turned: Context, cast: Cast, after: str) -> None:
    def stop(column: str, _renewed: int) -> None:
        if column == after:
            raise Stopped

    with pytest.raises(Stopped):
        keys.rotate(stop)
    ours, others = sealed_under(Keys.ring)
    assert ours > 0
    assert Account.by_phone(cast.graduate.phone).phone == cast.graduate.phone
    total, _told = rotate()
    assert total == others
    assert sealed_under(Keys.ring)[1] == 0


def test_batches_reach_every_row(turned: Context) -> None:
    column = next(column for column in sealed_columns() if column[1].purpose == "account.phone")
    seen, renewed, after = 0, 0, 0
    while True:
        next_id, count = reseal(column, after, 3)
        seen, renewed = seen + 1, renewed + count
        if next_id is None:
            break
        assert next_id > after
        after = next_id
    assert (seen, renewed) == (4, 11)


def test_half_way_everybody_is_found_under_either_key(turned: Context, cast: Cast) -> None:
    column = next(column for column in sealed_columns() if column[1].purpose == "account.phone")
    reseal(column, 0, 5)
    everybody = [vars(cast)[key] for key in vars(cast) if key not in ("units", "unit", "stranger")]
    assert [Account.by_phone(person.phone).id for person in everybody] == [
        person.account.id for person in everybody
    ]
    assert identity.log_in(turned, cast.employer.phone, PASSWORD, HERE).id == cast.employer.account.id


def test_meanwhile_a_graduate_is_found_on_the_roster(turned: Context, cast: Cast, meet: Meet) -> None:
    person = cast.fresh_graduate
    row = graduates.identify(turned, meet(person), person.name, person.student_number, person.identity_number)
    assert row.id == person.graduate.id


def test_meanwhile_nobody_gets_a_second_account(turned: Context, cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        staff.create_first_admin(turned, "何路", cast.person.phone, "教育部")
    assert refused.value.code == "phone_registered"
    with pytest.raises(Conflict):
        identity._create("何路", cast.person.phone, "")
    assert Account.select().where(Account.name == "何路").count() == 1


def test_meanwhile_a_provider_moves_a_phone_to_its_new_holder(ctx: Context, turned: Context) -> None:
    issuer, phone = "https://id.example.edu.cn", "13900000998"
    Keys.ring = Keyring(SECRET)
    former = identity.admit(Identity(issuer, "sub-1", "李晓雨", phone))
    Keys.ring = Keyring(NEXT, [SECRET])
    present = identity.admit(Identity(issuer, "sub-2", "陈浩然", phone))
    rotate()
    assert Account.by_phone(phone, issuer).id == present.id
    assert Account.get_by_id(former.id).phone is None


class Interrupted(Keyring):
    """Somebody changes her phone just after the rotation has read the old one."""

    account: Account

    def open(self, sealed: bytes, purpose: str) -> str:
        text = super().open(sealed, purpose)
        if text == self.account.phone:
            fresh = {"phone": "13900000997", "phone_index": self.blind("13900000997", "phone")}
            Account.update(**fresh).where(Account.id == self.account.id).execute()
        return text


def test_a_value_changed_between_reading_and_writing_is_left_alone(turned: Context, cast: Cast) -> None:
    Keys.ring = Interrupted(NEXT, [SECRET])
    Keys.ring.account = cast.graduate.account
    column = next(column for column in sealed_columns() if column[1].purpose == "account.phone")
    _next, renewed = reseal(column, 0, 100)
    assert renewed == 10
    assert Account.by_phone("13900000997").id == cast.graduate.account.id
    assert Account.by_phone(cast.graduate.phone) is None


def test_a_value_changed_meanwhile_is_not_turned_back(turned: Context, cast: Cast) -> None:
    """Two rotations and a person who changes her phone, all at once."""
    account = cast.graduate.account

    def change() -> None:
        account.change(phone="13900000997", phone_index=Keys.ring.blind("13900000997", "phone"))

    results = together(lambda: rotate()[0], change, lambda: rotate()[0])
    assert codes_of(results) == ["ok"] * 3
    stored = Account.get_by_id(account.id)
    assert stored.phone == "13900000997"
    assert Account.by_phone("13900000997").id == account.id
    assert sealed_under(Keys.ring)[1] == 0
