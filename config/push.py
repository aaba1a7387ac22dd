"""How posts are brought to people without their asking, read from ``push.toml``."""

import tomllib
from datetime import time
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SOURCE = Path(__file__).with_name("push.toml")


class Hours(BaseModel):
    """From when to when something is done each day, in China."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begins: time
    ends: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError("begins must come before ends")
        return self


class ForGraduates(Hours):
    """The daily push. ``least_score`` is in the points of matching.toml, ``scarce_heads`` a headcount."""

    least_score: int = Field(ge=0)
    most: int = Field(ge=1, le=20)
    scarce_heads: int = Field(ge=0)
    scarce_offers: int = Field(ge=1)


class ForCounselors(Hours):
    """The digest. ``weekday`` is 1 (Monday) to 7, and of no meaning for a daily one."""

    every: Literal["day", "week"]
    weekday: int = Field(ge=1, le=7)
    most: int = Field(ge=1, le=100)


class Plan(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    graduates: ForGraduates
    counselors: ForCounselors


@cache
def push_plan(source: Path = SOURCE) -> Plan:
    """What the file says; raises ValueError when it is not such a file."""
    return Plan.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
