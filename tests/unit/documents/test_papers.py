import io
import struct
import zlib

import pytest
from PIL import Image

from documents.file_kinds import Unfit
from documents.papers import Unsafe, paper_of
from tests.papers import PLACE, pdf, photo


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_keeps_its_pixels_alone(kind: str) -> None:
    paper = paper_of(photo(kind=kind))
    assert paper.kind.media_type == "image/jpeg"
    assert PLACE not in paper.data
    assert b"script" not in paper.data
    with Image.open(io.BytesIO(paper.data)) as drawn:
        assert drawn.size == (900, 1200)


def test_a_picture_of_a_big_camera_is_made_smaller() -> None:
    with Image.open(io.BytesIO(paper_of(photo((5000, 3000))).data)) as drawn:
        assert drawn.size == (2400, 1440)


def test_what_is_clear_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(paper_of(out.getvalue()).data)) as drawn:
        assert drawn.getpixel((10, 10)) == (255, 255, 255)


def test_a_picture_bomb_is_refused_before_it_is_drawn() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    body = zlib.compress(b"\0" * 1000)
    part = b"IDAT" + body
    bomb += struct.pack(">I", len(body)) + part + struct.pack(">I", zlib.crc32(part))
    with pytest.raises(Unsafe):
        paper_of(bomb)


def test_half_a_picture_is_refused() -> None:
    with pytest.raises(Unsafe):
        paper_of(photo()[:2000])


def test_a_plain_pdf_stays_as_it_is() -> None:
    assert paper_of(pdf()).data == pdf()


@pytest.mark.parametrize(
    "bad",
    [
        pdf(extra=b"/OpenAction <</S/JavaScript/JS (app.alert(1))>>"),
        pdf(extra=b"/OpenAction <</S/#4aavaScript>>"),
        pdf(inside=b"<</S/Launch/F(calc.exe)>>"),
        pdf(extra=b"/Names <</EmbeddedFiles 3 0 R>>"),
        pdf() + b"trailer <</Encrypt 5 0 R>>\n%%EOF",
        pdf()[:60],
    ],
    ids=["script", "written otherwise", "compressed", "files inside", "enciphered", "cut short"],
)
def test_a_pdf_that_does_more_is_refused(bad: bytes) -> None:
    with pytest.raises(Unsafe):
        paper_of(bad)


def test_a_pdf_that_swells_is_refused() -> None:
    with pytest.raises(Unsafe, match="swells"):
        paper_of(pdf(inside=b"\0" * (60 * 2**20)))


@pytest.mark.parametrize("other", [b"MZ\x90\0", b"GIF89a", b"<svg onload=alert(1)>", b"PK\x03\x04", b""])
def test_anything_else_is_no_paper(other: bytes) -> None:
    with pytest.raises(Unfit):
        paper_of(other)
