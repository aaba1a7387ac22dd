"""The Chinese font that documents are set in: where the machine keeps it, and which characters it has.

Noto Sans CJK has every character of GB 18030 that names are written with; the system installs it (fonts-noto-cjk
under apt, google-noto-sans-cjk-fonts under dnf).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

FAMILY = "Noto Sans CJK SC"
# The fonts with a fixed weight: typst cannot tell the weights of a variable one apart.
_FILES = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf")
_PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class NoFont(Exception):
    """The machine has no font that could print Chinese."""


@dataclass(frozen=True, slots=True)
class Font:
    """The font's folder, which holds its bold face too, and the code points it can print."""

    folder: Path
    has: frozenset[int]


@cache
def chinese() -> Font:
    """The font; looked for and read once a process. Raises NoFont, each time anew until there is one."""
    path = next(_found(), None)
    if path is None:
        raise NoFont
    return Font(path.parent, _characters(path))


def lacking(text: str) -> list[str]:
    """The characters of a text that cannot be printed, each once, in their order. Raises NoFont."""
    has = chinese().has
    return [char for char in dict.fromkeys(text) if ord(char) not in has]


def _found() -> Iterator[Path]:
    for place in _PLACES:
        for folder, _folders, files in os.walk(Path(place).expanduser()):
            for name in _FILES:
                if name in files:
                    yield Path(folder) / name


def _characters(path: Path) -> frozenset[int]:
    """What every face of the file has in common: which of them is taken for a document is the typesetter's choice."""
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as faces:
            named = [face for face in faces.fonts if face["name"].getBestFamilyName() == FAMILY]
            return frozenset((named or faces.fonts)[0].getBestCmap())
    with TTFont(path, lazy=True) as face:
        return frozenset(face.getBestCmap())
