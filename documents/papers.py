"""Papers that people photograph or scan (营业执照 …): a picture is drawn anew, a PDF is looked through.

A picture that we have drawn holds nothing but its pixels: no place where it was taken, no second file behind the
first. A PDF stays as it came, so it must not run anything, hide anything or swell when it is opened.
"""

import io
import re
import warnings
import zlib
from dataclasses import dataclass
from threading import BoundedSemaphore

from PIL import Image, ImageOps, UnidentifiedImageError

from documents.file_kinds import JPEG, PDF, PNG, FileKind, Unfit, kind_of

MOST_BYTES = 8 * 2**20
_MOST_PIXELS = {JPEG: 64_000_000, PNG: 20_000_000}  # a JPEG is drawn small from the start, a PNG is not
_SIDE = 2_400  # pixels; a licence stays readable
FEWEST = 200  # pixels a side; less is no paper that anybody could read
_QUALITY = 85
_MOST_INFLATED = 48 * 2**20  # bytes of all streams together
_STREAM = re.compile(rb"(?s)stream\r?\n(.*?)endstream")
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA|Encrypt)(?![A-Za-z])"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# What one picture unpacks into is up to 80 MB: two at a time are enough for a process that answers people.
_AT_ONCE = BoundedSemaphore(2)


class Unsafe(Exception):
    """A file that does more than show a paper, or that cannot be looked through."""


class TooSmall(Unsafe):
    """A picture that nobody could read anything on."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper fit to be kept."""

    kind: FileKind
    data: bytes


def paper_of(data: bytes, *, pictures_only: bool = False) -> Paper:
    """The paper in a file that somebody sent.

    Raises Unfit for what is no PDF, JPEG or PNG, TooSmall, else Unsafe. ``pictures_only`` is for what is shown with a
    watermark over it, such as a 身份证: a PDF is Unfit too.
    """
    kind = kind_of(io.BytesIO(data))
    if kind == PDF and not pictures_only:
        _look_through(data)
        return Paper(PDF, data)
    if kind in _MOST_PIXELS:
        return Paper(JPEG, _drawn_anew(data, kind))
    raise Unfit


def _drawn_anew(data: bytes, kind: FileKind) -> bytes:
    with _AT_ONCE, warnings.catch_warnings():
        # Pillow warns of bombs beyond what is taken here; its own count comes first, then ours.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            whole = _unpacked(data, kind)
        except (
            *(UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError),
            *(Image.DecompressionBombError, Image.DecompressionBombWarning),
        ) as bad:
            raise Unsafe(type(bad).__name__) from None
        whole.thumbnail((_SIDE, _SIDE))
        paper = Image.new("RGB", whole.size, "white")
        paper.paste(whole, mask=whole.getchannel("A"))
        out = io.BytesIO()
        paper.save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()


def _unpacked(data: bytes, kind: FileKind) -> Image.Image:
    """The picture upright. Of a JPEG that phones append another picture to, the one that is seen; PNGs do not move."""
    with Image.open(io.BytesIO(data), formats=["JPEG" if kind == JPEG else "PNG"]) as picture:
        if picture.width * picture.height > _MOST_PIXELS[kind]:
            raise Unsafe("too many pixels")
        if min(picture.size) < FEWEST:
            raise TooSmall("too few pixels")
        if kind == PNG and getattr(picture, "n_frames", 1) != 1:
            raise Unsafe("more than one picture")
        picture.draft("RGB", (_SIDE, _SIDE))
        return ImageOps.exif_transpose(picture).convert("RGBA")


def _look_through(data: bytes) -> None:
    """Raises Unsafe for a PDF that is cut short, enciphered or active, also inside its compressed streams."""
    if b"%%EOF" not in data[-2048:]:
        raise Unsafe("cut short")
    _refuse_active(data)
    left = _MOST_INFLATED
    for stream in _STREAM.finditer(data):
        text = _inflated(stream[1], left)
        left -= len(text)
        if left <= 0:
            raise Unsafe("swells")
        _refuse_active(text)


def _inflated(stream: bytes, most: int) -> bytes:
    """What a stream holds when it is a compressed one; pictures and fonts that are none are left alone."""
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error:
        return b""


def _refuse_active(text: bytes) -> None:
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text) if b"#" in text else text
    if found := _ACTIVE.search(plain):
        raise Unsafe(found[0].decode("ascii"))
