"""Papers as people send them: photographs and scans, good ones and bad ones."""

import io
import zlib

from PIL import Image

PLACE = b"GPS 31.82N 117.23E"


def photo(size: tuple[int, int] = (900, 1200), kind: str = "JPEG") -> bytes:
    """A picture with a place in its metadata."""
    picture = Image.new("RGB", size, "white")
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue() + (b"" if kind == "PNG" else b"<script>alert(1)</script>")


def pdf(inside: bytes = b"BT (licence) Tj ET", extra: bytes = b"") -> bytes:
    """A PDF with one compressed stream."""
    stream = zlib.compress(inside)
    return (
        b"%PDF-1.7\n1 0 obj <</Type/Catalog"
        + extra
        + b">> endobj\n2 0 obj <</Filter/FlateDecode/Length "
        + str(len(stream)).encode()
        + b">>\nstream\n"
        + stream
        + b"\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
    )


def heic(brand: bytes = b"heic") -> bytes:
    """How a photograph of a phone begins that was kept as HEIC."""
    return b"\0\0\0\x24ftyp" + brand + b"\0\0\0\0mif1MiPrmiafMiHBheic" + bytes(400)
