"""How well a post fits a graduate, read from ``matching.toml``: the points of each criterion."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SOURCE = Path(__file__).with_name("matching.toml")
WISHES = 3  # places that a graduate may name

Points = Annotated[int, Field(ge=0, le=4000)]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Major(_Said):
    """Points by how the post's majors stand to the graduate's, the nearest first."""

    exact: Points
    class_: Points = Field(alias="class")
    category: Points
    open: Points


class Place(_Said):
    """Points by how the post's places stand to those wished for."""

    wished: tuple[Points, Points, Points]
    province: Points
    nationwide: Points
    anywhere: Points


class Traits(_Said):
    """Points of what the graduate said about kinds of position, industries and natures of units."""

    kind: Points
    industry: Points
    nature: Points


class Pay(_Said):
    """Points of pay that is wholly above the graduate's floor, and of pay that is not told."""

    most: Points
    negotiable: Points


class Freshness(_Said):
    """Points on the day of publication, and after how many days none are left."""

    most: Points
    days: int = Field(ge=1, le=3650)


class Headcount(_Said):
    """The most points, and how many to be hired earn them."""

    most: Points
    heads: int = Field(ge=1)


class Weights(_Said):
    """The whole file."""

    count: int = Field(ge=1, le=100)
    of_one_employer: int = Field(ge=1)
    major: Major
    place: Place
    wish: Traits
    pay: Pay
    freshness: Freshness
    headcount: Headcount
    feedback: Traits

    @model_validator(mode="after")
    def _nearer_is_never_less(self) -> Self:
        for name, falling in {
            "major": (self.major.exact, self.major.class_, self.major.category, self.major.open),
            "place": (*self.place.wished, self.place.province),
        }.items():
            if list(falling) != sorted(falling, reverse=True):
                raise ValueError(f"{name}: what is nearer must not earn fewer points")
        if self.pay.negotiable > self.pay.most:
            raise ValueError("pay: what is not told must not earn more than what is")
        return self

    @property
    def digest(self) -> str:
        """Changes when any number does: an index built with other weights is out of date."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


@cache
def weights(source: Path = SOURCE) -> Weights:
    """What the file says; raises ValueError when it is not such a file."""
    return Weights.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
