"""What a dispatcher typed, read into the columns of a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from config.campaigns import campaigns
from config.codes import code_table
from documents import rich_text
from domain import personal
from domain.desk_hours import CHINA
from domain.refusals import Invalid
from domain.tasks import Filter, TaskKind, check_filters
from domain.web_address import is_link
from services.seats import Seat
from services.tasks.circles import chosen_units
from services.tasks.course import MOST_MINUTES
from templates_msg.fields import BadField
from templates_msg.tasks import TaskWithdrawn

LONGEST_BODY = 20_000  # characters of cleaned HTML
_MOST_BYTES = 60_000
_LONGEST_LINK = 300
LONGEST_COURSE = timedelta(hours=12)
_FARTHEST = timedelta(days=366)
_YEARS = range(2000, 2100)
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Draft:
    """A task as a form carries it.

    ``due``, ``starts`` and ``ends`` are moments in China as in ``2026-11-30T18:00``, empty for none. ``audience`` is
    what was chosen by the names of domain.tasks.Filter: codes of units, 届别, codes of 层次. ``version`` is that of
    the task as it was opened, ``new_code`` the code that a form for a new one was shown with.
    """

    title: str
    kind: str
    body: str = ""
    campaign: str = ""
    link: str = ""
    link_title: str = ""
    due: str = ""
    starts: str = ""
    ends: str = ""
    minutes_before: str = "30"
    minutes_after: str = "30"
    check_in_twice: bool = False
    audience: Mapping[str, Sequence[str]] = field(default_factory=dict)
    version: str = ""
    new_code: str = ""


def columns_of(seat: Seat, draft: Draft, now: datetime) -> dict[str, Any]:
    """The columns that a draft stands for. Raises Invalid with every field that is wrong."""
    wrong: dict[str, str] = {}
    columns: dict[str, Any] = {"audience": audience_of(seat, draft.audience)}
    columns |= _content(draft, wrong) | _times(draft, now, wrong)
    if wrong:
        raise Invalid("form", fields=wrong)
    return columns


def audience_of(seat: Seat, chosen: Mapping[str, Sequence[str]]) -> dict[str, list[Any]]:
    """What was chosen, tidied. Raises Invalid for what this level may not narrow by or what does not exist."""
    asked = {name: [str(value).strip() for value in values] for name, values in chosen.items()}
    asked = {name: list(dict.fromkeys(filter(None, values))) for name, values in asked.items()}
    asked = {name: values for name, values in asked.items() if values}
    check_filters(seat.level, asked)
    tidy: dict[str, list[Any]] = {str(name): list(values) for name, values in asked.items()}
    if Filter.YEAR in tidy:
        if not all(_is_year(year) for year in tidy[Filter.YEAR]):
            raise Invalid.field(Filter.YEAR, "bad_year")
        tidy[Filter.YEAR] = sorted(int(year) for year in tidy[Filter.YEAR])
    if not set(tidy.get(Filter.EDUCATION, ())) <= set(code_table("education")):
        raise Invalid.field(Filter.EDUCATION, "bad_choice")
    chosen_units(seat, tidy)
    return tidy


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4 and int(text) in _YEARS


def _content(draft: Draft, wrong: dict[str, str]) -> dict[str, Any]:
    title, link_title = personal.prose(draft.title), personal.prose(draft.link_title)
    link, body = draft.link.strip(), rich_text.cleaned(draft.body)
    if not 2 <= len(title) <= 60 or not _is_tellable(title):
        wrong["title"] = "task_title"
    if draft.kind not in set(TaskKind):
        wrong["kind"] = "bad_choice"
    if draft.campaign and draft.campaign not in campaigns():
        wrong["campaign"] = "bad_choice"
    if len(body) > LONGEST_BODY or len(body.encode()) > _MOST_BYTES:
        wrong["body"] = "too_long"
    if link and not (len(link) <= _LONGEST_LINK and is_link(link)):
        wrong["link"] = "task_link"
    if len(link_title) > 60:
        wrong["link_title"] = "too_long"
    return {
        "title": title,
        "kind": draft.kind,
        "campaign": draft.campaign,
        "body": "" if rich_text.is_blank(body) else body,
        "link": link,
        "link_title": link_title if link else "",
    }


def _is_tellable(title: str) -> bool:
    """Whether something of a title is left in a message: phones show no pictures there."""
    try:
        TaskWithdrawn(task=title, dispatcher=title, at=_ANY_TIME)
    except BadField:
        return False
    return True


def _times(draft: Draft, now: datetime, wrong: dict[str, str]) -> dict[str, Any]:
    due = _moment(draft.due, "due", wrong)
    columns: dict[str, Any] = {"due_at": due, "starts_at": None, "ends_at": None}
    columns |= {"minutes_before": 30, "minutes_after": 30, "is_check_in_twice": False}
    if due is not None and not now < due <= now + _FARTHEST:
        wrong["due"] = "task_due_past"
    if draft.kind != TaskKind.LIVE:
        return columns
    starts, ends = _moment(draft.starts, "starts", wrong), _moment(draft.ends, "ends", wrong)
    if starts is None:
        wrong.setdefault("starts", "task_course_times")
    elif not now < starts <= now + _FARTHEST:
        wrong["starts"] = "task_starts_past"
    if ends is None:
        wrong.setdefault("ends", "task_course_times")
    elif starts is not None and not starts < ends <= starts + LONGEST_COURSE:
        wrong["ends"] = "task_ends_early"
    columns |= {"starts_at": starts, "ends_at": ends, "is_check_in_twice": draft.check_in_twice}
    for name in ("minutes_before", "minutes_after"):
        columns[name] = _minutes(getattr(draft, name), name, wrong)
    if not wrong and not columns["minutes_before"] + columns["minutes_after"]:
        wrong["minutes_before"] = "task_minutes"
    return columns


def _minutes(text: str, name: str, wrong: dict[str, str]) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= MOST_MINUTES):
        wrong[name] = "task_minutes"
        return 0
    return int(text)


def _moment(text: str, name: str, wrong: dict[str, str]) -> datetime | None:
    """A moment in China as typed; None for none and for one that cannot be read."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError):
        wrong[name] = "task_moment"
        return None
