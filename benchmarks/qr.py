"""QR codes as PNG, against qrcode's own default: `./wx bench qr`.

Both draw the same addresses, of the length that a signing code has, in turns; none of them twice, so that nothing
comes out of a cache. Every code that was drawn by us is read again. The goal is a share of the default's time; what a
code out of the cache takes, a drawing instead of a picture, and one with words below it are printed beside it.
"""

import argparse
import io
import secrets
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter_ns

import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from documents import qr

GOAL = 0.40
WARM = 10
CAPTION = "李同学 · 网上签约\n请用微信扫一扫"


def usual(text: str) -> bytes:
    """As the library's manual has it, with the level of correction and the size that we use."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=10, border=4)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image().save(out)
    return out.getvalue()


def took(draw: Callable[[str], object], text: str) -> float:
    """Milliseconds."""
    begun = perf_counter_ns()
    draw(text)
    return (perf_counter_ns() - begun) / 1e6


def read(png: bytes) -> str:
    """What a reader finds on the picture."""
    with Image.open(io.BytesIO(png)) as picture:
        (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return found.text


def measured(count: int) -> tuple[dict[str, list[float]], int]:
    """Milliseconds by way of drawing, and how many codes of ours could not be read again."""
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    unread = 0
    for number in range(count + WARM):
        text = f"https://jiuye.example.edu.cn/s/{secrets.token_urlsafe(42)}"
        for name, draw in WAYS.items():
            spent = took(draw, text)
            if number >= WARM:
                times[name].append(spent)
        unread += read(qr.png(text)) != text
    return times, unread


def share_of(times: dict[str, list[float]]) -> float:
    """What our picture takes of the default's time."""
    return median(times[OURS]) / median(times[USUAL])


def main() -> int:
    """Measures and prints; 1 when the goal is missed or a code cannot be read."""
    parser = argparse.ArgumentParser(prog="benchmarks.qr", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="codes of each kind")
    count = parser.parse_args().count
    times, unread = measured(count)
    for name, spans in times.items():
        late = sorted(spans)[int(len(spans) * 0.95)]
        print(f"{name:<26} median {median(spans):6.2f} ms, p95 {late:6.2f} ms")
    share = share_of(times)
    print(f"PNG at {share:.0%} of the default's time (goal: at most {GOAL:.0%})")
    print(f"read again: {count + WARM - unread} of {count + WARM}")
    return 0 if share <= GOAL and not unread else 1


USUAL, OURS = "qrcode's default, PNG", "ours, PNG"
WAYS: dict[str, Callable[[str], object]] = {
    USUAL: usual,
    OURS: qr.png,
    "ours, PNG from the cache": qr.png,
    "ours, PNG with a caption": lambda text: qr.png(text, CAPTION),
    "ours, SVG": qr.svg,
}

if __name__ == "__main__":
    sys.exit(main())
