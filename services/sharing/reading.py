"""A partner's post made into ours: words read into codes, contacts hidden, what was not understood kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from config.majors import major_catalogue
from config.regions import Region
from domain.desk_hours import CHINA
from domain.disciplines import is_discipline
from domain.posts import ANYWHERE
from domain.reading import deadlines, levels, majors, pay, places, years
from domain.reading.contacts import mask
from domain.reading.majors import MajorBook
from domain.reading.places import PlaceBook
from domain.roster import REGION
from domain.years import current_year
from models.partner import Partner
from services.code_shelf import Edition
from services.context import Context
from services.posts.forms import MOST_MAJORS, PostForm
from services.sharing.schema import SharedPost

_TAUGHT = ("major_undergraduate", "major_vocational")  # tables of the console


@dataclass(slots=True)
class Reader:
    """Reads many posts with one book of places and one of majors."""

    today: date
    book: PlaceBook
    names: MajorBook

    @classmethod
    def of(cls, ctx: Context) -> "Reader":
        """With the tables of places and of majors as they are now."""
        now = ctx.clock()
        year = current_year(now)
        rows = ctx.codes.edition(REGION, year, now).entries.values()
        taught = [ctx.codes.edition(table, year, now) for table in _TAUGHT]
        regions = (Region(row.code, row.name, row.parent, row.is_retired, row.successor) for row in rows)
        return cls(now.astimezone(CHINA).date(), PlaceBook(regions), _major_book(taught))

    def form_of(self, item: SharedPost, partner: Partner) -> PostForm:
        """The post as a form; what no code was found for stands in ``unread``."""
        unread: dict[str, Sequence[str]] = {}
        place_codes = self._places(item, unread)
        low, high = self._levels(item, unread)
        major_codes = self._majors(item, (low, high), unread)
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

    def _majors(
        self, item: SharedPost, ranks: tuple[int, int], unread: dict[str, Sequence[str]]
    ) -> tuple[str, ...]:
        if item.majors is not None or not item.majors_text:
            codes = item.majors or ()
            # What came from a system like this one has its letters already, where there are any.
            is_ours = bool(item.origin) or any(map(is_discipline, codes))
            return codes if is_ours else self.names.for_levels(codes, *ranks)[:MOST_MAJORS]
        asked = majors.read(item.majors_text, self.names)
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


def _major_book(tables: Sequence[Edition]) -> MajorBook:
    """The shipped names of majors, and before them those of imported tables."""
    rows = [(row.code, row.name) for table in tables for row in table.entries.values() if not row.is_retired]
    return MajorBook(major_catalogue(), rows) if rows else majors.shipped_book()


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
