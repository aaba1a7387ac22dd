"""One verb, one transaction: all or nothing, races run again, equal behaviour on both databases."""

from datetime import UTC, datetime

import pytest
from peewee import IntegrityError, OperationalError

from domain.refusals import Conflict, Stale
from models import db
from models.account import Account
from models.message import Message
from models.org import OrgUnit
from models.wechat_user import Follower
from services.context import Context
from tests.cast import Cast
from tests.services.tools import together


def unit(name: str) -> OrgUnit:
    return OrgUnit.add("ministry", name, None)


def names() -> set[str]:
    return {row.name for row in OrgUnit.select()}


def test_an_exception_undoes_everything(ctx: Context) -> None:
    @db.transaction
    def verb() -> None:
        unit("部")
        raise Conflict("stale")

    with pytest.raises(Conflict):
        verb()
    assert names() == set()
    assert not db.in_transaction()


def test_a_verb_inside_a_verb_joins(ctx: Context) -> None:
    inner = db.transaction(lambda: unit("里"))

    @db.transaction
    def outer() -> None:
        unit("外")
        inner()
        assert db.in_transaction()
        raise Conflict("stale")

    with pytest.raises(Conflict):
        outer()
    assert names() == set()


@pytest.mark.parametrize(
    "lost",
    [
        OperationalError(1020, "Record has changed since last read"),
        OperationalError(1047, "WSREP has not yet prepared node"),
        OperationalError(1205, "Lock wait timeout exceeded"),
        OperationalError(1213, "Deadlock found"),
        OperationalError(1305, "SAVEPOINT s1 does not exist"),
        IntegrityError(1062, "Duplicate entry"),
        IntegrityError("UNIQUE constraint failed: binding.openid"),
        Stale(),
    ],
    ids=str,
)
def test_a_lost_race_is_run_again_from_its_start(ctx: Context, lost: Exception) -> None:
    tries: list[int] = []

    @db.transaction
    def verb() -> str:
        tries.append(1)
        unit(f"{len(tries)}")
        if len(tries) < 3:
            raise lost
        return "won"

    assert verb() == "won"
    assert names() == {"3"}


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("no such table"),
        OperationalError(1054, "Unknown column"),
        IntegrityError(1452, "foreign key"),
    ],
    ids=str,
)
def test_other_faults_are_not_repeated(ctx: Context, fault: Exception) -> None:
    tries: list[int] = []

    @db.transaction
    def verb() -> None:
        tries.append(1)
        raise fault

    with pytest.raises(type(fault)):
        verb()
    assert len(tries) == 1


def test_a_race_lost_four_times_is_given_up(ctx: Context) -> None:
    tries: list[int] = []

    @db.transaction
    def verb() -> None:
        tries.append(1)
        raise Stale()

    with pytest.raises(Stale):
        verb()
    assert len(tries) == 4


def test_inside_another_verb_the_outermost_runs_again(ctx: Context) -> None:
    tries: list[str] = []

    @db.transaction
    def inner() -> None:
        tries.append("inner")
        if tries.count("inner") == 1:
            raise OperationalError(1213, "Deadlock found")

    @db.transaction
    def outer() -> None:
        tries.append("outer")
        inner()

    outer()
    assert tries == ["outer", "inner", "outer", "inner"]


def test_eight_hands_add_the_same_row_once(ctx: Context) -> None:
    @db.transaction
    def verb() -> tuple[int, bool]:
        row, is_new = Follower.add_or_get({"app_id": "wx", "openid": "o1"}, {})
        Follower.change("wx", "o1", came_by="x")
        return row.id, is_new

    results = together(*[verb] * 8)
    assert len({row_id for row_id, _ in results}) == 1
    assert [is_new for _, is_new in results].count(True) == 1
    assert Follower.select().count() == 1


def test_eight_hands_add_rows_in_crossing_orders(ctx: Context) -> None:
    """Locks taken crosswise deadlock on a server; every hand still gets through."""

    def adder(numbers: range) -> object:
        @db.transaction
        def verb() -> None:
            for number in numbers:
                Follower.add_or_get({"app_id": "wx", "openid": f"o{number}"}, {})

        return verb

    up, down = range(6), range(5, -1, -1)
    together(*[adder(up if turn % 2 else down) for turn in range(8)])
    assert Follower.select().count() == 6


def test_another_unique_key_that_is_taken_is_not_mistaken_for_the_row(ctx: Context, cast: Cast) -> None:
    taken = cast.graduate.account
    with pytest.raises(IntegrityError):
        Account.add_or_get(
            {"directory": "builtin", "subject": "new"}, {"name": "新", "phone_index": taken.phone_index}
        )


def test_inserting_once_passes_over_what_is_there(ctx: Context) -> None:
    for _ in range(2):
        Message.insert_once([{"key": "k", "channel": "sms", "template": "code", "payload": "{}"}])
    assert Message.select().count() == 1


def test_a_connection_is_given_back(ctx: Context) -> None:
    """More hands one after the other than the pool has connections."""
    for _ in range(60):
        together(lambda: OrgUnit.select().count())


# -- what the two databases must agree on ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("张𠮷", "张𡃁"), ("张𠮷", "张😀"), ("ABC", "abc"), ("é", "e"), ("王", "王 "), ("张三", "张叁")],
)
def test_different_texts_are_different(ctx: Context, one: str, other: str) -> None:
    unit(one)
    unit(other)
    assert [row.name for row in OrgUnit.select().where(OrgUnit.name == one)] == [one]
    assert names() == {one, other}


def test_a_moment_keeps_its_microseconds_and_its_zone(ctx: Context) -> None:
    moment = datetime(2026, 11, 20, 7, 0, 0, 123456, tzinfo=UTC)
    Follower.create(app_id="wx", openid="o1", followed_at=moment)
    stored = Follower.of("wx", "o1").followed_at
    assert stored == moment
    assert stored.tzinfo is UTC


def test_a_moment_without_zone_is_refused(ctx: Context) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Follower.create(app_id="wx", openid="o1", followed_at=datetime(2026, 11, 20))  # noqa: DTZ001 -- the case


def test_personal_data_lies_sealed_in_the_database(ctx: Context, cast: Cast) -> None:
    row = db.database.execute_sql(
        f"SELECT phone, phone_index FROM account WHERE id = {cast.graduate.account.id}"
    )
    sealed, index = row.fetchone()
    assert cast.graduate.phone.encode() not in bytes(sealed)
    assert cast.graduate.phone not in index
    assert Account.get_by_id(cast.graduate.account.id).phone == cast.graduate.phone
