"""The mark over a picture that is shown: no part of it is without, and the picture can still be read."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from documents.watermark import marked

TEXT = "仅供就业协议 2027340100000001 审核 张老师 2026-11-21"


def picture(size: tuple[int, int] = (900, 1200), shade: int = 255, **save: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(out, "JPEG", quality=95, **save)
    return out.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    shown = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    shown.load()
    return shown


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("size", [(900, 1200), (1200, 500)])
def test_no_part_is_without_the_mark(shade: int, size: tuple[int, int]) -> None:
    shown = opened(marked(picture(size, shade), TEXT)).convert("L")
    assert shown.size == size
    part = min(size) // 5
    for left in range(0, size[0] - part + 1, part):
        for top in range(0, size[1] - part + 1, part):
            shades = shown.crop((left, top, left + part, top + part)).tobytes()
            assert max(shade - min(shades), max(shades) - shade) > 25, (left, top)


def test_what_lies_below_can_still_be_read() -> None:
    plain = picture(shade=200)
    changed = ImageStat.Stat(ImageChops.difference(opened(plain), opened(marked(plain, TEXT)))).mean
    assert all(0.5 < mean < 12 for mean in changed)


def test_each_viewer_is_named_by_another_mark() -> None:
    assert marked(picture(), TEXT) == marked(picture(), TEXT)
    assert marked(picture(), TEXT) != marked(picture(), TEXT.replace("张", "李"))


def test_nothing_but_pixels_is_served() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Hefei"
    kept = picture(exif=exif)
    assert b"Hefei" in kept
    assert b"Hefei" not in marked(kept, TEXT)


def test_ink_on_clear_ground_is_shown_on_white() -> None:
    ink = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    ink.paste((16, 20, 32, 255), (100, 80, 500, 120))
    out = io.BytesIO()
    ink.save(out, "PNG")
    shown = opened(marked(out.getvalue(), TEXT)).convert("L")
    assert shown.getpixel((300, 100)) < 120
    assert max(shown.crop((0, 0, 600, 60)).tobytes()) > 240


@pytest.mark.parametrize("size", [(200, 200), (200, 2400)])
def test_small_and_long_pictures_are_marked_too(size: tuple[int, int]) -> None:
    kept = picture(size)
    assert ImageChops.difference(opened(kept), opened(marked(kept, TEXT))).getbbox() is not None


@pytest.mark.parametrize("text", ["", "  "])
def test_no_picture_is_served_unmarked(text: str) -> None:
    with pytest.raises(ValueError, match="no text"):
        marked(picture(), text)


@pytest.mark.parametrize("kept", [b"", b"\x89PNG\r\n\x1a\n", picture()[:400]])
def test_what_is_no_picture_is_refused(kept: bytes) -> None:
    with pytest.raises(OSError, match=r"cannot identify|[Tt]runcated"):
        marked(kept, TEXT)
