"""What people agree to before they sign, read from consents.toml."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("consents.toml")


@dataclass(frozen=True, slots=True)
class Consent:
    """A text that is shown, and what it is called."""

    title: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of title and text, 64 hexadecimal digits: which wording it was."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


@cache
def consents() -> Mapping[str, Consent]:
    """Name (signing, release, identity) → what is agreed to."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({name: Consent(row["title"], row["text"].strip()) for name, row in rows.items()})
