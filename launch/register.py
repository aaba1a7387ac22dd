"""A record on disk of the programs we started, so that a later start can clear away what was left over."""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from launch import guard
from launch.say import say


def born(pid: int) -> str | None:
    """When a process started, as an opaque word; None when there is none. Tells it from a later namesake."""
    try:
        record = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return None if Path("/proc/self/stat").exists() else _born_by_ps(pid)
    fields = record.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]  # proc(5): state is field 3, starttime is field 22


def _born_by_ps(pid: int) -> str | None:
    done = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None


@dataclass(frozen=True, slots=True)
class Register:
    """The record: name, process id (also its group) and birth of each running part."""

    path: Path

    def add(self, name: str, pid: int) -> None:
        """Note a part that has just been started."""
        self._save([*self._load(), {"name": name, "pid": pid, "born": born(pid)}])

    def remove(self, pid: int) -> None:
        """Strike out a part that has ended."""
        self._save([entry for entry in self._load() if entry["pid"] != pid])

    def clear_away(self, grace: float = 5.0) -> None:
        """Stop what an earlier start left running, saying so; call it only while no other start is alive."""
        for entry in self._load():
            pid = entry["pid"]
            if (
                not isinstance(pid, int)
                or pid == os.getpid()
                or not entry["born"]
                or born(pid) != entry["born"]
            ):
                continue
            say(f"An earlier start left {entry['name']} running (process {pid}); stopping it.")
            guard.send(pid, signal.SIGTERM)
            deadline = time.monotonic() + grace
            while born(pid) is not None and time.monotonic() < deadline:
                time.sleep(0.05)
            guard.send(pid, signal.SIGKILL)
        self.path.unlink(missing_ok=True)

    def _load(self) -> list[dict[str, str | int | None]]:
        try:
            content = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return content if isinstance(content, list) else []

    def _save(self, entries: list[dict[str, str | int | None]]) -> None:
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(json.dumps(entries), "utf-8")
        fresh.replace(self.path)
