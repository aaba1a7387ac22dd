"""The bottom menu as data, and the platform's limits on it.

Limits: developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu. They count bytes, not characters.
"""

import tomllib
from pathlib import Path
from typing import Any

MENU_FILE = Path(__file__).with_name("menu.toml")

_MOST_GROUPS = 3
_MOST_ITEMS = 5
_LONGEST = {"group": 16, "item": 60, "key": 128, "url": 1024}

# What each type of item needs beside its name. ``path`` stands for a page of ours.
_NEEDS: dict[str, tuple[str, ...]] = {
    "click": ("key",),
    "view": ("path",),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
    "media_id": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
    "miniprogram": ("path", "appid", "pagepath"),
}


class BadMenu(Exception):
    """The menu would be refused by the platform; ``problems`` lists everything wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Menu:
    """A checked menu, ready to be sent."""

    def __init__(self, groups: list[dict[str, Any]], public_url: str) -> None:
        """Raises BadMenu with all problems; ``public_url`` is what paths are joined with, without a final slash."""
        self._public_url = public_url
        problems = _problems(groups, public_url)
        if problems:
            raise BadMenu(problems)
        self._groups = groups

    @property
    def click_keys(self) -> list[str]:
        """Keys whose taps come to our callback, in the menu's order."""
        items = [item for group in self._groups for item in group.get("item", [group])]
        return [item["key"] for item in items if item["type"] == "click"]

    def payload(self) -> dict[str, Any]:
        """The menu in the platform's words."""
        return {"button": [self._button(group) for group in self._groups]}

    def _button(self, item: dict[str, Any]) -> dict[str, Any]:
        if "item" in item:
            return {"name": item["name"], "sub_button": [self._button(inner) for inner in item["item"]]}
        button = {name: value for name, value in item.items() if name != "path"}
        if "path" in item:
            button["url"] = f"{self._public_url}{item['path']}"
        return button


def load(public_url: str, path: Path = MENU_FILE) -> Menu:
    """The menu of a file. Raises BadMenu, also where the file is not TOML."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadMenu([f"{path.name}: {error}"]) from None
    groups = tree.get("group")
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise BadMenu([f"{path.name}: needs [[group]] tables"])
    return Menu(groups, public_url)


def _problems(groups: list[dict[str, Any]], public_url: str) -> list[str]:
    problems = []
    if not 1 <= len(groups) <= _MOST_GROUPS:
        problems.append(f"menu: {len(groups)} groups, the platform takes 1 to {_MOST_GROUPS}")
    items: list[dict[str, Any]] = []
    for nth, group in enumerate(groups, 1):
        where = f"group {nth} ({group.get('name', 'no name')})"
        problems += _name_problems(where, group.get("name"), _LONGEST["group"])
        if "item" not in group:
            items.append(group)
            problems += _item_problems(where, group, public_url)
            continue
        extra = sorted(set(group) - {"name", "item"})
        if extra:
            problems.append(f"{where}: a group with items has a name only, not {', '.join(extra)}")
        if not isinstance(group["item"], list) or not all(isinstance(item, dict) for item in group["item"]):
            problems.append(f"{where}: needs [[group.item]] tables")
            continue
        if not 1 <= len(group["item"]) <= _MOST_ITEMS:
            problems.append(f"{where}: {len(group['item'])} items, the platform takes 1 to {_MOST_ITEMS}")
        for inner, item in enumerate(group["item"], 1):
            place = f"{where}, item {inner} ({item.get('name', 'no name')})"
            items.append(item)
            problems += _name_problems(place, item.get("name"), _LONGEST["item"])
            problems += _item_problems(place, item, public_url)
    keys = [item["key"] for item in items if isinstance(item.get("key"), str)]
    problems += [
        f"key {key}: used more than once" for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    return problems


def _name_problems(where: str, name: object, longest: int) -> list[str]:
    if not isinstance(name, str) or not name.strip():
        return [f"{where}: has no name"]
    size = len(name.encode())
    return [f"{where}: name of {size} bytes, at most {longest}"] if size > longest else []


def _item_problems(where: str, item: dict[str, Any], public_url: str) -> list[str]:
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in _NEEDS:
        return [f"{where}: type {kind!r} is none of {', '.join(_NEEDS)}"]
    problems = []
    for name in _NEEDS[kind]:
        if not isinstance(item.get(name), str) or not item[name]:
            problems.append(f"{where}: type {kind} needs {name}")
    extra = sorted(set(item) - {"name", "type", *_NEEDS[kind]})
    if extra:
        problems.append(f"{where}: type {kind} has no use for {', '.join(extra)}")
    key, path = item.get("key"), item.get("path")
    if isinstance(key, str) and len(key.encode()) > _LONGEST["key"]:
        problems.append(f"{where}: key of {len(key.encode())} bytes, at most {_LONGEST['key']}")
    if isinstance(path, str) and path:
        if not path.startswith("/") or path.startswith("//"):
            problems.append(f"{where}: path {path} must start with one /")
        size = len(f"{public_url}{path}".encode())
        if size > _LONGEST["url"]:
            problems.append(f"{where}: address of {size} bytes, at most {_LONGEST['url']}")
    return problems
