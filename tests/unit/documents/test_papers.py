import io
import struct
import zlib

import pytest
from PIL import Image

from documents import pictures
from documents.file_kinds import Heic, Unfit
from documents.papers import TooSmall, Unsafe, paper_of
from tests.papers import PLACE, heic, pdf, photo


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
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(paper_of(out.getvalue()).data)) as drawn:
        assert drawn.getpixel((10, 10)) == (255, 255, 255)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(side: int, *more: bytes) -> bytes:
    """A grey PNG of ``side`` by ``side`` with other chunks before its pixels, which are few if it claims many."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (min(side, 1000) * (min(side, 1000) + 1)))
    chunks = [chunk(b"IHDR", head), *more, chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("side", [5_000, 10_000, 60_000], ids=["ours", "warned of", "refused by Pillow"])
def test_a_picture_bomb_is_refused_before_it_is_drawn(side: int) -> None:
    with pytest.raises(Unsafe):
        paper_of(png(side))


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_words_that_swell_are_refused(kind: bytes) -> None:
    swollen = zlib.compress(b"x" * (40 * 2**20))
    body = b"Comment\0\0" + swollen if kind == b"zTXt" else b"Comment\0\1\0\0\0" + swollen
    paper_of(png(300))
    with pytest.raises(Unsafe):
        paper_of(png(300, chunk(kind, body)))


def test_many_words_that_swell_a_little_are_refused() -> None:
    with pytest.raises(Unsafe):
        paper_of(png(300, *[chunk(b"zTXt", b"C\0\0" + zlib.compress(b"x" * 900_000))] * 90))


@pytest.mark.parametrize("size", [(199, 900), (900, 199), (1, 1)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_nobody_could_read_is_too_small(size: tuple[int, int], kind: str) -> None:
    with pytest.raises(TooSmall):
        paper_of(photo(size, kind))


def test_a_picture_that_moves_is_refused() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), shade) for shade in ("white", "black")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    with pytest.raises(Unsafe, match="more than one"):
        paper_of(out.getvalue())


def test_of_a_phone_s_two_pictures_in_one_file_the_one_that_is_seen_is_kept() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), shade) for shade in ("white", "black")]
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    kept = paper_of(out.getvalue())
    with Image.open(io.BytesIO(kept.data)) as drawn:
        assert drawn.format == "JPEG"
        assert drawn.getpixel((150, 150)) == (255, 255, 255)
    assert kept.data.count(b"\xff\xd8\xff") == 1


def test_what_is_shown_under_a_watermark_is_a_picture() -> None:
    assert paper_of(photo(), pictures_only=True).kind.media_type == "image/jpeg"
    with pytest.raises(Unfit):
        paper_of(pdf(), pictures_only=True)


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


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"hevc"])
def test_a_photograph_as_phones_keep_it_is_known_for_what_it_is(brand: bytes) -> None:
    with pytest.raises(Heic):
        paper_of(heic(brand))
    with pytest.raises(pictures.BadPicture) as bad:
        pictures.portrait(io.BytesIO(heic(brand)))
    assert bad.value.reason == "heic"
