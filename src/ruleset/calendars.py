"""Exact calendar arithmetic: periods, ages, ends of periods, working days. All functions are pure.

Conventions (architecture, section 4): one addition from the start day, months before days, a month without that day
ends on its last day (Code de procédure civile, art. 641).
"""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
import functools
from typing import TYPE_CHECKING

from ruleset.types import Period

if TYPE_CHECKING:
    from collections.abc import Container

ONE_DAY = dt.timedelta(days=1)
_OUTSIDE = "la date obtenue sort du calendrier (années 1 à 9999)"
_MOST_DAYS = 366 * 9999


def last_day(year: int, month: int) -> dt.date:
    """Return the last day of a month."""
    return dt.date(year, month, _calendar.monthrange(year, month)[1])


def add(day: dt.date, period: Period) -> dt.date:
    """Return `day` moved by the period, months first.

    >>> add(dt.date(2026, 1, 31), Period(months=1)), add(dt.date(2024, 2, 29), Period(months=12))
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))

    Raises:
        OverflowError: the result is not in the years 1 to 9999.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + period.months, 12)
    if not dt.MINYEAR <= years <= dt.MAXYEAR:
        raise OverflowError(_OUTSIDE)
    end = last_day(years, month + 1)
    try:
        return end.replace(day=min(day.day, end.day)) + dt.timedelta(days=period.days)
    except OverflowError:
        raise OverflowError(_OUTSIDE) from None


def days_between(start: dt.date, end: dt.date) -> int:
    """Return how many days after `start` `end` is."""
    return (end - start).days


def full_months(start: dt.date, end: dt.date) -> int:
    """Return the largest n with `start` + n months <= `end` (the opposite of the other way round where `end` is first).

    >>> full_months(dt.date(2026, 1, 31), dt.date(2026, 2, 28)), full_months(dt.date(2026, 1, 15), dt.date(2026, 2, 14))
    (1, 0)
    """
    if end < start:
        return -full_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add(start, Period(months=months)) <= end else months - 1


def full_years(start: dt.date, end: dt.date) -> int:
    """Return the full years between two days: who is born on a 29 February is a year older on 28 February."""
    months = full_months(start, end)
    return months // 12 if months >= 0 else -(-months // 12)


def end_of_month(day: dt.date) -> dt.date:
    """Return the last day of the month of `day`."""
    return last_day(day.year, day.month)


def end_of_quarter(day: dt.date) -> dt.date:
    """Return the last day of the calendar quarter of `day`."""
    return last_day(day.year, (day.month + 2) // 3 * 3)


def end_of_year(day: dt.date) -> dt.date:
    """Return the 31 December of the year of `day`."""
    return dt.date(day.year, 12, 31)


def financial_year_end(day: dt.date, month: int, closing_day: int) -> dt.date:
    """Return the first closing day on or after `day`; 29 February (or any day too late) is the last of its month.

    >>> financial_year_end(dt.date(2023, 3, 1), 2, 29)
    datetime.date(2024, 2, 29)

    Raises:
        ValueError: no such month or day.
    """
    if not 1 <= month <= 12 or not 1 <= closing_day <= 31:
        raise ValueError(f"clôture d'exercice impossible : jour {closing_day} du mois {month}")
    for year in (day.year, day.year + 1):
        end = last_day(year, month)
        closing = end.replace(day=min(closing_day, end.day))
        if closing >= day:
            return closing
    raise AssertionError("a closing day comes every year")


@functools.lru_cache(maxsize=32)
def public_holidays(code: str) -> Container[dt.date]:
    """Return the public holidays of a country or province (`FR`, `CA-QC`, `SN`), on their own days, never moved to a
    neighbouring working day; `none` has none, so that only Saturdays and Sundays count.

    Raises:
        ValueError: the calendar is not known.
    """
    import holidays

    if code == "none":
        return frozenset()
    country, _, part = code.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None, observed=False)
    except (NotImplementedError, KeyError) as error:
        raise ValueError(f"calendrier de jours fériés inconnu : « {code} » (exemples : FR, CA-QC, SN, none)") from error


def is_holiday(day: dt.date, code: str) -> bool:
    """Return whether `day` is a public holiday there."""
    return day in public_holidays(code)


def is_working_day(day: dt.date, code: str) -> bool:
    """Return whether `day` is neither a Saturday, a Sunday nor a public holiday there."""
    return day.weekday() < 5 and not is_holiday(day, code)


def next_working_day(day: dt.date, code: str) -> dt.date:
    """Return `day` if it is a working day, else the next one (Code de procédure civile, art. 642 al. 2)."""
    while not is_working_day(day, code):
        day += ONE_DAY
    return day


def next_day_not_sunday_or_holiday(day: dt.date, code: str) -> dt.date:
    """Return `day` itself unless it is a Sunday or a holiday, then the next working day: a Saturday does not move."""
    if day.weekday() == 6 or is_holiday(day, code):
        return next_working_day(day, code)
    return day


def add_working_days(day: dt.date, count: int, code: str) -> dt.date:
    """Return the `count`-th working day after `day` (before it where negative).

    Raises:
        OverflowError: so many that the result is not in the calendar.
    """
    if abs(count) > _MOST_DAYS:
        raise OverflowError(_OUTSIDE)
    step = ONE_DAY if count >= 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, code):
            day += step
    return day
