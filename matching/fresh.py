"""The posts published since a snapshot, as the kernel reads them: columns in memory, small beside the index."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from config.matching import Weights
from matching import building, layout
from matching.columns import Columns, Ints, gather, joined
from matching.log import Closed, Marked, Published, Record

OUT = 0  # the day of expiry of a post that is closed, or published anew since


@dataclass(frozen=True)
class Fresh:
    """What the log holds up to a place. It is not changed: a longer log makes another."""

    columns: Columns
    ranks: Ints  # of each post: how many of the snapshot's are older
    ends: Ints  # days of expiry

    @classmethod
    def none(cls) -> Self:
        """Before anything happened."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(gather(()), nothing, nothing)

    def after(self, records: list[Record], published: NDArray[np.int32], ids: Ints) -> Self:
        """What there is after these records, too; ``published`` and ``ids`` are the snapshot's, in its order."""
        offers = [record.offer for record in records if isinstance(record, Published)]
        added = gather(offers)
        if len(self.columns) + len(added) > layout.MOST_NEW:
            raise ValueError("too many posts since the snapshot")
        columns = joined([self.columns, added]) if offers else self.columns
        ends = np.append(self.ends, added.expires)
        place = len(self.ends)
        for record in records:
            match record:
                case Published(offer):
                    ends[:place][columns.id[:place] == offer.id] = OUT
                    place += 1
                case Closed(post):
                    ends[:place][columns.id[:place] == post] = OUT
                case Marked():
                    pass
        ranks = [_rank(published, ids, offer.published, offer.id) for offer in offers]
        return replace(
            self, columns=columns, ranks=np.append(self.ranks, np.array(ranks, dtype=np.int64)), ends=ends
        )

    @cached_property
    def ties(self) -> Ints:
        """Where each stands in the order of ties among the snapshot's posts and each other."""
        ordinal = np.empty(len(self.columns), dtype=np.int64)
        order = np.lexsort((np.arange(len(ordinal)), self.columns.id, self.columns.published))
        ordinal[order] = np.arange(1, len(ordinal) + 1)
        return self.ranks << layout.ORDINAL_BITS | ordinal

    def words(self, weights: Weights, day: int) -> tuple[Ints, Ints]:
        """Rows and facts."""
        freshness, headcount = building.static_points(self.columns, weights, day)
        rows = np.stack(
            (
                building.first_words(self.columns, freshness + headcount),
                building.second_words(self.columns),
            ),
            axis=1,
        )
        return rows, building.facts_of(self.columns, self.ends, (freshness, headcount))


def _rank(published: NDArray[np.int32], ids: Ints, day: int, post: int) -> int:
    first = int(np.searchsorted(published, day, side="left"))
    last = int(np.searchsorted(published, day, side="right"))
    return first + int(np.searchsorted(ids[first:last], post))
