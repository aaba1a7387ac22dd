"""What the account was set up with: the people who hold phones, and the templates the account owns."""

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

FIELD_KEY = re.compile(r"^(?P<type>[a-z_]+?)(?P<number>\d+)$")


class Persona(BaseModel):
    """Somebody with a phone; ``key`` is also the phone's host name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    name: str
    role: str
    note: str = ""
    phone: str = Field(pattern=r"^1\d{10}$")
    color: str = "#5b8c7b"
    snapshot: bool = False


class TemplateField(BaseModel):
    """One field of a template; ``values`` are the approved ones of an enum or const field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    label: str
    values: tuple[str, ...] = ()

    @field_validator("key")
    @classmethod
    def _typed(cls, value: str) -> str:
        if not FIELD_KEY.match(value):
            raise ValueError("a field is named <type><number>, for example thing1")
        return value

    @property
    def type(self) -> str:
        found = FIELD_KEY.match(self.key)
        return found["type"] if found else ""


class Template(BaseModel):
    """A message form that the account owns; ``name`` is for people who read the TOML."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    title: str
    fields: tuple[TemplateField, ...]
    kind: Literal["template", "subscribe"] = "template"

    @property
    def content(self) -> str:
        return "\n".join(f"{field.label}：{{{{{field.key}.DATA}}}}" for field in self.fields)


class PersonaFile(BaseModel):
    """The shape of personas.toml."""

    persona: tuple[Persona, ...]


class TemplateFile(BaseModel):
    """The shape of templates.toml."""

    template: tuple[Template, ...] = ()


def load_personas(path: Path) -> dict[str, Persona]:
    """The personas by key, in the order of the file."""
    file = PersonaFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    return {persona.key: persona for persona in file.persona}


def load_templates(path: Path) -> dict[str, Template]:
    """The templates by id, in the order of the file."""
    file = TemplateFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    return {template.id: template for template in file.template}
