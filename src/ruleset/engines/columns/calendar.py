"""Calendar arithmetic on whole columns: the same conventions as `ruleset.calendars`, on day numbers.

A day number is `datetime.date.toordinal()`, as int64. Callers tell apart the results outside the years 1 to 9999,
which are given as they come.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.int64]

EPOCH: Final = dt.date(1970, 1, 1).toordinal()
FIRST: Final = dt.date.min.toordinal()
LAST: Final = dt.date.max.toordinal()
_MOST_MONTHS: Final = 12 * 20_000
_MOST_DAYS: Final = 366 * 20_000


def within(days: Days) -> NDArray[np.bool_]:
    """Return which day numbers are in the calendar (years 1 to 9999)."""
    return (days >= FIRST) & (days <= LAST)


def _months_of(days: Days) -> NDArray[np.int64]:
    """Return how many months after January 1970 each day is."""
    return (days - EPOCH).view("datetime64[D]").astype("datetime64[M]").view(np.int64)


def _first_day(months: NDArray[np.int64]) -> Days:
    return months.view("datetime64[M]").astype("datetime64[D]").view(np.int64) + EPOCH


def add(days: Days, months: int | NDArray[np.int64], shift: int | NDArray[np.int64]) -> Days:
    """Return the days moved by months, then by days; a month without that day ends on its last day."""
    if isinstance(months, int) and months == 0:
        held: Days = days + np.clip(shift, -_MOST_DAYS, _MOST_DAYS)
        return held
    held = _months_of(days)
    target = held + np.clip(months, -_MOST_MONTHS, _MOST_MONTHS)
    first = _first_day(target)
    length = _first_day(target + 1) - first
    in_month = np.minimum(days - _first_day(held), length - 1)
    moved: Days = first + in_month
    # A month outside the calendar is an error even where the days would bring it back.
    outside = ~within(moved)
    moved = moved + np.clip(shift, -_MOST_DAYS, _MOST_DAYS)
    return np.where(outside, FIRST - 1, moved)


def year(days: Days) -> NDArray[np.int64]:
    """Return the years."""
    return _months_of(days) // 12 + 1970


def month(days: Days) -> NDArray[np.int64]:
    """Return the months, 1 to 12."""
    return _months_of(days) % 12 + 1


def day(days: Days) -> NDArray[np.int64]:
    """Return the days of the month, 1 to 31."""
    return days - _first_day(_months_of(days)) + 1


def weekday(days: Days) -> NDArray[np.int64]:
    """Return the days of the week, 1 for Monday to 7 for Sunday."""
    return (days - 1) % 7 + 1


def day_of_year(days: Days) -> NDArray[np.int64]:
    """Return the days of the year, 1 to 366."""
    months = _months_of(days)
    return days - _first_day(months - months % 12) + 1


def end_of_month(days: Days) -> Days:
    """Return the last days of the months."""
    return _first_day(_months_of(days) + 1) - 1


def end_of_quarter(days: Days) -> Days:
    """Return the last days of the calendar quarters."""
    months = _months_of(days)
    return _first_day(months - months % 3 + 3) - 1


def end_of_year(days: Days) -> Days:
    """Return the 31 December of each year."""
    months = _months_of(days)
    return _first_day(months - months % 12 + 12) - 1


def full_months(start: Days, end: Days) -> NDArray[np.int64]:
    """Return the largest n with start + n months <= end; the opposite of the other way round where end is first."""
    backward = end < start
    early, late = np.where(backward, end, start), np.where(backward, start, end)
    months = _months_of(late) - _months_of(early)
    months = months - (add(early, months, 0) > late)
    return np.where(backward, -months, months)


def full_years(start: Days, end: Days) -> NDArray[np.int64]:
    """Return the full years between two days."""
    months = full_months(start, end)
    years: NDArray[np.int64] = np.sign(months) * (np.abs(months) // 12)
    return years
