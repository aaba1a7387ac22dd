"""Which id the official account has given to each of our template messages."""

import tomllib
from functools import lru_cache
from pathlib import Path


def template_ids(path: Path) -> dict[str, str]:
    """Name of the message → template id of the account, from a TOML file's ``[ids]`` table.

    Messages of one form may share an id.
    """
    return _table(path, "ids")


def notice_ids(path: Path) -> dict[str, str]:
    """The same for subscription notices (订阅通知), from ``[notices]``; a message without one has no such channel."""
    return _table(path, "notices")


@lru_cache(maxsize=16)
def _table(path: Path, name: str) -> dict[str, str]:
    with path.open("rb") as file:
        ids = tomllib.load(file).get(name, {})
    return {str(message): str(value) for message, value in ids.items()}
