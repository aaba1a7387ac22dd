"""The plain gateway over a real socket, and how careful our outgoing calls are."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from loopback import Loopback, Told, told

from config.sms import load as load_texts
from providers.outgoing import MAX_BODY, NoAnswer, Outgoing
from providers.sms_http import HttpSms
from providers.sms_sender import SmsResult

pytestmark = pytest.mark.slow

PHONE = "13812345678"
CODE = {"code": "402918", "minutes": "5"}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback(lambda heard: told({"id": "r-1"})) as running:
        yield running


def sender(server: Loopback, timeout: float = 5) -> HttpSms:
    return HttpSms(f"{server.url}/sms/send", "the key", load_texts("24365智慧就业"), timeout=timeout)


def test_the_gateway_gets_the_whole_message(server: Loopback) -> None:
    result = sender(server).send(PHONE, "code", CODE)
    assert (result.outcome, result.reference) == ("accepted", "r-1")
    (heard,) = server.heard
    assert (heard.method, heard.path) == ("POST", "/sms/send")
    assert heard.headers["authorization"] == "Bearer the key"
    assert heard.headers["content-type"] == "application/json"
    assert heard.json() == {
        "phone": PHONE,
        "template": "code",
        "params": CODE,
        "text": "【24365智慧就业】验证码 402918，5 分钟内有效。请勿告诉他人，如非本人操作请忽略。",
    }


@pytest.mark.parametrize(
    ("answer", "outcome", "detail"),
    [
        (Told(204, b""), "accepted", ""),
        (Told(200, b"taken, thank you"), "accepted", ""),
        (Told(200, b"[" * 100_000), "accepted", ""),
        (Told(302, b"", {"Location": "/elsewhere"}), "refused", "http_302"),
        (Told(400), "refused", "http_400"),
        (Told(401), "refused", "http_401"),
        (Told(429), "retry", "http_429"),
        (Told(503), "retry", "http_503"),
        (Told(500), "retry", "http_500"),
        (Told(502), "ambiguous", "http_502"),
        (Told(504), "ambiguous", "http_504"),
        (Told(200, pause=5), "ambiguous", "timeout"),
        (Told(200, b"x" * 60, drip=0.1), "ambiguous", "timeout"),
        (Told(200, b"x" * (MAX_BODY + 1)), "ambiguous", "too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_the_gateway_says_becomes_an_outcome(
    server: Loopback, answer: Told, outcome: str, detail: str
) -> None:
    server.answer = lambda heard: answer
    result = sender(server, timeout=0.5).send(PHONE, "code", CODE)
    assert (result.outcome, result.detail) == (outcome, detail)
    assert len(server.heard) == 1


def test_a_gateway_that_is_away_means_again_later() -> None:
    with Loopback(lambda heard: Told()) as gone:
        pass
    assert sender(gone).send(PHONE, "code", CODE) == SmsResult("retry", "unreachable")


def test_a_gateway_that_nobody_knows_means_again_later() -> None:
    away = HttpSms("http://gateway.invalid/send", "k", load_texts("x"))
    assert away.send(PHONE, "code", CODE) == SmsResult("retry", "unreachable")


def test_a_connection_lost_after_the_request_leaves_it_open() -> None:
    """The gateway read the message and fell over before it said anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def read_and_hang_up() -> None:
            peer, _address = listening.accept()
            peer.settimeout(5)
            while b"code" not in peer.recv(65536):
                pass
            peer.close()

        with ThreadPoolExecutor() as threads:
            done = threads.submit(read_and_hang_up)
            url = f"http://127.0.0.1:{listening.getsockname()[1]}/send"
            result = HttpSms(url, "k", load_texts("x"), timeout=2).send(PHONE, "code", CODE)
            done.result()
    assert result == SmsResult("ambiguous", "cut_off")


def test_wrong_parameters_never_leave_the_house(server: Loopback) -> None:
    with pytest.raises(ValueError, match="code"):
        sender(server).send(PHONE, "code", {"code": "402918"})
    assert server.heard == []


def test_a_body_cut_short_is_no_answer(server: Loopback) -> None:
    server.answer = lambda heard: Told(200, b"{}", {"Transfer-Encoding": "chunked"})
    with pytest.raises(NoAnswer):
        Outgoing(0.5).get(server.url)


def test_cookies_of_one_call_do_not_reach_the_next(server: Loopback) -> None:
    server.answer = lambda heard: Told(headers={"Set-Cookie": "person=1; Path=/"})
    outgoing = Outgoing(2)
    outgoing.get(server.url)
    outgoing.get(server.url)
    assert [heard.headers.get("cookie") for heard in server.heard] == [None, None]


def test_credentials_lying_on_the_machine_are_not_used(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    outgoing = Outgoing(2)
    outgoing.get(server.url)
    outgoing.post_form(server.url, {})
    outgoing.get(server.url, bearer="ours")
    assert [heard.headers.get("authorization") for heard in server.heard] == [None, None, "Bearer ours"]
