"""The bottom menu: config/menu.toml sent to the platform when it differs from what phones show."""

import difflib
from dataclasses import dataclass
from typing import Any

from config import menu
from services.context import Context

# The platform gives back more than it was given: empty lists, its own ids.
_OURS = ("name", "type", "key", "url", "media_id", "article_id", "appid", "pagepath")


@dataclass(frozen=True, slots=True)
class MenuChange:
    """Lines that tell old from new, as a diff; none when the menu was right already and nothing was sent."""

    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines) or "The account's menu is as it should be; nothing was sent."


def push_menu(ctx: Context) -> MenuChange:
    """Makes the account's menu that of config/menu.toml. Raises BadMenu before anything is sent, WeChatTrouble."""
    wanted = menu.load(ctx.settings.public_url).payload()
    lines = tuple(
        difflib.unified_diff(
            _lines(ctx.gateway.menu()),
            _lines(wanted),
            "menu of the account",
            "config/menu.toml",
            lineterm="",
            n=2,
        )
    )
    if lines:
        ctx.gateway.push_menu(wanted)
    return MenuChange(lines)


def _lines(tree: dict[str, Any] | None) -> list[str]:
    """A menu as people would write it down, one line an item, whatever order its fields came in."""
    lines = []
    for group in (tree or {}).get("button", []):
        lines.append(_line(group))
        lines += [f"  {_line(item)}" for item in group.get("sub_button") or []]
    return lines


def _line(item: dict[str, Any]) -> str:
    return "  ".join(str(item[name]) for name in _OURS if item.get(name))
