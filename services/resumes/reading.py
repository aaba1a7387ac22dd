"""A 简历 as its owner sees it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from config.resume import Block, resume_form
from documents import fonts
from domain import resume as rules
from domain.refusals import Invalid, NotAllowed, NotFound, hinted
from domain.resume import Measure, Standing, Values
from models.graduate import Graduate, Intention
from models.resume import Resume, ResumeEntry
from services.context import Context
from services.sessions import Visitor

FIELD_BLOCKS = ("basics", "contacts")  # columns of Resume


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a block. ``seen`` stands for its content: whoever saves says what they saw."""

    code: str
    block: str
    values: Values
    seen: str

    @property
    def head(self) -> str:
        return self.values.get(_block(self.block).head, "")

    @property
    def notes(self) -> str:
        return " · ".join(self.values[name] for name in _block(self.block).notes if name in self.values)

    @property
    def when(self) -> str:
        return rules.when(_block(self.block), self.values)

    @property
    def text(self) -> str:
        return self.values.get(_block(self.block).text, "")


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole 简历. ``entries`` are those that stand, ``removed`` those that can be brought back, by block."""

    graduate: Graduate
    resume: Resume | None
    values: dict[str, Values]
    entries: dict[str, list[Entry]]
    removed: dict[str, list[Entry]]
    intention: Intention | None
    standing: Standing
    measure: Measure

    def seen(self, block: str) -> str:
        """What stands for the content of a block with fields."""
        return mark(self.values.get(block, {}))


def own(ctx: Context, visitor: Visitor) -> Paper:
    """The visitor's 简历, empty before the first word of it. Raises NotAllowed for somebody on no roster."""
    if visitor.graduate is None:
        raise NotAllowed("identify_first")
    return of_graduate(visitor.graduate)


def of_graduate(graduate: Graduate) -> Paper:
    """A graduate's 简历."""
    resume = Resume.of_graduate(graduate.id)
    stored = ResumeEntry.of_resume(resume.id) if resume else []
    intention = Intention.of_graduate(graduate.id)
    entries: dict[str, list[Entry]] = {block.name: [] for block in resume_form().blocks}
    removed: dict[str, list[Entry]] = {block.name: [] for block in resume_form().blocks}
    for row in stored:
        (removed if row.removed_at else entries)[row.block].append(entry_of(row))
    values = values_of(resume)
    counts = {block: len(rows) for block, rows in entries.items()}
    standing = standing_of(resume, values, counts, has_intention=intention is not None)
    return Paper(graduate, resume, values, entries, removed, intention, standing, rules.measure(standing))


def values_of(resume: Resume | None) -> dict[str, Values]:
    """What stands in the blocks that have fields."""
    if resume is None:
        return {}
    return {block: json.loads(getattr(resume, block) or "{}") for block in FIELD_BLOCKS}


def standing_of(
    resume: Resume | None, values: Mapping[str, Values], counts: Mapping[str, int], *, has_intention: bool
) -> Standing:
    """What completeness is reckoned from."""
    none = frozenset(resume.none or ()) if resume else frozenset()
    return Standing(values, counts, none, bool(resume and resume.photo), has_intention)


def entry_of(row: ResumeEntry) -> Entry:
    """A stored entry."""
    values: Values = json.loads(row.content)
    return Entry(row.code, row.block, values, mark(values))


def mark(values: Values) -> str:
    """Stands for some content: equal for equal content, for the page of its owner alone."""
    return hashlib.sha256(packed(values).encode()).hexdigest()[:16]


def packed(values: Values) -> str:
    """Values as they are stored."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def block_named(name: str, shape: str) -> Block:
    """A block of a shape. Raises NotFound."""
    try:
        block = resume_form().block(name)
    except KeyError:
        raise NotFound() from None
    if block.shape != shape:
        raise NotFound()
    return block


def printable(values: Values) -> None:
    """Raises Invalid naming each field with characters that the font of the PDF has not.

    On a machine without the font nothing can be said of them; the PDF is refused there anyway.
    """
    try:
        odd = {name: fonts.lacking(text.replace("\n", "")) for name, text in values.items()}
    except fonts.NoFont:
        return
    wrong = {name: hinted("resume_glyphs", "".join(chars[:8])) for name, chars in odd.items() if chars}
    if wrong:
        raise Invalid("form", fields=wrong)


def _block(name: str) -> Block:
    return resume_form().block(name)
