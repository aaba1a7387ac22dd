"""简历: what may stand in its fields, and how complete it is (简历完整度). True without a database.

The seven blocks are those of 就业推荐表 as graduates know it from their province's mini program; the list of
毕业生简历维护情况 shows the completeness to those who look after them (安徽 24365 院系、辅导员操作指南 四).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from config.resume import Block, ResumeField, resume_form
from domain import personal
from domain.refusals import Invalid

ALL_MISSING = (1 << len(resume_form().blocks)) - 1

Values = dict[str, str]

_MONTH = re.compile(r"(19[6-9]\d|20\d\d)-(0[1-9]|1[0-2])")
# What the local part and the domain of an address may be made of; whether it arrives only a message can tell.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of a résumé: values by block, how many entries, what was said to be none, photo, 求职意愿."""

    values: Mapping[str, Values] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    has_photo: bool = False
    has_intention: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """简历完整度: percent, and the names of the blocks that are not whole, in their order."""

    percent: int
    missing: tuple[str, ...]

    @property
    def mask(self) -> int:
        """``missing`` as a number: bit n stands for the block at place n."""
        return sum(
            1 << place for place, block in enumerate(resume_form().blocks) if block.name in self.missing
        )


def measure(standing: Standing) -> Measure:
    """How complete a résumé is. 100 is reached when no block is missing anything that counts."""
    shares = {block.name: share(block, standing) for block in resume_form().blocks}
    total = sum(block.weight * shares[block.name] for block in resume_form().blocks)
    return Measure(int(total), tuple(name for name, part in shares.items() if part < 1))


def share(block: Block, standing: Standing) -> Fraction:
    """How much of a block there is, 0 to 1."""
    if block.shape == "intention":
        return Fraction(int(standing.has_intention))
    if block.shape == "entries":
        return Fraction(int(standing.entries.get(block.name, 0) > 0 or block.name in standing.none))
    values = standing.values.get(block.name, {})
    got = sum(one.points for one in block.fields if values.get(one.name))
    if standing.has_photo:
        got += block.photo_points
    return Fraction(got, sum(one.points for one in block.fields) + block.photo_points)


def lacking(block: Block, standing: Standing) -> list[str]:
    """The titles of what still counts in a block of fields; the photo is left to whoever asks."""
    values = standing.values.get(block.name, {})
    return [one.title for one in block.fields if one.points and not values.get(one.name)]


def titles_of(mask: int) -> list[str]:
    """The titles of the blocks that a stored mask names."""
    return [block.title for place, block in enumerate(resume_form().blocks) if mask >> place & 1]


def checked(block: Block, given: Mapping[str, str]) -> Values:
    """The values of a block or of one entry as they are stored, empty ones left out.

    Raises Invalid naming each field that is needed, too long or not what it should be.
    """
    values: Values = {}
    wrong: dict[str, str] = {}
    for one in block.fields:
        try:
            text = _checked(one, given.get(one.name, ""))
        except Invalid as refusal:
            wrong[one.name] = refusal.code
            continue
        if text:
            values[one.name] = text
        elif one.required:
            wrong[one.name] = "required"
    if len(block.dates) == 2 and not wrong:
        begins, ends = (values.get(name, "") for name in block.dates)
        if ends and ends < begins:
            wrong[block.dates[1]] = "months_reversed"
    if wrong:
        raise Invalid("form", fields=wrong)
    return values


def _checked(one: ResumeField, given: str) -> str:
    text = _lines(given) if one.kind == "long" else personal.prose(given)
    if not text:
        return ""
    if one.kind == "choice":
        if text not in one.options:
            raise Invalid("bad_choice")
        return text
    if one.kind == "month":
        if not _MONTH.fullmatch(text):
            raise Invalid("bad_month")
        return text
    if one.kind == "phone":
        return personal.mobile(text)
    if len(text) > one.most:
        raise Invalid("too_long")
    if one.kind == "email":
        text = personal.clean(text).replace(" ", "")
        if not _EMAIL.fullmatch(text):
            raise Invalid("bad_email")
    return text


def _lines(given: str) -> str:
    """Several lines as they were typed, without what cannot be seen and without empty ones."""
    text = unicodedata.normalize("NFC", given.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (personal.prose(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def when(block: Block, values: Mapping[str, str]) -> str:
    """The months of an entry as people read them, as in 2023.09 – 2027.06."""
    dates = [values.get(name, "").replace("-", ".") for name in block.dates]
    if len(dates) == 2:
        dates[1] = dates[1] or block.open_end
    return " – ".join(date for date in dates if date)
