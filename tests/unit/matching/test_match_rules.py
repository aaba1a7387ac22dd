"""Which posts a graduate is shown, in what order, and for how many points: examples that can be checked by hand."""

from pathlib import Path

import pytest

from matching import store
from matching.index import Index
from matching.log import Published
from matching.query import Found, MajorFit, PlaceFit, Query, Strictness, Traits
from tests.unit.matching.match_ground import DAY, WEIGHTS, ids, offer, put

pytestmark = pytest.mark.slow  # the kernel is compiled


@pytest.fixture(params=["snapshot", "log"])
def shown(folder: Path, request: pytest.FixtureRequest) -> object:
    """Asks an index of some posts, which are in the snapshot, or came since."""

    def ask(*offers: object, **said: object) -> list[int]:
        if request.param == "snapshot":
            put(folder, offers)  # type: ignore[arg-type]
        else:
            store.Writer(put(folder, ())).write(Published(one) for one in offers)  # type: ignore[arg-type]
        return ids(Index(folder, WEIGHTS), **said)

    return ask


def test_levels_have_a_floor_and_a_ceiling(shown: object) -> None:
    posts = [offer(1, level_low=3), offer(2, level_high=1), offer(3, level_low=2, level_high=2), offer(4)]
    assert shown(*posts, level=2) == [4, 3]
    assert shown(*posts, level=1) == [4, 2]
    assert shown(*posts, level=4) == [4, 1]


def test_expired_posts_of_other_years_and_of_other_work_are_not_shown(shown: object) -> None:
    posts = [
        *(offer(1, expires=DAY - 1), offer(2, expires=DAY), offer(3, year_from=2026, year_to=2026)),
        *(offer(4, year_from=2027), offer(5, work_types=2), offer(6, work_types=3)),
    ]
    assert shown(*posts, work_types=1) == [6, 4, 2]
    assert shown(*posts, work_types=2, year=2026) == [6, 5]


def test_blocked_posts_and_employers_are_not_shown(shown: object) -> None:
    posts = [offer(n) for n in range(1, 5)]
    assert shown(*posts, blocked_posts=frozenset({4}), blocked_employers=frozenset({2})) == [3, 1]


def test_majors_count_by_nearness_and_a_post_counts_once(shown: object) -> None:
    posts = [
        *(offer(1, majors=("080901",)), offer(2, majors=("0809",)), offer(3, majors=("080902",))),
        *(offer(4, majors=("08",)), offer(5), offer(6, majors=("0501", "050101"))),
        offer(7, majors=("050101", "08", "080902", "080901")),
    ]
    assert shown(*posts, major="080901") == [7, 1, 3, 2, 4, 5]
    assert shown(*posts, major="080901", strictness=Strictness.CLASS) == [7, 1, 3, 2]
    assert shown(*posts, major="080901", strictness=Strictness.EXACT) == [7, 1]
    assert shown(*posts, major="unknown") == [5]


def test_places_count_by_wish_and_the_whole_country_fits_everybody(shown: object) -> None:
    posts = [
        *(offer(1, places=("340104",)), offer(2, places=("340200",)), offer(3, places=("000000",))),
        *(offer(4, places=("330100",)), offer(5, places=("330100", "340100")), offer(6, places=())),
        *(offer(7, places=("340000",)), offer(8, places=("110105",))),
    ]
    assert shown(*posts, places=("340100",)) == [5, 1, 7, 2, 3]
    assert shown(*posts, places=("330100", "340000")) == [5, 4, 7, 2, 1, 3]
    assert shown(*posts, places=("110000",)) == [8, 3]
    assert shown(*posts, places=("000000", "110000")) == [8, 7, 6, 5, 4, 3, 2, 1]


def test_ties_go_to_the_newer_post_then_to_the_higher_id(shown: object) -> None:
    posts = [offer(1), offer(2, published=DAY + 1), offer(3), offer(4, published=DAY - 1)]
    assert shown(*posts) == [2, 3, 1, 4]


def test_at_most_three_of_one_employer(shown: object) -> None:
    posts = [offer(n, employer=1, headcount=n) for n in range(1, 30)] + [offer(n) for n in range(50, 53)]
    assert shown(*posts) == [29, 28, 27, 52, 51, 50]


def test_each_result_carries_its_parts(folder: Path) -> None:
    put(
        folder,
        [
            offer(
                *(7,),
                **{
                    "majors": ("0809",),
                    "places": ("340100",),
                    "kind": "13",
                    "industry": "34",
                    "nature": "31",
                },
                **{"pay_low": 4000, "pay_high": 8000, "headcount": 10, "published": DAY - 30},
            )
        ],
    )
    query = Query(
        level=2,
        year=2027,
        major="080901",
        places=("330000", "340100"),
        wanted=Traits(kinds=("13",), industries=("34", "42")),
        disliked=Traits(natures=("31",)),
        pay_floor=5000,
    )
    parts = (240, 170, 100, 85, 0, 75, 30, 10, -40)
    assert Index(folder, WEIGHTS).top(query, DAY) == [
        Found(7, sum(parts), MajorFit.CLASS, PlaceFit.SECOND, *parts)
    ]


def test_pay_that_is_not_told_is_neutral(shown: object) -> None:
    posts = [
        *(offer(1, pay_low=3000, pay_high=4000), offer(2), offer(3, pay_low=9000, pay_high=9000)),
        *(offer(4, pay_low=4000, pay_high=6000), offer(5, pay_high=4999)),
    ]
    assert shown(*posts, pay_floor=5000) == [3, 4, 2, 5, 1]


def test_a_fourth_place_and_a_code_that_is_none_are_refused(folder: Path) -> None:
    put(folder, [offer(1)])
    index = Index(folder, WEIGHTS)
    with pytest.raises(ValueError, match="places"):
        ids(index, places=("110000", "120000", "130000", "140000"))
    with pytest.raises(ValueError, match="place"):
        ids(index, places=("11",))
