"""What the employers' pages are framed in: their menu, and the words templates use."""

from dataclasses import dataclass

from flask import Flask

from config.posts import choices
from handlers.visit import EMPLOYER


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu."""

    path: str
    title: str


MENU = (
    Entry(EMPLOYER, "首页"),
    Entry(f"{EMPLOYER}posts", "岗位"),
    Entry(f"{EMPLOYER}applications", "收到的投递"),
    Entry(f"{EMPLOYER}agreements", "就业协议"),
    Entry(f"{EMPLOYER}graduates", "生源查询"),
    Entry(f"{EMPLOYER}degree-checks", "学历查询"),
    Entry(f"{EMPLOYER}colleagues", "招聘人员"),
)


def set_up(app: Flask) -> None:
    """Gives the templates their words."""
    app.jinja_env.filters["choice"] = choice
    app.jinja_env.globals["employer_menu"] = menu


def menu() -> tuple[Entry, ...]:
    """The lines of the menu."""
    return MENU


def choice(code: str, table: str) -> str:
    """The words of a code of config/posts.toml; the code itself when the list has lost it."""
    return choices(table).get(code, code)
