"""Employers as values: the code that the state gives them, and the form of their name that doubles share."""

import unicodedata

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from domain import personal
from domain.refusals import Invalid


def credit_code(text: str) -> str:
    """统一社会信用代码 (GB 32100-2015): 18 characters with a right check digit, upper case; raises Invalid."""
    code = personal.clean(text).replace(" ", "").upper()
    try:
        uscc.validate(code)
    except ValidationError:
        raise Invalid.field("credit_code", "bad_credit_code") from None
    return code


def is_code(text: str) -> bool:
    """Whether a text has the form of a 统一社会信用代码, right or wrong."""
    return len(text) == 18 and text.isascii() and text.isalnum()


def name_key(name: str) -> str:
    """A name folded for comparing: NFKC, small letters, letters and digits alone; 100 characters at most."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum())[:100]
