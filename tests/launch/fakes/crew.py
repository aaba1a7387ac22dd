"""A supervisor in a process of its own: `crew.py FOLDER NAME[:MANNER…]…`, as `part.py` takes them."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from launch.processes import Part, StopRequested, Supervisor
from launch.register import Register
from launch.say import Trouble, say

FAKE = str(Path(__file__).with_name("part.py"))


def all_there(files: list[Path]) -> Callable[[], bool]:
    """Ready as soon as each of `files` has been written."""
    return lambda: all(file.exists() for file in files)


def main(folder: Path, specs: list[str]) -> int:
    """Start the parts, say so, watch them."""
    register = Register(folder / "parts.json")
    try:
        with Supervisor(folder / "log", os.environ, grace=0.7, register=register) as crew:
            for spec in specs:
                name, *manners = spec.split(":")
                expected = [name, *([f"{name}-child"] if "parent" in manners else [])]
                files = [folder / f"{each}.pid" for each in expected]
                argv = [sys.executable, FAKE, name, str(folder), *manners]
                crew.start(Part(name, argv, ready=all_there(files)))
            say("all are ready")
            crew.watch()
    except StopRequested:
        say("stopped as asked")
        return 0
    except Trouble as trouble:
        say(str(trouble))
        return 1
    return 2


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
