"""What is sealed is what the chain of events says was agreed: terms, version, signatures, scans, letters, number.

A row and the digest in it can be rewritten together. The chain cannot, unless every hash from there on is made anew,
and then it is not the one whose heads were kept elsewhere. What does not agree with it is sealed by nobody.
"""

from datetime import datetime

from domain.agreements import GRADUATE_SIDE, ONLINE, PAPER, RECORDED, UNIT_SIDE
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from services.agreements import chain, frozen_rules, materials, release_texts, terms
from services.agreements.chain import Body

# The events that name the terms, by kind of agreement; the last of each of these must name what stands in the row.
_AGREED = {
    ONLINE: (("offer.submitted", "offer.revised"), ("offer.accepted",)),
    PAPER: (("form.applied", "form.passed"),),
    RECORDED: (("reg.submitted",),),
}
_NUMBERED = ("form.passed", "review.passed", "party.school_signed")
_SCANNED = ("scan.uploaded", "reg.submitted")
_ASKED = ("term.requested", "term.offline_requested")
_LETTERS = ("term.proof_added", "term.offline_requested")
_INK = {
    GRADUATE_SIDE: (("graduate_ink", "ink"), ("graduate_strokes", "strokes")),
    UNIT_SIDE: (("unit_ink", "ink"), ("unit_strokes", "strokes")),
}


class Tampered(Exception):
    """What is stored is not what was signed: nothing may be sealed from it."""


def said(agreement: Agreement) -> list[Body]:
    """What each event of the chain says, from the first. Raises Tampered unless the chain is whole."""
    broken = chain.broken_at(agreement)
    if broken is not None:
        raise Tampered(f"chain {broken}")
    return [event.body for event in chain.events(agreement)]


def need(agreement: Agreement, release: Release | None = None) -> None:
    """Raises Tampered unless all that is printed of an agreement, or of its release, is what the chain says."""
    bodies = said(agreement)
    _need_terms(agreement, bodies)
    last = _last(bodies, _NUMBERED)
    if last is not None and last["item"] != agreement.number:
        raise Tampered("number")
    _need_inks(bodies, materials.all_current(agreement, release), release)
    if release is not None:
        _need_asked(bodies, release)
    elif agreement.kind != ONLINE:
        own = [body for body in bodies if _is_of(body, None)]
        _need_pages(own, "scan", _SCANNED, materials.all_current(agreement))
        handed_in = _last(own, _SCANNED) or {}
        if handed_in.get("signed_on", "") != f"{agreement.signed_on or ''}":
            raise Tampered("signed_on")


def are_terms(agreement: Agreement) -> bool:
    """Whether the terms in the row are those that the chain says were agreed."""
    try:
        _need_terms(agreement, said(agreement))
    except Tampered:
        return False
    return True


def drawn(bodies: list[Body], side: str, release: Release | None = None) -> Body | None:
    """The event by which a side gave the signature that counts, for the agreement or for its release."""
    mine = [body for body in bodies if body["side"] == side and "ink" in body and _is_of(body, release)]
    return mine[-1] if mine else None


def last_of(bodies: list[Body], kinds: tuple[str, ...], release: Release | None = None) -> Body | None:
    """The last event of some kinds, of the agreement or of its release."""
    return _last([body for body in bodies if _is_of(body, release)], kinds)


def moment(body: Body | None) -> datetime | None:
    """When an event happened."""
    return datetime.fromisoformat(body["at"]) if body is not None else None


def _need_terms(agreement: Agreement, bodies: list[Body]) -> None:
    if not terms.is_intact(agreement):
        raise Tampered("terms")
    for kinds in _AGREED[agreement.kind]:
        named = [body for body in bodies if body["kind"] in kinds and _digest(body)]
        if not named or _digest(named[-1]) != agreement.terms_digest:
            raise Tampered("terms")
        if named[-1]["version"] != agreement.terms_version:
            raise Tampered("version")
        if any(body.get("mode", agreement.mode) != agreement.mode for body in named):
            raise Tampered("mode")
    if not frozen_rules.are_intact(agreement):
        raise Tampered("rules")
    if terms.of(agreement)["unit_name"] != agreement.unit_name:
        raise Tampered("unit_name")


def _digest(body: Body) -> str:
    return str(body.get("terms") or body.get("digest") or "")


def _need_inks(bodies: list[Body], files: list[AgreementFile], release: Release | None) -> None:
    digests = {file.kind: file.digest for file in files}
    for side, kinds in _INK.items():
        body = drawn(bodies, side, release) or {}
        for kind, word in kinds:
            if digests.get(kind) != body.get(word):
                raise Tampered(kind)


def _need_asked(bodies: list[Body], release: Release) -> None:
    mine = [body for body in bodies if _is_of(body, release)]
    asked = _last(mine, _ASKED)
    if asked is None or (asked["reason"], asked["side"]) != (release.reason, release.asked_by):
        raise Tampered("reason")
    agreed = _last(mine, ("term.agreed",)) or asked
    named = {body.get("release_text", "") for body in (asked, agreed)}
    if named != {release.text_digest} or not release_texts.is_intact(release):
        raise Tampered("release_text")
    _need_pages(mine, "letter", _LETTERS, materials.all_current(release.agreement, release))


def _need_pages(bodies: list[Body], kind: str, kinds: tuple[str, ...], files: list[AgreementFile]) -> None:
    """That each page of a scan or letter is the one that was added, and all are those that were handed in."""
    pages = [file for file in files if file.kind == kind]
    added = {
        body["part"]: body["file"]
        for body in bodies
        if body["kind"] == "material.added" and body["item"] == kind
    }
    if any(added.get(page.part) != page.digest for page in pages):
        raise Tampered(kind)
    handed_in = _last(bodies, kinds)
    if handed_in is not None and handed_in["files"] != [page.digest for page in pages]:
        raise Tampered(kind)


def _last(bodies: list[Body], kinds: tuple[str, ...]) -> Body | None:
    return next((body for body in reversed(bodies) if body["kind"] in kinds), None)


def _is_of(body: Body, release: Release | None) -> bool:
    return bool(body.get("release", "") == (release.code if release is not None else ""))
