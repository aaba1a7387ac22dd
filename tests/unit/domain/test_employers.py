import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.employers import credit_code, name_key, unit_code
from domain.refusals import Invalid

GOOD = "91110000600037341L"
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_a_code_is_taken_as_people_type_it() -> None:
    assert credit_code(" 9111 0000 6000 3734 1l ") == GOOD
    assert credit_code("９１１１００００６０００３７３４１Ｌ") == GOOD


@given(place=st.integers(0, 17), sign=st.sampled_from(_SIGNS))
def test_one_wrong_character_is_always_noticed(place: int, sign: str) -> None:
    typed = GOOD[:place] + sign + GOOD[place + 1 :]
    if typed == GOOD:
        assert credit_code(typed) == GOOD
    else:
        with pytest.raises(Invalid):
            credit_code(typed)


@given(st.text(string.printable, max_size=30))
def test_nothing_else_passes(text: str) -> None:
    if text.replace(" ", "").strip().upper() != GOOD:
        with pytest.raises(Invalid):
            credit_code(text)


def test_a_unit_without_a_credit_code_has_the_older_one() -> None:
    assert unit_code(" 60003734-1 ") == GOOD[8:17]  # which stands inside of the newer one
    assert unit_code("D2143569-x") == "D2143569X"  # the standard's own example
    assert unit_code(GOOD.lower()) == GOOD


@given(place=st.integers(0, 8), sign=st.sampled_from(string.digits + string.ascii_uppercase))
def test_one_wrong_sign_of_the_older_code_is_noticed(place: int, sign: str) -> None:
    typed = "D2143569X"
    typed = typed[:place] + sign + typed[place + 1 :]
    same = (int(sign, 36) - int("D2143569X"[place], 36)) % 11 == 0 and place < 8
    if typed == "D2143569X" or same:
        assert unit_code(typed) == typed
    else:
        with pytest.raises(Invalid):
            unit_code(typed)


def test_names_are_compared_without_signs_and_width() -> None:
    assert name_key("合肥创新软件（集团）有限公司") == name_key("合肥创新软件(集团)有限公司 ")
    assert name_key("ＡＢＣ公司") == name_key("abc公司")
    assert name_key("合肥创新公司") != name_key("合肥创新集团")
