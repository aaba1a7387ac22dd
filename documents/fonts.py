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
from PIL import ImageFont

FAMILY = "Noto Sans CJK SC"
# What papers are set in where it lies beside the other, as it does under apt.
SERIF = "Noto Serif CJK SC"
_SERIF_FILE = "NotoSerifCJK-Regular.ttc"
# The fonts with a fixed weight: typst cannot tell the weights of a variable one apart.
_FILES = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf")
_PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class NoFont(Exception):
    """The machine has no font that could print Chinese."""


@dataclass(frozen=True, slots=True)
class Font:
    """The font's file, which of its faces it is, and the code points it can print."""

    file: Path
    face: int
    has: frozenset[int]

    @property
    def folder(self) -> Path:
        """Where the file lies, its bold face beside it."""
        return self.file.parent


@cache
def chinese() -> Font:
    """The font; looked for and read once a process. Raises NoFont, each time anew until there is one."""
    path = next(_found(), None)
    if path is None:
        raise NoFont
    return Font(path, *_characters(path))


def lacking(text: str) -> list[str]:
    """The characters of a text that cannot be printed, each once, in their order. Raises NoFont."""
    has = chinese().has
    return [char for char in dict.fromkeys(text) if ord(char) not in has]


def spelled(text: str) -> str:
    """The text as it can be printed where nobody can write by hand: a lacking character by its number, [U+20BB7]."""
    odd = set(lacking(text))
    return "".join(f"[U+{ord(char):04X}]" if char in odd else char for char in text)


def body_family() -> str:
    """The family that the body of a formal paper is set in. Raises NoFont."""
    return SERIF if (chinese().folder / _SERIF_FILE).exists() else FAMILY


@cache
def drawn(size: int) -> ImageFont.FreeTypeFont:
    """The font for drawing on pictures, ``size`` pixels high. Raises NoFont."""
    font = chinese()
    return ImageFont.truetype(font.file, size, font.face)


def _found() -> Iterator[Path]:
    for place in _PLACES:
        for folder, _folders, files in os.walk(Path(place).expanduser()):
            for name in _FILES:
                if name in files:
                    yield Path(folder) / name


def _characters(path: Path) -> tuple[int, frozenset[int]]:
    """Which face of the file is the family's, and its characters."""
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as faces:
            names = [face["name"].getBestFamilyName() for face in faces.fonts]
            face = names.index(FAMILY) if FAMILY in names else 0
            return face, frozenset(faces.fonts[face].getBestCmap())
    with TTFont(path, lazy=True) as only:
        return 0, frozenset(only.getBestCmap())
