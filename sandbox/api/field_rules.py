"""The typed fields of category templates (参数值内容限制说明): what each type takes."""

import re

from sandbox.catalogue import TemplateField

CHINESE = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
# Emoji are taken out of the shown text without a word.
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
CLOCK = r"(?:(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)"
DAY = r"(?:\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2}))"
TIME = rf"(?:{DAY} ?)?{CLOCK}"
DATE = rf"{DAY}(?: ?{CLOCK})?"


def _range(moment: str) -> str:
    return rf"{moment}(?: ?~ ?{moment})?"


PATTERNS = {
    "thing": r".{1,20}",
    "character_string": rf"[^{CHINESE}]{{1,32}}",
    "time": _range(TIME),
    "date": _range(DATE),
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d{1,10})?元?",
    "phone_number": r"[\d+\-() ]{1,17}",
    "number": r"(?=.{1,32}$)-?\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "car_number": rf"[{CHINESE}A-Za-z0-9]{{1,8}}",
    "name": rf"[{CHINESE}·]{{1,10}}|[^{CHINESE}]{{1,20}}",
    "phrase": rf"[{CHINESE}]{{1,5}}",
    "const": r".{1,20}",
    "enum": r".{1,20}",
    "short_thing": r".{1,10}",
}
COMPILED = {kind: re.compile(pattern, re.DOTALL) for kind, pattern in PATTERNS.items()}


def trouble_with(field: TemplateField, value: object) -> str:
    """What is wrong with ``value`` in words, empty when it may be sent."""
    if not isinstance(value, str):
        return "is not a string"
    if not EMOJI.sub("", value).strip():
        return "is emtpy"
    if CONTROL.search(value):
        return "has a control character"
    if field.type in ("const", "enum") and value not in field.values:
        return "is not an approved value"
    pattern = COMPILED.get(field.type)
    if pattern is None:
        return f"has the unknown type {field.type}"
    return "" if pattern.fullmatch(value) else "invalid"


def trouble_with_all(fields: tuple[TemplateField, ...], data: object) -> str:
    """The first trouble, naming the field as the platform does; empty when all fit."""
    if not isinstance(data, dict):
        return "data is not an object"
    keys = {field.key for field in fields}
    for key in data:
        if key not in keys:
            return f"data.{key}.value is not a field of the template"
    for field in fields:
        entry = data.get(field.key)
        value = entry.get("value") if isinstance(entry, dict) else None
        trouble = "is emtpy" if value is None else trouble_with(field, value)
        if trouble:
            return f"data.{field.key}.value {trouble}"
    return ""
