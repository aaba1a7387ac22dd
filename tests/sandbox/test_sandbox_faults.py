"""Faults, the SMS gateway, the log, and what survives a restart."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from pydantic import ValidationError

from sandbox.options import load_options
from sandbox.state import OAuthCode, QrTicket, State
from tests.sandbox.boxes import Box, box, free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
USER_INFO = "/cgi-bin/user/info"


def told(wechat: Box) -> int:
    code: int = wechat.get(USER_INFO, openid="nobody")["errcode"]
    return code


HEALTHY = 40003


def test_the_api_can_be_busy_or_broken_in_one_corner(wechat: Box) -> None:
    wechat.faults(api="busy", api_only=USER_INFO)
    assert told(wechat) == -1
    assert wechat.get("/cgi-bin/menu/get")["errcode"] == 46003
    wechat.faults(api="error500")
    query = {"access_token": wechat.token()}
    assert requests.get(wechat.url + USER_INFO, params=query, timeout=5).status_code == 502
    wechat.machine("DELETE", "/faults")
    assert told(wechat) == HEALTHY


def test_the_api_can_be_slow_or_hang(wechat: Box) -> None:
    token = wechat.token()
    wechat.faults(api_slow_ms=300)
    started = time.monotonic()
    wechat.get(USER_INFO, token=token)
    assert time.monotonic() - started >= 0.3
    wechat.faults(api="timeout", api_slow_ms=0)
    with pytest.raises(requests.Timeout):
        requests.get(wechat.url + USER_INFO, params={"access_token": token}, timeout=0.3)


def test_the_quota_can_be_spent_but_tokens_still_come(wechat: Box) -> None:
    wechat.faults(quota_spent=True)
    assert told(wechat) == 45009
    assert wechat.post("/cgi-bin/clear_quota", {"appid": wechat.options.app_id})["errcode"] == 0
    assert told(wechat) == HEALTHY


def test_an_address_can_fall_off_the_list(wechat: Box) -> None:
    wechat.faults(ip_refused=True)
    assert wechat.stable()["errcode"] == 40164


def test_any_errcode_can_be_forced_before_or_after_the_work(wechat: Box) -> None:
    path = "/cgi-bin/menu/delete"
    wechat.faults(forced=[{"path": path, "errcode": 50002, "times": 2}])
    assert [wechat.get(path)["errcode"] for _ in range(3)] == [50002, 50002, 0]
    menu = {"button": [{"type": "click", "name": "a", "key": "b"}]}
    wechat.faults(forced=[{"path": "/cgi-bin/menu/create", "errcode": -1, "late": True}])
    assert wechat.post("/cgi-bin/menu/create", menu, token="refused")["errcode"] == 40014
    assert wechat.post("/cgi-bin/menu/create", menu)["errcode"] == -1
    assert wechat.get("/cgi-bin/menu/get")["menu"]["button"][0]["key"] == "b"


def test_a_call_that_hangs_may_have_been_done(wechat: Box) -> None:
    path, token = "/cgi-bin/menu/create", wechat.token()
    wechat.faults(forced=[{"path": path, "errcode": 0, "late": True, "hang": True}])
    menu = {"button": [{"type": "click", "name": "a", "key": "b"}]}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{wechat.url}{path}?access_token={token}", json=menu, timeout=0.5)
    assert wechat.get("/cgi-bin/menu/get")["menu"]["button"][0]["key"] == "b"


def test_a_fault_that_does_not_exist_is_refused(wechat: Box) -> None:
    answer = requests.patch(wechat.url + "/sandbox/api/faults", json={"weather": "bad"}, timeout=5)
    assert answer.status_code == 422
    assert wechat.machine("GET", "/faults")["api"] == "fine"


def text_to(wechat: Box, **more: object) -> int:
    key = {"Authorization": f"Bearer {more.pop('key', wechat.options.sms_key)}"}
    body = {"phone": "13900000101", "text": "验证码 123456", **more}
    return requests.post(wechat.url + "/sms/send", json=body, headers=key, timeout=5).status_code


def test_short_messages_reach_their_number(wechat: Box) -> None:
    assert text_to(wechat) == 200
    assert text_to(wechat, phone="+8613900000201", text="", template="code", params={"code": "9"}) == 200
    assert [one["text"] for one in wechat.machine("GET", "/phones/xiaoyu/sms")] == ["验证码 123456"]
    assert [one["text"] for one in wechat.machine("GET", "/phones/wang/sms")] == ["[code] code=9"]


def test_the_sms_gateway_refuses(wechat: Box) -> None:
    assert text_to(wechat, key="wrong") == 401
    assert text_to(wechat, phone="110") == 422
    assert text_to(wechat, text="") == 422
    assert text_to(wechat, text="长" * 501) == 422
    wechat.faults(sms_down=True)
    assert text_to(wechat) == 503
    assert wechat.machine("GET", "/phones/xiaoyu/sms") == []


def test_calls_are_counted_and_logged_without_secrets(wechat: Box) -> None:
    token = wechat.token()
    wechat.get(USER_INFO, token=token, openid="nobody")
    counted = wechat.counters()
    assert counted[f"api {USER_INFO}"] == 1
    assert counted["errcode 40003"] == 1
    entries = wechat.machine("GET", "/log?kind=api")
    assert [one["what"] for one in entries] == ["POST /cgi-bin/stable_token", f"GET {USER_INFO}"]
    assert entries[1]["status"] == "40003"
    assert token not in str(entries)
    assert wechat.options.app_secret not in str(entries)
    assert wechat.machine("GET", f"/log?since={entries[1]['n']}") == []


def test_changes_are_told_to_open_pages(wechat: Box) -> None:
    with requests.get(wechat.url + "/sandbox/api/stream", stream=True, timeout=5) as stream:
        lines = stream.iter_lines(chunk_size=1)
        assert next(lines) == b"retry: 1000"
        wechat.do("xiaoyu", "snapshot", on=True)
        told_so = next(line for line in lines if line)
    assert b'"xiaoyu"' in told_so


def test_everything_that_matters_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.sqlite"
    with box(state=state) as wechat:
        wechat.do("xiaoyu", "follow")
        wechat.do("xiaoyu", "say", text="还在吗")
        wechat.post("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "a", "key": "b"}]})
        text_to(wechat)
        token = wechat.token()
    with box(state=state) as wechat:
        phone = wechat.machine("GET", "/phones/xiaoyu")
        assert phone["following"]
        assert [one["text"] for one in phone["chat"]] == ["还在吗"]
        assert len(phone["sms"]) == 1
        assert wechat.get("/cgi-bin/menu/get", token=token)["menu"]["button"][0]["key"] == "b"
        assert wechat.token() == token
        wechat.machine("POST", "/reset")
        assert not wechat.machine("GET", "/phones/xiaoyu")["following"]


def test_idle_waits_for_what_is_under_way(wechat: Box) -> None:
    wechat.do("xiaoyu", "follow")
    wechat.product.answer = lambda _seen: 0.2
    address = f"{wechat.url}/sandbox/api/phones/xiaoyu/say?wait=0"
    assert requests.post(address, json={"text": "慢"}, timeout=5).status_code == 202
    before = len(wechat.product.callbacks)
    wechat.idle()
    assert len(wechat.chat("xiaoyu")) >= 1
    assert wechat.machine("GET", "/log?kind=callback")[-1]["what"] == "text"
    assert before <= len(wechat.product.callbacks)


def test_options_come_from_flag_environment_file_in_that_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sandbox.toml"
    file.write_text('mode = "compatible"\nformat = "json"\nbind = "127.0.0.1:1"\n', encoding="utf-8")
    monkeypatch.setenv("SANDBOX_FORMAT", "xml")
    monkeypatch.setenv("SANDBOX_BIND", "127.0.0.1:2")
    options = load_options({"bind": "127.0.0.1:3"}, file)
    assert (options.mode, options.format, options.port) == ("compatible", "xml", 3)


@pytest.mark.parametrize(
    "wrong", [{"aes_key": "short"}, {"token": "a-b"}, {"product_url": "127.0.0.1:8000"}, {"colour": "red"}]
)
def test_options_that_do_not_fit_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        load_options(wrong, None)


def test_the_command_prints_the_products_environment() -> None:
    command = [sys.executable, "-m", "sandbox", "--print-wxb-env", "--bind", "127.0.0.1:8123"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=20)
    assert "WXB_WECHAT_API_URL=http://localhost:8123" in printed.stdout.splitlines()
    wrong = subprocess.run(
        [*command, "--mode", "loud"], cwd=ROOT, capture_output=True, timeout=20, check=False
    )
    assert wrong.returncode == 2


def test_what_is_long_dead_is_forgotten_and_the_rest_is_not() -> None:
    def code(until: float) -> OAuthCode:
        return OAuthCode(code="c", phone="xiaoyu", scope="snsapi_base", until=until)

    def ticket(until: float | None) -> QrTicket:
        return QrTicket(ticket="t", url="u", scene="s", until=until)

    state = State(
        oauth_codes={"old": code(0), "new": code(99_000)},
        qr={"old": ticket(0), "new": ticket(99_000), "forever": ticket(None)},
        media={str(number): "" for number in range(50)},
    )
    state.forget_old(100_000)
    assert set(state.oauth_codes) == {"new"}
    assert set(state.qr) == {"new", "forever"}
    assert list(state.media) == [str(number) for number in range(10, 50)]


def test_the_process_stops_at_once_though_a_page_listens(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--bind", f"127.0.0.1:{port}", "--state", str(tmp_path / "s")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert f"http://localhost:{port}" in process.stdout.readline()
        stream = None
        while stream is None:
            try:
                stream = requests.get(f"http://127.0.0.1:{port}/sandbox/api/stream", stream=True, timeout=5)
            except requests.ConnectionError:
                time.sleep(0.05)
        started = time.monotonic()
        process.terminate()
        assert process.wait(10) == 0
        stream.close()
    assert time.monotonic() - started < 4
