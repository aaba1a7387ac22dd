"""What questions are answered from: a snapshot, mapped into memory, and what the log has had since."""

from array import array
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.matching import Weights
from matching import layout, log, store
from matching.fresh import Fresh
from matching.news import Heard
from matching.query import points_of

# The snapshot's arrays in the order of the block.
_COLUMNS = ("rows", "list_keys", "list_starts", "slices", "facts")
PAGE = 4096  # bytes

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class View:
    """A snapshot and what came since. It is not changed; when there is news, it is replaced."""

    name: str
    day: int
    most_static: int
    arrays: dict[str, Numbers]
    weights: Weights
    fresh: Fresh
    offset: int  # how far the log is read
    block: "array[int]"  # addresses and sizes of it all
    held: tuple[object, ...]  # what the addresses point to, besides the snapshot

    @property
    def published(self) -> Numbers:
        """Days of publication, in the order of ties."""
        return self.arrays["published"]

    @property
    def ids(self) -> Numbers:
        """Ids of the posts, in the order of ties."""
        return self.arrays["facts"][:, layout.ID]


def opened(snapshot: Path, weights: Weights) -> View:
    """A snapshot without anything that came since. Raises FileNotFoundError."""
    known = store.manifest(snapshot)
    arrays = {name: np.load(snapshot / f"{name}.npy", mmap_mode="r") for name in (*_COLUMNS, "published")}
    for one in arrays.values():
        one.reshape(-1)[:: PAGE // one.itemsize].sum()  # each page is read now, lest a question wait for it
    return View(
        name=snapshot.name,
        day=known.day,
        most_static=known.most_static,
        arrays=arrays,
        weights=weights,
        fresh=Fresh.none(),
        offset=0,
        block=array("q"),
        held=(),
    )


def grown(old: View, snapshot: Path, heard: Heard) -> View:
    """The view after what the log has had since, as of some news. Raises FileNotFoundError."""
    records, offset = log.read(snapshot / store.LOG, old.offset)
    fresh = old.fresh.after(records, old.published, old.ids)
    block, held = _block(old, fresh, heard)
    return replace(old, fresh=fresh, offset=offset, block=block, held=held)


def _block(view: View, fresh: Fresh, heard: Heard) -> tuple["array[int]", tuple[object, ...]]:
    """The block's part that is the same for every question, and what it points to."""
    addresses = [view.arrays[name].ctypes.data for name in _COLUMNS]
    columns = fresh.columns
    rows, facts = fresh.words(view.weights, view.day)
    held = (
        *(rows, fresh.ties, facts),
        *(columns.major_start, columns.majors, columns.place_start, columns.places),
    )
    points = points_of(view.weights)
    block = array("q", (*addresses, len(view.arrays["list_keys"]), view.most_static, len(columns)))
    block.extend(one.ctypes.data for one in held)
    block.extend((points.buffer_info()[0], heard.number.ctypes.data, heard.seen))
    return block, (*held, points, heard)
