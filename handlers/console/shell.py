"""What every console page is framed in: the menu for one's level, and the words templates use."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Flask, g, request

from domain.actors import STAFF_LEVELS, Role
from domain.desk_hours import CHINA
from handlers.console.seat import seat
from handlers.dress import LEVELS
from handlers.visit import CONSOLE
from services.listing import MOST_COUNTED
from services.seats import Seat

_CAPACITIES = {
    Role.GRADUATE: "毕业生",
    Role.EMPLOYER: "用人单位",
    Role.SIGNER: "单位经办人",
    Role.SYSTEM: "系统",
}
_OFFICES = frozenset(STAFF_LEVELS) - {Role.COUNSELOR}
_REVIEWERS = _OFFICES - {Role.COLLEGE}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu, for these levels."""

    path: str
    title: str
    levels: frozenset[Role] = frozenset(STAFF_LEVELS)


MENU = (
    Entry(CONSOLE, "首页"),
    Entry("/console/tasks", "任务", _OFFICES),
    Entry("/console/graduates", "毕业生"),
    Entry("/console/resumes", "简历维护情况"),
    Entry("/console/agreements", "就业协议"),
    Entry("/console/releases", "解约申请审核表"),
    Entry("/console/signing", "网签设置", _OFFICES),
    Entry("/console/employers", "用人单位", _REVIEWERS),
    Entry("/console/posts", "岗位", _REVIEWERS),
    Entry("/console/complaints", "岗位投诉", _REVIEWERS),
    Entry("/console/fairs", "专场招聘", _REVIEWERS),
    Entry("/console/partners", "合作单位", _REVIEWERS),
    Entry("/console/people", "人员账号", _OFFICES),
    Entry("/console/units", "机构", _OFFICES),
    Entry("/console/requests", "账号申请"),
    Entry("/console/field-rights", "字段权限", frozenset({Role.SCHOOL})),
    Entry("/console/jobs", "导入导出"),
    Entry("/console/codes", "代码表"),
    Entry("/console/journal", "操作记录"),
    Entry("/console/messages", "消息与咨询", frozenset({Role.MINISTRY, Role.PROVINCE, Role.SCHOOL})),
    Entry("/console/clock", "后台运行", frozenset({Role.MINISTRY})),
)


def set_up(app: Flask) -> None:
    """Gives the console's templates their words."""
    app.jinja_env.filters |= {
        "moment": moment,
        "second": second,
        "clock_hour": clock_hour,
        "counted": counted,
        "capacity": capacity,
    }
    app.jinja_env.globals |= {"here": here, "at_desk": at_desk, "menu": menu, "is_open": is_open}


def at_desk() -> Seat | None:
    """The seat to show in the frame; None before the console has opened, as at the log-in."""
    return seat() if g.get("at_console") else None


def menu(desk: Seat) -> list[Entry]:
    """The lines of the menu for a seat."""
    return [entry for entry in MENU if desk.level in entry.levels]


def is_open(path: str) -> bool:
    """Whether this page belongs to a line of the menu."""
    return request.path == path or (path != CONSOLE and request.path.startswith(f"{path}/"))


def here(**changes: object) -> str:
    """This page's address with some filters changed; empty ones are left out."""
    args = {name: values for name, values in request.args.lists() if name not in changes}
    args |= {name: [str(value)] for name, value in changes.items() if value not in (None, "")}
    query = urlencode({name: [value for value in args[name] if value] for name in args}, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def moment(at: datetime | None) -> str:
    """2026-11-20 15:04, as it is in China."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def second(at: datetime | None) -> str:
    """11-20 15:04:05, as it is in China."""
    return at.astimezone(CHINA).strftime("%m-%d %H:%M:%S") if at is not None else ""


def clock_hour(at: datetime) -> str:
    """15:00, as it is in China."""
    return at.astimezone(CHINA).strftime("%H:%M")


def counted(total: int) -> str:
    """A number of rows as people read it: 1,234, or 10000+ where nobody counted on."""
    return f"{MOST_COUNTED}+" if total > MOST_COUNTED else f"{total:,}"


def capacity(role: str) -> str:
    """The capacity in which somebody acted, staff or not."""
    return LEVELS.get(Role(role)) or _CAPACITIES.get(Role(role), "")
