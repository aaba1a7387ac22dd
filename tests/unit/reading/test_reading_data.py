"""The tables that the readers read by."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from config.forbidden_terms import forbidden_kinds
from config.majors import major_catalogue
from config.reading import reading_words
from domain.reading.majors import shipped_book
from tests.unit.reading.labelled import ROOT


def test_the_catalogue_has_its_classes_and_categories() -> None:
    codes = Counter((code[:2] < "41", len(code)) for code in major_catalogue().taught)
    assert codes[True, 2] == 12
    assert codes[True, 4] == 93
    assert codes[True, 6] >= 600
    assert codes[False, 2] == 19
    assert codes[False, 4] == 97
    assert codes[False, 6] >= 350


def test_every_code_has_its_class_and_category() -> None:
    taught = major_catalogue().taught
    assert all(re.fullmatch(r"\d{2}|\d{4}|\d{6}", code) for code in taught)
    assert all(code[:4] in taught and code[:2] in taught for code in taught)
    assert all(name == name.strip() != "" for name in taught.values())
    assert all(re.fullmatch(r"\d{4}", code) for code in major_catalogue().postgraduate)


def test_no_name_stands_twice_in_one_catalogue() -> None:
    for is_vocational in (False, True):
        names = Counter(
            (len(code), name)
            for code, name in major_catalogue().taught.items()
            if (code[:2] >= "41") is is_vocational
        )
        assert [name for name, count in names.items() if count > 1] == []


def test_aliases_and_kin_lead_to_codes() -> None:
    catalogue = major_catalogue()
    for codes in catalogue.aliases.values():
        assert all(
            code in catalogue.taught or (code[0] == "p" and code[1:] in catalogue.postgraduate)
            for code in codes
        )
    assert set(catalogue.kin) <= set(catalogue.taught)
    assert {code for codes in catalogue.kin.values() for code in codes} <= set(catalogue.postgraduate)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("计算机科学与技术", "080901"),
        ("汉语言文学", "050101"),
        ("会计学", "120203"),
        ("临床医学", "100201"),
        ("软件技术", "510203"),
        ("大数据与会计", "530302"),
        ("机电一体化技术", "460301"),
    ],
)
def test_codes_that_everybody_knows(name: str, code: str) -> None:
    assert code in shipped_book().taught(name)


def test_every_name_of_the_catalogue_is_read_as_itself() -> None:
    book = shipped_book()
    assert [name for name in major_catalogue().taught.values() if not book.taught(name)] == []


def _patterns(section: Any) -> Iterator[str]:
    if isinstance(section, str):
        yield section
    elif isinstance(section, dict):
        for value in section.values():
            yield from _patterns(value)


def test_every_pattern_compiles_and_none_takes_nothing_for_a_contact() -> None:
    sections = tomllib.loads((ROOT / "config" / "reading.toml").read_text("utf-8"))
    for name in sections:
        for pattern in _patterns(dict(reading_words(name))):
            re.compile(pattern)
    for key, pattern in sections["contacts"].items():
        if isinstance(pattern, str) and "hit" in pattern:
            assert not re.search(pattern, ""), key


def test_what_is_shown_instead_can_be_no_contact() -> None:
    for shown in reading_words("contacts")["shown"].values():
        assert not re.search("[0-9A-Za-z@]", shown)


def test_every_kind_has_its_words() -> None:
    for kind in forbidden_kinds().values():
        assert kind.title
        assert kind.advice.endswith("。")
        assert kind.patterns
        assert kind.exceptions
