"""The user's own pip settings, read without pip: which index to ask, and how."""

import configparser
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PipSettings:
    """Index addresses, first to last, and a certificate bundle of the user's.

    `names_index` is False where the settings leave the main index to pip itself.
    """

    indexes: tuple[str, ...]
    certificates: str | None
    names_index: bool = True


def config_files(environment: Mapping[str, str], home: Path) -> list[Path]:
    """Where pip looks for settings, the weightiest last (pip's user guide, "Location")."""
    system = [Path("/etc/pip.conf"), *(Path(folder) / "pip/pip.conf" for folder in _xdg(environment))]
    user = [
        home / ".pip/pip.conf",
        *([home / "Library/Application Support/pip/pip.conf"] if sys.platform == "darwin" else []),
        Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf",
    ]
    own = environment.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return []
    return [*system, *user, *([Path(own)] if own else [])]


def read(environment: Mapping[str, str], files: Iterable[Path]) -> PipSettings:
    """Settings from `files` (later ones win) and from PIP_… variables, which win over all files."""
    found: dict[str, str] = {}
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read_string(file.read_text("utf-8"))
        except (OSError, ValueError, configparser.Error):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                found |= dict(parser.items(section))
    for name in ("index-url", "extra-index-url", "cert"):
        value = environment.get("PIP_" + name.upper().replace("-", "_"))
        if value:
            found[name] = value
    indexes = [*found.get("index-url", "").split(), *found.get("extra-index-url", "").split()]
    return PipSettings(tuple(index.rstrip("/") for index in indexes), found.get("cert"), "index-url" in found)


def _xdg(environment: Mapping[str, str]) -> list[str]:
    return (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
