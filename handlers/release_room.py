"""One 解约 as each of its two sides sees it, and what they may do about it."""

from config.agreements import materials as material_kinds
from config.consents import consents
from domain.agreements import GRADUATE_SIDE, UNIT_SIDE
from domain.refusals import NotFound
from handlers import signature, visit
from handlers.agreement_states import release_state
from handlers.forms import Form
from handlers.post_words import moment_words
from handlers.uploads import pieces_of, small_number
from models.agreement import Agreement, Release
from services.agreements import materials, release_texts, releases
from services.agreements.parties import Party

_AGREED = {
    GRADUATE_SIDE: "您已同意解约。院系和学校审核通过后协议解除。",
    UNIT_SIDE: "已同意解约。院系和学校审核通过后协议解除。",
}
_REFUSED = {
    GRADUATE_SIDE: "已告知对方您不同意解约，协议继续有效。",
    UNIT_SIDE: "已告知毕业生单位不同意解约，协议继续有效。",
}


def named(row: Agreement, code: str) -> Release:
    """One release of this agreement; raises NotFound."""
    found = next((one for one in releases.of_agreement(row) if one.code == code), None)
    if found is None:
        raise NotFound()
    found.graduate = row.graduate
    return found


def letter_pages() -> int:
    """How many pages a 解约函 may have."""
    return material_kinds()["letter"].parts


def letters(row: Agreement, release: Release) -> list[int]:
    """The pages of the letter that are there."""
    return [file.part for file in materials.all_current(row, release) if file.kind == "letter"]


def add_letter(form: Form, party: Party, row: Agreement, release: Release) -> str:
    """Takes in the page that the form brings; answers what the person is told."""
    part = small_number(form.text("part"))
    materials.add(visit.ctx(), party, row, "letter", pieces_of("file"), part=part, release=release)
    return "解约函已上传。"


def asking_values(party: Party, row: Agreement) -> dict[str, object]:
    """What a page needs on which one side asks the other for the release."""
    return {
        "row": row,
        "text": release_texts.ahead(row),
        "consents": consents(),
        "needs_identity": not materials.has_agreed(party, row),
    }


def values_of(row: Agreement, release: Release, side: str) -> dict[str, object]:
    """What a page of one release needs, for the person on a side."""
    is_mine = release.asked_by == side
    is_in_time = release.due_at is None or release.due_at > visit.ctx().clock()
    is_unanswered = release.status == "asked" or (release.status == "expired" and is_in_time)
    may_hand_in = side == GRADUATE_SIDE and is_unanswered
    return {
        "row": row,
        "release": release,
        "text": release_texts.of(release),
        "consents": consents(),
        "needs_identity": not materials.has_consented(row, side),
        "state": release_state(release),
        "is_mine": is_mine,
        "until": moment_words(release.due_at) if release.due_at else "",
        "may_hand_in": may_hand_in,
        "may_add_letter": may_hand_in and not release.is_new_signer,  # who has brought it before
        "files": letters(row, release),
        "most": letter_pages(),
    }


def answered(form: Form, party: Party, row: Agreement, release: Release) -> str:
    """Does what the button says; answers what the person is told. Raises a refusal."""
    ctx, act = visit.ctx(), form.text("act")
    if act == "agree":
        releases.agree(ctx, party, release, form.text("digest"), **signature.signed(form))
        return _AGREED[party.side]
    if act == "refuse":
        releases.refuse(ctx, party, release, form.text("reason"))
        return _REFUSED[party.side]
    if act == "cancel":
        releases.cancel(ctx, party, release)
        return "已取消解约申请，协议继续有效。"
    releases.add_proof(ctx, party, release)
    return "解约函已提交，院系审核后转学校审核。"
