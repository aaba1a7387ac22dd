"""Employers as values: the code that the state gives them, and the form of their name that doubles share."""

import unicodedata

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from domain import personal
from domain.refusals import Invalid

_ORGANISATION = 9  # signs of a 组织机构代码
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(text: str) -> str:
    """统一社会信用代码 (GB 32100-2015): 18 characters with a right check digit, upper case; raises Invalid."""
    return _checked(personal.clean(text).replace(" ", "").upper(), "bad_credit_code")


def unit_code(text: str) -> str:
    """The 统一社会信用代码 of a unit, or the 组织机构代码 of one that has none, such as the army; raises Invalid."""
    code = personal.clean(text).replace(" ", "").replace("-", "").upper()
    if len(code) != _ORGANISATION:
        return _checked(code, "bad_unit_code")
    if not code.isascii() or not code.isalnum() or code[-1] != _check_sign(code[:-1]):
        raise Invalid.field("credit_code", "bad_unit_code")
    return code


def _checked(code: str, refusal: str) -> str:
    try:
        uscc.validate(code)
    except ValidationError:
        raise Invalid.field("credit_code", refusal) from None
    return code


def _check_sign(body: str) -> str:
    """The last sign of a 组织机构代码 (GB 11714-1997) with this body of letters and digits."""
    rest = sum(weight * int(sign, 36) for weight, sign in zip(_WEIGHTS, body, strict=True)) % 11
    return "0X987654321"[rest]


def is_code(text: str) -> bool:
    """Whether a text has the form of a 统一社会信用代码, right or wrong."""
    return len(text) == 18 and text.isascii() and text.isalnum()


def name_key(name: str) -> str:
    """A name folded for comparing: NFKC, small letters, letters and digits alone; 100 characters at most."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum())[:100]
