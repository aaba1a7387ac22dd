"""届别: the year in which a class graduates, and which one is under way."""

from datetime import datetime

from domain.desk_hours import CHINA

_AUTUMN = 9  # from September on the work is for those who graduate in the next year


def current_year(moment: datetime) -> int:
    """The 届别 under way at a moment: that of the school year, which begins in September in China."""
    here = moment.astimezone(CHINA)
    return here.year + (here.month >= _AUTUMN)
