"""A partner's post made into ours: words read into codes, contacts hidden, what was not understood kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from config.regions import Region
from domain.desk_hours import CHINA
from domain.posts import ANYWHERE
from domain.reading import deadlines, levels, majors, pay, places, years
from domain.reading.contacts import mask
from domain.reading.places import PlaceBook
from domain.roster import REGION
from domain.years import current_year
from models.partner import Partner
from services.context import Context
from services.posts.forms import PostForm
from services.sharing.schema import SharedPost


@dataclass(slots=True)
class Reader:
    """Reads many posts with one book of places."""

    today: date
    book: PlaceBook

    @classmethod
    def of(cls, ctx: Context) -> "Reader":
        """With the table of places as it is now."""
        now = ctx.clock()
        rows = ctx.codes.edition(REGION, current_year(now), now).entries.values()
        regions = (Region(row.code, row.name, row.parent, row.is_retired, row.successor) for row in rows)
        return cls(now.astimezone(CHINA).date(), PlaceBook(regions))

    def form_of(self, item: SharedPost, partner: Partner) -> PostForm:
        """The post as a form; what no code was found for stands in ``unread``."""
        unread: dict[str, Sequence[str]] = {}
        major_codes = self._majors(item, unread)
        place_codes = self._places(item, unread)
        low, high = self._levels(item, unread)
        pay_low, pay_high = _pay(item, unread)
        year_low, year_high = _years(item, unread)
        closes_on = item.closes_on
        if closes_on is None and item.closes_text:
            end = deadlines.read(item.closes_text, self.today)
            closes_on, unread["closes_on"] = end.on, end.unread
        return PostForm(
            title=mask(item.title).text,
            description=item.description,
            position=item.position,
            industry=item.employer.industry,
            nature=item.employer.nature,
            work_type=item.work_type,
            level_low=low,
            level_high=high,
            majors=major_codes,
            majors_text=mask(item.majors_text).text,
            places=place_codes,
            address=mask(item.address).text,
            pay_low=pay_low,
            pay_high=pay_high,
            year_low=year_low,
            year_high=year_high,
            headcount=item.headcount,
            tags=item.tags,
            contact_name=item.contact_name,
            contact_phone=item.contact_phone,
            contact_email=item.contact_email,
            closes_on=closes_on,
            is_shareable=True,
            hold_until=item.hold_until or self._held(partner),
            unread={name: list(words) for name, words in unread.items() if words} or None,
        )

    def _held(self, partner: Partner) -> date | None:
        """Until when a new post of the partner stays with the partner's own."""
        return self.today + timedelta(days=partner.hold_days) if partner.hold_days else None

    def _majors(self, item: SharedPost, unread: dict[str, Sequence[str]]) -> tuple[str, ...]:
        if item.majors is not None or not item.majors_text:
            return item.majors or ()
        asked = majors.read(item.majors_text)
        unread["majors"] = asked.unread
        return () if asked.is_open else (*asked.codes, *asked.postgraduate)

    def _places(self, item: SharedPost, unread: dict[str, Sequence[str]]) -> tuple[str, ...]:
        if item.places is not None or not item.places_text:
            return item.places or ()
        where = places.read(item.places_text, self.book)
        unread["places"] = where.unread
        return (ANYWHERE,) if where.is_nationwide else where.codes

    def _levels(self, item: SharedPost, unread: dict[str, Sequence[str]]) -> tuple[int, int]:
        if item.level_low or item.level_high or not item.level_text:
            return item.level_low, item.level_high
        asked = levels.read(item.level_text, item.title)
        unread["levels"] = asked.unread
        is_open = asked.low == 1 and asked.high is None
        return (0, 0) if is_open else (asked.low, asked.high or 0)


def _pay(item: SharedPost, unread: dict[str, Sequence[str]]) -> tuple[int, int]:
    if item.pay_low or item.pay_high:
        return item.pay_low, item.pay_high
    if item.pay_thousands is not None:
        found = pay.thousands(*item.pay_thousands)
    elif item.pay_text:
        found = pay.read(item.pay_text)
    else:
        return 0, 0
    unread["pay"] = found.unread
    return found.low, found.high


def _years(item: SharedPost, unread: dict[str, Sequence[str]]) -> tuple[int, int]:
    if item.year_low or item.year_high or not item.years_text:
        return item.year_low, item.year_high
    found = years.read(item.years_text)
    unread["years"] = found.unread
    return (found.years[0], found.years[-1]) if found.years and not found.is_open else (0, 0)
