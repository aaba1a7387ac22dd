"""What is signed at 解约, frozen when it is asked for: the reason, which agreement and which paper of it, the clauses.

Both sides sign one text: the other side sends the digest of what it was shown back, and the sealed paper is set from
it. A release from before has none; what today's clauses say is shown and printed then, as it was.
"""

from dataclasses import dataclass

from config.agreement_papers import Clauses, paper_words
from models.agreement import Agreement, Release
from models.agreement_papers import SealedPaper
from services.agreements import terms


@dataclass(frozen=True, slots=True)
class ReleaseText:
    """``number`` is the agreement's and ``paper`` the SHA-256 of its sealed PDF, empty where there is none.

    ``lead`` and ``clauses`` are those of a release that both sides sign.
    """

    reason: str
    number: str
    paper: str
    lead: str
    clauses: Clauses


def ahead(agreement: Agreement, reason: str = "") -> ReleaseText:
    """The text of a release that both sides sign, if it were asked for now."""
    words = paper_words("release", agreement.mode)
    number = agreement.number or ""
    lead = words.lead.format(number=number)
    return ReleaseText(reason, number, _digest_of_paper(agreement), lead, words.clauses)


def to_freeze(release: Release, reason: str, facts: str) -> dict[str, str]:
    """The columns of a release that is asked for now; ``facts`` is the digest of what is frozen of the graduate."""
    text = ahead(release.agreement, reason)
    whole = {
        "reason": text.reason,
        "number": text.number,
        "paper": text.paper,
        "lead": text.lead,
        "clauses": [list(pair) for pair in text.clauses],
        "asked_by": release.asked_by,
        "graduate": facts,
    }
    written = terms.frozen(whole)
    return {"text": written, "text_digest": terms.digest_of(written)}


def of(release: Release) -> ReleaseText:
    """The text as it was frozen; of a release from before as it would be now."""
    if not release.text:
        return ahead(release.agreement, release.reason)
    stored = terms.parts_in(release.text)
    clauses = tuple((title, words) for title, words in stored["clauses"])
    return ReleaseText(stored["reason"], stored["number"], stored["paper"], stored["lead"], clauses)


def is_intact(release: Release) -> bool:
    """Whether the text that is stored is the one that was frozen."""
    return terms.digest_of(release.text) == release.text_digest if release.text else not release.text_digest


def _digest_of_paper(agreement: Agreement) -> str:
    mine = (SealedPaper.agreement == agreement.id) & SealedPaper.kind.in_(("agreement", "receipt"))
    row = SealedPaper.select(SealedPaper.digest).where(mine).first()
    return row.digest if row is not None else ""
