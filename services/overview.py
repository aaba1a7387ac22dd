"""The console's first page: what lies in one's range, and what waits there for somebody."""

from dataclasses import dataclass

from domain.actors import Role
from domain.hiring import REVIEWERS
from domain.tasks import DISPATCHERS
from domain.years import current_year
from models.employer import Employer
from models.graduate import Graduate
from models.org import Staff
from models.post import Complaint, Post
from models.staffing import is_bound, staff_rows
from services import account_requests, help_desk, journals
from services.agreements import queues
from services.context import Context
from services.employers import review as employers
from services.journals import Act, Asked
from services.listing import count
from services.posts import review as posts
from services.seats import Seat
from services.tasks import lists

# Of a whole province or the country nobody counts states while somebody waits for a page.
_COUNTING_STATES = frozenset({Role.SCHOOL, Role.COLLEGE, Role.COUNSELOR})
_STATES = ("open", "confirmed", "locked")
_LATEST = 8


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers stop at ``listing.MOST_COUNTED + 1``; None where the level has nothing to do with it."""

    year: int
    graduates: int
    states: dict[str, int]
    staff: int | None
    unbound: int | None
    requests: int | None
    questions: int | None
    missed: int | None  # tasks of one's own unit that did not go out at their hour
    reviews: dict[str, int]  # employers, posts and complaints that wait for this office
    signing: tuple[int, int]  # agreements and releases that wait for this seat's review
    latest: list[Act]


def look(ctx: Context, seat: Seat) -> Overview:
    """The overview of a seat, for the 届别 under way."""
    year = current_year(ctx.clock())
    graduates = seat.scope.graduates(Graduate.select(Graduate.id).where(Graduate.year == year))
    states = {}
    if seat.level in _COUNTING_STATES:
        states = {state: count(graduates.where(Graduate.status == state)) for state in _STATES}
    has_people = seat.level is not Role.COUNSELOR
    people = seat.scope.staff(staff_rows()).where(Staff.ended_at.is_null())
    unbound = people.where(~is_bound(ctx.settings.wechat_app_id))
    return Overview(
        year=year,
        graduates=count(graduates),
        states=states,
        staff=count(people) if has_people else None,
        unbound=count(unbound) if has_people else None,
        requests=account_requests.inbox(ctx, seat).total if has_people else None,
        questions=help_desk.number_waiting(ctx, seat) if seat.level in help_desk.LEVELS else None,
        missed=lists.missed(seat) if seat.level in DISPATCHERS else None,
        reviews=_reviews(seat) if seat.level in REVIEWERS else {},
        signing=queues.number_waiting(ctx, seat),
        latest=list(journals.acts(ctx, seat, Asked()).rows[:_LATEST]),
    )


def _reviews(seat: Seat) -> dict[str, int]:
    filed = employers.within(seat) & (Employer.status == "filed")
    handed_in = posts.within(seat) & (Post.status == "review")
    complaints = (
        Complaint.select(Complaint.id).join(Post).where(posts.within(seat) & (Complaint.status == "filed"))
    )
    amending = employers.within(seat) & (Employer.status == "amending")
    return {
        "amendments": count(Employer.select(Employer.id).where(amending)),
        "employers": count(Employer.select(Employer.id).where(filed)),
        "posts": count(Post.select(Post.id).where(handed_in)),
        "complaints": count(complaints),
    }
