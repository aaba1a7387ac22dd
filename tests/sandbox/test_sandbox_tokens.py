"""Access tokens as the platform hands them out."""

from typing import Any

import pytest

from tests.sandbox.boxes import Box, box


def plain(wechat: Box, **more: str) -> dict[str, Any]:
    options = wechat.options
    query = {"grant_type": "client_credential", "appid": options.app_id, "secret": options.app_secret, **more}
    return wechat.get("/cgi-bin/token", token="", **query)


def errcode(wechat: Box, token: str) -> int:
    answer = wechat.get("/cgi-bin/menu/get", token=token)
    code: int = answer["errcode"]
    return code


ALIVE = 46003  # no menu yet: the token was taken


def test_a_new_plain_token_lets_the_old_one_live_for_the_overlap(wechat: Box) -> None:
    old, new = plain(wechat)["access_token"], plain(wechat)["access_token"]
    assert old != new
    assert errcode(wechat, old) == ALIVE
    wechat.advance(wechat.options.token_overlap + 1)
    assert errcode(wechat, old) == 42001
    assert errcode(wechat, new) == ALIVE


def test_stable_token_is_the_same_while_it_lives(wechat: Box) -> None:
    first = wechat.stable()
    wechat.advance(6000)
    assert wechat.stable()["access_token"] == first["access_token"]
    assert wechat.counters()["token_refreshes"] == 1


def test_stable_token_has_at_least_five_minutes_and_both_live_meanwhile(wechat: Box) -> None:
    old = wechat.token()
    wechat.advance(7200 - 299)
    renewed = wechat.stable()
    assert renewed["access_token"] != old
    assert renewed["expires_in"] >= 300
    assert errcode(wechat, old) == ALIVE


def test_force_refresh_kills_the_old_token_at_once(wechat: Box) -> None:
    old = wechat.token()
    new = wechat.stable(force_refresh=True)["access_token"]
    assert errcode(wechat, old) == 40001
    assert errcode(wechat, new) == ALIVE


def test_force_refresh_wants_thirty_seconds_between(wechat: Box) -> None:
    assert "access_token" in wechat.stable(force_refresh=True)
    wechat.advance(25)
    assert wechat.stable(force_refresh=True)["errcode"] == 45009
    wechat.advance(6)
    assert "access_token" in wechat.stable(force_refresh=True)


def test_force_refresh_is_given_twenty_times_a_day(wechat: Box) -> None:
    for _ in range(20):
        assert "access_token" in wechat.stable(force_refresh=True)
        wechat.advance(31)
    assert wechat.stable(force_refresh=True)["errcode"] == 45009
    wechat.advance(86_400)
    assert "access_token" in wechat.stable(force_refresh=True)


def test_plain_and_stable_tokens_live_apart(wechat: Box) -> None:
    stable = wechat.token()
    plain(wechat)
    wechat.advance(wechat.options.token_overlap + 1)
    assert errcode(wechat, stable) == ALIVE


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "0" * 32}, 40125),
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
def test_a_wrong_account_gets_no_token(wechat: Box, wrong: dict[str, str], expected: int) -> None:
    assert wechat.stable(**wrong)["errcode"] == expected
    assert plain(wechat, **wrong)["errcode"] == expected


def test_an_address_off_the_list_gets_no_token() -> None:
    with box(allowed_ips=("10.0.0.1",)) as wechat:
        refused = wechat.stable()
    assert refused["errcode"] == 40164
    assert "127.0.0.1" in refused["errmsg"]


@pytest.mark.parametrize(("token", "expected"), [("", 41001), ("short", 40014), ("x" * 136, 40001)])
def test_a_bad_token_is_refused_with_a_request_id(wechat: Box, token: str, expected: int) -> None:
    answer = wechat.get("/cgi-bin/menu/get", token=token)
    assert answer["errcode"] == expected
    assert " rid: " in answer["errmsg"]


def test_an_expired_token_says_so(wechat: Box) -> None:
    token = wechat.token()
    wechat.advance(7201)
    assert errcode(wechat, token) == 42001


def test_tokens_can_be_killed_from_outside(wechat: Box) -> None:
    token = wechat.token()
    assert wechat.machine("POST", "/tokens/invalidate") == {"invalidated": 1}
    assert errcode(wechat, token) == 40001
    assert errcode(wechat, wechat.token()) == ALIVE


def test_the_method_counts(wechat: Box) -> None:
    assert wechat.get("/cgi-bin/stable_token", token="")["errcode"] == 43002
    assert wechat.post("/cgi-bin/menu/get", {})["errcode"] == 43001


def test_an_unknown_address_of_the_api_is_named_so(wechat: Box) -> None:
    assert wechat.get("/cgi-bin/nothing/here")["errcode"] == 40066
