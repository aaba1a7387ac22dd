"""The Gateway against the sandbox: what the imitation platform demands, the Gateway delivers."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import redis
import requests
from sandbox_server import Sandbox
from single import send_one

from templates_msg.tasks import TaskAssigned
from wechat.answers import Parcel, Sent
from wechat.gateway import Account, Gateway
from wechat.jssdk import JsTicket
from wechat.oauth import OAuthRefused
from wechat.outcomes import Outcome, WeChatTrouble

pytestmark = pytest.mark.slow

SEND = "/cgi-bin/message/template/send"
MENU = {
    "button": [
        {
            "name": "毕业生",
            "sub_button": [
                {"type": "click", "name": "我的辅导员", "key": "MY_COUNSELOR"},
                {"type": "view", "name": "网上签约", "url": "https://x.example/h5/sign?a=1&b=2"},
            ],
        },
        {"type": "click", "name": "服务", "key": "HELP"},
    ]
}


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    return Account("wxapp", "s3cret", sandbox.url, sandbox.url, "wxmini", "m1ni")


@pytest.fixture
def gateway(account: Account, store: redis.Redis) -> Iterator[Gateway]:
    made = Gateway(account, store, in_transaction=lambda: False)
    yield made
    made.close()


def send(gateway: Gateway, openid: str, client_msg_id: str = "", thing: str = "李晓雨") -> Sent:
    template = next(one for one in gateway.templates() if one.title == "账号绑定成功通知")
    assert template.fields == ("thing1", "time2")
    data = {"thing1": thing, "time2": "2026年11月20日 15:01"}
    whole = (openid, template.template_id, data, "https://x.example/h5", client_msg_id or uuid.uuid4().hex)
    return send_one(gateway, Parcel(1, *whole))


def test_a_message_arrives_with_its_link(gateway: Gateway, sandbox: Sandbox) -> None:
    sandbox.press("phones/xiaoyu/follow")
    sent = send(gateway, sandbox.openid("xiaoyu"))
    assert sent.outcome is Outcome.ACCEPTED
    assert sent.msg_id > 2**53
    card = sandbox.look("phones/xiaoyu/chat")[-1]["cards"][0]
    assert card["lines"] == [["账号姓名", "李晓雨"], ["绑定时间", "2026年11月20日 15:01"]]
    assert card["url"] == "https://x.example/h5"


def test_a_message_sent_again_after_a_late_failure_arrives_once(gateway: Gateway, sandbox: Sandbox) -> None:
    sandbox.press("phones/xiaoyu/follow")
    openid = sandbox.openid("xiaoyu")
    sandbox.faults(forced=[{"path": SEND, "errcode": -1, "late": True}])
    client_msg_id = uuid.uuid4().hex
    assert send(gateway, openid, client_msg_id).outcome is Outcome.AMBIGUOUS
    assert send(gateway, openid, client_msg_id).outcome is Outcome.ACCEPTED
    chat = sandbox.look("phones/xiaoyu/chat")
    assert [one["kind"] for one in chat].count("template") == 1


def test_persons_who_cannot_be_reached_are_told_apart(gateway: Gateway, sandbox: Sandbox) -> None:
    assert send(gateway, sandbox.openid("xiaoyu")).outcome is Outcome.UNREACHABLE
    assert send(gateway, "o" + "x" * 27).errcode == 40003
    sandbox.press("phones/haoran/follow")
    sandbox.press("phones/haoran/blacklist", on=True)
    assert send(gateway, sandbox.openid("haoran")).outcome is Outcome.BLOCKED


def test_a_wrong_field_and_a_wrong_template_are_told_apart(gateway: Gateway, sandbox: Sandbox) -> None:
    sandbox.press("phones/xiaoyu/follow")
    openid = sandbox.openid("xiaoyu")
    refused = send(gateway, openid, thing="二十个字以上的内容在类目模板里会被平台整条拒绝掉的")
    assert (refused.outcome, refused.errcode) == (Outcome.BUG, 47003)
    assert "thing1" in refused.detail
    unknown = send_one(gateway, Parcel(1, openid, "no-such", {}, None, "m2"))
    assert (unknown.outcome, unknown.errcode) == (Outcome.MISCONFIGURED, 40037)


def test_too_many_messages_slow_down_and_a_spent_quota_stops(gateway: Gateway, sandbox: Sandbox) -> None:
    sandbox.press("phones/hr/follow")
    openid = sandbox.openid("hr")
    outcomes = [send(gateway, openid).outcome for _ in range(21)]
    assert set(outcomes[:20]) == {Outcome.ACCEPTED}
    assert outcomes[20] is Outcome.SLOW_DOWN
    sandbox.faults(quota_spent=True)
    with pytest.raises(WeChatTrouble) as caught:
        gateway.menu()
    assert caught.value.outcome is Outcome.QUOTA_SPENT


def test_a_subscription_notice_takes_one_credit(gateway: Gateway, sandbox: Sandbox) -> None:
    notice = next(one for one in gateway.notices() if one.title == "新任务提醒")
    assert notice.fields == ("thing1", "const2", "thing3", "thing4")
    assert notice.template_id not in {one.template_id for one in gateway.templates()}
    sandbox.press("phones/xiaoyu/popup?wait=0", template_id=notice.template_id, accepts=True)
    openid, data = sandbox.openid("xiaoyu"), TaskAssigned.sample().payload()
    parcels = [Parcel(n, openid, notice.template_id, data, None, f"m{n}", "subscribe") for n in (1, 2)]
    outcomes = []
    for parcel in parcels:
        given = iter([[parcel], []])
        gateway.send_all(lambda _, given=given: next(given), outcomes.extend, connections=1)
    assert [(sent.outcome, sent.errcode) for _, sent in outcomes] == [
        (Outcome.ACCEPTED, 0),
        (Outcome.NO_CREDIT, 43101),
    ]
    card = sandbox.look("phones/xiaoyu/chat")[-1]["cards"][0]
    assert card["lines"][0] == ["任务名称", data["thing1"]]


def test_every_refusal_carries_a_trace_id(gateway: Gateway, sandbox: Sandbox) -> None:
    refused = send(gateway, sandbox.openid("xiaoyu"))
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}", refused.rid)
    assert "rid" not in refused.detail


def test_a_menu_comes_back_as_it_was_pushed(gateway: Gateway) -> None:
    assert gateway.menu() is None
    gateway.push_menu(MENU)
    assert gateway.menu() == MENU
    gateway.delete_menu()
    assert gateway.menu() is None


def test_a_menu_over_the_limits_is_a_bug(gateway: Gateway) -> None:
    with pytest.raises(WeChatTrouble) as caught:
        gateway.push_menu({"button": [{"type": "click", "name": "六个汉字太长", "key": "K"}]})
    assert (caught.value.outcome, caught.value.errcode) == (Outcome.BUG, 40018)


def test_a_scanned_code_tells_where_the_follower_came_from(gateway: Gateway, sandbox: Sandbox) -> None:
    scene = "s" * 64
    ticket = gateway.qr_ticket(scene, 2_592_000)
    assert ticket.expires_in == 2_592_000
    openid = sandbox.openid("wang")
    assert not gateway.follower(openid).subscribed
    sandbox.press("phones/wang/scan", content=ticket.url)
    sandbox.press("phones/wang/follow")
    follower = gateway.follower(openid)
    assert (follower.subscribed, follower.qr_scene) == (True, scene)
    assert follower.unionid
    assert follower.subscribed_at
    assert abs(datetime.now(UTC) - follower.subscribed_at) < timedelta(minutes=1)


def test_the_address_of_the_log_in_page_is_one_that_the_platform_takes(
    gateway: Gateway, sandbox: Sandbox
) -> None:
    address = gateway.oauth_url("http://127.0.0.1:9/h5/in?to=/a", "S1")
    port = sandbox.url.rpartition(":")[2]
    page = requests.get(
        address, headers={"Host": f"xiaoyu.localhost:{port}"}, allow_redirects=False, timeout=5
    )
    assert page.status_code == 302
    code = re.search(r"code%3D(\w+)|code=(\w+)", page.headers["Location"])
    assert code
    assert gateway.oauth_user(code[1] or code[2]).openid == sandbox.openid("xiaoyu")


def test_a_log_in_shown_twice_is_one_log_in(gateway: Gateway, sandbox: Sandbox) -> None:
    code = sandbox.press("phones/xiaoyu/oauth-code", scope="snsapi_userinfo")["code"]
    users = [gateway.oauth_user(code) for _ in range(3)]
    assert {user.openid for user in users} == {sandbox.openid("xiaoyu")}
    assert users[0].unionid
    assert sandbox.counter("api /sns/oauth2/access_token") == 1


def test_a_snapshot_user_is_told_as_such(gateway: Gateway, sandbox: Sandbox) -> None:
    sandbox.press("phones/xiaoyu/snapshot", on=True)
    user = gateway.oauth_user(sandbox.press("phones/xiaoyu/oauth-code")["code"])
    assert user.is_snapshot
    assert user.openid != sandbox.openid("xiaoyu")


def test_an_old_code_is_refused(gateway: Gateway, sandbox: Sandbox) -> None:
    code = sandbox.press("phones/xiaoyu/oauth-code")["code"]
    sandbox.press("clock", advance=301)
    with pytest.raises(OAuthRefused) as caught:
        gateway.oauth_user(code)
    assert caught.value.reason == "code_invalid"


def test_mini_program_log_in_is_single_use(gateway: Gateway, sandbox: Sandbox) -> None:
    code = sandbox.press("phones/xiaoyu/mini-login")["code"]
    assert gateway.mini_session(code).openid == sandbox.look("phones/xiaoyu")["persona"]["mini_openid"]
    with pytest.raises(OAuthRefused) as caught:
        gateway.mini_session(code)
    assert caught.value.reason == "code_used"


def test_pages_are_signed_with_the_accounts_ticket(
    gateway: Gateway, sandbox: Sandbox, store: redis.Redis
) -> None:
    signed = [gateway.js_signature("https://x.example/h5/#top") for _ in range(3)]
    assert sandbox.counter("api /cgi-bin/ticket/getticket") == 1
    value = store.hget("{wxb}:wechat:ticket:wxapp", "value")
    assert isinstance(value, bytes)
    again = JsTicket("wxapp", value.decode()).sign(
        "https://x.example/h5/", nonce=signed[0].nonce, timestamp=signed[0].timestamp
    )
    assert again == signed[0]


@pytest.mark.parametrize(
    ("wrong", "errcode"),
    [({"secret": "no"}, 40125), ({"app_id": "wxother"}, 40013)],
    ids=["secret", "app id"],
)
def test_a_wrong_account_is_a_matter_for_the_operator(
    sandbox: Sandbox, store: redis.Redis, wrong: dict[str, str], errcode: int
) -> None:
    right = {"app_id": "wxapp", "secret": "s3cret", "api_url": sandbox.url, "open_url": sandbox.url}
    gateway = Gateway(Account(**{**right, **wrong}), store, in_transaction=lambda: False)
    with pytest.raises(WeChatTrouble) as caught:
        gateway.menu()
    assert (caught.value.outcome, caught.value.errcode) == (Outcome.MISCONFIGURED, errcode)
    gateway.close()


def test_an_address_off_the_list_is_told_with_the_address(gateway: Gateway, sandbox: Sandbox) -> None:
    sandbox.faults(ip_refused=True)
    with pytest.raises(WeChatTrouble) as caught:
        gateway.menu()
    assert (caught.value.outcome, caught.value.errcode) == (Outcome.MISCONFIGURED, 40164)
    assert "127.0.0.1" in caught.value.detail


def test_an_outage_is_worth_another_try(gateway: Gateway, sandbox: Sandbox) -> None:
    gateway.delete_menu()
    for fault in ("error500", "busy"):
        sandbox.faults(api=fault)
        with pytest.raises(WeChatTrouble) as caught:
            gateway.menu()
        assert caught.value.outcome is Outcome.RETRY


def test_a_killed_and_an_expired_token_go_unnoticed(gateway: Gateway, sandbox: Sandbox) -> None:
    gateway.delete_menu()
    sandbox.press("tokens/invalidate")
    gateway.delete_menu()
    sandbox.press("clock", advance=7300)
    gateway.delete_menu()
    assert sandbox.counter("errcode 40001") == sandbox.counter("errcode 42001") == 1
    assert sandbox.counter("token_refreshes") == 3
