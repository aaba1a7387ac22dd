"""How each message is sent, read from ``messages.toml``: priority, other channels, frequency cap, quiet hours."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

SOURCE = Path(__file__).with_name("messages.toml")
RESULT = 2


class Manner(BaseModel):
    """How messages of one kind are sent. ``priority`` 1 is a task, 2 a result, 3 a digest: the lower goes first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    priority: int = Field(default=RESULT, ge=1, le=3)
    fallback: tuple[str, ...] = ()
    capped: bool = False
    quiet: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    message: dict[str, Manner]


@cache
def manners(source: Path = SOURCE) -> dict[str, Manner]:
    """Name of the message → how it is sent. Raises ValueError for a file that says anything else."""
    return _File.model_validate(tomllib.loads(source.read_text(encoding="utf-8"))).message


def manner_of(name: str) -> Manner:
    """How a message is sent; one that the file does not name is a result without any other channel."""
    return manners().get(name, Manner())
