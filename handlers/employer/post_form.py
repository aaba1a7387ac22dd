"""The form of a post: what is typed in words, and what was understood of it."""

from datetime import date

from flask import request

from config.codes import code_table
from config.posts import choices
from domain.posts import ANYWHERE
from domain.years import current_year
from handlers import visit
from handlers.forms import Form
from handlers.post_words import LEVELS, place_names
from models.employer import Employer
from models.post import Post
from services import code_tables
from services.posts import typed
from services.posts.forms import PostForm

_PLAIN = ("title", "description", "position", "industry", "work_type", "majors_text", "address")
_CONTACT = ("contact_name", "contact_phone", "contact_email")
_KEPT = (
    *_PLAIN,
    *_CONTACT,
    *(
        "seen",
        "level_low",
        "level_high",
        "places_text",
        "pay_text",
        "year",
        "headcount",
        "closes_on",
        "hold_until",
    ),
)
_LONGEST = 12_000  # characters of a description as it is sent
_MOST_TAGS = 12
_YEARS_ON = 3


def post_form(post: Post | None, unit: Employer) -> Form:
    """The form, filled with the post, or with what the unit says of itself."""
    form = Form(*_KEPT, **(_of_post(post) if post is not None else _of_unit(unit)))
    if form.is_sent:
        form.values["description"] = request.form.get("description", "")[:_LONGEST]
        form.values["tags"] = form.choices("tags", _MOST_TAGS)
        form.values["is_shareable"] = form.text("is_shareable")
    return form


def _of_unit(unit: Employer) -> dict[str, object]:
    return {
        "industry": unit.industry,
        "work_type": "full",
        "level_low": "2",
        "headcount": "1",
        "year": str(current_year(visit.ctx().clock())),
        "address": unit.address,
        "contact_name": unit.contact_name,
        "contact_phone": unit.contact_phone or "",
        "contact_email": unit.contact_email or "",
        "tags": [],
        "is_shareable": "",
    }


def _of_post(post: Post) -> dict[str, object]:
    known: dict[str, object] = {name: getattr(post, name) or "" for name in (*_PLAIN, *_CONTACT)}
    days = {name: str(getattr(post, name) or "") for name in ("closes_on", "hold_until")}
    return known | {
        **days,
        "seen": post.version,
        "level_low": str(post.level_low),
        "level_high": str(post.level_high),
        "places_text": "、".join(name.replace(" ", "") for name in place_names(post)),
        "pay_text": f"{post.pay_low}-{post.pay_high}元/月" if post.pay_high else "面议",
        "year": str(post.year_low or ""),
        "headcount": str(post.headcount),
        "tags": post.tags or [],
        "is_shareable": "yes" if post.is_shareable else "",
    }


def sent(form: Form, unit: Employer) -> PostForm:
    """What the form says, its words read into codes; what is no number or day becomes one that is refused."""
    read = typed.read(visit.ctx(), form.text("majors_text"), form.text("places_text"), form.text("pay_text"))
    year = _number(form.text("year"), 0)
    return PostForm(
        **{name: str(form.values[name]) for name in (*_PLAIN, *_CONTACT)},
        nature=unit.nature,
        level_low=_number(form.text("level_low"), 0),
        level_high=_number(form.text("level_high"), 0),
        majors=read.majors,
        places=read.places,
        pay_low=read.pay_low,
        pay_high=read.pay_high,
        year_low=year,
        year_high=year,
        headcount=_number(form.text("headcount"), 0),
        tags=tuple(form.choices("tags", _MOST_TAGS)),
        closes_on=_day(form.text("closes_on")),
        is_shareable=bool(form.text("is_shareable")),
        hold_until=_day(form.text("hold_until"), date.max),
        unread=read.unread or None,
    )


def _number(text: str, none: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1 if text else none


def _day(text: str, none: date = date.min) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return none


def options() -> dict[str, object]:
    """What the form's lists offer."""
    ctx = visit.ctx()
    year = current_year(ctx.clock())
    levels = [(str(rank), word) for rank, word in enumerate(LEVELS)]
    return {
        "positions": list(code_tables.names(ctx, "position", year).items()),
        "industries": list(code_table("industry").items()),
        "levels": [("0", "不限"), *levels[1:]],
        "years": [(str(year + n), f"{year + n}届") for n in range(_YEARS_ON)],
        "tags": list(choices("tag").items()),
        "anywhere": ANYWHERE,
    }
