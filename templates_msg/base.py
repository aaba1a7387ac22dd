"""What a template message is: a name, a title, and fields bound to the platform's slots."""

from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar

from templates_msg.fields import fit


def slot(where: str, label: str) -> Any:
    """A dataclass field that fills the platform's slot ``where``; ``label`` is what the phone prints before it."""
    return field(metadata={"slot": where, "label": label})


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
            part.metadata["slot"]: fit(part.metadata["slot"], getattr(self, part.name))
            for part in fields(self)
        }

    @classmethod
    def slots(cls) -> dict[str, str]:
        """Slot → label, for comparing with what the account has."""
        parts: tuple[Field[Any], ...] = fields(cls)
        return {part.metadata["slot"]: part.metadata["label"] for part in parts}
