"""The papers of 网上签约: 就业协议书, the numbered form for signing on paper, the receipt, and 解约, as PDFs.

A paper holds what is printed and nothing else; the words around it are in ``config/agreement_papers.toml``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from config.agreement_papers import PaperWords, labels, paper_words
from documents import fonts, qr, typeset
from documents.typeset import NotSet

Kind = Literal["agreement", "form", "receipt", "release", "record"]
Mode = Literal["two", "three"]
Setter = Callable[[str, dict[str, Any]], bytes]

_TEMPLATES = {
    "agreement": "agreement",
    "form": "paper_form",
    "receipt": "receipt",
    "release": "release",
    "record": "record",
}
_PARTIES = ("graduate", "employer")


class Unsigned(ValueError):
    """An agreement that lacks a signature is none."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an agreement.

    ``role``: graduate, employer or school; ``facts``: (label, value) pairs; ``signer``: who signed, typed; ``ink`` and
    ``stamp``: pictures as PNG or JPEG, empty where there is none; ``signed_at``: as it is printed.
    """

    role: str
    name: str
    facts: tuple[tuple[str, str], ...]
    signer: str
    ink: bytes
    signed_at: str
    stamp: bytes = b""


@dataclass(frozen=True, slots=True)
class Link:
    """One event of the chain as it is printed: ``at`` and ``event`` in words, ``facts`` (label, value) pairs."""

    seq: int
    at: str
    event: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is printed on one paper.

    ``number`` is the agreement's, on its release too. ``terms`` and ``digests`` are (label, value) pairs, digests in
    hexadecimal. ``lead`` and ``clauses``, as (title, text), are those that were signed; where they are left empty,
    today's. ``links`` are the completion record's.
    """

    kind: Kind
    mode: Mode
    number: str
    sides: tuple[Side, ...]
    terms: tuple[tuple[str, str], ...]
    made_on: str
    verify_url: str
    digests: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    reason: str = ""
    clauses: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    lead: str = ""


def pdf(paper: Paper, press: Setter = typeset.pdf) -> bytes:
    """The paper, set by a process of its own, or by the ``pdf`` of a ``documents.press.Press`` for a batch of them.

    Raises Unsigned, NotSet also for a character that the font lacks, NoFont and Crowded.
    """
    data = data_of(paper)
    if lacking := fonts.lacking("".join(sorted(set("".join(_texts(data))))).strip()):
        raise NotSet("no glyph for " + " ".join(f"U+{ord(char):04X}" for char in lacking))
    return press(_TEMPLATES[paper.kind], data)


def title_of(paper: Paper) -> str:
    """What the paper is called, as it stands at its head. Raises Unsigned."""
    return _words_of(paper).title


def data_of(paper: Paper) -> dict[str, Any]:
    """What the templates are filled with. Raises Unsigned."""
    words = _words_of(paper)
    said = labels()
    clauses = paper.clauses or words.clauses
    return {
        "title": words.title,
        "mode": said[f"mode_{paper.mode}"],
        "lead": paper.lead or words.lead.format(number=paper.number),
        "number": paper.number,
        "made_on": paper.made_on,
        "sides": [_side(side) for side in paper.sides],
        "terms_title": words.terms,
        "terms": paper.terms,
        "clauses": [(title, text) for title, text in clauses],
        "reason": paper.reason,
        "digests": [(label, _spaced(value)) for label, value in paper.digests],
        "links": [_link(link) for link in paper.links],
        "notes": paper.notes,
        "url": paper.verify_url,
        "qr": qr.svg(paper.verify_url) if paper.verify_url else "",
        "foot": words.foot,
        "words": dict(said),
        "body": fonts.body_family(),
    }


def _words_of(paper: Paper) -> PaperWords:
    is_signed = all(side.ink for side in paper.sides if side.role in _PARTIES)
    if paper.kind == "agreement" and not is_signed:
        raise Unsigned
    kind = "register" if paper.kind == "release" and not is_signed else paper.kind
    return paper_words(kind, paper.mode)


def _side(side: Side) -> dict[str, Any]:
    return {
        "role": labels()[side.role],
        "is_person": side.role == "graduate",
        "name": side.name,
        "facts": side.facts,
        "signer": side.signer,
        "ink": side.ink,
        "signed_at": side.signed_at,
        "stamp": side.stamp,
    }


def _link(link: Link) -> dict[str, Any]:
    title = labels()["link"].format(seq=link.seq)
    return {"title": title, "at": link.at, "event": link.event, "facts": link.facts}


def _spaced(digest: str) -> str:
    """Eight characters at a time, so that a line may end between them and people can compare them."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield "".join(data.split())
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _texts(value)
