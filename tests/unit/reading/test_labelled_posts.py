"""The readers against posts that people have read: how often they are right, and how much they find."""

import pytest

from tests.unit.reading import labelled

PRECISION, RECALL = 0.98, 0.9


def test_there_are_enough_posts_and_no_two_are_alike() -> None:
    posts = [post for part in labelled.PARTS for post in labelled.posts(part)]
    assert len(posts) >= 220
    assert len({str(post) for post in posts}) == len(posts)
    known = {"title", "major", "level", "place", "pay", "year", "until", "text", "want"}
    assert {key for post in posts for key in post} == known


@pytest.mark.parametrize("part", labelled.PARTS)
@pytest.mark.parametrize("field", [field for field in labelled.FIELDS if field != "unread"])
def test_what_is_read_is_right_and_what_is_there_is_read(part: str, field: str) -> None:
    score = labelled.scores(part)[field]
    wrong = [miss for miss in labelled.misses(part) if miss.field == field]
    assert score.precision >= PRECISION, wrong
    assert score.recall >= RECALL, wrong


@pytest.mark.parametrize("part", labelled.PARTS)
def test_what_cannot_be_read_is_kept(part: str) -> None:
    """More may be kept than a person would: a preference, a town without a code."""
    score = labelled.scores(part)["unread"]
    assert score.recall >= RECALL, [miss for miss in labelled.misses(part) if miss.field == "unread"]


def test_a_wrong_answer_would_be_counted() -> None:
    post = {**labelled.posts("first")[0], "place": "芜湖"}
    assert labelled.read(post)["places"] != labelled.wanted(post)["places"]
    assert labelled.Score(right=1, read=2, there=4) == (1, 2, 4)
    assert labelled.Score(1, 2, 4).precision == 0.5
    assert labelled.Score(1, 2, 4).recall == 0.25
