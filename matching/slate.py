"""What questions to one view are written on, with room for their answers: made once, used for one after another."""

from array import array
from collections.abc import Callable
from functools import lru_cache
from struct import Struct

from matching import layout
from matching.view import View

_FIRST = array("q", (0,))  # where the only query begins
_ROOM = bytes(8 * 128)  # for a query; there are longer ones
_words = lru_cache(lambda count: Struct(f"{count}q"))


def _address(numbers: "array[int]") -> int:
    return numbers.buffer_info()[0]


class Slate:
    """Room for some queries at a time, each for ``count`` posts. One thread at a time may use it.

    Either all queries are given at once, with where each begins, or one after another is asked.
    """

    def __init__(
        self, view: View, count: int, asked: "array[int] | None" = None, starts: "array[int]" = _FIRST
    ) -> None:
        self.view = view
        self.count = count
        self.counts = array("q", bytes(8 * len(starts)))
        self.out = array("q", bytes(8 * len(starts) * count * layout.RESULT))
        self._asked = array("q", _ROOM) if asked is None else asked
        self._bytes = memoryview(self.out).cast("B")
        scratch = array("q", bytes(8 * layout.scratch_size(count)))
        self._held = (starts, scratch)  # what the block points to, too
        self._block = array(
            "q", (*view.block, 0, count, _address(self._asked), _address(starts), len(starts))
        )
        self._block.extend((_address(self.out), _address(self.counts), _address(scratch), 0))
        self._address = _address(self._block)

    def ask(self, query: tuple[int, ...]) -> None:
        """Writes the only query."""
        if len(query) > len(self._asked):
            self._asked = array("q", query)
            self._block[layout.QUERIES] = _address(self._asked)
        else:
            _words(len(query)).pack_into(self._asked, 0, *query)

    def answer(self, run: Callable[[int], None], today: int) -> bool:
        """Has the kernel answer; returns whether the view was old by then."""
        block = self._block
        block[layout.TODAY] = today
        run(self._address)
        return block[layout.IS_OLD] != 0

    def results(self) -> memoryview:
        """The only query's results."""
        return self._bytes[: self.counts[0] * layout.RESULT * 8]
