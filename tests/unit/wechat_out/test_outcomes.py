import pytest

from wechat.outcomes import (
    BAD_TOKEN,
    VERDICTS,
    Outcome,
    WeChatTrouble,
    detail_of,
    outcome_of,
    rid_of,
)

OPENID = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ([0], Outcome.ACCEPTED),
        ([-1, 40001, 40014, 42001], Outcome.RETRY),
        ([45011, 43117, 45015, 45047], Outcome.SLOW_DOWN),
        ([45009], Outcome.QUOTA_SPENT),
        ([43004, 50005, 40003], Outcome.UNREACHABLE),
        ([43019], Outcome.BLOCKED),
        ([43101], Outcome.NO_CREDIT),
        ([47003, 41001, 40029, 40163], Outcome.BUG),
        ([40036, 40037, 40013, 40125, 40164, 40243], Outcome.MISCONFIGURED),
        ([48001, 48004, 50001, 50002], Outcome.FORBIDDEN),
        (range(40015, 40029), Outcome.BUG),
    ],
)
def test_each_code_has_its_outcome(codes: list[int], outcome: Outcome) -> None:
    assert {code: outcome_of(code) for code in codes} == dict.fromkeys(codes, outcome)


def test_every_row_names_a_page_of_the_platform() -> None:
    assert len(VERDICTS) > 100
    for code, verdict in VERDICTS.items():
        assert verdict.source.startswith("https://developers.weixin.qq.com/"), code


def test_only_zero_is_success() -> None:
    assert [code for code, verdict in VERDICTS.items() if verdict.outcome is Outcome.ACCEPTED] == [0]


def test_an_unknown_code_is_never_repeated() -> None:
    assert 987654 not in VERDICTS
    assert outcome_of(987654) is Outcome.BUG


def test_a_refused_token_is_worth_another_try() -> None:
    assert {outcome_of(code) for code in BAD_TOKEN} == {Outcome.RETRY}


@pytest.mark.parametrize(
    ("errmsg", "rid"),
    [
        ("invalid code, rid: 65a77521-16bbff6b-1678ac76", "65a77521-16bbff6b-1678ac76"),
        ("invalid credential rid: 5f3b2c1a-0a0b0c0d-1e2f3a4b", "5f3b2c1a-0a0b0c0d-1e2f3a4b"),
        ("code been used, hints: [ req_id: MdoBRh4FE-_iqKea ]", "MdoBRh4FE-_iqKea"),
        ("ok", ""),
        ("acrid: nothing", ""),
    ],
)
def test_the_trace_id_is_found(errmsg: str, rid: str) -> None:
    assert rid_of(errmsg) == rid


@pytest.mark.parametrize(
    ("errmsg", "detail"),
    [
        (
            "argument invalid! data.thing1.value is empty rid: 65a77521-16bbff6b-1678ac76",
            "argument invalid! data.thing1.value is empty",
        ),
        ("code been used, hints: [ req_id: MdoBRh4FE-_iqKea ]", "code been used"),
        (f"invalid openid {OPENID}, rid: 65a77521-16bbff6b-1678ac76", "invalid openid <openid>"),
        ("x" * 300, "x" * 200),
    ],
)
def test_the_sentence_is_fit_for_a_log(errmsg: str, detail: str) -> None:
    assert detail_of(errmsg) == detail


def test_trouble_tells_what_an_operator_needs() -> None:
    text = str(WeChatTrouble(Outcome.MISCONFIGURED, 40164, "65a77521-16bbff6b", "invalid ip 10.0.0.1"))
    assert text == "misconfigured (errcode 40164, rid 65a77521-16bbff6b) invalid ip 10.0.0.1"
