"""Personal data as values: what passes, in which form, and how much a mask lets through."""

import unicodedata
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain import personal
from domain.refusals import Invalid

FACTORS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(body: str) -> str:
    """GB 11643: weighted sum modulo 11."""
    return "10X98765432"[sum(int(digit) * factor for digit, factor in zip(body, FACTORS, strict=True)) % 11]


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    area = draw(st.sampled_from(["110101", "340102", "810000", "820000", "830000", "659004"]))
    born = draw(st.dates(min_value=date(1950, 1, 1), max_value=date(2010, 12, 31)))
    body = f"{area}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_digit(body)


# -- identity numbers --------------------------------------------------------------------------------------


@given(identity_numbers())
def test_a_right_number_passes_in_any_spelling(number: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    for spelling in (number, number.lower(), f" {number[:6]} {number[6:14]} {number[14:]} ", wide):
        assert personal.identity_number(spelling) == number


@given(identity_numbers(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_never_passes(number: str, place: int, by: int) -> None:
    old = number[place]
    assume(old != "X")
    wrong = number[:place] + str((int(old) + by) % 10) + number[place + 1 :]
    with pytest.raises(Invalid) as refused:
        personal.identity_number(wrong)
    assert set(refused.value.fields) == {"identity_number"}


@given(identity_numbers(), st.integers(0, 15))
def test_two_neighbours_swapped_never_pass(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    with pytest.raises(Invalid):
        personal.identity_number(swapped)


@pytest.mark.parametrize("born", ["20010229", "20050431", "20051301", "20050100", "20050132"])
def test_a_date_that_never_was_does_not_pass(born: str) -> None:
    body = f"110101{born}123"
    with pytest.raises(Invalid):
        personal.identity_number(body + check_digit(body))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "110101200501011238 9",
        "110101050101123",
        "X10101200501011238",
        "1101012005010112٣8",
        "110101180001011230x",
    ],
)
def test_other_things_are_no_identity_numbers(text: str) -> None:
    with pytest.raises(Invalid):
        personal.identity_number(text)


# -- phones ------------------------------------------------------------------------------------------------

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(MOBILES)
def test_a_mobile_passes_in_any_spelling(number: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    split = f"{number[:3]} {number[3:7]}-{number[7:]}"
    for spelling in (number, f"+86{number}", f"+86 {number}", split, wide, f"\u202d{number}\u202c"):
        assert personal.mobile(spelling) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345678901",
        "1390000010",
        "139000001011",
        "+1 13900000101",
        "١٣٩٠٠٠٠٠١٠١",
        "13٩00000101",
        "1390000010a",
    ],
)
def test_other_things_are_no_mobiles(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        personal.mobile(text)
    assert set(refused.value.fields) == {"phone"}


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_mobile_or_refused(text: str) -> None:
    try:
        number = personal.mobile(text)
    except Invalid:
        return
    assert len(number) == 11
    assert number.isascii()
    assert number.isdecimal()


# -- names -------------------------------------------------------------------------------------------------

LONG = "阿卜杜喀迪尔·麦麦提依明·阿卜杜热合曼江"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("李晓雨", "李晓雨"),
        (" 李晓雨\n", "李晓雨"),
        ("张　三", "张三"),
        ("李 晓 雨", "李晓雨"),
        ("李\u200b晓\ufeff雨\u202c", "李晓雨"),
        ("张𠮷", "张𠮷"),
        ("𫖯\U00031350", "𫖯\U00031350"),  # the second is younger than this Python's tables
        ("王\ue863", "王\ue863"),  # a private character, as older registers write 䶮
        ("買買提•艾力", "買買提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提‧艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
        (LONG, LONG),
        ("John  Smith", "John Smith"),
        ("ＪＯＨＮ Smith", "JOHN Smith"),
        ("〇一", "〇一"),
    ],
)
def test_names_take_one_form(typed: str, stored: str) -> None:
    assert personal.person_name(typed) == stored


@pytest.mark.parametrize(
    "text", ["", "李", "李1", "李①", "<b>李晓</b>", 'a"b', "李'雨", "李/雨", "李\\雨", "李&雨", "一" * 41]
)
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        personal.person_name(text)
    assert refused.value.fields == {"name": refused.value.say}


@given(st.text(max_size=60))
def test_a_name_taken_once_is_taken_again_unchanged(text: str) -> None:
    try:
        name = personal.person_name(text)
    except Invalid:
        return
    assert personal.person_name(name) == name
    assert 2 <= len(name) <= 40
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in name)


@given(st.text(max_size=200))
def test_cleaning_is_idempotent_and_leaves_one_line(text: str) -> None:
    flat = personal.clean(text)
    assert personal.clean(flat) == flat
    assert flat == flat.strip()
    assert "  " not in flat
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in flat)


def test_prose_keeps_its_punctuation_on_one_line() -> None:
    assert personal.prose(" 已转班，\n请关联（新的）\u200b辅导员！ ") == "已转班， 请关联（新的）辅导员！"
    assert personal.prose("e\u0301") == "é"


def test_rare_characters_stay_apart() -> None:
    assert personal.person_name("张𠮷") != personal.person_name("张𡃁")


# -- student numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"), [(" 2023010101 ", "2023010101"), ("b20-01 x", "B20-01X"), ("２０２３", "2023")]
)
def test_student_numbers_take_one_form(typed: str, stored: str) -> None:
    assert personal.student_number(typed) == stored


@pytest.mark.parametrize("text", ["", "123", "1" * 33, "学号20230101", "2023_01", "٢٠٢٣"])
def test_what_is_no_student_number(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        personal.student_number(text)
    assert set(refused.value.fields) == {"student_number"}


# -- masks -------------------------------------------------------------------------------------------------


@given(st.text(alphabet="0123456789+ ", max_size=20))
def test_a_masked_phone_shows_seven_of_eleven_at_most(phone: str) -> None:
    masked = personal.mask_phone(phone)
    shown = masked.replace("*", "")
    assert "****" in masked
    assert len(shown) == (7 if len(phone) >= 11 else 0)
    if shown:
        assert shown == phone[:3] + phone[-4:]


@given(st.text(alphabet="0123456789X", max_size=20))
def test_a_masked_identity_number_never_shows_the_birthday(number: str) -> None:
    masked = personal.mask_identity_number(number)
    shown = masked.replace("*", "")
    assert len(shown) == (7 if len(number) >= 15 else 0)
    if len(number) == 18:
        assert masked == f"{number[:3]}***********{number[-4:]}"


@given(st.text(alphabet="0123456789ABC-", min_size=1, max_size=32))
def test_a_masked_student_number_shows_four_at_most(number: str) -> None:
    masked = personal.mask_student_number(number)
    assert "****" in masked
    assert len(masked.replace("*", "")) <= 4
