"""Stamps: how a later run knows at once that what an earlier one prepared is still right."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


def fingerprint(files: Iterable[Path], *facts: str) -> str:
    """SHA-256 (hex) over the contents of `files` and over `facts`, each kept apart from the next."""
    digest = hashlib.sha256()
    for piece in [*(file.read_bytes() for file in files), *(fact.encode() for fact in facts)]:
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp file: which flavour (`runtime`, or `dev` which contains it) was prepared from what."""

    path: Path

    def read(self) -> dict[str, str]:
        """What the stamp says; nothing when there is none or it is damaged."""
        try:
            content = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, flavour: str, mark: str) -> None:
        """Set the stamp, in one step: a reader sees the old one or the new one."""
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(json.dumps({"flavour": flavour, "mark": mark}), "utf-8")
        fresh.replace(self.path)

    def tear(self) -> None:
        """Take the stamp away, before the work that it vouches for is begun again."""
        self.path.unlink(missing_ok=True)
