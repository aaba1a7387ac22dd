"""Browsers at the console's desks, the second factor shown where the level asks for it."""

from collections.abc import Callable

import pytest
from flask import Flask

from models.task import Task
from services.context import Context
from tests.browser import Browser
from tests.cast import Cast, Persona
from tests.desks import pass_second_factor
from tests.doors.console.task_forms import only, write
from tests.services.tasks import work


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


@pytest.fixture
def counting(school_desk: Browser) -> Task:
    """A draft just written."""
    write(school_desk)
    return only()


@pytest.fixture
def draft(counting: Task, ctx: Context) -> Task:
    """The same when its people have been counted."""
    work(ctx)
    return only()
