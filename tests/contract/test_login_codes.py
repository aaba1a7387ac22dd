"""Single-use codes: the platform refuses the second showing, the person does not notice."""

import threading
import time
from collections.abc import Callable

import pytest
import redis
from platform_stub import Answer, Asked, Platform, refusal
from valkey_server import Valkey

from wechat.gateway import Account, Gateway
from wechat.oauth import OAuthRefused, OAuthUser
from wechat.outcomes import Outcome, WeChatTrouble

pytestmark = pytest.mark.slow

WEB, MINI = "/sns/oauth2/access_token", "/sns/jscode2session"


@pytest.fixture
def codes(platform: Platform) -> dict[str, dict[str, object]]:
    """Codes good for one use, as the platform keeps them; used ones are taken out."""
    good: dict[str, dict[str, object]] = {
        "c1": {"openid": "o1", "unionid": "u1", "access_token": "x", "refresh_token": "y"},
        "c2": {"openid": "o2", "is_snapshotuser": 1},
    }
    used: set[str] = set()

    def exchange(asked: Asked) -> Answer:
        time.sleep(0.1)
        assert asked.query["grant_type"] == "authorization_code"
        if (asked.query["appid"], asked.query["secret"]) != ("wxapp", "s3cret"):
            return refusal(40125, "invalid appsecret")
        code = asked.query["code"]
        with platform.lock:
            if code in used:
                return refusal(40163, "code been used")
            if code not in good:
                return refusal(40029, "invalid code")
            used.add(code)
            return {"expires_in": 7200, "scope": "snsapi_base", **good.pop(code)}

    platform.scripts[WEB] = exchange
    return good


@pytest.mark.usefixtures("codes")
class TestWeb:
    def test_who_logged_in_is_told(self, gateway: Gateway) -> None:
        assert gateway.oauth_user("c1") == OAuthUser("o1", "u1", is_snapshot=False)

    def test_a_snapshot_user_is_marked(self, gateway: Gateway) -> None:
        assert gateway.oauth_user("c2") == OAuthUser("o2", "", is_snapshot=True)
        assert gateway.oauth_user("c2").is_snapshot

    def test_a_code_shown_again_gets_the_first_answer_in_every_process(
        self, make_gateway: Callable[[], Gateway], platform: Platform
    ) -> None:
        answers = [make_gateway().oauth_user("c1") for _ in range(3)]
        assert answers == [OAuthUser("o1", "u1")] * 3
        assert platform.seen[WEB] == 1

    def test_a_used_code_is_no_use_in_a_log_in_of_somebody_else(self, gateway: Gateway) -> None:
        gateway.oauth_user("c1", "statea")
        assert gateway.oauth_user("c1", "statea") == OAuthUser("o1", "u1")
        with pytest.raises(OAuthRefused, match="code_used"):
            gateway.oauth_user("c1", "stateb")

    def test_a_double_load_asks_once(self, make_gateway: Callable[[], Gateway], platform: Platform) -> None:
        processes = [make_gateway() for _ in range(4)]
        got: list[OAuthUser] = []
        crew = [
            threading.Thread(target=lambda g=process: got.append(g.oauth_user("c1")))
            for process in processes
            for _ in range(4)
        ]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join(timeout=30)
        assert got == [OAuthUser("o1", "u1")] * 16
        assert platform.seen[WEB] == 1

    def test_the_answer_is_kept_five_minutes_under_a_hash(self, gateway: Gateway, store: redis.Redis) -> None:
        gateway.oauth_user("c1")
        keys = [key.decode() for key in store.scan_iter("*:code:*")]
        assert len(keys) == 1
        assert len(keys[0].rpartition(":")[2]) == 64
        assert 295 < int(store.ttl(keys[0])) <= 300

    @pytest.mark.parametrize(("code", "reason"), [("nope", "code_invalid"), ("", "code_missing")])
    def test_a_code_nobody_knows_is_refused(self, gateway: Gateway, code: str, reason: str) -> None:
        for _ in range(2):
            with pytest.raises(OAuthRefused) as caught:
                gateway.oauth_user(code)
            assert caught.value.reason == reason

    def test_a_used_code_is_refused_once_forgotten(
        self, make_gateway: Callable[[], Gateway], store: redis.Redis
    ) -> None:
        make_gateway().oauth_user("c1")
        store.flushdb()
        with pytest.raises(OAuthRefused) as caught:
            make_gateway().oauth_user("c1")
        assert caught.value.reason == "code_used"

    def test_without_the_store_the_process_itself_remembers(
        self, gateway: Gateway, platform: Platform, valkey: Valkey
    ) -> None:
        valkey.stop()
        assert [gateway.oauth_user("c1") for _ in range(3)] == [OAuthUser("o1", "u1")] * 3
        assert platform.seen[WEB] == 1

    def test_a_store_that_stops_later_changes_no_answer(self, gateway: Gateway, valkey: Valkey) -> None:
        first = gateway.oauth_user("c1")
        valkey.stop()
        assert gateway.oauth_user("c1") == first

    def test_trouble_is_not_remembered(
        self, gateway: Gateway, platform: Platform, store: redis.Redis
    ) -> None:
        exchange, platform.scripts[WEB] = platform.scripts[WEB], lambda _: 502
        with pytest.raises(WeChatTrouble) as caught:
            gateway.oauth_user("c1")
        assert caught.value.outcome is Outcome.AMBIGUOUS
        assert list(store.scan_iter("*:code:*")) == []
        platform.scripts[WEB] = exchange
        assert gateway.oauth_user("c1").openid == "o1"

    def test_the_mark_of_a_process_that_died_makes_way(
        self, gateway: Gateway, account: Account, store: redis.Redis
    ) -> None:
        gateway.oauth_user("c2")
        (key,) = store.scan_iter("*:code:*")
        store.set(key, "?dead", px=300)
        with pytest.raises(OAuthRefused):
            Gateway(account, store, in_transaction=lambda: False).oauth_user("c2")

    def test_a_wrong_secret_is_not_the_persons_fault(self, account: Account, store: redis.Redis) -> None:
        wrong = Account("wxapp", "other", account.api_url, account.open_url)
        with pytest.raises(WeChatTrouble) as caught:
            Gateway(wrong, store, in_transaction=lambda: False).oauth_user("c1")
        assert caught.value.outcome is Outcome.MISCONFIGURED

    def test_nothing_of_a_person_stays_on_the_gateway(self, gateway: Gateway) -> None:
        gateway.oauth_user("c1")
        assert "o1" not in repr(vars(gateway._oauth))


def test_mini_program_log_in(gateway: Gateway, platform: Platform) -> None:
    def exchange(asked: Asked) -> Answer:
        assert (asked.query["appid"], asked.query["secret"], asked.query["js_code"]) == (
            "wxmini",
            "m1ni",
            "j1",
        )
        return {"openid": "m1", "session_key": "K==", "unionid": "u1"}

    platform.scripts[MINI] = exchange
    session = gateway.mini_session("j1")
    assert (session.openid, session.unionid, session.session_key) == ("m1", "u1", "K==")


@pytest.mark.parametrize(
    ("errcode", "reason"),
    [(40029, "code_invalid"), (40163, "code_used"), (40226, "person_at_risk")],
)
def test_mini_program_refusals(gateway: Gateway, platform: Platform, errcode: int, reason: str) -> None:
    platform.scripts[MINI] = lambda _: refusal(errcode)
    with pytest.raises(OAuthRefused) as caught:
        gateway.mini_session("j1")
    assert caught.value.reason == reason


def test_mini_program_too_often(gateway: Gateway, platform: Platform) -> None:
    platform.scripts[MINI] = lambda _: refusal(45011)
    with pytest.raises(WeChatTrouble) as caught:
        gateway.mini_session("j1")
    assert caught.value.outcome is Outcome.SLOW_DOWN


def test_without_a_mini_program_nothing_is_asked(
    account: Account, store: redis.Redis, platform: Platform
) -> None:
    bare = Account("wxapp", "s3cret", account.api_url, account.open_url)
    with pytest.raises(WeChatTrouble) as caught:
        Gateway(bare, store, in_transaction=lambda: False).mini_session("j1")
    assert caught.value.outcome is Outcome.MISCONFIGURED
    assert platform.asked == []
