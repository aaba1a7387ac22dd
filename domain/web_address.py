"""Addresses that people paste for others to tap on."""

from urllib.parse import urlsplit


def is_link(text: str) -> bool:
    """Whether a text is one https address and nothing else, such as words pasted together with it."""
    if not text.isprintable() or any(char in text for char in ' "<>\\'):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        return False
