"""Numbers of majors and of disciplines, which are the same numbers, kept apart."""

import pytest

from domain.disciplines import discipline, major_of
from domain.posts import major_codes
from domain.reading import majors
from matching import codes


@pytest.mark.parametrize(
    ("code", "education", "found"),
    [
        ("080902", "3", "080902"),
        ("120203K", "31", "120203K"),
        ("510203", "4", "510203"),
        ("081200", "1", "P81200"),
        ("0835", "11", "P835"),
        ("120201", "0", "Q20201"),
        ("", "1", ""),
    ],
)
def test_a_postgraduates_code_has_a_letter(code: str, education: str, found: str) -> None:
    assert major_of(code, education) == found


def test_a_computing_postgraduate_fits_posts_for_computing_and_none_for_surveying() -> None:
    computing, surveying = (
        {*read.codes, *read.postgraduate} for read in map(majors.read, ("计算机类", "测绘类"))
    )
    _major, discipline_of, category = major_codes(major_of("081200", "1"))
    assert discipline_of in computing
    assert discipline_of not in surveying
    assert category in majors.read("工科").postgraduate
    assert major_codes("081201T")[1] in surveying


def test_the_index_takes_codes_with_a_letter() -> None:
    assert codes.major(discipline("081200"))[1] == codes.major(discipline("0812"))[1]
    assert codes.major(discipline("0812"))[1] != codes.major("0812")[1]
    assert codes.major(discipline("0812"))[2] == codes.major(discipline("08"))[2]
