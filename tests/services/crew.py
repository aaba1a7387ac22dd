"""Processes that race: each carries out an order over the test's database, all let go at once."""

import json
import subprocess
import sys
from pathlib import Path

from services import sessions
from services.context import Context
from tests.cast import Persona

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 6
Order = dict[str, str]


class Crew:
    """Some processes that carry out an order each, all let go at once."""

    def __init__(self, size: int, arguments: list[str]) -> None:
        command = [sys.executable, "-m", "tests.services.agreement_process", *arguments]
        self._hands = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(size)
        ]
        for hand in self._hands:
            assert hand.stdout is not None
            assert hand.stdout.readline() == "ready\n"

    def race(self, *orders: Order) -> list[str]:
        """What became of each order, in order."""
        hands = self._hands[: len(orders)]
        for hand, order in zip(hands, orders, strict=True):
            assert hand.stdin is not None
            hand.stdin.write(json.dumps(order) + "\n")
        for hand in hands:
            assert hand.stdin is not None
            hand.stdin.flush()
        return [hand.stdout.readline().strip() for hand in hands if hand.stdout is not None]

    def end(self) -> None:
        for hand in self._hands:
            hand.communicate(timeout=30)


def token(ctx: Context, persona: Persona) -> str:
    assert persona.account is not None
    return sessions.open_session(ctx, persona.account, "h5")
