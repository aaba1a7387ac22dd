"""What a post must not say, found with its sentence: 三严禁 of 教育部, and rules against discrimination in hiring."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from config.forbidden_terms import ForbiddenKind, forbidden_kinds
from domain.reading.folding import clauses, closed_up

_SENTENCES = re.compile("[。;!?\n]+")


@dataclass(frozen=True, slots=True)
class Offence:
    """``text[start:end]`` is the ``term`` that offends, ``text[sentence_start:sentence_end]`` the sentence around it.

    ``kind`` is a name of ``config.forbidden_terms``, ``advice`` what to tell the employer.
    """

    start: int
    end: int
    term: str
    kind: str
    advice: str
    sentence_start: int
    sentence_end: int


def find(text: str) -> tuple[Offence, ...]:
    """Every offence in the order of the text; of hits of one kind that meet, the first and longest."""
    closed, places = closed_up(text)
    sentences = clauses(closed, _SENTENCES)
    found = [
        _offence(text, places, sentences, span, kind)
        for kind in forbidden_kinds().values()
        if not (kind.unless and kind.unless.search(closed))
        for span in _hits(closed, kind)
    ]
    return tuple(sorted(found, key=lambda offence: (offence.start, offence.end)))


def _hits(closed: str, kind: ForbiddenKind) -> Iterator[tuple[int, int]]:
    """Where the kind's patterns hit and no exception does."""
    spans = {match.span() for pattern in kind.patterns for match in pattern.finditer(closed)}
    allowed = [match.span() for form in kind.exceptions for match in form.finditer(closed)] if spans else []
    done = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done and not any(left < end and start < right for left, right in allowed):
            done = end
            yield start, end


def _offence(
    text: str, places: list[int], sentences: list[tuple[int, int]], span: tuple[int, int], kind: ForbiddenKind
) -> Offence:
    start, end = _original(places, span)
    around = next((sentence for sentence in sentences if sentence[0] <= span[0] < sentence[1]), span)
    first, last = _original(places, (around[0], max(around[1], span[1])))
    return Offence(start, end, text[start:end], kind.name, kind.advice, first, last)


def _original(places: list[int], span: tuple[int, int]) -> tuple[int, int]:
    return places[span[0]], places[span[1] - 1] + 1
