"""What reading a spreadsheet may cost, and the words in which it is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

Flaw = tuple[int, int, str, str]  # line, column (both from 1), what stood there, why it cannot be taken
Line = tuple[int, list[str], list[Flaw]]  # its number from 1, its cells as text, and which of them are bad


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes; ``seconds`` of processor time; ``batch`` lines to a frame."""

    file: int = 64 * 2**20
    unpacked: int = 700 * 2**20
    ratio: int = 250  # an honest sheet packs 5 to 40 times
    entries: int = 2_000
    rows: int = 300_001
    columns: int = 200
    cell: int = 32_767  # characters, as in Excel
    memory: int = 512 * 2**20
    seconds: int = 120
    batch: int = 2_000


class Refused(Exception):
    """The file cannot be read: a code of ``domain.refusals.SAY`` and, where it is known, the place."""

    def __init__(self, code: str, line: int = 0, column: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.column = column


class Rows(Protocol):
    """Lines that hold something, in order. ``about`` is how many lines the file says it has; 0: it does not say."""

    about: int

    def __iter__(self) -> Iterator[Line]:
        """The lines."""
