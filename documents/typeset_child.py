"""The process that sets documents: one, or as many as it is sent; see ``documents.typeset`` and ``documents.press``.

``python -m documents.typeset_child`` reads one order as JSON and writes the PDF, or a word on stderr of what is wrong.
With ``many`` it first reads a line of JSON with what all have in common, then orders, and answers each in the frames
of ``documents.press_frames``.
"""

import json
import math
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import typst

from documents.press_frames import PDF, WORD, read_length, with_length

_TEMPLATES = Path(__file__).with_name("typst")
# Papers that somebody opens in ten years are PDF/A-2a (ISO 19005-2): all they need is inside, and tagged.
_LASTING = frozenset({"agreement", "paper_form", "receipt", "release"})
_NOWHERE = _TEMPLATES / "packages"  # there is none: templates use nothing but what is theirs


class _NotSet(Exception):
    """The text says what is wrong."""


def one() -> int:
    """Sets one document; the exit code is 0 when it is written."""
    order = json.loads(sys.stdin.buffer.read())
    _limit(order)
    try:
        sys.stdout.buffer.write(_set(_fonts(order), order))
    except _NotSet as trouble:
        sys.stderr.write(str(trouble))
        return 1
    return 0


def many() -> int:
    """Sets one document after the other until there are no more; the fonts are read once."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    common = json.loads(source.readline())
    _limit(common)
    fonts = _fonts(common)
    while (length := read_length(source)) is not None:
        order = json.loads(source.read(length))
        _allow(common["seconds"])
        try:
            kind, answer = PDF, _set(fonts, order)
        except _NotSet as trouble:
            kind, answer = WORD, str(trouble).encode()
        target.write(kind + with_length(answer))
        target.flush()
    return 0


def _limit(order: dict[str, Any]) -> None:
    for what, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, order["memory"]),
    ):
        with suppress(ValueError, OSError):  # where a system does not know this limit
            resource.setrlimit(what, (most, most))
    _allow(order["seconds"])


def _allow(seconds: int) -> None:
    """So much of the processor from now on; beyond it the system ends this process."""
    with suppress(ValueError, OSError):
        until = math.ceil(time.process_time()) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _fonts(order: dict[str, Any]) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[order["fonts"]])


def _set(fonts: typst.Fonts, order: dict[str, Any]) -> bytes:
    try:
        compiler = typst.Compiler(
            _TEMPLATES / f"{order['template']}.typ",
            root=_TEMPLATES,
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": order["data"]},
            package_path=_NOWHERE,
            package_cache_path=_NOWHERE,
        )
        content, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=["a-2a"] if order["template"] in _LASTING else []
        )
    except typst.TypstError as error:
        raise _NotSet(error.message) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise _NotSet(str(error)) from None
    if warnings or not isinstance(content, bytes):
        raise _NotSet("; ".join(warning.message for warning in warnings))
    return content


if __name__ == "__main__":
    sys.exit(many() if sys.argv[1:] == ["many"] else one())
