"""Portraits that people send: made anew from their pixels alone, so that nothing else of the file comes along.

Who took it where and with what (EXIF), what hangs behind the picture, and files that unfold into gigabytes all end
here. JPEG and PNG are opened and nothing else; the size is read off the head before a pixel is unpacked.
"""

import io
import warnings
from threading import BoundedSemaphore
from typing import IO

from PIL import Image, ImageOps

from documents.file_kinds import is_heic

MOST_BYTES = 8 * 2**20
MOST_PIXELS = 40_000_000
FEWEST = 200  # pixels a side
SIZE = (480, 640)  # 3:4, as on papers
_FORMATS = ("JPEG", "PNG")
# Where a head is: above the middle of a picture that is cut to shape.
_CENTRE = (0.5, 0.35)
# What one picture unpacks into is up to 160 MB: two at a time are enough for a process that answers people.
_AT_ONCE = BoundedSemaphore(2)


class BadPicture(Exception):
    """A file that is no such picture; ``reason`` says in a word why: kind, heic, pixels or small."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def portrait(file: IO[bytes]) -> bytes:
    """The picture as a JPEG of ``SIZE``, upright, cut to shape, without anything but its pixels. Raises BadPicture."""
    with _AT_ONCE, warnings.catch_warnings():
        # Pillow warns of bombs far beyond what is taken here; its own count comes first, then this one.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _made_anew(file)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise BadPicture("pixels") from None
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
            # Another kind, cut short, or broken in one of the ways that Pillow tells of.
            raise BadPicture("kind") from None


def _made_anew(file: IO[bytes]) -> bytes:
    if is_heic(file.read(12)):
        raise BadPicture("heic")
    file.seek(0)
    with Image.open(file, formats=_FORMATS) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise BadPicture("pixels")
        if min(width, height) < FEWEST:
            raise BadPicture("small")
        if getattr(picture, "n_frames", 1) != 1:
            raise BadPicture("kind")
        # A JPEG is unpacked at an eighth to a half of its size where that is enough.
        picture.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
        upright = ImageOps.exif_transpose(picture)
        fitted = ImageOps.fit(_on_white(upright), SIZE, Image.Resampling.LANCZOS, centering=_CENTRE)
    bare = Image.new("RGB", SIZE)
    bare.paste(fitted)
    content = io.BytesIO()
    bare.save(content, "JPEG", quality=85, optimize=True)
    return content.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, which a JPEG has none of."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    white.alpha_composite(layered)
    return white.convert("RGB")
