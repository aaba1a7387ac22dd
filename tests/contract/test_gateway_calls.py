"""What the Gateway says to the platform, and what it makes of the answers."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import redis
from platform_stub import RID, Asked, Platform, refusal
from single import send_one
from structlog.testing import capture_logs

from wechat.answers import Parcel, Sent
from wechat.gateway import Account, Gateway
from wechat.outcomes import Outcome, WeChatTrouble

pytestmark = pytest.mark.slow

OPENID = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"


def send(gateway: Gateway, link: str | None = None) -> Sent:
    return send_one(gateway, Parcel(1, OPENID, "T1", {"thing1": "张三的任务"}, link, "m1"))


def only(platform: Platform, path: str) -> Asked:
    asked = [one for one in platform.asked if one.path == path]
    assert len(asked) == 1
    return asked[0]


def test_a_message_goes_out_unescaped_with_its_own_id(gateway: Gateway, platform: Platform) -> None:
    platform.scripts["/cgi-bin/message/template/send"] = lambda _: {"errcode": 0, "msgid": 2**62 + 1}
    sent = send(gateway, link="https://x.example/h5/t")
    assert sent == Sent(Outcome.ACCEPTED, 2**62 + 1)
    asked = only(platform, "/cgi-bin/message/template/send")
    assert "张三的任务".encode() in asked.raw
    assert asked.body == {
        "touser": OPENID,
        "template_id": "T1",
        "client_msg_id": "m1",
        "url": "https://x.example/h5/t",
        "data": {"thing1": {"value": "张三的任务"}},
    }


def test_a_message_without_link_says_none(gateway: Gateway, platform: Platform) -> None:
    assert send(gateway) == Sent(Outcome.ACCEPTED, 0)
    assert "url" not in only(platform, "/cgi-bin/message/template/send").body


@pytest.mark.parametrize(
    ("errcode", "outcome"),
    [
        (-1, Outcome.AMBIGUOUS),
        (43004, Outcome.UNREACHABLE),
        (43019, Outcome.BLOCKED),
        (43101, Outcome.NO_CREDIT),
        (43117, Outcome.SLOW_DOWN),
        (45009, Outcome.QUOTA_SPENT),
        (40037, Outcome.MISCONFIGURED),
        (48001, Outcome.FORBIDDEN),
        (123456, Outcome.BUG),
    ],
)
def test_a_refused_message_is_an_outcome_not_an_exception(
    gateway: Gateway, platform: Platform, errcode: int, outcome: Outcome
) -> None:
    platform.scripts["/cgi-bin/message/template/send"] = lambda _: refusal(errcode, "no way,")
    assert send(gateway) == Sent(outcome, 0, errcode, "no way", RID)
    assert platform.seen["/cgi-bin/message/template/send"] == 1


def test_a_refused_field_is_named(gateway: Gateway, platform: Platform) -> None:
    refused = refusal(47003, "argument invalid! data.thing1.value is emtpy")
    platform.scripts["/cgi-bin/message/template/send"] = lambda _: refused
    assert "data.thing1.value" in send(gateway).detail


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_persistent_bad_token_ends_after_two_calls(gateway: Gateway, platform: Platform, code: int) -> None:
    platform.scripts["/cgi-bin/menu/create"] = lambda _: refusal(code)
    with pytest.raises(WeChatTrouble) as caught:
        gateway.push_menu({"button": []})
    assert (caught.value.outcome, caught.value.errcode, caught.value.rid) == (Outcome.RETRY, code, RID)
    assert platform.seen["/cgi-bin/menu/create"] == 2
    # The platform stood by its token when asked again, so force was tried, once.
    assert platform.fetches == [False, False, True]


def test_the_second_try_carries_the_new_token_and_the_same_body(
    gateway: Gateway, platform: Platform, observed: list[tuple[str, str]]
) -> None:
    gateway.delete_menu()
    old = platform.token
    platform.renew()
    gateway.push_menu({"button": [{"name": "毕业生"}]})
    first, second = (one for one in platform.asked if one.path == "/cgi-bin/menu/create")
    assert (first.query["access_token"], second.query["access_token"]) == (old, platform.token)
    assert first.raw == second.raw == '{"button": [{"name": "毕业生"}]}'.encode()
    assert observed == [
        ("stable_token", "accepted"),
        ("menu/delete", "accepted"),
        ("stable_token", "accepted"),
        ("menu/create", "accepted"),
    ]


def test_the_menu_is_read_as_it_is_pushed(gateway: Gateway, platform: Platform) -> None:
    button = [{"type": "click", "name": "我的辅导员", "key": "COUNSELOR"}]
    platform.scripts["/cgi-bin/menu/get"] = lambda _: {"menu": {"button": button, "menuid": 1}}
    assert gateway.menu() == {"button": button}


def test_no_menu_is_none(gateway: Gateway, platform: Platform) -> None:
    platform.scripts["/cgi-bin/menu/get"] = lambda _: refusal(46003, "menu no exist")
    assert gateway.menu() is None


def test_templates_followers_and_codes_are_read(gateway: Gateway, platform: Platform) -> None:
    row = {"template_id": "T1", "title": "任务提醒", "content": "名称:{{thing1.DATA}}"}
    ticket = {"ticket": "gQ==", "expire_seconds": 1800, "url": "http://weixin.qq.com/q/x"}
    platform.scripts["/cgi-bin/template/get_all_private_template"] = lambda _: {"template_list": [row]}
    platform.scripts["/cgi-bin/user/info"] = lambda _: {"subscribe": 1, "subscribe_time": 1382694957}
    platform.scripts["/cgi-bin/qrcode/create"] = lambda _: ticket
    assert [(t.template_id, t.fields) for t in gateway.templates()] == [("T1", ("thing1",))]
    notice = {
        "priTmplId": "N1",
        "title": "任务提醒",
        "content": "名称:{{thing1.DATA}}",
        "example": "",
        "type": 2,
    }
    platform.scripts["/wxaapi/newtmpl/gettemplate"] = lambda _: {"data": [notice]}
    assert [(t.template_id, t.fields) for t in gateway.notices()] == [("N1", ("thing1",))]
    assert gateway.follower(OPENID).subscribed
    assert gateway.qr_ticket("n0nce", 1800).expires_in == 1800
    assert only(platform, "/cgi-bin/user/info").query["openid"] == OPENID
    assert only(platform, "/cgi-bin/qrcode/create").body == {
        "expire_seconds": 1800,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "n0nce"}},
    }


@pytest.mark.parametrize(
    ("scene", "seconds"), [("", 60), ("x" * 65, 60), ("a\n", 60), ("x", 0), ("x", 2_592_001)]
)
def test_a_code_outside_the_limits_is_not_even_asked_for(
    gateway: Gateway, platform: Platform, scene: str, seconds: int
) -> None:
    with pytest.raises(ValueError, match=r"scene|ticket"):
        gateway.qr_ticket(scene, seconds)
    assert platform.asked == []


def test_the_ticket_of_pages_is_fetched_once_for_the_fleet(
    make_gateway: Callable[[], Gateway], platform: Platform
) -> None:
    platform.scripts["/cgi-bin/ticket/getticket"] = lambda _: {"ticket": "TICKET", "expires_in": 7200}
    one, two = make_gateway(), make_gateway()
    signed = [g.js_signature("https://x.example/h5/#top") for g in (one, two, one)]
    assert platform.seen["/cgi-bin/ticket/getticket"] == 1
    assert len({s.nonce for s in signed}) == 3
    assert {s.app_id for s in signed} == {"wxapp"}


def test_nothing_is_called_inside_a_transaction(
    account: Account, store: redis.Redis, platform: Platform
) -> None:
    guarded = Gateway(account, store, in_transaction=lambda: True)
    calls: list[Callable[[], object]] = [
        lambda: send(guarded),
        guarded.menu,
        guarded.delete_menu,
        guarded.templates,
        guarded.notices,
        lambda: guarded.push_menu({}),
        lambda: guarded.follower(OPENID),
        lambda: guarded.qr_ticket("s", 60),
        lambda: guarded.js_signature("https://x.example"),
        lambda: guarded.oauth_user("c"),
        lambda: guarded.mini_session("c"),
    ]
    for call in calls:
        with pytest.raises(RuntimeError, match="transaction"):
            call()
    assert platform.asked == []
    assert guarded.oauth_url("https://x.example", "s")


def test_every_part_of_the_library_speaks_to_the_configured_host(
    gateway: Gateway, platform: Platform
) -> None:
    platform.scripts["/customservice/getkflist"] = lambda _: {"kf_list": []}
    client = gateway._client
    client.template.get_industry()
    client.customservice.get_accounts()
    client.tag.delete(1)
    client.get("https://api.weixin.qq.com/wxa/business")
    assert [one.path for one in platform.asked if "token" not in one.path] == [
        "/cgi-bin/template/get_industry",
        "/customservice/getkflist",
        "/cgi-bin/tags/delete",
        "/wxa/business",
    ]


@pytest.mark.parametrize(
    ("answer", "for_reads", "for_messages"),
    [
        (500, Outcome.RETRY, Outcome.AMBIGUOUS),
        (502, Outcome.RETRY, Outcome.AMBIGUOUS),
        (429, Outcome.SLOW_DOWN, Outcome.SLOW_DOWN),
        (404, Outcome.MISCONFIGURED, Outcome.MISCONFIGURED),
        (302, Outcome.RETRY, Outcome.AMBIGUOUS),
        (None, Outcome.RETRY, Outcome.AMBIGUOUS),
        (b"<html>", Outcome.RETRY, Outcome.AMBIGUOUS),
        (b"[]", Outcome.RETRY, Outcome.AMBIGUOUS),
        (b'{"errcode": "many"}', Outcome.RETRY, Outcome.AMBIGUOUS),
        (b'{"errcode": 0, "msgid": "x"}', Outcome.RETRY, Outcome.AMBIGUOUS),
        (refusal(-1, "system error"), Outcome.RETRY, Outcome.AMBIGUOUS),
    ],
)
def test_what_is_no_answer_is_told_by_whether_repeating_is_safe(
    gateway: Gateway, platform: Platform, answer: Any, for_reads: Outcome, for_messages: Outcome
) -> None:
    platform.scripts["/cgi-bin/user/info"] = platform.scripts["/cgi-bin/message/template/send"] = lambda _: (
        answer
    )
    with pytest.raises(WeChatTrouble) as caught:
        gateway.follower(OPENID)
    assert caught.value.outcome is for_reads
    assert send(gateway).outcome is for_messages


def test_an_answer_with_raw_control_characters_is_still_read(gateway: Gateway, platform: Platform) -> None:
    platform.scripts["/cgi-bin/user/info"] = lambda _: b'{"subscribe": 1, "remark": "a\x08b\xff"}'
    assert gateway.follower(OPENID).subscribed


def test_a_host_that_is_not_there_means_nothing_was_sent(store: redis.Redis) -> None:
    nowhere = Gateway(Account("wxapp", "s", "http://127.0.0.1:9", ""), store, in_transaction=lambda: False)
    assert (send(nowhere).outcome, send(nowhere).detail) == (Outcome.RETRY, "no connection")


def test_a_message_whose_token_cannot_be_had_was_not_sent(gateway: Gateway, platform: Platform) -> None:
    platform.scripts["/cgi-bin/stable_token"] = lambda _: 500
    assert send(gateway).outcome is Outcome.RETRY


@pytest.mark.parametrize("errcode", [40001, 40125, 40164, 40243])
def test_a_wrong_secret_is_a_matter_for_the_operator(
    gateway: Gateway, platform: Platform, errcode: int
) -> None:
    platform.scripts["/cgi-bin/stable_token"] = lambda _: refusal(errcode)
    sent = send(gateway)
    assert (sent.outcome, sent.errcode) == (Outcome.MISCONFIGURED, errcode)
    assert platform.seen == {"/cgi-bin/stable_token": 1}


def test_logs_carry_the_trace_id_but_neither_person_nor_token(
    gateway: Gateway, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    platform.scripts["/cgi-bin/user/info"] = lambda _: refusal(40003, f"invalid openid {OPENID},")
    platform.scripts["/cgi-bin/menu/get"] = lambda _: None
    with capture_logs() as lines, caplog.at_level(logging.DEBUG):
        for call in (lambda: gateway.follower(OPENID), gateway.menu):
            with pytest.raises(WeChatTrouble) as caught:
                call()
            assert caught.value.__cause__ is caught.value.__context__ is None
    told = json.dumps(lines) + caplog.text
    assert lines[0] == {
        "event": "wechat_trouble",
        "log_level": "warning",
        "api": "user/info",
        "outcome": "unreachable",
        "errcode": 40003,
        "rid": RID,
        "detail": "invalid openid <openid>",
    }
    assert OPENID not in told
    assert platform.token not in told
    assert "s3cret" not in told


def test_connections_are_kept_and_carry_no_cookies(gateway: Gateway, platform: Platform) -> None:
    for _ in range(5):
        gateway.delete_menu()
    assert platform.connections == 1
    assert not any("Cookie" in one.headers for one in platform.asked)


def test_threads_share_a_gateway(gateway: Gateway, platform: Platform) -> None:
    platform.scripts["/cgi-bin/user/info"] = lambda asked: {
        "subscribe": 1,
        "unionid": f"of-{asked.query['openid']}",
    }
    wrong: list[str] = []

    def work(number: int) -> None:
        wrong.extend(
            openid
            for openid in (f"o{number}-{turn}" for turn in range(20))
            if gateway.follower(openid).unionid != f"of-{openid}"
        )

    crew = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join(timeout=30)
    assert wrong == []
    assert platform.seen["/cgi-bin/user/info"] == 160
    assert platform.fetches == [False]


def test_a_platform_that_hangs_is_given_up_after_ten_seconds(
    make_gateway: Callable[[], Gateway], platform: Platform, store: redis.Redis
) -> None:
    """Every kind of call at once: with a token, for a token, with a code."""
    gateways = [make_gateway() for _ in range(3)]
    gateways[0].delete_menu()
    silence = threading.Event()

    def hang(_: Asked) -> None:
        silence.wait(20)

    ends: dict[str, tuple[Outcome, float]] = {}

    def attempt(name: str, call: Callable[[], object]) -> None:
        started = time.monotonic()
        try:
            sent = call()
            outcome = sent.outcome if isinstance(sent, Sent) else Outcome.ACCEPTED
        except WeChatTrouble as trouble:
            outcome = trouble.outcome
        ends[name] = (outcome, time.monotonic() - started)

    for path in ("/cgi-bin/message/template/send", "/sns/oauth2/access_token", "/sns/jscode2session"):
        platform.scripts[path] = hang
    calls = {
        "send": lambda: send(gateways[0]),
        "web": lambda: gateways[1].oauth_user("c"),
        "mini": lambda: gateways[1].mini_session("c"),
    }
    crew = [threading.Thread(target=attempt, args=item) for item in calls.items()]
    for thread in crew:
        thread.start()
    store.flushdb()
    platform.scripts["/cgi-bin/stable_token"] = hang
    attempt("token", gateways[2].menu)
    for thread in crew:
        thread.join(timeout=20)
    silence.set()
    assert {name: outcome for name, (outcome, _) in ends.items()} == {
        "send": Outcome.AMBIGUOUS,
        "web": Outcome.AMBIGUOUS,
        "mini": Outcome.AMBIGUOUS,
        "token": Outcome.RETRY,
    }
    assert all(9.5 < seconds < 13 for _, seconds in ends.values())
