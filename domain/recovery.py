"""Recovery codes: what the owner of a second factor keeps on paper for the day the phone is gone."""

import hashlib
import secrets
import unicodedata

HOW_MANY = 10
# Without I, L, O and U, so that nothing read off paper can be taken for something else.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 16  # of 32 letters: 80 bits, more than anybody can try, so a plain digest keeps them
_GROUP = 4
_READ_AS = str.maketrans("ILO", "110")


def fresh() -> tuple[str, ...]:
    """Ten new codes in groups of four, as in ``7KQ2-M0XD-3RTA-9ZPB``."""
    return tuple(_grouped("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))) for _ in range(HOW_MANY))


def digest(owner: str, typed: str) -> str:
    """What is kept of a code of the account ``owner``, however it was typed: case, spaces and dashes are nothing."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    letters = "".join(letter for letter in plain if letter in _LETTERS)
    return hashlib.sha256(f"{owner}:{letters}".encode()).hexdigest()


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
