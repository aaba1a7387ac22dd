"""QR codes: whatever they say can be read from them, drawn or kept as a picture."""

import io
import re
import secrets

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from documents import qr

TEXTS = [
    "a",
    "https://example.edu.cn/v/8f3KQ2mZ7xw1Tb9LcV4e",
    "https://example.edu.cn/s/" + "Zz09-_" * 20,
    "网上签约：扫码核验䶮㛃𬭎",
    "0123456789" * 20,
    " " * 40,
    "otpauth://totp/%E5%B9%B3%E5%8F%B0:zhang?secret=JBSWY3DPEHPK3PXP&issuer=x",
]


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


def opened(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png), formats=["PNG"])
    picture.load()
    return picture


def painted(svg: str, scale: int = 6) -> Image.Image:
    """The drawing, by the few orders it is made of."""
    found = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert found is not None
    picture = Image.new("L", (int(found[1]) * scale, int(found[2]) * scale), 255)
    pen = ImageDraw.Draw(picture)
    dark = re.search(r'fill="#000" d="([^"]+)"', svg)
    assert dark is not None
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1H(\d+)z", dark[1])
    assert "".join(f"M{x} {y}h{wide}v1H{back}z" for x, y, wide, back in runs) == dark[1]
    for x, y, wide, back in runs:
        assert back == x
        corner = (int(x) * scale, int(y) * scale)
        pen.rectangle((*corner, corner[0] + int(wide) * scale - 1, corner[1] + scale - 1), fill=0)
    return picture


@pytest.mark.parametrize("text", TEXTS)
def test_what_it_says_can_be_read(text: str) -> None:
    assert read(opened(qr.png(text, scale=4))) == [text]
    assert read(painted(qr.svg(text))) == [text]


def test_one_mask_does_for_all() -> None:
    """With no choice among masks a code may look odd, but never to a reader."""
    for size in (16, 22, 43, 64, 90):
        for _time in range(8):
            text = f"https://example.edu.cn/s/{secrets.token_urlsafe(size)}"
            assert read(opened(qr.png(text, scale=3))) == [text]


def test_a_picture_with_words_below_is_read_all_the_same() -> None:
    text = TEXTS[1]
    plain, worded = opened(qr.png(text)), opened(qr.png(text, "李䶮 · 网上签约\n请用微信扫一扫"))
    assert worded.width == plain.width
    assert worded.height > plain.height + 40
    below = worded.convert("L").crop((0, plain.height, worded.width, worded.height))
    assert below.getextrema() == (0, 255)
    assert read(worded) == [text]


def test_long_words_stay_on_the_picture() -> None:
    picture = opened(qr.png(TEXTS[1], "合肥市数智未来科技有限责任公司江淮大学就业指导中心" * 2)).convert("L")
    for edge in (0, picture.width - 1):
        assert picture.crop((edge, 0, edge + 1, picture.height)).getextrema() == (255, 255)
    assert read(picture) == [TEXTS[1]]


def test_words_in_a_drawing_are_no_markup() -> None:
    assert "script" not in qr.svg("</svg><script>alert(1)</script>")


def test_the_same_code_is_drawn_once() -> None:
    assert qr.png(TEXTS[1], "字") is qr.png(TEXTS[1], "字")
    assert qr.svg(TEXTS[1]) is qr.svg(TEXTS[1])
    assert qr.png(TEXTS[1], "字") != qr.png(TEXTS[1], "词")


def test_more_than_a_code_can_hold_is_told() -> None:
    with pytest.raises(ValueError, match="version"):
        qr.png("x" * 5000)
