"""Personal data as values: how it is normalised, checked, and shown in part."""

import re
import unicodedata
from datetime import date

from stdnum.cn import ric

from domain.refusals import Invalid

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]")
_STUDENT = re.compile(r"[0-9A-Z-]{4,32}")
_LATIN = re.compile("[A-Za-z]")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[A-Za-z]{2,}")
# The dot inside a name as keyboards and registers write it; papers have U+00B7.
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●.", "·"))


def clean(text: str) -> str:
    """Text as people mean it: NFKC, nothing that cannot be seen, single inner spaces, no outer ones.

    Characters that this Python does not know or that are private stay: rare names are written with them.
    """
    if not (text.isprintable() and unicodedata.is_normalized("NFKC", text)):
        text = unicodedata.normalize("NFKC", "".join(map(_visible, text)))
    return " ".join(text.split())


def prose(text: str) -> str:
    """A sentence as it was typed, on one line: like ``clean``, but Chinese punctuation stays Chinese."""
    return " ".join(unicodedata.normalize("NFC", "".join(map(_visible, text))).split())


def _visible(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in ("Cf", "Cs"):
        return ""
    return " " if kind == "Cc" or kind[0] == "Z" else char


def mobile(text: str) -> str:
    """A mainland mobile number of 11 digits; raises Invalid."""
    digits = clean(text).replace(" ", "").replace("-", "").removeprefix("+86")
    if not _MOBILE.fullmatch(digits):
        raise Invalid.field("phone", "bad_phone")
    return digits


def identity_number(text: str) -> str:
    """A resident identity number (证件号码, GB 11643) with a real date and check digit, upper case; raises Invalid.

    The area is not judged: tables of areas lack some that people were born in. Residence permits of Hong Kong,
    Macao and Taiwan people (areas 81 to 83) have the same form and pass.
    """
    number = clean(text).replace(" ", "").upper()
    if not _IDENTITY.fullmatch(number) or ric.calc_check_digit(number) != number[-1]:
        raise Invalid.field("identity_number", "bad_identity_number")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Invalid.field("identity_number", "bad_identity_number") from None
    return number


def fold_name(text: str) -> str:
    """A name in the one form that is stored and compared: one kind of dot, no spaces beside other than letters."""
    name = clean(text).translate(_DOTS)
    if _LATIN.search(name):
        return name
    return unicodedata.normalize("NFKC", name.replace(" ", ""))


def person_name(text: str) -> str:
    """A person's name as written on papers, 2 to 40 characters; raises Invalid."""
    name = fold_name(text)
    is_odd = not name.isalpha() and any(char.isdigit() or char in "<>&\"'/\\" for char in name)
    if is_odd or not 2 <= len(name) <= 40:
        raise Invalid.field("name", "bad_name")
    return name


def student_number(text: str) -> str:
    """学号, 4 to 32 letters, digits and dashes, upper case; raises Invalid."""
    number = clean(text).replace(" ", "").upper()
    if not _STUDENT.fullmatch(number):
        raise Invalid.field("student_number", "bad_student_number")
    return number


def mask_name(name: str) -> str:
    """李晓雨 → 李**: the first character stays."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def mask_identity_number(number: str) -> str:
    """340***********1234: the area's first three and the last four stay."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if len(number) >= 15 else "****"


def mask_student_number(number: str) -> str:
    """20230001 → 20****01; a short number shows its last two only."""
    return f"{number[:2] if len(number) > 4 else ''}****{number[-2:]}"
