"""The capacity in which this visit acts at the console."""

from typing import cast

from flask import g

from handlers import visit
from services import seats
from services.seats import Seat


def seat() -> Seat:
    """The seat of whoever is here, looked up once a request. Raises NotAllowed for somebody without any."""
    if "seat" not in g:
        g.seat = seats.seat_of(visit.me())
    return cast(Seat, g.seat)
