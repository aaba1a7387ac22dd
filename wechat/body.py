"""Reads a callback's body, XML or JSON, into flat fields: without entities, bounded in depth, never twice a name.

The form is told by the first byte, not by the Content-Type header: that one is not signed. Size is bounded by
whoever read the body.
"""

import json
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from wechat.inbound import BadCallback

DEEPEST = 8


def read(body: bytes) -> tuple[dict[str, str], str]:
    """The body's fields and its form (``xml`` or ``json``). Raises BadCallback and nothing else."""
    if body[:1] == b"<":
        return _read_xml(body), "xml"
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _read_json(body), "json"
    if start == b"<":
        return _read_xml(body), "xml"
    raise BadCallback("empty_body" if not body else "bad_form")


def _refuse_doctype(*_: Any) -> None:
    raise BadCallback("doctype")


def _read_xml(body: bytes) -> dict[str, str]:
    """Written for speed, since every callback is read twice: the usual field costs one look into one dict."""
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
