"""What a person should look at before a post is published: it may be no post, or several."""

import re
from dataclasses import dataclass

from config.reading import reading_pattern, reading_words
from domain.reading.folding import plain

TOO_SHORT, ANNOUNCEMENT, SEVERAL = "too_short", "announcement", "several"


@dataclass(frozen=True, slots=True)
class Concern:
    """``kind`` is TOO_SHORT, ANNOUNCEMENT or SEVERAL; ``count`` the bytes of the text, or the subjects of the title."""

    kind: str
    count: int = 0


def concerns(title: str, text: str) -> tuple[Concern, ...]:
    """All that is odd about a post's title and description."""
    found: list[Concern] = []
    size = len(text.strip().encode("utf-8", "replace"))
    if size < reading_words("gate")["least_bytes"]:
        found.append(Concern(TOO_SHORT, size))
    line = plain(title)
    if _word("announcement").search(line) and not _word("post_words").search(line):
        found.append(Concern(ANNOUNCEMENT))
    subjects = len(_subjects(line))
    if subjects > reading_words("gate")["most_subjects"]:
        found.append(Concern(SEVERAL, subjects))
    return tuple(found)


def _subjects(line: str) -> list[str]:
    """What a title lists; words with only spaces between them are a list when all of them are short."""
    bare = _word("brackets").sub(" ", line).strip()
    listed = [part for part in map(_subject, _word("subjects").split(bare)) if part]
    spaced = [part for part in map(_subject, bare.split()) if part]
    longest = reading_words("gate")["longest_subject"]
    if all(len(part) <= longest and not part.isascii() for part in spaced):
        return max(listed, spaced, key=len)
    return listed


def _subject(part: str) -> str:
    return _word("roles").sub("", part.strip())


def _word(key: str) -> re.Pattern[str]:
    return reading_pattern("gate", key)
