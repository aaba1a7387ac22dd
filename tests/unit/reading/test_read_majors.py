"""Majors in free text."""

import pytest

from config.majors import major_catalogue
from domain.reading.majors import MajorBook, read, shipped_book

CLASSES_OF_COMPUTING = ("0809", "5102")


@pytest.mark.parametrize(
    "text", ["", "  ", "无", "专业不限", "不限", "等不限定专业", "不限专业", "计算机等相关专业优先，专业不限"]
)
def test_any_major_will_do(text: str) -> None:
    majors = read(text)
    assert majors.is_open
    assert majors.codes == majors.unread == ()


@pytest.mark.parametrize(
    "text",
    [
        "软件工程 会计学",
        "软件工程，会计学",
        "软件工程、会计学",
        "软件工程/会计学",
        "软件工程；会计学",
        "【软件工程】（会计学）",
        "1.软件工程 2.会计学",
        "专业要求：软件工程及会计学",
        "软件工程专业和会计学专业",
    ],
)
def test_separators(text: str) -> None:
    majors = read(text)
    assert majors.codes == ("080902", "120203")
    assert majors.unread == ()


def test_classes_go_by_every_catalogue_that_has_the_name() -> None:
    assert read("计算机类 电子信息类").codes == (*CLASSES_OF_COMPUTING, "0807", "5101")
    assert read("计算机").codes == CLASSES_OF_COMPUTING
    assert read("电子商务").codes == ("120801", "530701")


def test_related_majors_are_said_beside_those_named() -> None:
    majors = read("计算机科学与技术、软件工程等相关专业")
    assert majors.codes == ("080901", "080902")
    assert majors.is_related
    assert not read("计算机科学与技术、软件工程").is_related


def test_names_that_hold_what_separates_others() -> None:
    assert read("土木、水利与海洋工程、土木工程").codes == ("081009", "081001")
    assert read("新闻学与传播学").codes == ("050301", "050304")
    assert read("网络与新媒体").codes == ("050306",)


def test_a_major_comes_before_the_category_of_its_name() -> None:
    assert read("法学").codes == ("030101",)
    assert read("法学类").codes == ("0301",)
    assert read("法学门类").codes == ("03",)
    assert read("理工科").codes == ("07", "08")
    assert read("财经商贸大类").codes == ("53",)


def test_skills_are_no_majors() -> None:
    majors = read("Java, C++, CET6")
    assert majors.codes == ()
    assert not majors.is_open
    assert majors.unread == ("Java", "C++", "CET6")


def test_what_is_unknown_is_kept_beside_what_is_known() -> None:
    majors = read("软件工程、模式识别")
    assert majors.codes == ("080902",)
    assert majors.unread == ("模式识别",)


def test_a_name_is_not_read_from_a_part_of_a_piece() -> None:
    assert read("物理电子学").codes == ()
    assert read("计算机视觉").codes == ()


def test_disciplines_have_numbers_of_their_own() -> None:
    majors = read("计算机科学与技术")
    assert majors.codes == ("080901",)
    assert majors.postgraduate == ("P812",)
    assert read("应用经济学").postgraduate == ("P202",)
    assert read("应用经济学").unread == ()
    assert {"P812", "P835", "P839"} <= set(read("计算机类").postgraduate)
    assert "P816" in read("测绘类").postgraduate
    assert read("理工科").postgraduate == ("P7", "P8")
    assert "Q202" in read("工商管理类").postgraduate
    assert read("财经商贸大类").postgraduate == ()


def test_directions_in_brackets_widen_nothing() -> None:
    assert read("动物医学（兽医方向）").codes == ("090401", "410301")


def test_teachers_training_is_no_code() -> None:
    majors = read("师范类")
    assert majors.is_teaching
    assert majors.codes == majors.unread == ()
    assert read("汉语言文学（师范）").codes == ("050101",)


def test_codes_in_the_text() -> None:
    assert read("080901").codes == ("080901",)
    assert read("080907T、999999").codes == ("080907",)
    assert read("0835软件工程").codes == ("080902",)


def test_an_imported_table_comes_first() -> None:
    book = MajorBook(major_catalogue(), [("080902X", "软件工程"), ("089901T", "低空技术与工程")])
    assert read("软件工程、低空技术与工程、会计学", book).codes == ("080902X", "089901", "120203")
    assert read("089901T", book).codes == ("089901",)


@pytest.mark.parametrize(
    ("codes", "ranks", "found"),
    [
        (("0812",), (3, 0), ("P812",)),
        (("0812", "120200", "08"), (3, 4), ("P812", "Q20200", "P8")),
        (("0809",), (2, 2), ("0809",)),
        (("0809", "510203"), (0, 2), ("0809", "510203")),
        (("510203",), (1, 0), ("510203",)),
    ],
)
def test_the_same_numbers_are_classes_or_disciplines_by_the_level(
    codes: tuple[str, ...], ranks: tuple[int, int], found: tuple[str, ...]
) -> None:
    assert shipped_book().for_levels(codes, *ranks) == found


def test_undergraduate_codes_open_to_postgraduates_bring_what_these_study() -> None:
    """By code as by name: 计算机类 and 软件工程 lead on to the same disciplines."""
    for code, name in (("0809", "计算机类"), ("080902", "软件工程"), ("08", "工学")):
        asked = read(name)
        found = shipped_book().for_levels((code,), 2, 0)
        assert found[0] == code
        assert set(found[1:]) == set(asked.postgraduate) != set()
