"""Handwritten signatures: the strokes that a pad on a page sends, judged, and drawn by us.

What comes is the JSON ``{"width": …, "height": …, "turn": 0|90, "strokes": [{"points": [{"x": …, "y": …, "time": …,
"pressure": …}, …]}, …]}``: the pad's size and its points in CSS pixels, times in milliseconds, a pressure from 0 to 1
where the screen has one. The strokes are what ``toData()`` of signature_pad (github.com/szimek/signature_pad) gives.
With ``turn`` 90 the person wrote along the long side of an upright phone: what is at the pad's right is the top.
"""

import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from PIL import Image, ImageDraw

MOST_BYTES = 300_000
_MOST_STROKES = 200
_MOST_POINTS = 8_000
_SIDES = (50, 4_000)  # of a pad, CSS pixels
_LATEST = 2**53  # milliseconds; where numbers in JSON stop being exact

FEWEST_STROKES = 3
SMALLEST = 0.25  # of the pad's width
SHORTEST = 0.5  # of the pad's width, all strokes together
_DOT = 0.01  # of the pad's width: what is shorter is a touch and no stroke
QUICKEST = 800  # milliseconds from the first point to the last
_FLAT = 0.06  # how thick ink is to how long, below which it is one line
_STRAIGHT = 0.985  # a stroke's ends to its length
_ASIDE = math.radians(12)

_WIDE = 880  # pixels of what is written, either way
_FINER = 3  # times the picture's size at which it is drawn
_MARGIN = 10  # around it, beside the pen's own width
_PEN = (0.006, 0.014)  # of the pad's longer side, fast to slow
_FAST = 2.2  # of the pad's longer side a second, at which the pen is thinnest
_STEP, _STEPS = 6, 8  # between two points that were sent: pixels as drawn, and pieces at most
_INK = (16, 20, 32)


class BadInk(Exception):
    """Strokes that are no signature.

    ``code``: ink_malformed, ink_too_big, ink_empty, ink_too_simple, ink_too_small, ink_straight or ink_too_quick.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Point(NamedTuple):
    """Where the pen was and when, and how hard it was pressed; 0 where the screen does not tell."""

    x: float
    y: float
    time: float
    pressure: float


@dataclass(frozen=True, slots=True)
class Strokes:
    """A signature on its pad, upright already: the top is the top, whichever way the phone was held."""

    width: float
    height: float
    strokes: tuple[tuple[Point, ...], ...]

    @property
    def points(self) -> Iterator[Point]:
        """All points, in order."""
        return (point for stroke in self.strokes for point in stroke)


def parse(text: str, most_bytes: int = MOST_BYTES) -> Strokes:
    """The strokes in what a pad sent. Raises BadInk: ink_too_big, ink_malformed."""
    if len(text) > most_bytes or len(text.encode("utf-8", "replace")) > most_bytes:
        raise BadInk("ink_too_big")
    try:
        sent = _read(text)
        width, height = (_number(sent[side], *_SIDES) for side in ("width", "height"))
        turn = sent.get("turn", 0)
        strokes = tuple(_stroke(group, width, height) for group in _few(sent["strokes"], _MOST_STROKES))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise BadInk("ink_malformed") from None
    if sum(map(len, strokes)) > _MOST_POINTS:
        raise BadInk("ink_too_big")
    if type(turn) is not int or turn not in (0, 90):
        raise BadInk("ink_malformed")
    return _turned(width, height, strokes) if turn else Strokes(width, height, strokes)


def _read(text: str) -> dict[str, Any]:
    sent = json.loads(text)
    if not isinstance(sent, dict):
        raise TypeError
    return sent


def _few(items: Any, most: int) -> list[Any]:
    if not isinstance(items, list):
        raise TypeError
    if len(items) > most:
        raise BadInk("ink_too_big")
    return items


def _number(value: Any, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError  # also for what is not a number, which no comparison holds for
    return float(value)


def _stroke(group: Any, width: float, height: float) -> tuple[Point, ...]:
    """A pen may leave the pad by as much as the pad is wide; what is farther out nobody drew."""
    return tuple(
        Point(
            _number(point["x"], -width, 2 * width),
            _number(point["y"], -height, 2 * height),
            _number(point["time"], 0, _LATEST),
            _number(point.get("pressure") or 0, 0, 1),
        )
        for point in _few(group["points"], _MOST_POINTS)
    )


def _turned(width: float, height: float, strokes: tuple[tuple[Point, ...], ...]) -> Strokes:
    turned = tuple(tuple(Point(y, width - x, *more) for x, y, *more in stroke) for stroke in strokes)
    return Strokes(height, width, turned)


def judge(ink: Strokes) -> None:
    """Passes what may be a name written by hand: it need not be legible, but it must be more than a scratch.

    Raises BadInk: ink_empty, ink_too_simple, ink_too_small, ink_straight, ink_too_quick.
    """
    drawn = [stroke for stroke in ink.strokes if _length(stroke) >= _DOT * ink.width]
    if not drawn:
        raise BadInk("ink_empty")
    xs, ys, times, _pressures = zip(*ink.points, strict=True)
    if len(drawn) < FEWEST_STROKES:
        raise BadInk("ink_too_simple")
    if max(xs) - min(xs) < SMALLEST * ink.width:
        raise BadInk("ink_too_small")
    if sum(map(_length, drawn)) < SHORTEST * ink.width:
        raise BadInk("ink_too_simple")
    if _is_flat(xs, ys) or _all_one_way(drawn):
        raise BadInk("ink_straight")
    if max(times) - min(times) < QUICKEST:
        raise BadInk("ink_too_quick")


def _length(stroke: tuple[Point, ...]) -> float:
    return sum(math.dist(one[:2], other[:2]) for one, other in pairwise(stroke))


def _is_flat(xs: tuple[float, ...], ys: tuple[float, ...]) -> bool:
    """Whether all points lie about one line: by how far they spread along it and across it."""
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    across_x = sum((x - middle_x) ** 2 for x in xs)
    across_y = sum((y - middle_y) ** 2 for y in ys)
    both = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    half, root = (across_x + across_y) / 2, math.hypot((across_x - across_y) / 2, both)
    return math.sqrt(max(0.0, half - root)) < _FLAT * math.sqrt(half + root)


def _all_one_way(strokes: list[tuple[Point, ...]]) -> bool:
    """Whether there are but straight lines beside each other; a name has lines of more than one direction."""
    if any(math.dist(stroke[0][:2], stroke[-1][:2]) < _STRAIGHT * _length(stroke) for stroke in strokes):
        return False
    ways = [math.atan2(stroke[-1].y - stroke[0].y, stroke[-1].x - stroke[0].x) for stroke in strokes]
    # Doubled, for a line drawn backwards is the same line.
    aside = [abs(math.remainder(2 * (way - ways[0]), 2 * math.pi)) / 2 for way in ways]
    return max(aside) < _ASIDE


def picture(ink: Strokes) -> bytes:
    """The signature as a PNG on clear ground, cut to what is written; the same bytes for the same strokes.

    Raises BadInk: ink_empty.
    """
    points = list(ink.points)
    if not points:
        raise BadInk("ink_empty")
    left, top = min(point.x for point in points), min(point.y for point in points)
    wide, high = max(point.x for point in points) - left, max(point.y for point in points) - top
    # A pen's width stands for what has no extent.
    pad = max(ink.width, ink.height)
    scale = _WIDE / max(wide, high, pad * 0.2)
    margin = math.ceil(_MARGIN + _PEN[1] / 2 * pad * scale)
    size = (math.ceil(wide * scale) + 2 * margin, math.ceil(high * scale) + 2 * margin)
    # Screens that cannot tell say the same of every point.
    is_pressed = len({point.pressure for point in points}) > 1
    canvas = Image.new("L", (size[0] * _FINER, size[1] * _FINER))
    pen = ImageDraw.Draw(canvas)
    for stroke in ink.strokes:
        moved = [
            Point(
                ((x - left) * scale + margin) * _FINER,
                ((y - top) * scale + margin) * _FINER,
                time,
                pressure if is_pressed else 0,
            )
            for x, y, time, pressure in stroke
        ]
        _draw(pen, moved, pad * scale * _FINER)
    alpha = canvas.resize(size, Image.Resampling.BOX)
    signature = Image.new("RGBA", size, _INK)
    signature.putalpha(alpha)
    out = io.BytesIO()
    signature.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _draw(pen: ImageDraw.ImageDraw, stroke: list[Point], pad: float) -> None:
    """One stroke along a curve, which thins where the hand was fast; its joints are round."""
    if not stroke:
        return
    radius = sum(_PEN) / 4 * pad
    x, y = stroke[0][:2]
    _disc(pen, x, y, radius)
    for at, (one, other) in enumerate(pairwise(stroke), 1):
        sides = list(
            zip(
                stroke[max(0, at - 2)][:2],
                one[:2],
                other[:2],
                stroke[min(at + 1, len(stroke) - 1)][:2],
                strict=True,
            )
        )
        far = math.dist(one[:2], other[:2])
        # Half of the way towards the width that this piece asks for, so that a stroke has no steps.
        begin, end = radius, (radius + _radius(one, other, far, pad)) / 2
        steps = min(_STEPS, math.ceil(far / _STEP) or 1)
        for step in range(1, steps + 1):
            to_x, to_y = (_curve(*four, step / steps) for four in sides)
            radius = begin + (end - begin) * step / steps
            pen.line((x, y, to_x, to_y), fill=255, width=round(2 * radius))
            _disc(pen, to_x, to_y, radius)
            x, y = to_x, to_y


def _radius(one: Point, other: Point, far: float, pad: float) -> float:
    fast, slow = _PEN[0] / 2 * pad, _PEN[1] / 2 * pad
    if other.pressure:
        return fast + (slow - fast) * other.pressure
    seconds = max(1.0, other.time - one.time) / 1000
    return slow - (slow - fast) * min(1.0, far / seconds / (pad * _FAST))


def _curve(before: float, one: float, other: float, after: float, part: float) -> float:
    """A Catmull-Rom curve from one to the other; it passes through every point that was sent."""
    return one + part / 2 * (
        other
        - before
        + part * (2 * before - 5 * one + 4 * other - after + part * (3 * (one - other) + after - before))
    )


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    inner = radius - 0.5  # an ellipse reaches half a pixel beyond what it is given
    pen.ellipse((x - inner, y - inner, x + inner, y + inner), fill=255)
