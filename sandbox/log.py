"""What went over the wire, newest last: calls of the API, callbacks to the product, text messages."""

from collections import Counter, deque
from typing import Literal

from pydantic import BaseModel, Field

KEPT = 1000


class Entry(BaseModel):
    """One line of the log. ``status`` is an errcode for API calls, an HTTP status for callbacks."""

    n: int
    at: float
    kind: Literal["api", "callback", "sms", "proxy"]
    what: str
    status: str
    ms: int
    phone: str = ""
    detail: dict[str, str] = Field(default_factory=dict)


class Log:
    """A ring of entries and counters that never forget until reset."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.counters: Counter[str] = Counter()
        self._n = 0

    def add(self, entry: Entry) -> None:
        self._n += 1
        entry.n = self._n
        self.entries.append(entry)

    def count(self, name: str) -> None:
        self.counters[name] += 1

    def since(self, n: int, kind: str = "") -> list[Entry]:
        return [entry for entry in self.entries if entry.n > n and kind in ("", entry.kind)]

    def clear(self) -> None:
        self.entries.clear()
        self.counters.clear()
