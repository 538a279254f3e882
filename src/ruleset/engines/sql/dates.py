"""Calendar arithmetic in SQL, by the conventions of `ruleset.calendars`; what leaves the years 1 to 9999 is *none*."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset import calendars
from ruleset.engines.sql import syntax
from ruleset.engines.sql.dialects import FIRST_DAY, LAST_DAY, Dialect
from ruleset.engines.sql.syntax import (
    NULL,
    NoSqlFormError,
    all_of,
    any_of,
    cases,
    certain,
    is_null,
    number,
    operation,
    solid,
)
from ruleset.engines.sql.terms import PERIOD_BASE, Keep, Scale, Term
from ruleset.types import UNKNOWN, Period

_ALL_DAYS: Final = (LAST_DAY - FIRST_DAY).days
_ALL_MONTHS: Final = 9999 * 12 - 1
_TOO_FAR: Final = Scale(size=4_000_000)


def whole(value: Expression, parts: list[Term], size: int) -> Term:
    """Return a whole number computed from dates, NULL where one of them is."""
    none = any_of(*(part.none for part in parts))
    return Term("number", value, none, all(part.total for part in parts), Scale(size=size))


def day_of(value: Expression, parts: list[Term], none: Expression = syntax.FALSE) -> Term:
    """Return a date computed from others."""
    nones = any_of(none, *(part.none for part in parts))
    return Term("date", value, nones, all(part.total for part in parts))


def shifted(day: Term, periods: list[Term], keep: Keep, dialect: Dialect) -> Term:
    """Return a date moved by periods, which count as one: months first, then days."""
    constants = [period.constant for period in periods if isinstance(period.constant, Period)]
    if len(constants) == len(periods):
        return _shifted_by(day, sum(constants, Period()), keep, dialect)
    total: Expression = periods[0].value
    for period in periods[1:]:
        total = operation(exp.Add, total, period.value)
    total = keep(total)
    half, base = number(PERIOD_BASE // 2), number(PERIOD_BASE)
    # The whole number is months times the base plus days: taken apart from an offset that makes it positive.
    offset = number(10**19 * PERIOD_BASE)
    lifted = keep(operation(exp.Add, exp.Paren(this=operation(exp.Add, dialect.widened(total), half)), offset))
    months = keep(operation(exp.Sub, dialect.quotient(lifted, base), number(10**19)))
    days = keep(operation(exp.Sub, dialect.remainder(lifted, base), half))
    moved = _plus_months(day, _clamped(months, _ALL_MONTHS), keep, dialect)
    moved = Term("date", keep(moved.value), keep(moved.none), total=moved.total)
    moved = _plus_days(moved, _clamped(days, _ALL_DAYS + 1), keep, dialect)
    none = any_of(moved.none, *(period.none for period in periods))
    return Term("date", moved.value, none, day.total and all(period.total for period in periods))


def _clamped(value: Expression, most: int) -> Expression:
    bounded = exp.Least(this=value.copy(), expressions=[number(most)])
    total = exp.Greatest(this=bounded, expressions=[number(-most)])
    return cases([(is_null(value), NULL)], exp.cast(total, exp.DataType.Type.BIGINT))


def _shifted_by(day: Term, period: Period, keep: Keep, dialect: Dialect) -> Term:
    if isinstance(day.constant, dt.date):
        try:
            moved = calendars.add(day.constant, period)
        except OverflowError:
            from ruleset.engines.sql.terms import NONE

            return NONE
        return Term("date", syntax.date(moved), total=True, constant=moved)
    term = day
    if period.months:
        term = _plus_months(term, number(period.months), keep, dialect)
    if period.days:
        term = _plus_days(
            Term("date", keep(term.value), keep(term.none), term.total), number(period.days), keep, dialect
        )
    return term


def _plus_months(day: Term, months: Expression, keep: Keep, dialect: Dialect) -> Term:
    value = keep(day.value)
    written = syntax.written_number(months)
    if written is not None:
        outside = _beyond(value, written)
        moved = dialect.plus_months(value, months)
    else:
        months = keep(months)
        index = operation(exp.Sub, exp.Paren(this=month_index(value, dialect)), number(12))
        target = keep(operation(exp.Add, exp.Paren(this=index), months))
        outside = certain(any_of(operation(exp.LT, target, number(0)), operation(exp.GT, target, number(_ALL_MONTHS))))
        moved = dialect.plus_months(value, months)
    return _guarded(day, outside, moved)


def _beyond(value: Expression, months: int) -> Expression:
    """Return whether a date moved by so many months leaves the calendar."""
    if abs(months) > _ALL_MONTHS:
        return syntax.TRUE
    if months > 0:
        index = _ALL_MONTHS - months
        last = calendars.last_day(1 + index // 12, index % 12 + 1)
        return certain(operation(exp.GT, value, syntax.date(last)))
    first = dt.date(1 + -months // 12, -months % 12 + 1, 1)
    return certain(operation(exp.LT, value, syntax.date(first)))


def _plus_days(day: Term, days: Expression, keep: Keep, dialect: Dialect) -> Term:
    value = keep(day.value)
    written = syntax.written_number(days)
    if written is not None:
        if abs(written) > _ALL_DAYS:
            return _guarded(day, syntax.TRUE, NULL)
        step = dt.timedelta(days=written)
        outside = (
            operation(exp.GT, value, syntax.date(LAST_DAY - step))
            if written > 0
            else operation(exp.LT, value, syntax.date(FIRST_DAY - step))
        )
    else:
        days = keep(days)
        offset = dialect.days(syntax.date(FIRST_DAY), value)
        target = keep(operation(exp.Add, offset, days))
        outside = any_of(operation(exp.LT, target, number(0)), operation(exp.GT, target, number(_ALL_DAYS)))
    return _guarded(day, certain(outside), dialect.plus_days(value, days))


def _guarded(day: Term, outside: Expression, moved: Expression) -> Term:
    """Return a moved date, *none* where it leaves the calendar."""
    none = any_of(day.none, outside)
    return Term("date", cases([(outside, NULL)], moved), none, day.total)


def month_index(day: Expression, dialect: Dialect) -> Expression:
    """Return the number of months since January of the year 0."""
    years = operation(exp.Mul, dialect.part("year", day), number(12))
    return exp.Sub(this=exp.Add(this=years, expression=dialect.part("month", day)), expression=number(1))


def last_of_month(year: Expression, month: Expression, dialect: Dialect) -> Expression:
    """Return how many days a month has."""
    leap = any_of(
        all_of(_divides(4, year, dialect), syntax.negated(_divides(100, year, dialect))), _divides(400, year, dialect)
    )
    short = exp.In(this=solid(month), expressions=[number(one) for one in (4, 6, 9, 11)])
    february = syntax.equal(month, number(2))
    return cases(
        [(all_of(february, leap), number(29)), (february, number(28)), (short, number(30)), (is_null(month), NULL)],
        number(31),
    )


def _divides(by: int, year: Expression, dialect: Dialect) -> Expression:
    return syntax.equal(dialect.remainder(year, number(by)), number(0))


def full_months(start: Term, end: Term, keep: Keep, dialect: Dialect) -> Term:
    """Return the full months between two dates, negative where the second comes first."""
    one, two = keep(start.value), keep(end.value)
    backwards = keep(operation(exp.LT, two, one))
    first = keep(cases([(backwards, two)], one))
    last = keep(cases([(backwards, one)], two))
    year, month = keep(dialect.part("year", last)), keep(dialect.part("month", last))
    between = operation(
        exp.Sub, exp.Paren(this=month_index(last, dialect)), exp.Paren(this=month_index(first, dialect))
    )
    day = keep(dialect.part("day", last))
    reached = any_of(
        operation(exp.LTE, dialect.part("day", first), day),
        syntax.equal(day, last_of_month(year, month, dialect)),
    )
    count = keep(operation(exp.Sub, exp.Paren(this=between), exp.Paren(this=cases([(reached, number(0))], number(1)))))
    value = cases([(any_of(is_null(one), is_null(two)), NULL), (backwards, exp.Neg(this=count.copy()))], count)
    return whole(value, [start, end], 120_000)


def full_years(start: Term, end: Term, keep: Keep, dialect: Dialect) -> Term:
    """Return the full years between two dates."""
    months = keep(full_months(start, end, keep, dialect).value)
    years = keep(dialect.big(dialect.quotient(exp.Abs(this=months.copy()), number(12))))
    below = operation(exp.LT, months, number(0))
    return whole(cases([(below, exp.Neg(this=years.copy()))], years), [start, end], 10_000)


def end_of(day: Term, months: int, keep: Keep, dialect: Dialect) -> Term:
    """Return the last day of the month, quarter (3) or year (12) of a date."""
    value = keep(day.value)
    year, month = keep(dialect.part("year", value)), dialect.part("month", value)
    if months != 1:
        up = exp.Paren(this=operation(exp.Add, month, number(months - 1)))
        month = operation(exp.Mul, dialect.quotient(up, number(months)), number(months))
    month = keep(dialect.big(month))
    date = dialect.make_date(year, month, last_of_month(year, month, dialect))
    return day_of(cases([(is_null(value), NULL)], date), [day])


def made(year: Term, month: Term, day: Term, keep: Keep, dialect: Dialect) -> Term:
    """Return the date of three whole numbers, unknown where they make none."""
    parts = [keep(one.value) for one in (year, month, day)]
    y, m, d = parts
    valid = all_of(
        operation(exp.GTE, y, number(1)), operation(exp.LTE, y, number(9999)),
        operation(exp.GTE, m, number(1)), operation(exp.LTE, m, number(12)),
        operation(exp.GTE, d, number(1)), operation(exp.LTE, d, last_of_month(y, m, dialect)),
    )  # fmt: skip
    inside = [cases([(valid, one)], number(1)) for one in parts]
    value = cases([(valid, dialect.make_date(*inside))])
    none = any_of(year.none, month.none, day.none)
    return Term("date", value, none)


def financial_year_end(day: Term, month: Term, closing: Term, keep: Keep, dialect: Dialect) -> Term:
    """Return the first closing day on or after a date, unknown where there is no such month or day."""
    if not isinstance(month.constant, int) or not isinstance(closing.constant, int):
        value, m, d = (keep(one.value) for one in (day, month, closing))
    else:
        value, m, d = keep(day.value), number(month.constant), number(closing.constant)
    valid = all_of(
        operation(exp.GTE, m, number(1)), operation(exp.LTE, m, number(12)),
        operation(exp.GTE, d, number(1)), operation(exp.LTE, d, number(31)),
    )  # fmt: skip
    valid = keep(all_of(valid, syntax.negated(is_null(value))))
    year = dialect.part("year", value)

    def closing_of(year: Expression) -> Expression:
        safe_month = cases([(valid, m)], number(1))
        last = last_of_month(year, m, dialect)
        safe_day = cases([(valid, cases([(operation(exp.GT, d, last), last)], d))], number(1))
        return keep(cases([(valid, dialect.make_date(year, safe_month, safe_day))]))

    year = keep(cases([(valid, year)], number(1)))
    this = closing_of(year)
    after = keep(operation(exp.Add, year, number(1)))
    beyond = operation(exp.GT, after, number(9999))
    following = closing_of(keep(cases([(beyond, number(9999))], after)))
    reached = operation(exp.GTE, this, value)
    term = day_of(cases([(reached, this), (beyond, NULL)], following), [day, month, closing])
    return Term("date", term.value, term.none)


def weekday(day: Expression, dialect: Dialect) -> Expression:
    """Return 1 for Monday to 7 for Sunday; 1 January of the year 1 is a Monday."""
    return operation(exp.Add, exp.Paren(this=_from_monday(day, dialect)), number(1))


def _from_monday(day: Expression, dialect: Dialect) -> Expression:
    return dialect.remainder(dialect.days(syntax.date(FIRST_DAY), day), number(7))


def period(count: Term, months: int) -> Term:
    """Return a period of so many times some months, or of so many days (0 months); unknown where it is no whole count.

    Raises:
        NoSqlFormError: the count is a quotient.
    """
    if isinstance(count.constant, int):
        made_ = Period(months=months * count.constant) if months else Period(days=count.constant)
        encoded = made_.months * PERIOD_BASE + made_.days
        return Term("period", number(encoded), total=True, constant=made_)
    if count.constant is not UNKNOWN or count.scale.divisor is not None or count.scale.factor.denominator != 1:
        raise NoSqlFormError("une durée y compte un nombre qui n'est pas entier par construction")
    times = count.scale.factor.numerator * (months * PERIOD_BASE if months else 1)
    wide = exp.cast(count.value.copy(), exp.DataType.Type.INT128)
    return Term("period", operation(exp.Mul, wide, number(times)), count.none, count.total)
