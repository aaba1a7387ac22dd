"""Pushing the menu: a diff when it differs, nothing when it does not."""

from config import menu
from services.context import Context
from services.menu import push_menu
from tests.fakes import RecordingGateway


def as_the_platform_gives_it_back(payload: dict[str, object]) -> dict[str, object]:
    """The platform adds empty lists and its own order of fields."""
    groups = payload["button"]
    assert isinstance(groups, list)
    return {
        "button": [
            {
                "sub_button": [
                    {"sub_button": [], **dict(reversed(list(item.items())))} for item in group["sub_button"]
                ],
                "name": group["name"],
            }
            for group in groups
        ]
    }


def test_the_first_push_sends_all(ctx: Context, gateway: RecordingGateway) -> None:
    change = push_menu(ctx)
    assert "+  我的辅导员  view  http://wx.test/h5/my-counselors" in change.lines
    assert gateway.menus == [menu.load("http://wx.test").payload()]


def test_nothing_is_sent_when_nothing_changed(ctx: Context, gateway: RecordingGateway) -> None:
    gateway.menus = [as_the_platform_gives_it_back(menu.load("http://wx.test").payload())]
    change = push_menu(ctx)
    assert change.lines == ()
    assert "nothing was sent" in str(change)
    assert len(gateway.menus) == 1


def test_a_changed_item_is_one_line_out_and_one_line_in(ctx: Context, gateway: RecordingGateway) -> None:
    old = as_the_platform_gives_it_back(menu.load("http://old.test").payload())
    gateway.menus = [old]
    change = push_menu(ctx)
    assert "-  我的账号  view  http://old.test/h5/account" in change.lines
    assert "+  我的账号  view  http://wx.test/h5/account" in change.lines
    assert not any(line.startswith(("-", "+")) and "常见问题" in line for line in change.lines)
    assert len(gateway.menus) == 2
