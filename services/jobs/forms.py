"""The shapes that the runner and the single imports and exports agree on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Staged = list[list[Any]]  # rows as JSON carries them, each beginning with its line


@dataclass(frozen=True, slots=True)
class Found:
    """A bad cell: its line, its column (the importer's name for it), what stood there, and why (a reason of
    ``domain.refusals.said``)."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Tally:
    """What became of rows, or what would become of them; ``refused`` names one cell of each row that passed the
    check and may not be stored any more."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: list[Found] = field(default_factory=list)

    def count(self, other: "Tally") -> None:
        """Adds what became of further rows."""
        self.added += other.added
        self.changed += other.changed
        self.same += other.same
        self.refused += other.refused


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows that may be stored, in a form that JSON carries, and every bad cell of the others."""

    staged: Staged
    found: list[Found]


class Importer(Protocol):
    """What one kind of import does with rows. Rows that are there already as they are in the file change nothing."""

    is_atomic: bool  # whether ``apply`` may run inside the transaction that moves the job

    def check(self, lines: Sequence[tuple[int, dict[str, str]]]) -> Checked:
        """Judges lines, given as number and texts by column; writes nothing."""

    def recall(self, staged: Staged) -> None:
        """Is shown rows that passed before a break."""

    def forecast(self, staged: Staged) -> Tally:
        """What ``apply`` would do."""

    def judge(self, staged: Staged) -> list[Found]:
        """What keeps rows that passed the check from being stored by now, as ``apply`` would find; writes nothing."""

    def prepare(self, staged: Staged) -> Staged:
        """Rows as ``apply`` takes them, without a look at the database: the next batch is prepared in another thread
        while one is stored."""

    def apply(self, staged: Staged) -> Tally:
        """Stores prepared rows, each judged again by what holds now; unless atomic, given one by one, and raises
        Refusal."""


@dataclass(frozen=True, slots=True)
class Export:
    """A list to be written: the sheet's name, its headings and its rows, as many texts each, as they come."""

    sheet: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str]]
    file_name: str = "export.xlsx"
