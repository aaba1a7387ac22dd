"""QR codes: as a drawing for pages and papers, and as a picture with words below that a phone can keep.

Nearly all the time that a QR code takes goes into trying all eight masks; one mask is taken here for all. A reader
needs none of the eight in particular: the best of them is only the one with the fewest large plain patches.
"""

import io
from functools import lru_cache
from typing import NamedTuple

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from documents import fonts

_MASK = 3
_BORDER = 4  # modules of white around, as ISO/IEC 18004 asks
_KEPT = 256
_DARK = "#000"
_LETTER = 14  # the caption's height, in parts of the picture's width it is 1/14


class _Modules(NamedTuple):
    """The squares of a code, border included: ``side`` times ``side`` bytes, 0 for dark and 1 for light."""

    side: int
    squares: bytes


@lru_cache(maxsize=_KEPT)
def svg(text: str) -> str:
    """The code as an SVG document; one unit is a module, and a millimetre where a page gives it no size."""
    side, squares = _modules(text)
    runs: list[str] = []
    for y in range(side):
        row = squares[y * side : (y + 1) * side]
        x = row.find(0)
        while x >= 0:
            end = row.find(1, x)
            runs.append(f"M{x} {y}h{end - x}v1H{x}z")
            x = row.find(0, end)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="{_DARK}" d="{"".join(runs)}"/></svg>'
    )


@lru_cache(maxsize=_KEPT)
def png(text: str, caption: str = "", scale: int = 10) -> bytes:
    """The code as a PNG, ``scale`` pixels a module, with a caption of one or several lines below.

    Raises NoFont where there is a caption and no font for Chinese.
    """
    side, squares = _modules(text)
    code = Image.frombytes("L", (side, side), squares.translate(_SHADES))
    picture = code.convert("1").resize((side * scale, side * scale), Image.Resampling.NEAREST)
    if caption:
        picture = _with_caption(picture, caption, scale)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


_SHADES = bytes([0, 255]) + bytes(254)


def _modules(text: str) -> _Modules:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=_BORDER, mask_pattern=_MASK)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    return _Modules(len(rows), bytes(not dark for row in rows for dark in row))


def _with_caption(code: Image.Image, caption: str, scale: int) -> Image.Image:
    """The code on a taller ground, the caption in its middle, as large as fits the code's own width."""
    width = code.width - 2 * _BORDER * scale
    font = _fitting(caption, code.width // _LETTER, width)
    probe = ImageDraw.Draw(code)
    left, top, right, bottom = probe.multiline_textbbox((0, 0), caption, font, spacing=scale, align="center")
    space = _BORDER * scale
    ground = Image.new("L", (code.width, code.height + int(bottom - top) + space), 255)
    ground.paste(code)
    at = ((code.width - (right - left)) / 2 - left, code.height - top)
    ImageDraw.Draw(ground).multiline_text(at, caption, fill=0, font=font, spacing=scale, align="center")
    return ground


def _fitting(caption: str, size: int, width: int) -> ImageFont.FreeTypeFont:
    font = fonts.drawn(size)
    widest = max(font.getlength(line) for line in caption.splitlines())
    return font if widest <= width else fonts.drawn(max(8, int(size * width / widest)))
