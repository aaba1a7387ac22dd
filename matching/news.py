"""Whether anything happened since one looked: a number in a file that all processes of a host map into memory.

Whoever changes what is in use puts another number there, afterwards. Reading it costs nothing, so that every question
can.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matching.columns import Ints

NAME = "news"


def tell(folder: Path) -> None:
    """Something happened, all of which can be read by now. The number is drawn: two that tell at once both count."""
    with (folder / NAME).open("ab") as file:
        file.truncate(8)
    mapped = np.memmap(folder / NAME, dtype=np.int64, mode="r+", shape=(1,))
    mapped[0] = secrets.randbits(63)


@dataclass(frozen=True, slots=True)
class Heard:
    """The number, mapped, and what it was."""

    number: Ints
    seen: int


def heard(folder: Path) -> Heard:
    """The news by now. Raises FileNotFoundError before anything was told."""
    number = np.memmap(folder / NAME, dtype=np.int64, mode="r", shape=(1,))
    return Heard(number, int(number[0]))
