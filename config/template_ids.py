"""Which id the official account has given to each of our template messages."""

import tomllib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=8)
def template_ids(path: Path) -> dict[str, str]:
    """Name of the message → template id of the account, from a TOML file's ``[ids]`` table."""
    with path.open("rb") as file:
        ids = tomllib.load(file).get("ids", {})
    return {str(name): str(value) for name, value in ids.items()}
