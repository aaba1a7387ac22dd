"""The matrix of the five levels, written out here a second time: every level × every level × every right."""

import itertools

import pytest

from domain.actors import STAFF_LEVELS, Role
from domain.refusals import NotAllowed
from domain.rights import SECOND_FACTOR, UNIT_LEVELS, Right, below, check, creates, is_below, rights

# C creates, M manages, S supervises; rows act, columns are acted upon.
TABLE = """
             ministry  province  school  college  counselor
  ministry      -        CMS       S        S         S
  province      -         -       CMS       S         S
  school        -         -        -       CMS       CMS
  college       -         -        -        -        CMS
  counselor     -         -        -        -         -
"""
WORDS = {"C": Right.CREATE, "M": Right.MANAGE, "S": Right.SUPERVISE}
LEVELS = TABLE.split("\n")[1].split()


def cells() -> dict[tuple[str, str], set[Right]]:
    """(acting level, level acted upon) → rights."""
    table = {}
    for line in TABLE.strip().splitlines()[1:]:
        actor, *marks = line.split()
        for target, mark in zip(LEVELS, marks, strict=True):
            table[actor, target] = {WORDS[letter] for letter in mark.replace("-", "")}
    return table


CELLS = [(actor, target, right) for actor, target in itertools.product(LEVELS, LEVELS) for right in Right]


def test_the_table_here_is_whole() -> None:
    assert set(LEVELS) == {level.value for level in STAFF_LEVELS}
    assert set(cells()) == set(itertools.product(LEVELS, LEVELS))
    assert set(WORDS.values()) == set(Right)


@pytest.mark.parametrize(("actor", "target", "right"), CELLS)
def test_every_level_by_every_level_by_every_right(actor: str, target: str, right: Right) -> None:
    allowed = right in cells()[actor, target]
    assert (right in rights(Role(actor), Role(target))) is allowed
    if allowed:
        check(Role(actor), Role(target), right)
    else:
        with pytest.raises(NotAllowed):
            check(Role(actor), Role(target), right)


@pytest.mark.parametrize("outsider", sorted(set(Role) - set(STAFF_LEVELS)))
def test_nobody_else_has_a_right_and_nobody_has_one_over_them(outsider: Role) -> None:
    for level in Role:
        assert rights(outsider, level) == frozenset()
        assert rights(level, outsider) == frozenset()


@pytest.mark.parametrize(
    ("actor", "made"),
    [
        ("ministry", ("province",)),
        ("province", ("school",)),
        ("school", ("college", "counselor")),
        ("college", ("counselor",)),
        ("counselor", ()),
        ("graduate", ()),
    ],
)
def test_whose_accounts_a_level_creates(actor: str, made: tuple[str, ...]) -> None:
    assert creates(Role(actor)) == made


@pytest.mark.parametrize("place", range(5))
def test_below_is_what_stands_further_right(place: int) -> None:
    level = Role(LEVELS[place])
    assert below(level) == tuple(LEVELS[place + 1 :])
    for other in LEVELS:
        assert is_below(Role(other), level) is (LEVELS.index(other) > place)


def test_units_where_accounts_stand_and_who_shows_a_second_factor() -> None:
    for level in LEVELS[:4]:
        assert UNIT_LEVELS[Role(level)] == {level}
    assert UNIT_LEVELS[Role.COUNSELOR] == {"school", "college"}
    assert {"ministry", "province", "school"} == SECOND_FACTOR
