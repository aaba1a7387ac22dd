"""Draws the machines as Mermaid: ``python -m tests.architecture.diagrams`` renews docs/machines.md."""

from pathlib import Path

from domain.machine import Machine
from domain.machines import MACHINES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "machines.md"
HEAD = """# Status machines

Drawn from `domain/machines.py` by `python -m tests.architecture.diagrams`; a test compares the two.
An arrow reads *verb (who may draw it)*.
"""


def drawing(machine: Machine) -> str:
    """One machine as a Mermaid state diagram."""
    lines = [f"    [*] --> {machine.initial}"]
    for (status, verb), arrow in machine.arrows.items():
        lines.append(f"    {status} --> {arrow.status} : {verb} ({', '.join(sorted(arrow.by))})")
    return "\n".join([f"## {machine.name}", "", "```mermaid", "stateDiagram-v2", *lines, "```", ""])


def page() -> str:
    """The whole document."""
    return "\n".join([HEAD, *(drawing(machine) for machine in MACHINES)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
