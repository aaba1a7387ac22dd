"""Signatures: what a pad sends is read strictly, judged as a signature, and drawn by us alone."""

import io
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from documents import ink
from documents.ink import BadInk, Strokes

Line = list[tuple[float, float]]


def line(start: tuple[int, int], end: tuple[int, int], bend: float = 0) -> Line:
    """From here to there, upwards by so much in its middle; in quarters of a pixel, which floats hold exactly."""
    parts = [n / 12 for n in range(13)]
    return [
        (
            round(4 * (start[0] + (end[0] - start[0]) * part)) / 4,
            round(4 * (start[1] + (end[1] - start[1]) * part + bend * math.sin(part * math.pi))) / 4,
        )
        for part in parts
    ]


NAME = [
    line((40, 60), (140, 60), -3),
    line((90, 30), (90, 160), 2),
    line((35, 165), (150, 160), 4),
    line((180, 40), (260, 150), 20),
    line((300, 50), (340, 140), 30),
]


def sent(lines: list[Line], *, pause: int = 120, **other: Any) -> str:
    clock = 1_800_000_000_000
    strokes = []
    for one in lines:
        points = [{"x": x, "y": y, "time": clock + 12 * at, "pressure": 0.5} for at, (x, y) in enumerate(one)]
        strokes.append({"penColor": "black", "dotSize": 0, "points": points})
        clock += 12 * len(one) + pause
    return json.dumps({"width": 390, "height": 200, "turn": 0, "strokes": strokes} | other)


def strokes_of(lines: list[Line], **other: Any) -> Strokes:
    return ink.parse(sent(lines, **other))


def code_of(lines: list[Line], **other: Any) -> str:
    with pytest.raises(BadInk) as bad:
        ink.judge(strokes_of(lines, **other))
    return bad.value.code


def image_of(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content), formats=["PNG"])
    picture.load()
    return picture


def test_a_name_passes() -> None:
    ink.judge(strokes_of(NAME))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "ink_empty"),
        ([[]], "ink_empty"),
        ([[(100, 100)], [(150, 50)], [(200, 100)]], "ink_empty"),
        (NAME[:2], "ink_too_simple"),
        ([*NAME[:2], [(200, 100)], [(210, 90)]], "ink_too_simple"),
        ([[(x / 5, y / 5) for x, y in one] for one in NAME], "ink_too_small"),
        ([line((40, 60), (75, 50)), line((80, 60), (115, 65)), line((120, 60), (150, 45))], "ink_too_simple"),
        (
            [
                line((20, 100), (120, 101), 2),
                line((140, 100), (240, 99), 1),
                line((260, 100), (360, 100), 2),
            ],
            "ink_straight",
        ),
        ([line((40, 40), (300, 44)), line((40, 80), (300, 79)), line((300, 120), (40, 121))], "ink_straight"),
    ],
    ids=[
        "nothing",
        "no points",
        "touches",
        "two strokes",
        "two strokes and touches",
        "tiny",
        "short",
        "one line in three pieces",
        "lines beside each other",
    ],
)
def test_what_is_no_signature_is_told(lines: list[Line], code: str) -> None:
    assert code_of(lines) == code


def test_three_strokes_written_plainly_are_a_name() -> None:
    """丁一, without a curve in it."""
    plain = [line((40, 60), (140, 60)), line((90, 60), (90, 160)), line((200, 110), (320, 108))]
    ink.judge(strokes_of(plain, pause=300))


def test_a_machine_is_quicker_than_a_hand() -> None:
    assert code_of([one[:4] + one[-4:] for one in NAME], pause=1) == "ink_too_quick"


def test_a_phone_held_the_other_way_is_turned_upright() -> None:
    """Written along the long side: the pad's right is the signature's top."""
    upright = strokes_of(NAME)
    as_held = [[(200 - y, x) for x, y in one] for one in NAME]
    turned = strokes_of(as_held, width=200, height=390, turn=90)
    assert turned == upright
    ink.judge(turned)
    assert ink.picture(turned) == ink.picture(upright)


def test_the_same_strokes_are_the_same_picture() -> None:
    assert ink.picture(strokes_of(NAME)) == ink.picture(strokes_of(NAME))
    assert ink.picture(strokes_of(NAME)) != ink.picture(strokes_of(NAME[:-1]))


def test_the_picture_is_cut_to_what_is_written() -> None:
    picture = image_of(ink.picture(strokes_of(NAME)))
    assert picture.mode == "RGBA"
    assert 850 <= picture.width <= 960
    alpha = picture.getchannel("A")
    box = alpha.getbbox()
    assert box is not None
    assert min(box[0], box[1], picture.width - box[2], picture.height - box[3]) >= 1
    assert max(box[0], box[1], picture.width - box[2], picture.height - box[3]) < 30
    assert len(set(alpha.tobytes())) > 5  # smooth edges


def test_where_the_pen_was_is_ink() -> None:
    picture = image_of(ink.picture(strokes_of([line((0, 0), (200, 100))], width=200, height=100)))
    alpha = picture.getchannel("A")
    assert alpha.getpixel((picture.width // 2, picture.height // 2)) == 255
    assert alpha.getpixel((picture.width - 12, 12)) == 0


@pytest.mark.parametrize("pressed", [True, False], ids=["pressed", "the same of every point"])
def test_who_presses_or_lingers_draws_thicker(pressed: bool) -> None:
    def dark(pressure: float, slow: int) -> int:
        points = [
            {"x": x, "y": 50, "time": 1000 + x * slow, "pressure": pressure if pressed and x else 0.5}
            for x in range(0, 400, 10)
        ]
        order = {"width": 400, "height": 100, "strokes": [{"points": points}]}
        return sum(image_of(ink.picture(ink.parse(json.dumps(order)))).getchannel("A").tobytes())

    assert dark(1.0, 40) > 1.3 * dark(0.1, 1)


@pytest.mark.parametrize("line_of_dots", [[(10.0, 10.0)], [(10.0, 10.0)] * 5], ids=["dot", "same place"])
def test_a_dot_can_be_drawn(line_of_dots: Line) -> None:
    assert image_of(ink.picture(strokes_of([line_of_dots]))).width > 20


def test_nothing_cannot_be_drawn() -> None:
    with pytest.raises(BadInk, match="ink_empty"):
        ink.picture(strokes_of([]))


GOOD = json.loads(sent(NAME))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        "{}",
        "[" * 100_000,
        json.dumps(GOOD | {"width": None}),
        json.dumps(GOOD | {"width": True}),
        json.dumps(GOOD | {"width": 0}),
        json.dumps(GOOD | {"height": 1e9}),
        json.dumps(GOOD | {"turn": 45}),
        json.dumps(GOOD | {"turn": "90"}),
        json.dumps(GOOD | {"turn": True}),
        json.dumps(GOOD | {"strokes": {}}),
        json.dumps(GOOD | {"strokes": [[]]}),
        json.dumps(GOOD | {"strokes": [{}]}),
        json.dumps(GOOD | {"strokes": [{"points": [{"x": 1, "y": 1}]}]}),
        json.dumps(GOOD | {"strokes": [{"points": [{"x": 1, "y": float("nan"), "time": 1}]}]}),
        json.dumps(GOOD | {"strokes": [{"points": [{"x": float("inf"), "y": 1, "time": 1}]}]}),
        json.dumps(GOOD | {"strokes": [{"points": [{"x": "1", "y": 1, "time": 1}]}]}),
        json.dumps(GOOD | {"strokes": [{"points": [{"x": 1, "y": 1, "time": -1}]}]}),
        json.dumps(GOOD | {"strokes": [{"points": [{"x": 9_000, "y": 1, "time": 1}]}]}),
        json.dumps(GOOD | {"strokes": [{"points": [{"x": 1, "y": 1, "time": 1, "pressure": 7}]}]}),
        '{"width":1' + "0" * 5_000 + "}",
    ],
)
def test_what_no_pad_sends_is_refused(text: str) -> None:
    with pytest.raises(BadInk, match="ink_malformed"):
        ink.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 300_001,
        '"' + "字" * 110_000 + '"',
        json.dumps(GOOD | {"strokes": [{"points": []}] * 201}),
        json.dumps(GOOD | {"strokes": [{"points": [{"x": 1, "y": 1, "time": 1}] * 4_001}] * 2}),
    ],
    ids=["bytes", "bytes of characters", "strokes", "points"],
)
def test_more_than_a_hand_draws_is_refused(text: str) -> None:
    with pytest.raises(BadInk, match="ink_too_big"):
        ink.parse(text)


def test_as_little_as_the_caller_takes() -> None:
    text = sent(NAME)
    ink.parse(text, len(text))
    with pytest.raises(BadInk, match="ink_too_big"):
        ink.parse(text, len(text) - 1)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["width", "height", "turn", "strokes", "points", "x", "y", "time"]), inner
        )
    ),
    max_leaves=20,
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(_JSON, st.sampled_from(["width", "turn", "strokes", "points", "x", "pressure"]))
def test_whatever_comes_is_read_or_refused(value: object, place: str) -> None:
    point: dict[str, Any] = {"x": 1, "y": 1, "time": 1}
    stroke: dict[str, Any] = {"points": [point]}
    order: dict[str, Any] = {"width": 100, "height": 100, "strokes": [stroke]}
    {"points": stroke, "x": point, "pressure": point}.get(place, order)[place] = value
    try:
        found = ink.parse(json.dumps(order))
    except BadInk:
        return
    assert all(math.isfinite(number) for point in found.points for number in point)
