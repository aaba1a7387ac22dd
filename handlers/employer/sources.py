"""生源查询: how many graduate of which major where, for employers that have been let in."""

from flask import request
from flask.typing import ResponseReturnValue

from domain.posts import SMALLEST_COUNT
from domain.years import current_year
from handlers import visit
from handlers.employer.entry import HOME
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.post_words import LEVELS
from services import sources
from services.sources import Asked

door = Door("employer_sources")

_LONGEST = 60


@door.on(f"{HOME}graduates", Guard.EMPLOYER)
def employer_sources() -> ResponseReturnValue:
    """Counts for the filters in the address; a school is found by a word first."""
    args = request.args
    level, word = args.get("level", ""), args.get("q", "").strip()[:_LONGEST]
    schools = sources.schools(word)
    chosen = args.get("school", "")
    if len(schools) == 1:
        chosen = schools[0].code
    asked = Asked(
        school=chosen if word else "",
        province=args.get("province", ""),
        major=args.get("major", "").strip()[:_LONGEST],
        level=int(level) if level in ("1", "2", "3", "4") else 0,
    )
    seen = sources.look_up(visit.ctx(), visit.me(), asked, args.get("after", ""))
    return Form().show(
        "employer/sources.html",
        visitor=visit.me(),
        asked=asked,
        seen=seen,
        schools=[(unit.code, unit.name) for unit in schools] if len(schools) > 1 else [],
        is_lost=bool(word) and not schools,
        provinces=[(unit.code, unit.name) for unit in sources.provinces()],
        levels=[(str(rank), words) for rank, words in enumerate(LEVELS) if rank],
        least=SMALLEST_COUNT,
        year=current_year(visit.ctx().clock()),
    )
