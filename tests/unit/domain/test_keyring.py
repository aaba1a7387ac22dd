"""The keyring: what is sealed opens in its own column under a key of the ring, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.keyring import Keyring, Unreadable

OLD, NEW, OTHER = (
    "former secret, quite long enough",
    "present secret, quite long enough",
    "somebody else's secret",
)
RING = Keyring(NEW, [OLD])


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    assert RING.open(RING.seal(text, "account.phone"), "account.phone") == text


def test_sealing_twice_looks_different() -> None:
    assert RING.seal("13900000101", "account.phone") != RING.seal("13900000101", "account.phone")


def test_the_value_cannot_be_read_from_its_seal() -> None:
    assert b"13900000101" not in RING.seal("13900000101", "account.phone")


def test_another_column_does_not_open_it() -> None:
    with pytest.raises(Unreadable):
        RING.open(RING.seal("13900000101", "account.phone"), "graduate.phone")


def test_a_key_that_is_not_on_the_ring_does_not_open_it() -> None:
    with pytest.raises(Unreadable, match="not on the ring"):
        RING.open(Keyring(OTHER).seal("x", "p"), "p")


def test_a_former_key_opens_but_is_not_current() -> None:
    sealed = Keyring(OLD).seal("李晓雨", "p")
    assert RING.open(sealed, "p") == "李晓雨"
    assert not RING.is_current(sealed)
    assert RING.is_current(RING.seal("李晓雨", "p"))


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_changed_byte_is_noticed(place: int, flip: int) -> None:
    sealed = bytearray(RING.seal("11010120050101123X", "p"))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(Unreadable):
        RING.open(bytes(sealed), "p")


@given(st.integers(min_value=0, max_value=60))
def test_any_cut_is_noticed(kept: int) -> None:
    sealed = RING.seal("11010120050101123X and more, so that it is long", "p")
    with pytest.raises(Unreadable):
        RING.open(sealed[:kept], "p")


@given(st.text(), st.text())
def test_equal_values_share_an_index_and_others_do_not(one: str, other: str) -> None:
    assert RING.blind(one, "phone") == RING.blind(one, "phone")
    assert (RING.blind(one, "phone") == RING.blind(other, "phone")) is (one == other)


def test_an_index_belongs_to_its_purpose_and_its_key() -> None:
    blind = RING.blind("13900000101", "phone")
    assert blind != RING.blind("13900000101", "identity_number")
    assert blind != Keyring(OLD).blind("13900000101", "phone")
    assert len(blind) == 24


def test_purpose_and_value_do_not_run_together() -> None:
    assert RING.blind("bc", "a") != RING.blind("c", "ab")


def test_a_look_up_during_a_rotation_asks_for_both_indexes() -> None:
    assert RING.blinds("v", "phone") == [Keyring(NEW).blind("v", "phone"), Keyring(OLD).blind("v", "phone")]


def test_a_mark_is_short_stable_and_not_the_index() -> None:
    mark = RING.mark("oGraduate0000000000000000001")
    assert mark == RING.mark("oGraduate0000000000000000001")
    assert len(mark) == 10
    assert not RING.blind("oGraduate0000000000000000001", "openid").startswith(mark)


def test_derived_keys_differ_by_use() -> None:
    assert RING.derive("cookies") != RING.derive("one-time code")
    assert RING.derive_all("cookies") == [Keyring(NEW).derive("cookies"), Keyring(OLD).derive("cookies")]
