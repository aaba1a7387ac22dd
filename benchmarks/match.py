"""The best twenty of a million posts, for one graduate and for a hundred thousand: `./wx bench match`.

A snapshot of the index is made and opened by fresh processes, as web processes do. Timed are one graduate at a time
(with the parts of each result), beside MariaDB answering the same graduates in turn from its best index, and scoring
every post; all graduates on two processes; the time from publishing a post until another process shows it; and what
four processes hold in memory: their proportional share (PSS) after answering, and after reading every page of the
index, less what they held before: an interpreter with the settings' and the log's libraries, which all of ours have.
In every run the answers to a sample of the graduates are compared with those of scoring every post: the same posts in
the same order for the same points.

The goals: the median for one graduate is at most a hundredth of MariaDB's and the 99th percentile at most 1 ms; all
graduates take at most 5 s on two cores; a process holds at most 50 MB.
"""

import argparse
import multiprocessing
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np

from benchmarks.lists import _roomy
from benchmarks.match_process import Peer
from benchmarks.match_sql import Table
from benchmarks.match_world import DAY, Names, graduates, posts
from config.matching import weights
from launch import mariadb
from launch.processes import Supervisor
from matching import brute, building, store
from matching.columns import Columns, Offer
from matching.index import Index
from matching.log import Closed, Published
from matching.query import Query

RATIO, P99, ALL, MEMORY = 100, 1.0, 5.0, 50  # times, ms, s, MB
PROCESSES, CORES = 4, 2
WARM, ONE_BY_ONE, IN_PROCESS, PUBLISHED = 200, 5_000, 3_000, 40
IN_TURN = 20  # graduates answered by one before the other has its turn
WEIGHTS = weights()


@dataclass(frozen=True, slots=True)
class Ground:
    """A country and its index."""

    folder: Path
    columns: Columns
    queries: list[Query]
    index: Index


def prepare(folder: Path, many_posts: int, many_graduates: int) -> Ground:
    """Makes posts, graduates and a snapshot."""
    dice = np.random.default_rng(2027)
    names = Names.drawn(dice)
    columns = posts(dice, names, many_posts)
    queries = graduates(dice, names, many_graduates)
    start = time.perf_counter()
    store.switch(folder, store.write(folder, columns, WEIGHTS, DAY))
    built = time.perf_counter() - start
    index = Index(folder, WEIGHTS)
    start = time.perf_counter()
    index.warm()
    warmed = time.perf_counter() - start
    snapshot = store.current(folder) or folder
    size = sum(path.stat().st_size for path in snapshot.iterdir()) / 1e6
    print(
        f"{many_posts:,} posts, {many_graduates:,} graduates; snapshot of {size:.0f} MB built in {built:.1f} s, "
        f"kernel compiled and opened in {warmed:.1f} s",
        flush=True,
    )
    return Ground(folder, columns, queries, index)


def compare(ground: Ground, sample: int) -> float:
    """Milliseconds of scoring every post; raises RuntimeError where an answer differs."""
    spent = []
    for query in _spread(ground.queries, sample):
        start = time.perf_counter()
        expected = brute.top(ground.columns, WEIGHTS, query, day=DAY, today=DAY)
        spent.append((time.perf_counter() - start) * 1000)
        if ground.index.top(query, DAY) != expected:
            raise RuntimeError(f"another answer than that of scoring every post: {query}")
    print(f"exact: {len(spent)} graduates, the same posts, order and points as scoring every post")
    return median(spent)


def one_by_one(ground: Ground) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds, of one graduate."""
    spent = []
    for query in _spread(ground.queries, WARM + ONE_BY_ONE):
        start = time.perf_counter()
        ground.index.top(query, DAY)
        spent.append((time.perf_counter() - start) * 1000)
    return median(spent[WARM:]), quantiles(spent[WARM:], n=100)[98]


def beside_sql(ground: Ground, folder: Path, sample: int) -> tuple[list[float], list[float]]:
    """Milliseconds of MariaDB and of the index for the same graduates in turn. Raises RuntimeError on a difference."""
    server = mariadb.MariaDB(folder / "mariadb")
    server.folder.mkdir()
    sql: list[float] = []
    ours: list[float] = []
    with Supervisor(folder / "logs", {}, cwd=folder) as supervisor:
        part = server.part()
        supervisor.start(replace(part, argv=[_roomy(str(word)) for word in part.argv]))
        table = Table(server.url, WEIGHTS, DAY)
        start = time.perf_counter()
        rows = table.fill(building.build(ground.columns, WEIGHTS, DAY))
        print(f"MariaDB: {rows:,} rows loaded in {time.perf_counter() - start:.0f} s", flush=True)
        chosen = _spread(ground.queries, sample + IN_TURN)
        for begin in range(0, len(chosen), IN_TURN):
            some = chosen[begin : begin + IN_TURN]
            theirs = _timed(table.top, some)
            found = _timed(lambda query: ground.index.top(query, DAY), some)
            for (one, _), (other, _) in zip(theirs, found, strict=True):
                if one != [(row.post, row.score) for row in other]:
                    raise RuntimeError("MariaDB answers otherwise")
            if begin:  # the first turn is for warming up
                sql += [spent for _, spent in theirs]
                ours += [spent for _, spent in found]
    return sql, ours


def _timed(ask: Callable[[Query], Any], queries: Sequence[Query]) -> list[tuple[Any, float]]:
    """The answer to each and its milliseconds."""
    answers = []
    for query in queries:
        start = time.perf_counter()
        answer = ask(query)
        answers.append((answer, (time.perf_counter() - start) * 1000))
    return answers


def everybody(ground: Ground) -> float:
    """Seconds for all graduates on as many processes as there are cores, from queries to results in memory."""
    context = multiprocessing.get_context("fork")
    ready, done = context.Barrier(CORES + 1), context.Barrier(CORES + 1)
    share = -(-len(ground.queries) // CORES)
    workers = [
        context.Process(target=_answer, args=(ground, slice(n * share, (n + 1) * share), ready, done))
        for n in range(CORES)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    start = time.perf_counter()
    done.wait()
    took = time.perf_counter() - start
    for worker in workers:
        worker.join()
    return took


def _answer(ground: Ground, part: slice, ready: Barrier, done: Barrier) -> None:
    index = Index(ground.folder, WEIGHTS)
    index.warm()
    mine = ground.queries[part]
    ready.wait()
    for start in range(0, len(mine), 1000):
        index.many(mine[start : start + 1000], DAY)
    done.wait()


def memory(ground: Ground, peers: Sequence[Peer], queries: Path) -> tuple[float, float]:
    """MB by which the largest process grew after answering, and after reading every page of the index."""
    before = [peer.ask("pss") for peer in peers]
    for peer in peers:
        peer.say(f"open {ground.folder} {queries} {DAY}")
    for peer in peers:
        peer.hear()
    answered = [peer.ask("pss") for peer in peers]
    for peer in peers:
        peer.ask("touch")
    touched = [peer.ask("pss") for peer in peers]
    return _growth(before, answered), _growth(before, touched)


def _growth(before: list[int], after: list[int]) -> float:
    return max(late - early for early, late in zip(before, after, strict=True)) * 1024 / 1e6


def publish(ground: Ground, peer: Peer) -> list[float]:
    """Milliseconds from publishing a post until another process shows it. Each is closed again."""
    query = ground.queries[:IN_PROCESS][-1]
    writer = store.Writer(store.current(ground.folder) or ground.folder)
    spent = []
    for number in range(PUBLISHED):
        post = 10**9 + number
        peer.say(f"watch {post}")
        time.sleep(0.02)
        start = time.monotonic_ns()
        writer.write([Published(fitting(query, post))])
        spent.append((peer.hear() - start) / 1e6)
        writer.write([Closed(post)])
        if any(found.post == post for found in ground.index.top(query, DAY)):
            raise RuntimeError("a closed post is still shown")
    return spent


def fitting(query: Query, post: int) -> Offer:
    """A post that is all that a graduate wishes for."""
    wanted = query.wanted
    return Offer(
        id=post,
        employer=post,
        published=DAY,
        level_low=query.level,
        work_types=query.work_types,
        majors=(query.major,),
        places=query.places[:1] or ("000000",),
        kind="".join(wanted.kinds[:1]),
        industry="".join(wanted.industries[:1]),
        nature="".join(wanted.natures[:1]),
        pay_low=20_000,
        pay_high=30_000,
        headcount=50,
    )


def _spread(queries: list[Query], count: int) -> list[Query]:
    """So many of the graduates, from all of them."""
    return queries[:: max(len(queries) // count, 1)][:count]


def report(lines: Sequence[tuple[str, str, str, bool]]) -> bool:
    """Prints what was measured beside the goals; whether all are met."""
    print(f"\n{'':<44}{'measured':>22}{'goal':>16}")
    for name, measured, goal, is_met in lines:
        print(f"{name:<44}{measured:>22}{goal:>16}{'' if is_met else '   MISSED'}")
    return all(is_met for *_, is_met in lines)


def measure(folder: Path, args: argparse.Namespace) -> bool:
    """All of it in one run."""
    ground = prepare(folder / "index", args.posts, args.graduates)
    queries = folder / "queries"
    with queries.open("wb") as file:
        for query in ground.queries[:IN_PROCESS]:
            pickle.dump(query, file)
    scan = compare(ground, args.sample)
    sql, ours = beside_sql(ground, folder, args.sql)
    middle, tail = one_by_one(ground)
    seconds = everybody(ground)
    peers = [Peer() for _ in range(PROCESSES)]
    try:
        answered, touched = memory(ground, peers, queries)
        shown = publish(ground, peers[0])
    finally:
        for peer in peers:
            peer.end()
    ratio = median(sql) / median(ours)
    return report(
        (
            ("MariaDB, one graduate, median / most ms", f"{median(sql):.2f} / {max(sql):.1f}", "", True),
            ("scoring every post, median ms", f"{scan:.0f}", "", True),
            ("the index for the same graduates, median ms", f"{median(ours):.3f}", "", True),
            ("MariaDB ÷ index", f"{ratio:.0f}", f"≥ {RATIO}", ratio >= RATIO),
            ("one graduate, median ms", f"{middle:.3f}", "", True),
            ("one graduate, p99 ms", f"{tail:.3f}", f"≤ {P99}", tail <= P99),
            (
                f"all {len(ground.queries):,} on {CORES} cores, s",
                f"{seconds:.2f}",
                f"≤ {ALL}",
                seconds <= ALL,
            ),
            ("graduates a second", f"{len(ground.queries) / seconds:,.0f}", "", True),
            (f"MB of each of {PROCESSES} processes, after answers", f"{answered:.0f}", "", True),
            ("MB of each, every page touched", f"{touched:.0f}", f"≤ {MEMORY}", touched <= MEMORY),
            ("published → shown, median / max ms", f"{median(shown):.1f} / {max(shown):.1f}", "≤ 1000", True),
        )
    )


def main() -> int:
    """Measures; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        prog="./wx bench match", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--graduates", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=40, help="graduates compared with scoring every post")
    parser.add_argument("--sql", type=int, default=100, help="graduates answered by MariaDB, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wxb") as name:
        is_met = measure(Path(name), args)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
