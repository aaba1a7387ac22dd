"""简历 as data: its blocks, what they ask for, and what each counts. ``resume.toml`` says it in Chinese."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("resume.toml")
_KINDS = frozenset({"text", "long", "month", "phone", "email", "choice"})
_SHAPES = frozenset({"fields", "intention", "entries"})


@dataclass(frozen=True, slots=True)
class ResumeField:
    """One field of a block. ``points`` are its share of the block's weight; 0: not counted."""

    name: str
    title: str
    kind: str
    most: int = 20
    points: int = 0
    required: bool = False
    example: str = ""
    hint: str = ""
    group: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One of the seven blocks; the last ones say how an entry is read."""

    name: str
    title: str
    weight: int
    shape: str
    fields: tuple[ResumeField, ...] = ()
    photo_points: int = 0
    none: str = ""  # what one says who has nothing to enter
    head: str = ""
    notes: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    open_end: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ResumeForm:
    """The whole of it."""

    blocks: tuple[Block, ...]
    title: str
    unit: str
    most_entries: int
    kept_days: int
    list_title: str
    list_headings: tuple[str, ...]
    bars: tuple[int, ...]
    words: dict[str, str]

    def block(self, name: str) -> Block:
        """A block by its name; raises KeyError."""
        return {block.name: block for block in self.blocks}[name]


@cache
def resume_form() -> ResumeForm:
    """The form as the file has it. Raises ValueError for a file that does not add up."""
    found: dict[str, Any] = tomllib.loads(_FILE.read_text("utf-8"))
    blocks = tuple(_block(row) for row in found.pop("blocks"))
    if sum(block.weight for block in blocks) != 100:
        raise ValueError("resume.toml: the weights do not add up to 100")
    return ResumeForm(blocks, **{name: _frozen(value) for name, value in found.items()})


def _block(row: dict[str, Any]) -> Block:
    fields = tuple(ResumeField(**_all_frozen(field)) for field in row.pop("fields", ()))
    block = Block(fields=fields, **_all_frozen(row))
    names = {field.name for field in fields}
    used = {block.head, *block.notes, *block.dates, block.text} - {""}
    if block.shape not in _SHAPES or any(field.kind not in _KINDS for field in fields) or used - names:
        raise ValueError(f"resume.toml: block {block.name}")
    return block


def _all_frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _frozen(value) for name, value in row.items()}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
