"""The process that sets one document: reads its order as JSON, writes the PDF, or a word on stderr of what is wrong.

``python -m documents.typeset_child``; see ``documents.typeset``.
"""

import json
import resource
import sys
from contextlib import suppress
from pathlib import Path

import typst

_TEMPLATES = Path(__file__).with_name("typst")
_NOWHERE = _TEMPLATES / "packages"  # there is none: templates use nothing but what is theirs


def main() -> int:
    """Sets one document; the exit code is 0 when it is written."""
    order = json.loads(sys.stdin.buffer.read())
    for what, most in (
        (resource.RLIMIT_CPU, order["seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, order["memory"]),
    ):
        with suppress(ValueError, OSError):  # where a system does not know this limit
            resource.setrlimit(what, (most, most))
    compiler = typst.Compiler(
        _TEMPLATES / f"{order['template']}.typ",
        root=_TEMPLATES,
        font_paths=[order["fonts"]],
        ignore_system_fonts=True,
        sys_inputs={"data": order["data"]},
        package_path=_NOWHERE,
        package_cache_path=_NOWHERE,
    )
    try:
        content, warnings = compiler.compile_with_warnings(format="pdf")
    except typst.TypstError as error:
        sys.stderr.write(error.message)
        return 1
    if warnings or not isinstance(content, bytes):
        sys.stderr.write("; ".join(warning.message for warning in warnings))
        return 1
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
