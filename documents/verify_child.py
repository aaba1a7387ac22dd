"""The process that looks at one file: reads its order and the file, writes the verdict as JSON.

``python -m documents.verify_child``; see ``documents.verifying``. A file that takes more than it may ends it.
"""

import json
import resource
import sys
from contextlib import suppress

from documents.seal_reading import verdict_of


def main() -> int:
    """Looks at one file; the exit code is 0 when the verdict is written."""
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    order = json.loads(head)
    for what, most in (
        (resource.RLIMIT_CPU, order["seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, order["memory"]),
    ):
        with suppress(ValueError, OSError):  # where a system does not know this limit
            resource.setrlimit(what, (most, most))
    try:
        verdict = verdict_of(data, [bytes.fromhex(root) for root in order["roots"]])
    except MemoryError:
        return 1
    sys.stdout.write(verdict.to_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
