"""A watermark over a picture that is shown: who looks at it, for what, and when, all over it.

It goes onto what is served and never onto what is kept.
"""

import io
import math

from PIL import Image, ImageDraw

from documents import fonts

_LETTER = 40  # letters to a picture's shorter side
_SMALLEST = 12  # pixels
_TILT = math.radians(28)
_GAP = 2  # letters between two of them
_LINES = 5  # letters from line to line
_STRENGTH = 96  # of 255
_QUALITY = 85


def marked(kept: bytes, text: str) -> bytes:
    """The picture, a JPEG or PNG, with the text all over it, as a JPEG with nothing but its pixels.

    The text is one of ours, in one line. Raises ValueError for an empty one, OSError for what is neither, NoFont.
    """
    if not text.strip():
        raise ValueError("no text")
    with Image.open(io.BytesIO(kept), formats=["JPEG", "PNG"]) as opened:
        picture = _on_white(opened)
    size = max(_SMALLEST, min(picture.size) // _LETTER)
    ground = _ground(text, size, *picture.size)
    # Light beside dark, so that it can be read on black as on white.
    picture.paste((255, 255, 255), (max(1, size // 16),) * 2, mask=ground)
    picture.paste((70, 70, 70), (0, 0), mask=ground)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, which ink has and a JPEG has not."""
    if "A" not in picture.getbands():
        return picture.convert("RGB")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _ground(text: str, size: int, width: int, height: int) -> Image.Image:
    """Where the text goes on a picture of that size: in lines that rise to the right, each beginning elsewhere."""
    tile, long = _tile(text, size)
    along = (long * math.cos(_TILT), -long * math.sin(_TILT))
    across = (_LINES * size * math.sin(_TILT), _LINES * size * math.cos(_TILT))
    reach = math.hypot(width, height)
    ground = Image.new("L", (width, height))
    for line in range(-math.ceil(reach / (_LINES * size)), math.ceil(reach / (_LINES * size)) + 1):
        for place in range(-math.ceil(reach / long) - 1, math.ceil(reach / long) + 2):
            at = place + (line % 3) / 3
            x, y = (int(at * one + line * other) for one, other in zip(along, across, strict=True))
            if -tile.width < x < width and -tile.height < y < height:
                ground.paste(_STRENGTH, (x, y), mask=tile)
    return ground


def _tile(text: str, size: int) -> tuple[Image.Image, float]:
    """The text once, tilted, and how long it is with the gap behind it."""
    font, text = fonts.drawn(size), fonts.spelled(text)
    long = font.getlength(text) + _GAP * size
    flat = Image.new("L", (math.ceil(long), 2 * size))
    ImageDraw.Draw(flat).text((0, size), text, fill=255, font=font, anchor="lm")
    return flat.rotate(math.degrees(_TILT), Image.Resampling.BICUBIC, expand=True), long
