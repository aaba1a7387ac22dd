"""Rotating the key of personal data without stopping anything.

The new secret becomes ``WXB_SECRET_KEY``, the former one joins ``WXB_SECRET_KEYS_PREVIOUS``; both open data and
both are asked in look-ups. ``rotate`` then seals everything under the new one; when it reports nothing left,
the former secret can go.
"""

from collections.abc import Callable

from models.db import connected
from models.sealing import reseal, sealed_columns

BATCH = 500


def rotate(progress: Callable[[str, int], None]) -> int:
    """Seals every value under the present key; returns how many were renewed. May be stopped and run again.

    ``progress(column, renewed)`` is told after every column.
    """
    total = 0
    for column in sealed_columns():
        renewed, last = 0, 0
        while True:
            with connected():
                next_id, count = reseal(column, last, BATCH)
            renewed += count
            if next_id is None:
                break
            last = next_id
        progress(column[1].purpose, renewed)
        total += renewed
    return total
