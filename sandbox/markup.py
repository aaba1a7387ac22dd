"""Writes callbacks as XML and reads replies from XML, strictly: no DTD, no attributes, nothing double."""

import json
import re
from typing import Any
from xml.parsers import expat

Fields = dict[str, Any]

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class BadMarkup(Exception):
    """Not the XML or JSON that the platform takes."""


def _cdata(text: str) -> str:
    clean = FORBIDDEN.sub("", text)
    return f"<![CDATA[{clean.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(key, one) for key, one in value.items())}</{name}>"
    inner = str(value) if isinstance(value, int | float) else _cdata(value)
    return f"<{name}>{inner}</{name}>"


def to_xml(fields: Fields) -> bytes:
    """A callback body: numbers bare, text in CDATA, lists as repeated elements."""
    return _element("xml", fields).encode()


def _single(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _single(one) for key, one in value.items()}
    if isinstance(value, list):
        return _single(value[0]) if len(value) == 1 else [_single(one) for one in value]
    return value


def to_json(fields: Fields) -> bytes:
    """A callback body in JSON, where a list of one is that one, as the platform does it."""
    return json.dumps(_single(fields), ensure_ascii=False).encode()


class _Reader:
    """Collects elements into nested dicts; ``item`` may repeat, everything else may not."""

    def __init__(self) -> None:
        self.root: Fields | None = None
        self._stack: list[tuple[str, Fields, list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            raise BadMarkup(f"<{name}> carries attributes")
        self._stack.append((name, {}, []))

    def text(self, text: str) -> None:
        self._stack[-1][2].append(text)

    def end(self, _name: str) -> None:
        name, children, text = self._stack.pop()
        value: Any = children or "".join(text)
        if not self._stack:
            if name != "xml":
                raise BadMarkup(f"the root is <{name}>, not <xml>")
            self.root = children
            return
        parent = self._stack[-1][1]
        if name == "item":
            parent.setdefault(name, []).append(value)
        elif name in parent:
            raise BadMarkup(f"<{name}> stands twice")
        else:
            parent[name] = value


def _refuse_dtd(*_: object) -> None:
    raise BadMarkup("a DTD is not allowed")


def from_xml(body: bytes) -> Fields:
    """The fields of an XML reply; raises BadMarkup."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise BadMarkup(f"not XML: {error}") from error
    if reader.root is None:
        raise BadMarkup("no root element")
    return reader.root


def from_json(body: bytes) -> Fields:
    """The fields of a JSON reply; raises BadMarkup."""
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise BadMarkup(f"not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise BadMarkup("not a JSON object")
    return fields
