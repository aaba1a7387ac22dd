"""Keeps the state in one row of a SQLite file."""

import sqlite3
from pathlib import Path

from sandbox.state import State


class Store:
    """Reads and writes the whole state. With no path it forgets everything at the end."""

    def __init__(self, path: Path | None) -> None:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:")
        with self._db:
            self._db.execute("CREATE TABLE IF NOT EXISTS snapshot (id INTEGER PRIMARY KEY, body TEXT)")

    def load(self) -> State:
        row = self._db.execute("SELECT body FROM snapshot WHERE id = 1").fetchone()
        return State.model_validate_json(row[0]) if row else State()

    def save(self, state: State) -> None:
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?)", (state.model_dump_json(),))

    def close(self) -> None:
        self._db.close()
