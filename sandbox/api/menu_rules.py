"""The limits of a custom menu (自定义菜单), in counts and bytes, with the platform's error codes."""

from typing import Any

from sandbox.api.refusal import ApiRefusal

TOP_COUNT, SUB_COUNT = 3, 5
TOP_NAME, SUB_NAME = 16, 60  # bytes
KEY_BYTES, URL_BYTES = 128, 1024

# What each type must carry.
NEEDS = {
    "click": ("key",),
    "view": ("url",),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
    "media_id": ("media_id",),
    "view_limited": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
    "miniprogram": ("url", "appid", "pagepath"),
}

# errcodes by rule: (top level, sub menu)
COUNT, TYPE, NAME, KEY, URL = (40016, 40023), (40017, 40024), (40018, 40025), (40019, 40026), (40020, 40027)


def check_menu(menu: dict[str, Any]) -> None:
    """Refuses a menu that the platform would refuse, with its errcode."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= TOP_COUNT:
        raise ApiRefusal(COUNT[0])
    for button in buttons:
        _check_name(button, 0)
        subs = button.get("sub_button")
        if subs:
            _check_parent(button, subs)
        else:
            _check_item(button, 0)


def _check_parent(button: dict[str, Any], subs: Any) -> None:
    if button.get("type"):
        raise ApiRefusal(TYPE[0], "a button with sub_button has no type")
    if not isinstance(subs, list) or len(subs) > SUB_COUNT:
        raise ApiRefusal(COUNT[1])
    for sub in subs:
        _check_name(sub, 1)
        if sub.get("sub_button"):
            raise ApiRefusal(COUNT[1], "no third level")
        _check_item(sub, 1)


def _check_name(button: Any, level: int) -> None:
    if not isinstance(button, dict):
        raise ApiRefusal(47001)
    name = button.get("name")
    longest = (TOP_NAME, SUB_NAME)[level]
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= longest:
        raise ApiRefusal(NAME[level])


def _check_item(button: dict[str, Any], level: int) -> None:
    kind = button.get("type")
    if kind not in NEEDS:
        raise ApiRefusal(TYPE[level])
    for name in NEEDS[kind]:
        value = button.get(name)
        if name == "url":
            _check_url(value, level)
        elif not isinstance(value, str) or not 1 <= len(value.encode()) <= KEY_BYTES:
            raise ApiRefusal(KEY[level], name)


def _check_url(value: Any, level: int) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= URL_BYTES:
        raise ApiRefusal(URL[level])
    if not value.startswith(("http://", "https://")):
        raise ApiRefusal(URL[level], "not an http address")
