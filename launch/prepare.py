"""Set-up as every target needs it: the Python environment, then the front-end packages."""

import os

from launch.environment import Environment, base_python
from launch.frontend import FrontEnd
from launch.layout import Layout
from launch.locks import alone


def prepare(layout: Layout, flavour: str) -> FrontEnd:
    """Make sure that what `flavour` (`runtime` or `dev`) needs is installed. Raises `Trouble`."""
    front_end = FrontEnd(layout, os.environ.get("PATH", os.defpath))
    with alone(layout.locks / "prepare"):
        Environment(layout, base_python()).ensure(flavour)
        front_end.ensure(flavour)
    return front_end
