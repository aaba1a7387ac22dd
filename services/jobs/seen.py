"""Which keys came before, for as many rows as a file may have, in memory that does not grow with them."""

from array import array

_PLACES = 1 << 20  # at least three times the rows of the largest file


class Seen:
    """A set of texts kept as 64-bit hashes in 8 MiB: one in a billion files takes two for the same."""

    def __init__(self) -> None:
        self._table = array("q", bytes(8 * _PLACES))

    def add(self, key: str) -> bool:
        """False when the key was there before."""
        mark = hash(key) or 1
        place = mark % _PLACES
        while held := self._table[place]:
            if held == mark:
                return False
            place = (place + 1) % _PLACES
        self._table[place] = mark
        return True
