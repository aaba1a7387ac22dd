"""Browsers at the console's desks, the second factor shown where the level asks for it."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.browser import Browser
from tests.cast import Cast, Persona
from tests.desks import pass_second_factor


@pytest.fixture
def desk_of(client_of: Callable[..., Browser], app: Flask) -> Callable[..., Browser]:
    """A browser in which a member of staff sits at the console."""

    def make(persona: Persona, *, app: Flask = app) -> Browser:
        browser = client_of(persona, app=app)
        pass_second_factor()
        return browser

    return make


@pytest.fixture
def counselor_desk(desk_of: Callable[..., Browser], cast: Cast) -> Browser:
    return desk_of(cast.counselor)


@pytest.fixture
def college_desk(desk_of: Callable[..., Browser], cast: Cast) -> Browser:
    return desk_of(cast.college)


@pytest.fixture
def school_desk(desk_of: Callable[..., Browser], cast: Cast) -> Browser:
    return desk_of(cast.school)


@pytest.fixture
def province_desk(desk_of: Callable[..., Browser], cast: Cast) -> Browser:
    return desk_of(cast.province)


@pytest.fixture
def ministry_desk(desk_of: Callable[..., Browser], cast: Cast) -> Browser:
    return desk_of(cast.ministry)
