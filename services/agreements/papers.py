"""What is printed on a paper of an agreement: from its frozen terms, the ink of both sides, and the chain so far."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from config.agreements import printed, term_fields
from documents.agreement_papers import Mode, Paper, Side
from documents.fonts import lacking, spelled
from domain.agreements import RECORDED, THREE_PARTY
from domain.desk_hours import CHINA
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from services.agreements import persons, proof, release_texts, school_marks, terms
from services.agreements.chain import Body
from services.agreements.persons import FACTS, Unproven
from services.agreements.proof import Tampered
from services.agreements.terms import Terms, paper_number
from services.context import Context
from services.jobs.steps import vault

Pairs = tuple[tuple[str, str], ...]
_UNITS = frozenset(field.name for field in term_fields() if field.part == "unit")
_OF_UNIT = _UNITS - {"unit_name"}


def agreement_paper(ctx: Context, agreement: Agreement) -> Paper:
    """就业协议书 as both sides have signed it online. Raises Tampered, Damaged."""
    text, said = _frozen(agreement), proof.said(agreement)
    files = files_of(agreement)
    person = persons.of(ctx, agreement)
    graduate = _graduate_side(person, _ink(ctx, files, "graduate_ink"), _drawn(said, "graduate"))
    unit = _unit_side(ctx, agreement, _ink(ctx, files, "unit_ink"), _drawn(said, "unit"))
    sides = (graduate, unit, *_school_sides(ctx, person["school"], said, agreement))
    extra = ((printed("effective_on"), f"{agreement.effective_on}"),)
    return Paper(
        kind="agreement",
        mode=_mode(agreement),
        number=agreement.number or "",
        sides=sides,
        terms=_terms(ctx, agreement) + extra,
        made_on=_day(ctx.clock()),
        verify_url=verify_url(ctx, agreement),
        digests=_digests(agreement),
        notes=(printed("note_verify"),),
        clauses=terms.clauses_in(text),
    )


def form_paper(ctx: Context, agreement: Agreement, due: datetime) -> Paper:
    """The numbered form that is signed and stamped on paper and sent back until ``due``. Raises Tampered.

    What of the graduate the font cannot print is left to the hand.
    """
    text = _frozen(agreement)
    person = persons.of(ctx, agreement)
    by_hand = [name for name, words in person.items() if lacking(words)]
    person |= dict.fromkeys(by_hand, "")
    sides = [_graduate_side(person, by_hand=by_hand), _unit_side(ctx, agreement)]
    if agreement.mode == THREE_PARTY:
        sides.append(Side("school", person["school"], (), "", b"", ""))
    hint = (printed("note_by_hand"),) if by_hand else ()
    return Paper(
        kind="form",
        mode=_mode(agreement),
        number=agreement.number or "",
        sides=tuple(sides),
        terms=_terms(ctx, agreement),
        made_on=_day(ctx.clock()),
        verify_url=verify_url(ctx, agreement),
        digests=_digests(agreement),
        notes=(*hint, printed("note_form", day=_day(due)), printed("note_verify")),
        clauses=terms.clauses_in(text),
    )


def receipt_paper(ctx: Context, agreement: Agreement) -> Paper:
    """The receipt for what was signed on paper: what is registered, and the digests of the scan. Raises Tampered."""
    _frozen(agreement)
    facts: Pairs = ((printed("effective_on"), f"{agreement.effective_on}"),)
    if agreement.signed_on:
        facts = ((printed("signing_day"), f"{agreement.signed_on}"), *facts)
    if agreement.kind == RECORDED:
        facts = ((printed("registered_number"), paper_number(agreement)), *facts)
    scans = [file for file in files_of(agreement) if file.kind == "scan"]
    return Paper(
        kind="receipt",
        mode=_mode(agreement),
        number=agreement.number or "",
        sides=(_graduate_side(_spelled(persons.of(ctx, agreement))), _unit_side(ctx, agreement)),
        terms=_terms(ctx, agreement) + facts,
        made_on=_day(ctx.clock()),
        verify_url=verify_url(ctx, agreement),
        digests=_digests(agreement) + _pages("scan_digest", scans),
        notes=(printed("note_verify"),),
    )


def release_paper(ctx: Context, release: Release) -> Paper:
    """解约 of an agreement: the text that both sides signed, or the record of the letter that was sent in.

    Raises Damaged, Tampered.
    """
    agreement = release.agreement
    files, said = files_of(agreement, release), proof.said(agreement)
    try:
        person = _spelled(persons.of_release(ctx, release))
    except Unproven as wrong:
        raise Tampered(str(wrong)) from None
    sides = (
        _graduate_side(person, _ink(ctx, files, "graduate_ink"), _drawn(said, "graduate", release)),
        _unit_side(ctx, agreement, _ink(ctx, files, "unit_ink"), _drawn(said, "unit", release), release),
        *_school_sides(ctx, person["school"], said, agreement, release),
    )
    text = release_texts.of(release)
    is_signed = all(side.ink for side in sides[:2])
    letters = [file for file in files if file.kind == "letter"]
    own = ((printed("paper_digest"), text.paper),) if text.paper else ()
    return Paper(
        kind="release",
        mode=_mode(agreement),
        number=agreement.number or "",
        sides=sides,
        terms=(
            (printed("agreement_number"), text.number),
            (printed("signed_on"), f"{agreement.effective_on}"),
            (printed("asked_by"), printed(f"by_{release.asked_by}")),
            (printed("asked_at"), _moment(release.asked_at)),
        ),
        made_on=_day(ctx.clock()),
        verify_url=verify_url(ctx, agreement),
        digests=own + _pages("letter_digest", letters) + _head(agreement),
        notes=(printed("note_verify"),),
        reason=text.reason,
        lead=text.lead if is_signed else "",
        clauses=text.clauses if is_signed else (),
    )


def verify_url(ctx: Context, agreement: Agreement) -> str:
    """Where anybody can look how it stands with an agreement."""
    return ctx.settings.url(f"/v/{agreement.verify_code}")


def files_of(agreement: Agreement, release: Release | None = None) -> list[AgreementFile]:
    """The files that count now, of an agreement or of its release, page by page."""
    mine = AgreementFile.release.is_null() if release is None else AgreementFile.release == release.id
    counting = (AgreementFile.agreement == agreement.id) & mine & AgreementFile.replaced_at.is_null()
    return list(AgreementFile.select().where(counting).order_by(AgreementFile.part, AgreementFile.id))


def _frozen(agreement: Agreement) -> str:
    """The terms as they were signed."""
    if not terms.is_intact(agreement):
        raise Tampered("terms")
    return str(agreement.terms)


def _ink(ctx: Context, files: list[AgreementFile], kind: str) -> bytes:
    """A signature's picture, the same as it was drawn; empty where there is none."""
    file = next((file for file in reversed(files) if file.kind == kind), None)
    if file is None:
        return b""
    data = b"".join(vault(ctx).pieces(file.file, file.share or "")) if file.file else b""
    if hashlib.sha256(data).hexdigest() != file.digest:
        raise Tampered(kind)
    return data


def _mode(agreement: Agreement) -> Mode:
    return "three" if agreement.mode == THREE_PARTY else "two"


def _spelled(person: Terms) -> Terms:
    return {name: spelled(words) for name, words in person.items()}


def _graduate_side(
    person: Terms, ink: bytes = b"", signed_at: datetime | None = None, by_hand: Collection[str] = ()
) -> Side:
    known = tuple((printed(name), person[name]) for name in FACTS if person[name] or name in by_hand)
    signer = person["name"] if ink else ""
    return Side("graduate", person["name"], known, signer, ink, _moment(signed_at) if ink else "")


def _unit_side(
    ctx: Context,
    agreement: Agreement,
    ink: bytes = b"",
    signed_at: datetime | None = None,
    release: Release | None = None,
) -> Side:
    shown = terms.shown(ctx, agreement)
    facts = tuple((title, words) for name, title, words in shown if name in _OF_UNIT)
    who = persons.signer_of(agreement)
    if release is not None and release.is_new_signer:
        who = {"name": release.signer_name or "", "position": ""}
    if ink and who["position"]:
        facts += ((printed("position"), who["position"]),)
    signer = who["name"] if ink else ""
    return Side("employer", agreement.unit_name, facts, signer, ink, _moment(signed_at) if ink else "")


def _drawn(said: list[Body], side: str, release: Release | None = None) -> datetime | None:
    """When a side drew the signature that counts, also where a review had it drawn once more."""
    return proof.moment(proof.drawn(said, side, release))


def _school_sides(
    ctx: Context, name: str, said: list[Body], agreement: Agreement, release: Release | None = None
) -> tuple[Side, ...]:
    """丙方 where the agreement was signed online by three: with what it was passed with. Raises Tampered, Damaged."""
    if not school_marks.signs_as_party(agreement):
        return ()
    stamp, signer, body = school_marks.fixed(ctx, said, agreement, release)
    return (Side("school", name, (), signer, b"", _moment(proof.moment(body)), stamp),)


def _terms(ctx: Context, agreement: Agreement) -> Pairs:
    """What is agreed, and the province's rules that were frozen with it."""
    return tuple((title, words) for name, title, words in terms.shown(ctx, agreement) if name not in _UNITS)


def _digests(agreement: Agreement) -> Pairs:
    return ((printed("terms_digest"), agreement.terms_digest), *_head(agreement))


def _head(agreement: Agreement) -> Pairs:
    """The chain's end at this moment: what is added later leaves it as it is."""
    return ((printed("head", seq=agreement.head_seq), agreement.head_hash),)


def _pages(word: str, files: list[AgreementFile]) -> Pairs:
    return tuple((printed(word, part=number), file.digest) for number, file in enumerate(files, start=1))


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d}"


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment else ""
