"""The wording of text messages (SMS), read from ``sms.toml``: people change sentences there, not in code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

SOURCE = Path(__file__).with_name("sms.toml")


class SmsTexts:
    """The sentences by logical name (``code``, ``account_moved`` …) under one sign."""

    def __init__(self, texts: Mapping[str, str], sign: str) -> None:
        self._texts = dict(texts)
        self._sign = sign
        self._names = {name: _placeholders(text) for name, text in self._texts.items()}

    def names(self) -> tuple[str, ...]:
        """The logical names, in the order of the file."""
        return tuple(self._texts)

    def fields(self, name: str) -> tuple[str, ...]:
        """The parameters that a text takes."""
        return self._names[name]

    def render(self, name: str, params: Mapping[str, str]) -> str:
        """The whole message with its sign; raises ValueError when the parameters are not those of the text."""
        self._check(name, params)
        return f"【{self._sign}】{self._texts[name].format_map(params)}"

    def ordered(self, name: str, params: Mapping[str, str]) -> list[str]:
        """The values in the order the sentence uses them, as vendors number them; raises ValueError."""
        self._check(name, params)
        return [params[key] for key in self._names[name]]

    def _check(self, name: str, params: Mapping[str, str]) -> None:
        if name not in self._texts:
            raise ValueError(f"no text message is named {name!r}")
        if set(params) != set(self._names[name]):
            wanted = ", ".join(self._names[name])
            raise ValueError(f"text message {name!r} takes exactly: {wanted}")


def load(sign: str, source: Path = SOURCE) -> SmsTexts:
    """The texts of ``source``; raises OSError, or ValueError when the file is not TOML."""
    return SmsTexts(tomllib.loads(source.read_text(encoding="utf-8")), sign)


@cache
def fields_of(name: str) -> tuple[str, ...] | None:
    """What a text of ours has to be given, in the order of its sentence; None when there is no such text."""
    texts = load("")
    return texts.fields(name) if name in texts.names() else None


def _placeholders(text: str) -> tuple[str, ...]:
    found = [name for _, name, _, _ in Formatter().parse(text) if name]
    return tuple(dict.fromkeys(found))
