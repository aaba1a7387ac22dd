"""What makes two callbacks the same one, and which are refused for what they lack."""

import pytest

from wechat.inbound import BadCallback, Inbound

BASE = {"ToUserName": "gh_1", "FromUserName": "o_1", "CreateTime": "1795158000"}
EVENT = BASE | {"MsgType": "event", "Event": "CLICK", "EventKey": "A"}
TEXT = BASE | {"MsgType": "text", "Content": "hi", "MsgId": "7"}


def inbound(fields: dict[str, str]) -> Inbound:
    return Inbound(dict(fields), "xml", b"secret")


def same(one: dict[str, str], two: dict[str, str]) -> bool:
    return inbound(one).fingerprint == inbound(two).fingerprint


def test_repeats_are_equal_and_others_are_not() -> None:
    assert same(EVENT, EVENT)
    assert same(TEXT, TEXT | {"Content": "the platform never changes it"})
    assert not same(TEXT, TEXT | {"FromUserName": "o_2"})  # MsgId repeats across people
    assert not same(TEXT, TEXT | {"MsgId": "8"})
    for change in (
        {"EventKey": "B"},
        {"CreateTime": "1795158005"},
        {"Event": "VIEW"},
        {"FromUserName": "o_2"},
    ):
        assert not same(EVENT, EVENT | change)


def test_two_results_in_one_second_are_two_events() -> None:
    result = BASE | {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": "1", "Status": "success"}
    assert not same(result, result | {"MsgID": "2"})
    assert not same(result, result | {"Status": "failed:user block"})
    sent = BASE | {
        "MsgType": "event",
        "Event": "subscribe_msg_sent_event",
        "SubscribeMsgSentEvent.List.MsgID": "1",
    }
    assert not same(sent, sent | {"SubscribeMsgSentEvent.List.MsgID": "2"})


def test_a_location_beside_another_event_in_one_second_is_its_own() -> None:
    location = BASE | {"MsgType": "event", "Event": "LOCATION", "Latitude": "31.8"}
    assert not same(location, BASE | {"MsgType": "event", "Event": "unsubscribe"})
    assert not same(location, location | {"CreateTime": "1795158005"})


def test_the_fingerprint_cannot_be_made_without_the_secret() -> None:
    assert Inbound(dict(EVENT), "xml", b"one").fingerprint != Inbound(dict(EVENT), "xml", b"two").fingerprint


@pytest.mark.parametrize(
    "event", ["user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"]
)
def test_for_revocations_the_person_is_in_openid(event: str) -> None:
    fields = BASE | {"MsgType": "event", "Event": event, "OpenID": "o_person", "RevokeInfo": "205"}
    assert inbound(fields).openid == "o_person"
    del fields["OpenID"]
    with pytest.raises(BadCallback, match="missing_field"):
        inbound(fields)


@pytest.mark.parametrize("name", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"])
def test_fields_that_every_callback_has(name: str) -> None:
    with pytest.raises(BadCallback, match="missing_field"):
        inbound({key: value for key, value in EVENT.items() if key != name})
    with pytest.raises(BadCallback):
        inbound(EVENT | {name: ""})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"FromUserName": "o" * 65}, "bad_name"),
        ({"FromUserName": "o 1"}, "bad_name"),
        ({"FromUserName": "o\n1"}, "bad_name"),
        ({"FromUserName": "欧"}, "bad_name"),
        ({"MsgType": "事件"}, "bad_name"),
        ({"CreateTime": "1795158000000"}, "bad_number"),
        ({"CreateTime": "-1"}, "bad_number"),
        ({"CreateTime": "１２"}, "bad_number"),
        ({"MsgID": "9" * 21}, "bad_number"),
        ({"MsgID": "1.5"}, "bad_number"),
    ],
)
def test_fields_that_cannot_be_used(change: dict[str, str], expected: str) -> None:
    with pytest.raises(BadCallback) as caught:
        inbound(EVENT | change)
    assert caught.value.reason == expected
