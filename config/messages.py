"""How each message is sent, read from ``messages.toml``: priority, other channels, frequency cap, quiet hours."""

import tomllib
from datetime import time
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SOURCE = Path(__file__).with_name("messages.toml")
TASK, RESULT, DIGEST = 1, 2, 3

Channel = Literal["subscribe", "sms"]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Manner(_Said):
    """How messages of one kind are sent. ``priority`` 1 is a task, 2 a result, 3 a digest: the lower goes first.

    ``fallback`` are the channels for whom the template message does not reach, ``capped`` counts towards a
    person's frequency cap, ``quiet`` never arrives in the quiet hours.
    """

    priority: int = Field(default=RESULT, ge=TASK, le=DIGEST)
    fallback: tuple[Channel, ...] = ()
    capped: bool = False
    quiet: bool = False


_RESULT = Manner()


class Cap(_Said):
    """How many capped messages one person gets at most."""

    a_day: int = Field(ge=1)
    a_week: int = Field(ge=1)


class Quiet(_Said):
    """From when to when quiet messages wait, in China; it may span midnight."""

    begins: time
    ends: time


class Quota(_Said):
    """How the day's quota is shared: this part of it digests must leave for tasks and results."""

    kept_from_digests: float = Field(ge=0, lt=1)


class Manners(_Said):
    """The whole file."""

    message: dict[str, Manner]
    cap: Cap
    quiet: Quiet
    quota: Quota


@cache
def manners(source: Path = SOURCE) -> Manners:
    """What the file says; raises ValueError when it is not such a file."""
    return Manners.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))


def manner_of(name: str) -> Manner:
    """How a message is sent; one that the file does not name is a result without any other channel."""
    return manners().message.get(name) or _RESULT
