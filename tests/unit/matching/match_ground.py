"""What the tests of matching stand on: a folder with the program in it, and posts made of few words."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from config.matching import weights
from matching import store
from matching.columns import Offer, gather
from matching.index import Index
from matching.query import Query

DAY = 738_000
WEIGHTS = weights()
ROOT = Path(__file__).resolve().parents[3]


def offer(number: int, **said: object) -> Offer:
    """A post of today that fits everybody everywhere, but for what is said."""
    return Offer(**({"id": number, "employer": number, "published": DAY, "places": ("000000",)} | said))  # type: ignore[arg-type]


def put(folder: Path, offers: Iterable[Offer], mark: str = "") -> Path:
    """A snapshot of these posts, in use."""
    store.switch(folder, store.write(folder, gather(offers), WEIGHTS, DAY, mark))
    snapshot = store.current(folder)
    assert snapshot is not None
    return snapshot


def ids(index: Index, today: int = DAY, **said: object) -> list[int]:
    """The posts shown to a bachelor of 2027 of whom only this is known."""
    query = Query(**({"level": 2, "year": 2027} | said))  # type: ignore[arg-type]
    return [found.post for found in index.top(query, today)]


def elsewhere(folder: Path, script: str) -> str:
    """What another process prints, in which ``index`` and ``shown()`` are at hand."""
    start = (
        "import sys; from pathlib import Path; from tests.unit.matching.match_ground import *\n"
        f"index = Index(Path({str(folder)!r}), WEIGHTS); shown = lambda: ids(index)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", start + script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout
