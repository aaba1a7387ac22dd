"""Whatever the platform did not send: 4xx, nothing in it, counted by reason."""

from collections.abc import Callable

import pytest
from platform_side import PlatformSide, recorded

from config.metrics import CALLBACKS, CALLBACKS_REFUSED
from handlers.callback import CallbackDoor
from services.context import Context

CLICK = recorded("click__MY_TASKS")


def refused(reason: str) -> float:
    return CALLBACKS_REFUSED.labels(reason)._value.get()


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_all_three_modes_work(platform_in: Callable[[str], PlatformSide], mode: str) -> None:
    platform = platform_in(mode)
    assert "请先绑定学信账号" in platform.post(CLICK).text
    assert "请先绑定学信账号" in platform.post(recorded("click__MY_TASKS.json")).text


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_the_address_check_is_answered_with_the_bare_word(
    platform_in: Callable[[str], PlatformSide], mode: str
) -> None:
    platform = platform_in(mode)
    answer = platform.call(platform.query(echostr="<b>4375120948345356249</b>"), method="GET")
    assert (answer.status, answer.body) == (200, b"<b>4375120948345356249</b>")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert platform.call(platform.query(echostr="1", nonce="2"), method="GET").status == 403


def test_the_forms_of_answers(platform: PlatformSide) -> None:
    assert platform.call(*platform.wrap(CLICK)).headers["Content-Type"].startswith("text/xml")
    assert (
        platform.call(*platform.wrap(recorded("click__MY_TASKS.json"))).headers["Content-Type"]
        == "application/json"
    )
    assert platform.call(*platform.wrap(recorded("view"))).body == b""


def check(
    platform: PlatformSide, reason: str, status: int, query: dict[str, str] | str, body: bytes, **rest: str
) -> None:
    before = refused(reason)
    answer = platform.call(query, body, **rest)
    assert (answer.status, answer.body) == (status, b"")
    assert refused(reason) == before + 1


def test_refusals(platform: PlatformSide, ctx: Context) -> None:
    query, body = platform.wrap(CLICK)
    check(platform, "bad_signature", 403, query | {"msg_signature": "0" * 40}, body)
    check(platform, "missing_parameter", 400, {}, body)
    check(platform, "missing_parameter", 400, "nonce[]=1&timestamp=1", body)
    check(platform, "duplicate_parameter", 400, "nonce=1&nonce=1&timestamp=2", body)
    check(platform, "duplicate_parameter", 400, "nonce=1&no%6ece=1", body)
    check(platform, "bad_parameter", 400, "a=" + "b" * 3000, body)
    check(platform, "not_encrypted", 400, query, CLICK.encode())
    check(platform, "doctype", 400, query, b"<!DOCTYPE a [<!ENTITY b 'c'>]><xml/>")
    check(platform, "bad_method", 405, query, body, method="PUT")
    ctx.clock.advance(seconds=601)  # type: ignore[attr-defined]  # the tests' own clock
    check(platform, "stale", 403, query, body)


class Unread:
    def read(self, _size: int) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("length", "reason", "status"),
    [
        ("65537", "too_large", 413),
        ("9" * 40, "too_large", 413),
        ("-1", "bad_length", 400),
        ("１", "bad_length", 400),
    ],
)
def test_a_body_that_says_it_is_too_large_is_not_read(
    platform: PlatformSide, length: str, reason: str, status: int
) -> None:
    check(platform, reason, status, platform.query(), b"", CONTENT_LENGTH=length, **{"wsgi.input": Unread()})


def test_a_body_of_unknown_length_is_read_no_further_than_64_kib(platform: PlatformSide) -> None:
    query, body = platform.wrap(CLICK)
    assert platform.call(query, body, CONTENT_LENGTH="").status == 200
    check(platform, "too_large", 413, query, body + b" " * 70_000, CONTENT_LENGTH="")


class Broken:
    def __getattr__(self, name: str) -> object:
        raise TypeError("this hand is broken")


def test_a_fault_of_ours_is_success_for_the_platform(ctx: Context) -> None:
    door = CallbackDoor(Context(**{**vars(ctx), "redis": Broken()}))
    platform = PlatformSide(door, ctx.settings, lambda: ctx.clock().timestamp())
    before = CALLBACKS.labels("click:MY_TASKS", "failed")._value.get()
    answer = platform.call(*platform.wrap(CLICK))
    assert (answer.status, answer.body) == (200, b"success")
    assert CALLBACKS.labels("click:MY_TASKS", "failed")._value.get() == before + 1


def test_a_fault_before_the_signature_is_known_is_4xx_too(platform: PlatformSide) -> None:
    query, body = platform.wrap(CLICK)
    check(platform, "fault", 400, query, body, **{"wsgi.input": Broken()})
