"""Rows of a code table: each cell's own rule, and how rows must fit together."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.code_sheet import HEADINGS
from domain.code_rows import MOST_ROWS, Entry, read_entries
from domain.refusals import Invalid, said

REGION = re.compile(r"[1-9][0-9]{5}")


def read(
    *rows: tuple[str, ...], form: re.Pattern[str] = REGION
) -> tuple[list[Entry], list[tuple[int, str, str]]]:
    entries, troubles = read_entries([HEADINGS, *rows], form)
    assert all(said(trouble.reason) for trouble in troubles)
    return entries, [(trouble.line, trouble.column, trouble.reason) for trouble in troubles]


def test_rows_as_they_are_meant() -> None:
    entries, troubles = read(
        ("340000", "安徽省"),
        ("340100", " 合肥市 ", "340000", "在用", ""),
        ("３４０１０４", "蜀山区", "340100"),
        ("340181", "巢湖市", "340100", "启用"),
        ("341402", "居巢区", "", "停用", "340181"),
    )
    assert troubles == []
    assert entries == [
        Entry("340000", "安徽省"),
        Entry("340100", "合肥市", "340000"),
        Entry("340104", "蜀山区", "340100"),
        Entry("340181", "巢湖市", "340100"),
        Entry("341402", "居巢区", "", True, "340181"),
    ]


def test_columns_are_known_by_their_headings() -> None:
    lines = [("备注", "名称", "状态", "代码"), ("x", "安徽省", "停用", "340000")]
    assert read_entries(lines, REGION) == ([Entry("340000", "安徽省", is_retired=True)], [])


def test_empty_lines_count_but_say_nothing() -> None:
    _entries, troubles = read(("340000", "安徽省"), (), ("", " "), ("1", "甲"))
    assert troubles == [(5, "代码", "codes_form")]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (("", "甲"), "代码", "required"),
        (("3401", "甲"), "代码", "codes_form"),
        (("34010A", "甲"), "代码", "codes_form"),
        (("340100", ""), "名称", "required"),
        (("340100", "甲" * 101), "名称", "too_long"),
        (("340100", "甲", "", "也许"), "状态", "codes_state"),
        (("340100", "甲", "", "", "340000"), "接替代码", "codes_successor_of_used"),
        (("340100", "甲", "990000"), "上级代码", "codes_no_parent"),
        (("340100", "甲", "340100"), "上级代码", "codes_round"),
        (("340100", "甲", "", "停用", "990000"), "接替代码", "codes_no_successor"),
        (("340100", "甲", "", "停用", "340100"), "接替代码", "codes_successor_retired"),
        (("340000", "甲"), "代码", "codes_twice:2"),
    ],
)
def test_what_is_wrong_with_a_row(row: tuple[str, ...], column: str, reason: str) -> None:
    assert read(("340000", "安徽省"), row)[1] == [(3, column, reason)]


def test_rings_of_codes_are_found_and_left() -> None:
    rows = (
        ("340000", "甲", "340100"),
        ("340100", "乙", "340200"),
        ("340200", "丙", "340000"),
        ("340300", "丁", "340000"),
    )
    assert {reason for _line, _column, reason in read(*rows)[1]} == {"codes_round"}


def test_letters_of_a_code_are_written_large() -> None:
    entries, troubles = read(("120203k", "会计学"), form=re.compile(r"[0-9]{6}[A-Z]?"))
    assert (entries[0].code, troubles) == ("120203K", [])


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "codes_headings"),
        ([("编号", "名称"), ("1", "甲")], "codes_headings"),
        ([("代码",), ("1",)], "codes_headings"),
        ([HEADINGS], "codes_empty"),
        ([HEADINGS, ("", "")], "codes_empty"),
    ],
)
def test_what_is_no_code_table(lines: list[tuple[str, ...]], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_entries(lines, REGION)
    assert refused.value.code == code


def test_a_table_has_an_end() -> None:
    endless = ((f"{100000 + number}", "甲") for number in range(MOST_ROWS + 1))
    with pytest.raises(Invalid) as refused:
        read_entries([HEADINGS, *endless], REGION)
    assert refused.value.code == "codes_too_many"


# -- whatever comes ----------------------------------------------------------------------------------------

CODES = st.sampled_from(["100000", "110000", "110100", "110101", "1", ""])
ROWS = st.tuples(CODES, st.sampled_from(["甲", "乙", ""]), CODES, st.sampled_from(["", "停用", "?"]), CODES)


@given(st.lists(ROWS, min_size=1, max_size=8))
def test_a_table_without_troubles_holds_together(rows: list[tuple[str, ...]]) -> None:
    entries, troubles = read(("900000", "丙"), *rows)
    if troubles:
        assert all(2 <= line <= len(rows) + 2 for line, _column, _reason in troubles)
        return
    table = {row.code: row for row in entries}
    assert len(table) == len(entries)
    for row in entries:
        assert REGION.fullmatch(row.code)
        assert row.name
        steps, above = 0, row.parent
        while above:
            above, steps = table[above].parent, steps + 1
            assert steps < len(table)
        assert not row.successor or (row.is_retired and not table[row.successor].is_retired)


@given(st.lists(st.lists(st.text(max_size=8), max_size=7), max_size=6))
def test_any_lines_are_read_or_refused(lines: list[list[str]]) -> None:
    for headed in (lines, [list(HEADINGS), *lines]):
        with suppress(Invalid):
            read_entries(headed, REGION)
