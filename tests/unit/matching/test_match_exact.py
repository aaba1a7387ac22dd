"""The index gives what scoring every post gives: the same posts, in the same order, with the same points."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.matching import weights
from matching import brute, store
from matching.columns import Offer, gather
from matching.index import Index
from matching.log import Closed, Published
from matching.query import Query, Strictness, Traits

DAY = 738_000
WEIGHTS = weights().model_copy(update={"count": 6, "of_one_employer": 2})
MAJORS = ("080901", "080902", "080903T", "0809", "081001", "0810", "08", "050101", "05", "1202")
PLACES = ("000000", "110000", "110105", "310000", "340000", "340100", "340104", "340200", "330100", "441900")
KINDS, INDUSTRIES, NATURES = ("10", "13", "24"), ("22", "34", "42"), ("10", "31", "39")


def some(values: tuple[str, ...], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most).map(tuple)


def offers(number: int) -> st.SearchStrategy[Offer]:
    return st.builds(
        Offer,
        id=st.just(number),
        employer=st.integers(1, 4),
        published=st.integers(DAY - 4, DAY + 1) | st.integers(DAY - 90, DAY),
        level_low=st.integers(1, 4),
        level_high=st.sampled_from((0, 0, 2, 3, 4)),
        work_types=st.integers(1, 3),
        year_from=st.sampled_from((0, 2026, 2027)),
        year_to=st.sampled_from((0, 0, 2027)),
        majors=some(MAJORS),
        places=some(PLACES),
        kind=st.sampled_from(("", *KINDS)),
        industry=st.sampled_from(("", *INDUSTRIES)),
        nature=st.sampled_from(("", *NATURES)),
        pay_low=st.sampled_from((0, 3000, 5000, 8000)),
        pay_high=st.sampled_from((0, 8000, 9000, 12000, 900_000)),
        headcount=st.integers(0, 40),
        expires=st.sampled_from((0, 0, DAY - 1, DAY, DAY + 1)),
        held_until=st.sampled_from((0, 0, DAY - 1, DAY)),
        held_for=st.integers(1, 2),
    )


TRAITS = st.builds(Traits, kinds=some(KINDS), industries=some(INDUSTRIES), natures=some(NATURES))
QUERIES = st.builds(
    Query,
    level=st.integers(1, 4),
    year=st.sampled_from((0, 2026, 2027)),
    major=st.sampled_from(("", *MAJORS)),
    strictness=st.sampled_from(Strictness) | st.just(Strictness.ANY),
    work_types=st.integers(1, 3),
    places=some(PLACES),
    wanted=TRAITS,
    disliked=TRAITS,
    pay_floor=st.sampled_from((0, 5000, 8000, 8500, 100_000)),
    blocked_posts=st.frozensets(st.integers(1, 40), max_size=3),
    blocked_employers=st.frozensets(st.integers(1, 4), max_size=2),
    units=st.frozensets(st.integers(1, 2), max_size=2),
)
POSTS = st.integers(0, 40).flatmap(lambda count: st.tuples(*(offers(n) for n in range(1, count + 1))))
CHANGES = st.lists(
    st.integers(1, 60).flatmap(lambda n: offers(n).map(Published) | st.just(Closed(n))), max_size=12
)


def put(folder: Path, posts: tuple[Offer, ...]) -> None:
    store.switch(folder, store.write(folder, gather(posts), WEIGHTS, DAY))


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(posts=POSTS, queries=st.lists(QUERIES, min_size=1, max_size=4), changes=CHANGES)
def test_the_index_equals_scoring_every_post(
    folder: Path, posts: tuple[Offer, ...], queries: list[Query], changes: list[Published | Closed]
) -> None:
    put(folder, posts)
    index = Index(folder, WEIGHTS)
    for query in queries:
        assert index.top(query, DAY) == brute.top(gather(posts), WEIGHTS, query, day=DAY, today=DAY)
    store.Writer(store.current(folder) or folder).write(changes)
    standing = {offer.id: offer for offer in posts}
    for change in changes:
        if isinstance(change, Published):
            standing[change.offer.id] = change.offer
        else:
            standing.pop(change.post, None)
    for query in queries:
        expected = brute.top(gather(standing.values()), WEIGHTS, query, day=DAY, today=DAY)
        assert index.top(query, DAY) == expected
