"""绑定微信: one account, one openid; repeats, races, moves and what the old phone is told."""

from collections.abc import Callable

import pytest

from domain.refusals import Conflict, Invalid, Refusal
from models.account import LoginSession
from models.db import transaction
from models.wechat_user import Binding
from providers.oidc import Identity
from services import binding, callbacks, identity, sessions
from services.context import Context
from tests.cast import PASSWORD, Cast
from tests.fakes import FixedClock, RecordingGateway, SmsInbox
from tests.pumps import pump
from tests.services.tools import acts, codes_of, owed, together

NEW = "oNewPhone0000000000000000001"
HERE = "203.0.113.1"


def refusal_of(verb: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        verb()
    return refused.value


def openid_of(ctx: Context, cast_key: object) -> str | None:
    return Binding.openid_of(ctx.settings.wechat_app_id, cast_key.account.id)


def move_code(ctx: Context, cast: Cast, inbox: SmsInbox) -> str:
    assert binding.ask_move(ctx, cast.graduate.account, HERE) == 60
    pump(ctx)
    return inbox.code_for(cast.graduate.phone)


# -- binding -----------------------------------------------------------------------------------------------


def test_a_free_account_takes_a_free_wechat(ctx: Context, cast: Cast) -> None:
    row = binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    assert (row.status, row.openid, row.bound_at) == ("bound", cast.graduate.openid, ctx.clock())
    assert openid_of(ctx, cast.graduate) == cast.graduate.openid
    assert acts() == [("bind", "person", "unbound", "bound")]


def test_the_phone_is_told_and_led_to_its_account(
    ctx: Context, cast: Cast, gateway: RecordingGateway
) -> None:
    row = binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    [message] = owed()
    assert (message.key, message.template, message.openid) == (
        f"bound:{row.code}:1",
        "account_bound",
        cast.graduate.openid,
    )
    pump(ctx)
    [sent] = gateway.sent
    assert sent.data == {"thing1": "李晓雨", "time2": "2026年11月20日 15:00"}
    assert sent.link == "http://wx.test/h5/account"


def test_doing_it_again_changes_nothing(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    first = binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    clock.advance(hours=1)
    again = binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    assert (again.code, again.version, again.bound_at) == (first.code, first.version, first.bound_at)
    assert (len(owed()), len(acts())) == (1, 1)


def test_an_account_with_another_phone_is_sent_to_move(ctx: Context, cast: Cast) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    refusal = refusal_of(lambda: binding.bind(ctx, cast.graduate.account, NEW))
    assert (type(refusal), refusal.code) == (Conflict, "bound_elsewhere")
    assert openid_of(ctx, cast.graduate) == cast.graduate.openid


def test_a_wechat_of_another_account_is_taken(ctx: Context, cast: Cast) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    refusal = refusal_of(lambda: binding.bind(ctx, cast.person.account, cast.graduate.openid))
    assert (type(refusal), refusal.code) == (Conflict, "openid_taken")
    assert openid_of(ctx, cast.person) is None
    assert (len(owed()), len(acts())) == (1, 1)


def test_after_unbinding_both_are_free_again(ctx: Context, cast: Cast) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    binding.unbind(ctx, cast.graduate.account, cast.graduate.openid)
    binding.bind(ctx, cast.person.account, cast.graduate.openid)
    binding.bind(ctx, cast.graduate.account, NEW)
    assert openid_of(ctx, cast.person) == cast.graduate.openid
    assert openid_of(ctx, cast.graduate) == NEW
    assert len({message.key for message in owed("account_bound")}) == 3


def test_the_next_tap_on_the_menu_knows(ctx: Context, cast: Cast) -> None:
    key = f"{{wxb}}:card:{cast.graduate.openid}"
    callbacks.card_changed(ctx, cast.graduate.openid)
    assert ctx.redis.get(key) == b"-"
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    assert ctx.redis.get(key) == b"pg"
    binding.unbind(ctx, cast.graduate.account, cast.graduate.openid)
    assert ctx.redis.get(key) == b"-"


def test_a_person_whose_directory_tells_no_name_can_bind(ctx: Context, gateway: RecordingGateway) -> None:
    account = identity.admit(Identity("https://id.example.edu.cn", "sub-1", "", None))
    binding.bind(ctx, account, NEW)
    pump(ctx)
    assert gateway.sent[0].data["thing1"] == "学信账号"


# -- unbinding ---------------------------------------------------------------------------------------------


def test_unbinding_ends_what_wechat_opened_and_nothing_else(ctx: Context, cast: Cast) -> None:
    account, openid = cast.graduate.account, cast.graduate.openid
    binding.bind(ctx, account, openid)
    by_wechat = sessions.open_session(ctx, account, "wechat", openid)
    by_desktop = sessions.open_session(ctx, account, "desktop")
    binding.unbind(ctx, account, openid)
    assert sessions.visitor_of(ctx, by_wechat) is None
    assert sessions.visitor_of(ctx, by_desktop) is not None
    assert LoginSession.select().where(LoginSession.openid.is_null(False)).count() == 0
    row = Binding.get()
    assert (row.status, row.openid, row.bound_at) == ("unbound", None, None)


def test_unbinding_again_changes_nothing(ctx: Context, cast: Cast) -> None:
    binding.unbind(ctx, cast.graduate.account, cast.graduate.openid)
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    for _ in range(2):
        binding.unbind(ctx, cast.graduate.account, cast.graduate.openid)
    assert [verb for verb, *_ in acts()] == ["bind", "unbind"]


def unbind_code(ctx: Context, cast: Cast, inbox: SmsInbox) -> str:
    binding.ask_unbind(ctx, cast.graduate.account, HERE)
    pump(ctx)
    return inbox.code_for(cast.graduate.phone)


@pytest.mark.parametrize("openid", [None, NEW])
def test_outside_the_bound_wechat_unbinding_takes_a_code(
    ctx: Context, cast: Cast, inbox: SmsInbox, openid: str | None
) -> None:
    """Whoever came by the password alone has neither, be it at a desktop or in a WeChat of their own."""
    account = cast.graduate.account
    binding.bind(ctx, account, cast.graduate.openid)
    for typed in ("", "000000"):
        refusal = refusal_of(lambda typed=typed: binding.unbind(ctx, account, openid, typed))
        assert (type(refusal), refusal.code) == (Invalid, "code_wrong")
    code = unbind_code(ctx, cast, inbox)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert refusal_of(lambda: binding.unbind(ctx, account, openid, wrong)).code == "code_wrong"
    assert openid_of(ctx, cast.graduate) == cast.graduate.openid
    binding.unbind(ctx, account, openid, code)
    assert openid_of(ctx, cast.graduate) is None
    binding.unbind(ctx, account, openid, code)
    assert [verb for verb, *_ in acts()] == ["bind", "unbind"]


def test_a_code_for_moving_does_not_unbind(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    code = move_code(ctx, cast, inbox)
    assert refusal_of(lambda: binding.unbind(ctx, cast.graduate.account, None, code)).code == "code_wrong"
    assert openid_of(ctx, cast.graduate) == cast.graduate.openid


def test_the_wechat_that_was_unbound_and_the_phone_are_told(
    ctx: Context, cast: Cast, inbox: SmsInbox, gateway: RecordingGateway
) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    pump(ctx)
    gateway.sent.clear()
    binding.unbind(ctx, cast.graduate.account, cast.graduate.openid)
    assert (gateway.sent, inbox.messages) == ([], [])
    pump(ctx)
    when = "2026年11月20日 15:00"
    told = [(sent.openid, sent.data) for sent in gateway.sent]
    assert told == [(cast.graduate.openid, {"thing1": "李晓雨", "time2": when})]
    assert inbox.messages == [(cast.graduate.phone, "account_unbound", {"time": when})]
    row = Binding.get()
    keys = {message.key for message in owed() if message.key.startswith("unbound:")}
    assert keys == {f"unbound:{row.code}:{row.version}", f"unbound:{row.code}:{row.version}:sms"}


def test_an_account_without_phone_unbinds_in_its_wechat_alone(ctx: Context) -> None:
    account = identity.admit(Identity("https://id.example.edu.cn", "sub-1", "李晓雨", None))
    binding.bind(ctx, account, NEW)
    for verb in (
        lambda: binding.ask_unbind(ctx, account, HERE),
        lambda: binding.unbind(ctx, account, None, "000000"),
    ):
        refusal = refusal_of(verb)
        assert (type(refusal), refusal.code) == (Conflict, "unbind_in_wechat")
    binding.unbind(ctx, account, NEW)
    assert binding.binding_of(ctx, account).openid is None


# -- moving ------------------------------------------------------------------------------------------------


def test_moving_takes_password_and_code_and_tells_both_phones(
    ctx: Context, cast: Cast, inbox: SmsInbox, gateway: RecordingGateway
) -> None:
    old = cast.graduate.openid
    binding.bind(ctx, cast.graduate.account, old)
    session = sessions.open_session(ctx, cast.graduate.account, "wechat", old)
    row = binding.move(ctx, cast.graduate.account, NEW, PASSWORD, move_code(ctx, cast, inbox))
    assert (row.status, row.openid) == ("bound", NEW)
    assert sessions.visitor_of(ctx, session) is None
    assert acts()[-1] == ("move", "person", "bound", "bound")
    gateway.sent.clear()
    inbox.messages.clear()
    pump(ctx)
    told = {sent.openid: sent.data for sent in gateway.sent}
    assert told == {
        old: {"thing1": "李晓雨", "time2": "2026年11月20日 15:00"},
        NEW: {"thing1": "李晓雨", "time2": "2026年11月20日 15:00"},
    }
    assert inbox.messages == [(cast.graduate.phone, "account_moved", {"time": "2026年11月20日 15:00"})]
    assert {message.key for message in owed() if "moved" in message.template} == {
        f"moved:{row.code}:{row.version}",
        f"moved:{row.code}:{row.version}:sms",
    }


def test_the_old_phones_message_leads_nowhere(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    """Whoever holds it is no longer let in."""
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    binding.move(ctx, cast.graduate.account, NEW, PASSWORD, move_code(ctx, cast, inbox))
    [message] = [message for message in owed("account_moved") if message.channel == "template"]
    assert (message.openid, message.link) == (cast.graduate.openid, "")


@pytest.mark.parametrize(
    ("password", "is_code_right", "code"),
    [("wrong-password1", True, "login_failed"), (PASSWORD, False, "code_wrong")],
)
def test_either_one_wrong_and_nothing_moves(
    ctx: Context, cast: Cast, inbox: SmsInbox, password: str, is_code_right: bool, code: str
) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    right = move_code(ctx, cast, inbox)
    typed = right if is_code_right else f"{(int(right) + 1) % 1_000_000:06d}"
    refusal = refusal_of(lambda: binding.move(ctx, cast.graduate.account, NEW, password, typed))
    assert (type(refusal), refusal.code) == (Invalid, code)
    assert openid_of(ctx, cast.graduate) == cast.graduate.openid
    assert owed("account_moved") == []
    assert binding.move(ctx, cast.graduate.account, NEW, PASSWORD, right)


def test_moving_again_with_the_used_code_gives_the_first_answer(
    ctx: Context, cast: Cast, inbox: SmsInbox
) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    code = move_code(ctx, cast, inbox)
    first = binding.move(ctx, cast.graduate.account, NEW, PASSWORD, code)
    again = binding.move(ctx, cast.graduate.account, NEW, PASSWORD, code)
    assert (again.code, again.version) == (first.code, first.version)
    assert len(owed("account_moved")) == 2


def test_a_taken_wechat_is_told_before_the_code_is_used_up(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    binding.bind(ctx, cast.person.account, cast.person.openid)
    code = move_code(ctx, cast, inbox)
    refusal = refusal_of(lambda: binding.move(ctx, cast.graduate.account, cast.person.openid, PASSWORD, code))
    assert refusal.code == "openid_taken"
    assert binding.move(ctx, cast.graduate.account, NEW, PASSWORD, code).openid == NEW


def test_moving_an_account_that_was_unbound_meanwhile_binds_it(
    ctx: Context, cast: Cast, inbox: SmsInbox
) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    code = move_code(ctx, cast, inbox)
    binding.unbind(ctx, cast.graduate.account, cast.graduate.openid)
    assert binding.move(ctx, cast.graduate.account, NEW, PASSWORD, code).openid == NEW
    assert [message for message in owed() if message.key.startswith("moved:")] == []


def test_moving_there_and_back_tells_each_time(
    ctx: Context, cast: Cast, inbox: SmsInbox, clock: FixedClock
) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    for target in (NEW, cast.graduate.openid, NEW):
        clock.advance(minutes=2)
        binding.move(ctx, cast.graduate.account, target, PASSWORD, move_code(ctx, cast, inbox))
    assert len([message for message in owed("account_moved") if message.channel == "sms"]) == 3
    assert openid_of(ctx, cast.graduate) == NEW


def test_an_account_without_phone_cannot_move(ctx: Context) -> None:
    account = identity.admit(Identity("https://id.example.edu.cn", "sub-1", "李晓雨", None))
    binding.bind(ctx, account, NEW)
    assert refusal_of(lambda: binding.ask_move(ctx, account, HERE)).code == "external_account"
    assert refusal_of(lambda: binding.move(ctx, account, "oOther", "", "000000")).code == "code_wrong"


def test_an_account_of_a_provider_moves_by_code_alone(ctx: Context, inbox: SmsInbox) -> None:
    account = identity.admit(Identity("https://id.example.edu.cn", "sub-1", "李晓雨", "13900000998"))
    binding.bind(ctx, account, "oOld")
    binding.ask_move(ctx, account, HERE)
    pump(ctx)
    assert binding.move(ctx, account, NEW, "", inbox.code_for("13900000998")).openid == NEW


def test_the_phone_is_shown_in_part(ctx: Context, cast: Cast) -> None:
    assert binding.masked_phone(cast.graduate.account) == "139****0101"
    cast.graduate.account.phone = None
    assert binding.masked_phone(cast.graduate.account) == ""


# -- all or nothing ----------------------------------------------------------------------------------------


def test_a_failure_after_the_message_was_owed_leaves_neither(ctx: Context, cast: Cast) -> None:
    @transaction
    def verb() -> None:
        binding._bind(ctx, cast.graduate.account, cast.graduate.openid)
        assert len(owed()) == 1
        raise Conflict("stale")

    refusal_of(verb)
    assert owed() == []
    assert acts() == []
    assert openid_of(ctx, cast.graduate) is None


# -- races -------------------------------------------------------------------------------------------------


def test_many_accounts_reach_for_one_wechat(ctx: Context, cast: Cast) -> None:
    people = [cast.graduate, cast.other_graduate, cast.person, cast.counselor, cast.college, cast.school]
    results = together(*[lambda person=person: binding.bind(ctx, person.account, NEW) for person in people])
    assert codes_of(results) == ["ok"] + ["openid_taken"] * 5
    assert Binding.select().where(Binding.openid == NEW).count() == 1
    assert (len(owed()), len(acts())) == (1, 1)


def test_one_account_reaches_for_many_wechats(ctx: Context, cast: Cast) -> None:
    results = together(
        *[
            lambda number=number: binding.bind(ctx, cast.graduate.account, f"oPhone{number}")
            for number in range(6)
        ]
    )
    assert codes_of(results) == ["bound_elsewhere"] * 5 + ["ok"]
    assert Binding.select().count() == 1
    assert (len(owed()), len(acts())) == (1, 1)


def test_a_double_tap_gets_the_first_answer(ctx: Context, cast: Cast) -> None:
    results = together(*[lambda: binding.bind(ctx, cast.graduate.account, cast.graduate.openid)] * 6)
    assert {(row.code, row.openid, row.version) for row in results} == {
        (results[0].code, cast.graduate.openid, 1),
    }
    assert (len(owed()), len(acts())) == (1, 1)


def test_unbinding_twice_at_once(ctx: Context, cast: Cast) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    results = together(*[lambda: binding.unbind(ctx, cast.graduate.account, cast.graduate.openid)] * 6)
    assert codes_of(results) == ["ok"] * 6
    assert [verb for verb, *_ in acts()] == ["bind", "unbind"]


def test_two_who_move_to_one_wechat(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    people = [cast.graduate, cast.other_graduate]
    for person in people:
        binding.bind(ctx, person.account, person.openid)
    results = together(*[lambda person=person: binding._move(ctx, person.account, NEW) for person in people])
    assert codes_of(results) == ["ok", "openid_taken"]
    assert Binding.select().where(Binding.openid == NEW).count() == 1
    assert Binding.select().where(Binding.status == "bound").count() == 2
