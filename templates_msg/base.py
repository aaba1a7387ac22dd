"""What a template message is: a name, a title, and fields bound to the platform's slots."""

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, Self

from templates_msg.fields import fit


def slot(
    where: str,
    label: str,
    *,
    sample: object,
    values: tuple[str, ...] = (),
    shows: Callable[[Any], object] | None = None,
) -> Any:
    """A dataclass field that fills the platform's slot ``where``; ``label`` is what the phone prints before it.

    ``sample`` stands there in examples. ``values`` are the approved ones of a const slot. ``shows`` turns the value
    into what the slot takes, for instance an absent deadline into words.
    """
    return field(metadata={"slot": where, "label": label, "sample": sample, "values": values, "shows": shows})


def fixed(where: str, label: str, value: str) -> Any:
    """A slot that holds the same approved value in every message of this class."""
    known = {"slot": where, "label": label, "sample": value, "values": (value,), "shows": None}
    return field(init=False, default=value, metadata=known)


@dataclass(frozen=True)
class Template:
    """Base of all messages. Making one checks and fits every field; raises BadField."""

    name: ClassVar[str]
    title: ClassVar[str]

    def __post_init__(self) -> None:
        self.payload()

    def payload(self) -> dict[str, str]:
        """Slot → value, as promised to the person and as sent."""
        return {
            part.metadata["slot"]: _filled(part.metadata, getattr(self, part.name)) for part in fields(self)
        }

    @classmethod
    def sample(cls) -> Self:
        """An example of this message, for pages that show how it will look."""
        parts: tuple[Field[Any], ...] = fields(cls)
        return cls(**{part.name: part.metadata["sample"] for part in parts if part.init})

    @classmethod
    def slots(cls) -> dict[str, str]:
        """Slot → label, for comparing with what the account has."""
        parts: tuple[Field[Any], ...] = fields(cls)
        return {part.metadata["slot"]: part.metadata["label"] for part in parts}

    @classmethod
    def places(cls) -> dict[str, str]:
        """Name of a field of ours → the slot that it fills."""
        parts: tuple[Field[Any], ...] = fields(cls)
        return {part.name: part.metadata["slot"] for part in parts}

    @classmethod
    def approved(cls) -> dict[str, tuple[str, ...]]:
        """Slot → the values that must be approved for it; only slots of such kinds."""
        parts: tuple[Field[Any], ...] = fields(cls)
        return {part.metadata["slot"]: part.metadata["values"] for part in parts if part.metadata["values"]}


def _filled(known: Any, value: object) -> str:
    shown = known["shows"](value) if known["shows"] else value
    return fit(known["slot"], shown, known["values"])
