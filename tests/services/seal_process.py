"""A worker that seals and is killed at a certain step: when a function is called, or when it returns.

Arguments: as for ``agreement_process``, then the function's qualified name, ``call`` or ``return``, and on which of
its calls.
"""

import os
import signal
import sys
from types import FrameType
from typing import Any

from services.agreements import sealing
from tests.services.agreement_process import context


def main() -> None:
    *arguments, name, when, count = sys.argv[1:]
    ctx = context(*arguments)
    left = int(count)

    def watch(frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal left
        if event == when and frame.f_code.co_qualname == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    sealing.sweep(ctx)


if __name__ == "__main__":
    main()
