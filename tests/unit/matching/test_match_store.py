"""Snapshots, their logs and their closed posts, shared by several processes and cut short at any byte."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from matching import log, program, store
from matching.index import LOOK, Index, NoIndex
from matching.log import Closed, Marked, Published
from tests.unit.matching.match_ground import DAY, WEIGHTS, elsewhere, ids, offer, put

pytestmark = pytest.mark.slow  # the kernel is compiled


def test_without_a_snapshot_there_is_no_index(folder: Path) -> None:
    with pytest.raises(NoIndex):
        ids(Index(folder, WEIGHTS))


def test_an_index_without_posts_answers(folder: Path) -> None:
    put(folder, [])
    assert ids(Index(folder, WEIGHTS)) == []


def test_what_one_process_publishes_and_closes_another_sees_at_once(folder: Path) -> None:
    writer = store.Writer(put(folder, [offer(1), offer(2)]))
    index = Index(folder, WEIGHTS)
    assert ids(index) == [2, 1]
    script = (
        "from matching import store\nfrom matching.log import *\n"
        "store.Writer(store.current(Path({0!r}))).write([{1}])"
    )
    elsewhere(folder, script.format(str(folder), "Closed(2), Published(offer(3))"))
    assert ids(index) == [3, 1]
    writer.write([Closed(3), Published(offer(1, headcount=0)), Published(offer(4))])
    assert ids(index) == [4, 1]
    assert elsewhere(folder, "print(shown())") == "[4, 1]\n"


def test_a_closed_post_can_come_back(folder: Path) -> None:
    writer = store.Writer(put(folder, [offer(1)]))
    index = Index(folder, WEIGHTS)
    for _ in range(3):
        writer.write([Closed(1)])
        assert ids(index) == []
        writer.write([Published(offer(1))])
        assert ids(index) == [1]


def test_a_rebuild_merges_the_log_and_is_seen(folder: Path) -> None:
    old = put(folder, [offer(1)])
    index = Index(folder, WEIGHTS)
    store.Writer(old).write([Published(offer(2))])
    assert ids(index) == [2, 1]
    put(folder, [offer(1), offer(2), offer(3)])
    assert ids(index) == [3, 2, 1]


def test_a_log_torn_at_any_byte_holds_what_was_whole(folder: Path) -> None:
    snapshot = put(folder, [offer(1)])
    path = snapshot / store.LOG
    store.Writer(snapshot).write([Published(offer(2, majors=("0809",), places=("340100",)))])
    whole = path.read_bytes()
    store.Writer(snapshot).write([Closed(1)])
    longer = path.read_bytes()
    for end in range(len(whole), len(longer)):
        path.write_bytes(longer[:end])
        assert log.read(path, 0)[1] == len(whole)
    log.append(path, [Marked("after the crash")])
    records, end = log.read(path, 0)
    assert [type(record) for record in records] == [Published, Marked]
    assert end == path.stat().st_size
    assert records[0] == Published(offer(2, majors=("0809",), places=("340100",)))


def test_a_record_that_takes_exactly_the_room_of_a_torn_one_is_seen(folder: Path) -> None:
    snapshot = put(folder, [offer(1)])
    path = snapshot / store.LOG
    store.Writer(snapshot).write([Published(offer(2))])
    length = path.stat().st_size
    path.write_bytes(b"x" * length)
    os.utime(path, (1, 1))
    index = Index(folder, WEIGHTS)
    assert ids(index) == [1]
    store.Writer(snapshot).write([Published(offer(2))])
    assert path.stat().st_size == length
    assert ids(index) == [2, 1]


def test_a_snapshot_cut_short_is_never_in_use_and_is_swept(folder: Path) -> None:
    used = put(folder, [offer(1)])
    (folder / ".snapshot-1-torn").mkdir()
    (folder / "snapshot-0-unused").mkdir()
    index = Index(folder, WEIGHTS)
    store.sweep(folder, time.time())
    assert (folder / "snapshot-0-unused").exists(), "somebody may be opening it"
    store.sweep(folder, time.time() + store.GRACE + 1)
    assert {path.name for path in folder.glob("*snapshot*")} == {used.name}
    assert ids(index) == [1]


def test_a_reader_of_a_swept_snapshot_goes_on_with_the_next(folder: Path) -> None:
    put(folder, [offer(1)])
    index = Index(folder, WEIGHTS)
    assert ids(index) == [1]
    put(folder, [offer(2)])
    store.sweep(folder, time.time() + store.GRACE + 1)
    assert ids(index) == [2]


def test_a_folder_replaced_with_its_news_is_seen_within_the_second(folder: Path) -> None:
    put(folder, [offer(1)])
    index = Index(folder, WEIGHTS)
    assert ids(index) == [1]
    shutil.rmtree(folder)
    assert ids(index) == [1], "what is mapped serves on"
    put(folder, [offer(2)])
    time.sleep(LOOK)
    assert ids(index) == [2]


def test_threads_ask_side_by_side_while_posts_come_in(folder: Path) -> None:
    writer = store.Writer(put(folder, [offer(n, majors=("08",)) for n in range(1, 30)]))
    index = Index(folder, WEIGHTS)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ids, index, major=("080901", "050101")[n % 2]) for n in range(400)]
        for n in range(50, 60):
            writer.write([Published(offer(n, majors=("0501",)))])
        answers = [one.result() for one in asked]
    assert all(answer == list(range(29, 9, -1)) for answer in answers[::2])
    assert all(answer == list(range(max(answer, default=0), 49, -1)) for answer in answers[1::2])


def test_one_writer_at_a_time(folder: Path) -> None:
    with store.lock(folder, "writer") as first, store.lock(folder, "writer", wait=False) as second:
        assert (first, second) == (True, False)


def test_the_program_runs_where_numba_was_never_imported(folder: Path) -> None:
    put(folder, [offer(1)])
    script = "print(shown(), [name for name in ('numba', 'llvmlite') if name in sys.modules])"
    assert elsewhere(folder, script) == "[1] []\n"


def test_a_program_that_cannot_be_mapped_is_compiled_in_the_process(folder: Path) -> None:
    put(folder, [offer(1)])
    nowhere = program.load(folder / "nothing")
    assert nowhere is program.compiled_here()
    index = Index(folder, WEIGHTS)
    index._program = nowhere
    assert ids(index) == [1]


def test_the_snapshot_says_what_it_was_made_of(folder: Path) -> None:
    known = store.manifest(put(folder, [offer(1), offer(2, published=DAY - 60)], mark="so far"))
    assert (known.day, known.posts, known.mark, known.weights) == (DAY, 2, "so far", WEIGHTS.digest)
