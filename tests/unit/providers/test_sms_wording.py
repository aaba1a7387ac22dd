from pathlib import Path

import pytest

from config import sms

LONG = "二十个字的名称" * 2 + "二十个字的…"  # as long as a message's field can be
WHEN = "2026年11月30日 18:00"
SAMPLES = {
    "code": {"code": "402918", "minutes": "5"},
    "account_moved": {"time": "11月20日 17:50"},
    "account_unbound": {"time": "11月20日 17:50"},
    "account_created": {"phone": "13812345678", "password": "Kf7mPq2wXz"},
    "role_added": {},
    "unit_changed": {},
    "bind_reminder": {},
    "second_factor_set": {},
    "second_factor_reset": {},
    "recovery_code_used": {"left": "10"},
    "recovery_codes_renewed": {},
    "request_granted": {"name": "阿依古丽·买买…"},
    "request_declined": {"name": "阿依古丽·买买…", "reason": "手机号与学信账号所留的不一致，请核…"},
    "task_assigned": {"task": LONG, "due": WHEN},
    "task_due": {"task": LONG, "due": WHEN, "state": "未完成"},
    "task_withdrawn": {"task": LONG, "dispatcher": LONG},
    "task_unfinished": {"asker": LONG, "task": LONG},
    "hiring_told": {"subject": "单位注册", "what": LONG, "result": "逾期未答复"},
    "interview_invited": {"unit": LONG, "at": WHEN},
    "signing_invited": {"unit": LONG, "until": WHEN},
    "signing_expires": {"unit": LONG, "state": "即将到期", "until": WHEN},
    "signing_decided": {"other": LONG, "result": "有协议逾期未审核"},
    "signer_told": {
        "other": "阿卜杜喀迪尔",
        "result": "有协议逾期未审核",
        "link": "https://jy.example.edu.cn/s/back",
    },
    "signing_sealed": {"link": "https://jy.example.edu.cn/v/abcdefghijklmnop"},
    "review_told": {"other": LONG, "result": "有协议逾期未审核"},
    "release_applied": {"applicant": LONG},
    "release_decided": {"other": LONG, "result": "不同意解约"},
    "source_to_confirm": {"school": LONG, "by": WHEN},
    "destination_rejected": {"reason": LONG},
}


@pytest.fixture
def texts() -> sms.SmsTexts:
    return sms.load("24365智慧就业")


def test_each_text_has_a_sample_here(texts: sms.SmsTexts) -> None:
    assert set(texts.names()) == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_text_carries_its_sign_and_all_values_in_one_message(texts: sms.SmsTexts, name: str) -> None:
    text = texts.render(name, SAMPLES[name])
    assert text.startswith("【24365智慧就业】")
    assert all(value in text for value in SAMPLES[name].values())
    assert len(text) <= 70


def test_vendors_get_the_values_in_the_order_of_the_text(tmp_path: Path) -> None:
    source = tmp_path / "sms.toml"
    source.write_text('back = "{second} before {first}, {second} again"', encoding="utf-8")
    assert sms.load("x", source).ordered("back", {"first": "1", "second": "2"}) == ["2", "1"]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("code", {"code": "402918"}),
        ("code", {"code": "402918", "minutes": "5", "name": "x"}),
        ("birthday", {}),
    ],
)
def test_wrong_parameters_are_a_mistake_of_the_caller(
    texts: sms.SmsTexts, name: str, params: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=name):
        texts.render(name, params)
    with pytest.raises(ValueError, match=name):
        texts.ordered(name, params)


def test_a_value_cannot_bring_its_own_placeholder(texts: sms.SmsTexts) -> None:
    assert "{minutes}" in texts.render("code", {"code": "{minutes}", "minutes": "5"})
