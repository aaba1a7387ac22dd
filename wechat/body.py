"""Reads a callback's body, XML or JSON, into flat fields: without entities, bounded in depth, never twice a name.

The form is told by the first byte, not by the Content-Type header: that one is not signed. Size is bounded by
whoever read the body.
"""

import json
import re
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from wechat.inbound import BadCallback

DEEPEST = 8

# A field as the platform writes nearly all of them: CDATA without a bracket, or digits. What expat would refuse or
# change (control characters, carriage returns) is left out, so that it goes to expat.
_PLAIN_FIELD = re.compile(
    r"[ \t\n]*<([A-Za-z_]{1,64})>(?:<!\[CDATA\[([^]\x00-\x08\x0b-\x1f\ufffe\uffff]*)\]\]>|([0-9]+))</\1>"
)
_PLAIN_END = re.compile(r"[ \t\n]*</xml>[ \t\n]*")


def read(body: bytes) -> tuple[dict[str, str], str]:
    """The body's fields and its form (``xml`` or ``json``). Raises BadCallback and nothing else."""
    if body[:1] == b"<":
        return _read_plain(body) or _read_xml(body), "xml"
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _read_json(body), "json"
    if start == b"<":
        return _read_xml(body), "xml"
    raise BadCallback("empty_body" if not body else "bad_form")


def _refuse_doctype(*_: Any) -> None:
    raise BadCallback("doctype")


def _read_plain(body: bytes) -> dict[str, str] | None:
    """A body of plain fields alone, at half of what a parser costs, since every callback is read twice; nothing
    for any other body: that one is for the parser to read or to refuse."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    if not text.startswith("<xml>"):
        return None
    fields: dict[str, str] = {}
    at, count, match = len("<xml>"), 0, _PLAIN_FIELD.match
    while field := match(text, at):
        name, words, digits = field.groups()
        fields[name] = words if digits is None else digits
        at = field.end()
        count += 1
    return fields if len(fields) == count and _PLAIN_END.fullmatch(text, at) else None


def _read_xml(body: bytes) -> dict[str, str]:
    """Any body at all."""
    fields: dict[str, str] = {}
    groups: dict[str, int] = {}
    path: list[str] = []
    text: list[str] = []
    is_leaf = False

    def start(name: str, _attributes: Any) -> None:
        nonlocal is_leaf
        if len(path) != 1:
            name = _nested(path, name, groups)
        path.append(name)
        text.clear()
        is_leaf = True

    def end(_name: str) -> None:
        nonlocal is_leaf
        name = path.pop()
        if is_leaf and path:
            if len(path) > 1:
                name = ".".join((*path[1:], name))
            if name in fields or name in groups:
                raise BadCallback("duplicate_field")
            fields[name] = "".join(text)
        elif len(path) == 1:
            if name in fields or name in groups:
                raise BadCallback("duplicate_field")
            groups[name] = 1
        is_leaf = False

    # A declared encoding is overridden: the platform sends UTF-8 and nothing else is decoded.
    parser = ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(body, True)
    except ExpatError:
        raise BadCallback("bad_xml") from None
    return fields


def _nested(path: list[str], name: str, groups: dict[str, int]) -> str:
    """The name of an element below a group: from its second time on with its number. The root must be ``xml``."""
    if not path:
        if name != "xml":
            raise BadCallback("bad_xml")
        return name
    if len(path) > DEEPEST:
        raise BadCallback("too_deep")
    whole = "/".join((*path[1:], name))
    groups[whole] = nth = groups.get(whole, 0) + 1
    return name if nth == 1 else f"{name}[{nth}]"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadCallback("duplicate_field")
    return found


def _refuse_constant(_: str) -> None:
    raise BadCallback("bad_number")


def _read_json(body: bytes) -> dict[str, str]:
    try:
        # Numbers stay text: a huge one costs nothing and a 64-bit MsgId loses no digit.
        tree = json.loads(
            body.decode("utf-8-sig"),
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse_constant,
            object_pairs_hook=_once,
        )
        fields: dict[str, str] = {}
        _flatten(tree, "", fields, 0)
        # \ud800 is JSON but no text.
        "".join((*fields, *fields.values())).encode()
    except (ValueError, RecursionError):
        raise BadCallback("bad_json") from None
    return fields


def _flatten(value: Any, path: str, fields: dict[str, str], depth: int) -> None:
    """Puts a JSON value below ``path``. A list of one looks like the thing itself: the platform writes either."""
    if depth > DEEPEST:
        raise BadCallback("too_deep")
    if isinstance(value, dict):
        for name, inner in value.items():
            _flatten(inner, f"{path}.{name}" if path else name, fields, depth + 1)
    elif isinstance(value, list):
        for nth, inner in enumerate(value, 1):
            _flatten(inner, path if nth == 1 else f"{path}[{nth}]", fields, depth + 1)
    elif path in fields:
        raise BadCallback("duplicate_field")
    else:
        fields[path] = value if isinstance(value, str) else "" if value is None else str(value).lower()
