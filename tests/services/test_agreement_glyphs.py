"""A character that the font lacks is named, leads to a way that works, and is printed by nobody as a box."""

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from domain.refusals import Invalid, named
from models.graduate import Graduate
from models.message import Message
from services.agreements import drafting, looking, offers, papers, rules, sealing, terms
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import TERMS, fresh, strokes
from tests.cast import Cast
from tests.papers import photo
from tests.services.tools import refusal_of

ODD = "\U00020001"  # a 汉字 that no font of ours has
NAME = f"李{ODD}"


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)


def rename(**columns: str) -> None:
    Graduate.update(**columns).execute()


@pytest.mark.parametrize("column", ["name", "major_name", "student_number"])
def test_the_graduate_is_told_which_one_and_what_to_do(ctx: Context, cast: Cast, column: str) -> None:
    rename(**{column: NAME})
    refusal = refusal_of(lambda: agreements.show_ticket(ctx, cast.graduate))
    assert refusal.code == "person_glyph_lacking"
    assert f"“{ODD}”" in refusal.say
    assert "改为线下签约" in refusal.say


def test_the_unit_is_told_before_it_writes_and_before_it_signs(ctx: Context, cast: Cast) -> None:
    token = agreements.show_ticket(ctx, cast.graduate).token
    party, row = agreements.scan(ctx, token)
    agreements.fill(ctx, party, row)
    rename(name=NAME)
    refusal = refusal_of(lambda: agreements.scan(ctx, token, "oSigner00000000000000000009"))
    assert (refusal.code, ODD in refusal.say) == ("offer_glyph_lacking", True)
    for verb in (
        lambda: drafting.submit(ctx, party, row, consent=True, strokes=strokes()),
        lambda: agreements.scan(ctx, token, "oSigner00000000000000000009"),
    ):
        assert refusal_of(verb).code == "offer_glyph_lacking"
    rename(name="李晓雨")
    sent = drafting.submit(ctx, party, row, consent=True, strokes=strokes())
    rename(name=NAME)
    assert (
        refusal_of(lambda: offers.revise(ctx, party, sent, TERMS, **ways.ink(5))).code
        == "offer_glyph_lacking"
    )
    assert Message.select().where(Message.template == "signing_invited").count() == 1


@pytest.mark.slow
def test_on_paper_the_name_is_left_to_the_hand_and_spelled_afterwards(
    ctx: Context, cast: Cast, tmp_path: Path
) -> None:
    sealer = ways.with_seal(ctx, tmp_path)
    rename(name=NAME)
    party, row = ways.applied(sealer, cast.graduate)
    ways.passed(sealer, cast, row)
    paper = papers.form_paper(ctx, fresh(row), ctx.clock())
    assert paper.sides[0].name == ""
    assert any("黑色签字笔" in note for note in paper.notes)
    assert sealing.sweep(sealer) == 1
    form = b"".join(vault(ctx).pieces(looking.paper(row, "form").file))
    said = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(form)).pages))
    assert "黑色签字笔" in said
    assert ODD not in said
    receipt = papers.receipt_paper(ctx, fresh(row))
    assert receipt.sides[0].name == "李[U+20001]"
    assert "黑色签字笔" not in str(receipt.notes)
    assert party.side == "graduate"


def test_a_school_that_cannot_be_printed_leaves_its_place_too(ctx: Context, cast: Cast) -> None:
    rename(major_name=f"{ODD}学")
    _party, row = ways.applied(ctx, cast.graduate)
    ways.passed(ctx, cast, row)
    facts = papers.form_paper(ctx, fresh(row), ctx.clock()).sides[0].facts
    assert ("专业", "") in facts
    assert papers.form_paper(ctx, fresh(row), ctx.clock()).sides[0].name == "李晓雨"


def test_what_a_unit_types_is_named(ctx: Context, cast: Cast) -> None:
    with pytest.raises(Invalid) as wrong:
        terms.checked(
            ctx, TERMS | {"unit_name": f"合肥{ODD}公司", "other": f"提供住宿\n{ODD}\U000f0001"}, 2027
        )
    assert {name: ODD in said for name, said in wrong.value.fields.items()} == {
        "unit_name": True,
        "other": True,
    }
    assert "U+F0001" in wrong.value.fields["other"]
    with pytest.raises(Invalid) as wrong:
        terms.need_printable(name=f"周{ODD}")
    assert f"“{ODD}”无法印到协议书上" in wrong.value.fields["name"]
    with pytest.raises(Invalid) as wrong:
        rules.set_stamp(ctx, ways.seat(ctx, cast.school), iter([photo((300, 300))]), f"周{ODD}")
    assert ODD in wrong.value.fields["signer_name"]


def test_a_paper_number_that_cannot_be_printed_is_not_taken(ctx: Context, cast: Cast) -> None:
    refusal = refusal_of(lambda: ways.recorded(ctx, cast.graduate, **{terms.NUMBER: f"皖{ODD}-1"}))
    assert set(refusal.fields) == {terms.NUMBER}


def test_many_are_named_by_the_first_few() -> None:
    assert named("\u202e\U000e0100" + ODD * 20) == "U+202EU+E0100" + ODD * 6
