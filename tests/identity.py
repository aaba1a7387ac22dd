"""Identity numbers that nobody has, with right check digits."""

from stdnum.cn import ric


def identity_number(area_and_birth: str, order: int) -> str:
    """The number of the ``order``-th person (0 to 999, odd for men) of an area and day, as in 34010420050101."""
    body = f"{area_and_birth}{order:03d}"
    return body + ric.calc_check_digit(body + "0")
