"""Calendar arithmetic: months before days, a month without that day ends on its last day."""

import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from ruleset import calendars
from ruleset.types import Period

days = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
months = st.integers(-1200, 1200)


@given(days, months, st.integers(-1000, 1000))
def test_adding_agrees_with_dateutil(day, count, more):
    assert calendars.add(day, Period(count, more)) == day + relativedelta(months=count) + dt.timedelta(days=more)


@given(days, days)
def test_full_months_is_the_largest_number_that_fits(start, end):
    if end < start:
        assert calendars.full_months(start, end) == -calendars.full_months(end, start)
        return
    count = calendars.full_months(start, end)
    assert calendars.add(start, Period(months=count)) <= end < calendars.add(start, Period(months=count + 1))
    assert calendars.full_years(start, end) == count // 12


@given(days, st.integers(0, 100))
def test_a_birthday_is_one_more_year(day, years):
    birthday = calendars.add(day, Period(months=12 * years))
    assert calendars.full_years(day, birthday) == years
    if years:
        assert calendars.full_years(day, birthday - dt.timedelta(days=1)) == years - 1


def test_born_on_a_29_february():
    assert calendars.full_years(dt.date(2004, 2, 29), dt.date(2023, 2, 28)) == 19
    assert calendars.full_years(dt.date(2004, 2, 29), dt.date(2024, 2, 28)) == 19
    assert calendars.full_years(dt.date(2004, 2, 29), dt.date(2024, 2, 29)) == 20


@pytest.mark.parametrize(
    "period", [Period(months=12 * 10_000), Period(months=-(10**12)), Period(days=10**7), Period(days=10**30)]
)
def test_out_of_the_calendar(period):
    with pytest.raises(OverflowError, match="sort du calendrier"):
        calendars.add(dt.date(2026, 1, 1), period)


@given(days, st.integers(1, 12), st.integers(1, 31))
def test_the_financial_year_ends_within_a_year(day, month, closing):
    end = calendars.financial_year_end(day, month, closing)
    assert day <= end <= calendars.add(day, Period(months=12, days=1))
    assert end.month == month
    assert end.day == min(closing, calendars.end_of_month(end).day)


def test_an_impossible_closing_day():
    for month, day in ((13, 1), (0, 1), (1, 32), (1, 0)):
        with pytest.raises(ValueError, match="clôture d'exercice impossible"):
            calendars.financial_year_end(dt.date(2026, 1, 1), month, day)


@given(days)
def test_ends_of_periods(day):
    for end in (calendars.end_of_month(day), calendars.end_of_quarter(day), calendars.end_of_year(day)):
        assert day <= end
        assert (end + dt.timedelta(days=1)).day == 1
    assert calendars.end_of_quarter(day).month % 3 == 0


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(-15, 15), st.sampled_from(["FR", "CA-QC", "SN"]))
def test_working_days(day, count, code):
    found = calendars.add_working_days(day, count, code)
    if count:
        assert calendars.is_working_day(found, code)
        assert (found > day) == (count > 0)
    assert calendars.is_working_day(calendars.next_working_day(day, code), code)
    moved = calendars.next_day_not_sunday_or_holiday(day, code)
    assert moved == day or calendars.is_working_day(moved, code)


def test_known_holidays():
    assert calendars.is_holiday(dt.date(2026, 7, 14), "FR")
    assert calendars.is_holiday(dt.date(2026, 6, 24), "CA-QC")
    assert not calendars.is_holiday(dt.date(2026, 6, 24), "FR")
    assert calendars.next_working_day(dt.date(2026, 5, 1), "FR") == dt.date(2026, 5, 4)
    assert calendars.next_day_not_sunday_or_holiday(dt.date(2026, 5, 2), "FR") == dt.date(2026, 5, 2)


def test_an_unknown_calendar():
    for code in ("XX", "CA-XX", ""):
        with pytest.raises(ValueError, match="calendrier de jours fériés inconnu"):
            calendars.is_holiday(dt.date(2026, 1, 1), code)


def test_counting_very_many_working_days_is_refused():
    with pytest.raises(OverflowError, match="sort du calendrier"):
        calendars.add_working_days(dt.date(2026, 1, 1), 10**12, "FR")
