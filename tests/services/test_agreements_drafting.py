"""The unit's draft: its form and its papers, who signs, and whose the phone is."""

import json

import pytest

from models.agreement import Agreement
from models.agreement_papers import AgreementFile
from services.agreements import chain, drafting, terms
from services.agreements.parties import Party
from services.context import Context
from tests.agreements import (
    PHONE_OF_SIGNER,
    SIGNER,
    TERMS,
    chain_of,
    fill,
    fresh,
    open_school,
    prove,
    scan,
    show_ticket,
    sms_code,
    strokes,
)
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import codes_of, fields_of, refusal_of, together


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)


@pytest.fixture
def draft(ctx: Context, cast: Cast) -> tuple[Party, Agreement]:
    return scan(ctx, show_ticket(ctx, cast.graduate).token)


@pytest.fixture
def full(ctx: Context, draft: tuple[Party, Agreement]) -> tuple[Party, Agreement]:
    party, row = draft
    return party, fill(ctx, party, row)


def submit(ctx: Context, full: tuple[Party, Agreement]) -> Agreement:
    return drafting.submit(ctx, *full, consent=True, strokes=strokes())


# -- the form ----------------------------------------------------------------------------------------------


def test_a_draft_keeps_what_was_typed_and_judges_nothing(
    ctx: Context, draft: tuple[Party, Agreement]
) -> None:
    party, row = draft
    saved = drafting.save(ctx, party, row, {"unit_name": "  合肥\u200b创新 ", "pay": "many", "nonsense": "x"})
    assert terms.of(saved)["unit_name"] == "合肥创新"
    assert terms.of(saved)["pay"] == "many"
    assert "nonsense" not in json.loads(saved.terms)
    assert drafting.save(ctx, party, row, terms.of(saved)).version == saved.version


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("unit_name", "", "请填写此项。"),
        ("credit_code", "91110000600037341A", "统一社会信用代码有误"),
        ("unit_place", "340100", "请查找并选择单位所在的区、县。"),
        ("unit_nature", "xx", "请从列表中选择。"),
        ("unit_industry", "xx", "请从列表中选择。"),
        ("contact_mobile", "123", "请填写 11 位手机号码。"),
        ("contact_email", "nobody", "邮箱格式不正确"),
        ("postcode", "23", "请填写 6 位邮政编码。"),
        ("pay", "0", "请填写规定范围内的整数。"),
        ("pay", "200001", "请填写规定范围内的整数。"),
        ("starts_on", "2032-01-01", "请填写两年以内的日期"),
        ("starts_on", "soon", "请填写两年以内的日期"),
        ("other", "字" * 501, "内容过长"),
        ("contact_name", "张\U000e0100三\ue000", "“U+E0100U+E000”无法印到协议书上"),
    ],
)
def test_each_field_is_looked_at_before_it_is_sent(
    ctx: Context, full: tuple[Party, Agreement], field: str, value: str, said: str
) -> None:
    party, row = full
    drafting.save(ctx, party, row, TERMS | {field: value})
    refusal = refusal_of(lambda: submit(ctx, full))
    assert set(refusal.fields) == {field}
    assert refusal.fields[field].startswith(said)
    assert fresh(row).status == "draft"


def test_a_rare_name_that_can_be_printed_is_taken(ctx: Context, full: tuple[Party, Agreement]) -> None:
    party, row = full
    drafting.save(ctx, party, row, TERMS | {"contact_name": "䶮㛃𬭎"})
    assert terms.of(submit(ctx, full))["contact_name"] == "䶮㛃𬭎"


@pytest.mark.parametrize("kind", drafting.NEEDED)
def test_no_paper_may_be_missing(ctx: Context, full: tuple[Party, Agreement], kind: str) -> None:
    AgreementFile.update(replaced_at=ctx.clock()).where(AgreementFile.kind == kind).execute()
    assert fields_of(lambda: submit(ctx, full)) == {kind}


def test_nothing_but_the_scan_is_nothing(ctx: Context, draft: tuple[Party, Agreement]) -> None:
    missing = fields_of(lambda: submit(ctx, draft))
    assert missing == {"licence", "id_front", "id_back", "phone", "name", "position"}


# -- the phone ---------------------------------------------------------------------------------------------


def test_a_phone_is_the_signers_once_its_code_is_typed(ctx: Context, draft: tuple[Party, Agreement]) -> None:
    party, row = draft
    proven = prove(ctx, party, row)
    assert (proven.signer_name, proven.signer_position, proven.signer_phone) == (
        "周敏",
        "招聘主管",
        PHONE_OF_SIGNER,
    )
    again = drafting.prove_phone(ctx, party, row, SIGNER, "000000")  # the same tap once more
    assert again.version == proven.version
    assert chain_of(row) == ["offer.opened", "signer.proven"]
    assert PHONE_OF_SIGNER not in "".join(json.dumps(event.body) for event in chain.events(row))


def test_another_phone_needs_another_code(ctx: Context, draft: tuple[Party, Agreement]) -> None:
    party, row = draft
    prove(ctx, party, row)
    other = SIGNER | {"phone": "13900000310"}
    refusal = refusal_of(lambda: drafting.prove_phone(ctx, party, row, other, sms_code(PHONE_OF_SIGNER)))
    assert refusal.code == "code_wrong"
    assert fresh(row).signer_phone == PHONE_OF_SIGNER
    renamed = drafting.prove_phone(ctx, party, row, SIGNER | {"name": "周闵"}, "")
    assert renamed.signer_name == "周闵"


def test_a_code_that_is_wrong_late_or_tried_too_often_proves_nothing(
    ctx: Context, draft: tuple[Party, Agreement], clock: FixedClock
) -> None:
    party, row = draft
    drafting.send_code(ctx, row, PHONE_OF_SIGNER, "203.0.113.7")
    right = sms_code(PHONE_OF_SIGNER)
    bad = f"{(int(right) + 1) % 1_000_000:06d}"

    def tried(code: str) -> str:
        return refusal_of(lambda: drafting.prove_phone(ctx, party, row, SIGNER, code)).code

    assert [tried(bad) for _ in range(5)] == ["code_wrong"] * 5
    assert tried(right) == "code_wrong"  # no try is left
    clock.advance(seconds=61)
    drafting.send_code(ctx, row, PHONE_OF_SIGNER, "203.0.113.7")
    late = sms_code(PHONE_OF_SIGNER)
    clock.advance(minutes=5)
    assert tried(late) == "code_wrong"
    drafting.send_code(ctx, row, PHONE_OF_SIGNER, "203.0.113.7")
    assert drafting.prove_phone(ctx, party, row, SIGNER, sms_code(PHONE_OF_SIGNER)).signer_name == "周敏"


def test_codes_for_one_draft_have_an_end(ctx: Context, draft: tuple[Party, Agreement]) -> None:
    _, row = draft
    drafting.send_code(ctx, row, PHONE_OF_SIGNER, "203.0.113.7")
    assert refusal_of(lambda: drafting.send_code(ctx, row, PHONE_OF_SIGNER, "x")).code == "code_too_soon"
    for number in range(8):
        drafting.send_code(ctx, row, f"1380000000{number}", f"198.51.100.{number}")
    assert refusal_of(lambda: drafting.send_code(ctx, row, "13800000020", "x")).code == "too_many_tries"


@pytest.mark.parametrize(
    ("person", "field"),
    [
        ({"name": "周"}, "name"),
        ({"name": "周\U000f0001"}, "name"),
        ({"position": " "}, "position"),
        ({"position": "主管\U000f0001"}, "position"),
        ({"phone": "1"}, "phone"),
    ],
)
def test_who_signs_is_written_out(
    ctx: Context, draft: tuple[Party, Agreement], person: dict[str, str], field: str
) -> None:
    party, row = draft
    assert fields_of(lambda: drafting.prove_phone(ctx, party, row, SIGNER | person, "123456")) == {field}


def test_two_taps_on_one_code_are_one(ctx: Context, draft: tuple[Party, Agreement]) -> None:
    party, row = draft
    drafting.send_code(ctx, row, PHONE_OF_SIGNER, "203.0.113.7")
    code = sms_code(PHONE_OF_SIGNER)
    done = together(*[lambda: drafting.prove_phone(ctx, party, row, SIGNER, code)] * 4)
    assert codes_of(done) == ["ok"] * 4
    assert chain_of(row) == ["offer.opened", "signer.proven"]
