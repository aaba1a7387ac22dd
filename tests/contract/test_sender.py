"""Many messages at once: what the sender makes of answers, of refused tokens and of those it works for."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import redis
from platform_stub import RID, Asked, Platform, refusal

from wechat.answers import Parcel, Sent
from wechat.gateway import Account, Gateway
from wechat.line import Way
from wechat.outcomes import Outcome

pytestmark = pytest.mark.slow

SEND = "/cgi-bin/message/template/send"
NOTICE = "/cgi-bin/message/subscribe/bizsend"


def parcel(number: int, channel: str = "template", link: str | None = None) -> Parcel:
    return Parcel(number, f"o{number}", "T1", {"thing1": "张三的任务"}, link, f"m{number}", channel)


class Desk:
    """Gives parcels and keeps what it is told."""

    def __init__(self, parcels: Sequence[Parcel]) -> None:
        self.left = list(parcels)
        self.told: list[tuple[Parcel, Sent]] = []

    def source(self, count: int) -> list[Parcel]:
        given, self.left = self.left[:count], self.left[count:]
        return given

    def sink(self, told: Sequence[tuple[Parcel, Sent]]) -> None:
        self.told += told


def send_all(gateway: Gateway, *parcels: Parcel, connections: int = 16) -> dict[int, Sent]:
    desk = Desk(parcels)
    gateway.send_all(desk.source, desk.sink, connections=connections)
    assert sorted(one.key for one, _ in desk.told) == sorted(one.key for one in parcels)
    return {one.key: sent for one, sent in desk.told}


def test_every_parcel_is_sent_once_and_told_of_once(gateway: Gateway, platform: Platform) -> None:
    platform.scripts[SEND] = lambda asked: {"errcode": 0, "msgid": 2**62 + int(asked.body["touser"][1:])}
    sent = send_all(gateway, *(parcel(number) for number in range(700)))
    assert sent == {number: Sent(Outcome.ACCEPTED, 2**62 + number) for number in range(700)}
    assert platform.seen[SEND] == 700
    assert platform.fetches == [False]
    assert platform.connections <= 17


def test_it_says_what_a_single_message_says(gateway: Gateway, platform: Platform) -> None:
    send_all(
        gateway, parcel(1, link="https://x.example/h5/t"), parcel(2, "subscribe", "https://x.example/h5/t")
    )
    one, notice = (next(asked for asked in platform.asked if asked.path == path) for path in (SEND, NOTICE))
    assert "张三的任务".encode() in one.raw
    whole = {"template_id": "T1", "data": {"thing1": {"value": "张三的任务"}}}
    assert one.body == whole | {"touser": "o1", "client_msg_id": "m1", "url": "https://x.example/h5/t"}
    assert notice.body == whole | {"touser": "o2", "page": "https://x.example/h5/t"}
    assert not any("Cookie" in asked.headers for asked in platform.asked)


@pytest.mark.parametrize(
    ("answer", "sent"),
    [
        (refusal(-1, "system error,"), Sent(Outcome.AMBIGUOUS, 0, -1, "system error", RID)),
        (refusal(43004, "no,"), Sent(Outcome.UNREACHABLE, 0, 43004, "no", RID)),
        (refusal(45009, "no,"), Sent(Outcome.QUOTA_SPENT, 0, 45009, "no", RID)),
        (500, Sent(Outcome.AMBIGUOUS, detail="http 500")),
        (429, Sent(Outcome.SLOW_DOWN, detail="http 429")),
        (404, Sent(Outcome.MISCONFIGURED, detail="http 404")),
        (302, Sent(Outcome.AMBIGUOUS, detail="GarbledAnswer")),
        (None, Sent(Outcome.AMBIGUOUS, detail="connection lost")),
        (b"<html>", Sent(Outcome.AMBIGUOUS, detail="GarbledAnswer")),
        (b'{"errcode": 0, "msgid": "x"}', Sent(Outcome.AMBIGUOUS, detail="GarbledAnswer")),
    ],
)
def test_answers_become_outcomes(gateway: Gateway, platform: Platform, answer: Any, sent: Sent) -> None:
    platform.scripts[SEND] = lambda _: answer
    assert send_all(gateway, parcel(1)) == {1: sent}


def test_a_refused_token_is_replaced_once_for_all_that_it_was_refused_to(
    gateway: Gateway, platform: Platform
) -> None:
    gateway.delete_menu()
    platform.renew()
    sent = send_all(gateway, *(parcel(number) for number in range(40)))
    assert {one.outcome for one in sent.values()} == {Outcome.ACCEPTED}
    assert platform.fetches == [False, False]


def test_a_token_that_stays_refused_is_tried_twice_by_each(gateway: Gateway, platform: Platform) -> None:
    platform.scripts[SEND] = lambda _: refusal(42001)
    sent = send_all(gateway, *(parcel(number) for number in range(40)))
    assert {(one.outcome, one.errcode) for one in sent.values()} == {(Outcome.RETRY, 42001)}
    assert platform.seen[SEND] == 80
    assert platform.fetches.count(True) == 1


def test_without_a_token_nothing_is_sent(gateway: Gateway, platform: Platform) -> None:
    platform.scripts["/cgi-bin/stable_token"] = lambda _: refusal(40125)
    assert send_all(gateway, parcel(1))[1].outcome is Outcome.MISCONFIGURED
    assert platform.seen[SEND] == 0


def test_a_host_that_is_not_there_means_nothing_was_sent(platform: Platform, gateway: Gateway) -> None:
    send_all(gateway, parcel(1))  # which also brings the token
    gateway._sender._way = Way("127.0.0.1", 9)
    assert send_all(gateway, parcel(2)) == {
        2: Sent(Outcome.RETRY, detail="no connection: ConnectionRefusedError")
    }


def test_who_cannot_claim_any_more_is_still_told_of_what_was_sent(gateway: Gateway) -> None:
    desk = Desk([parcel(number) for number in range(200)])

    def source(count: int) -> list[Parcel]:
        if not desk.left:
            raise ConnectionError("the database is away")
        return desk.source(count)

    with pytest.raises(ConnectionError):
        gateway.send_all(source, desk.sink, connections=8)
    assert len(desk.told) == 200


def test_an_outcome_that_could_not_be_told_is_told_again_at_the_end(gateway: Gateway) -> None:
    desk, calls = Desk([parcel(number) for number in range(1000)]), []

    def sink(told: Sequence[tuple[Parcel, Sent]]) -> None:
        calls.append(len(told))
        if len(calls) == 1:
            raise ConnectionError("the database is away for a moment")
        desk.sink(told)

    with pytest.raises(ConnectionError):
        gateway.send_all(desk.source, sink, connections=8)
    assert desk.left, "nothing more is claimed by whoever cannot write down what became of it"
    assert sorted(one.key for one, _ in desk.told) == list(range(1000 - len(desk.left)))


def test_nothing_is_sent_inside_a_transaction(
    account: Account, store: redis.Redis, platform: Platform
) -> None:
    guarded = Gateway(account, store, in_transaction=lambda: True)
    with pytest.raises(RuntimeError, match="transaction"):
        send_all(guarded, parcel(1))
    assert platform.asked == []


def test_every_call_is_observed(
    gateway: Gateway, platform: Platform, observed: list[tuple[str, str]], make_gateway: Callable[[], Gateway]
) -> None:
    def answer(asked: Asked) -> dict[str, Any]:
        return refusal(43004) if asked.body["touser"] == "o2" else {"errcode": 0, "msgid": 1}

    platform.scripts[SEND] = answer
    send_all(gateway, parcel(1), parcel(2))
    assert sorted(observed[1:]) == [
        ("message/template/send", "accepted"),
        ("message/template/send", "unreachable"),
    ]
