"""When the help desk answers: workdays from morning to afternoon, Chinese time (工作日上午9点至下午5点)."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

# China has kept one time without summer time since 1992, so no zone data is needed.
CHINA = timezone(timedelta(hours=8))

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DeskHours:
    """Opening hours. ``off`` are public holidays, ``work`` weekend days worked instead, ``years`` the years those
    two speak of; in any other year Monday to Friday are workdays."""

    off: Set[date]
    work: Set[date]
    years: Set[int]
    opens: time = time(9)
    closes: time = time(17)

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day in China."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.off)

    def is_open(self, moment: datetime) -> bool:
        """Whether the desk is there at an aware moment: from ``opens`` on, no longer at ``closes``."""
        here = moment.astimezone(CHINA)
        return self.is_workday(here.date()) and self.opens <= here.time() < self.closes

    def next_opening(self, moment: datetime) -> datetime:
        """When the desk opens next, in Chinese time; the moment itself while it is open."""
        here = moment.astimezone(CHINA)
        if self.is_open(here):
            return here
        day = here.date()
        if here.time() >= self.opens:
            day += timedelta(days=1)
        while not self.is_workday(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, CHINA)

    def knows(self, year: int) -> bool:
        """Whether this year's holidays are known; if not, the answer is by weekdays alone."""
        return year in self.years
