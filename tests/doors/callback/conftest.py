"""The door with the real settings, and the platform in front of it."""

from collections.abc import Callable

import pytest
from platform_side import PlatformSide

from handlers.callback import CallbackDoor
from services.context import Context


@pytest.fixture
def door(ctx: Context) -> CallbackDoor:
    return CallbackDoor(ctx, pause=lambda _seconds: None)


@pytest.fixture
def platform(ctx: Context, door: CallbackDoor) -> PlatformSide:
    """The account in safe mode."""
    return PlatformSide(door, ctx.settings, lambda: ctx.clock().timestamp())


@pytest.fixture
def platform_in(ctx: Context) -> Callable[[str], PlatformSide]:
    """The account and the product, both set to a mode."""

    def make(mode: str) -> PlatformSide:
        settings = ctx.settings.model_copy(update={"wechat_mode": mode})
        changed = Context(**{**vars(ctx), "settings": settings})
        return PlatformSide(CallbackDoor(changed), settings, lambda: ctx.clock().timestamp(), mode)

    return make
