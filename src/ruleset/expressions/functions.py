"""Named functions of expressions: their typed signatures and what they compute on known values.

A function gets no unknown and no *none*: an unknown argument makes the result unknown, a *none* makes it *none*.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP
from fractions import Fraction
from typing import Any, Final

import attrs

from ruleset import calendars
from ruleset.types import DATE, PERIOD, YES_NO, Period, Type, whole

ROUNDINGS: Final = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}


def round_to(number: Fraction | int, decimals: int = 0, mode: str = "half_up") -> Fraction | int:
    """Return `number` rounded to so many decimals, by a named mode (half_up rounds halves away from zero).

    >>> round_to(Fraction(5, 2)), round_to(Fraction(-5, 2)), round_to(Fraction(5, 2), 0, "half_even")
    (3, -3, 2)
    >>> round_to(-9007199254740989, -1, "ceiling")
    -9007199254740980
    """
    if isinstance(number, int) and decimals >= 0:
        return number
    unit = Fraction(10) ** decimals  # an integer power of ten below one would be a binary float
    scaled = number * unit
    floor = math.floor(scaled)
    rest = scaled - floor
    positive = scaled > 0
    upward = {
        "half_up": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and positive),
        "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and floor % 2 == 1),
        "up": rest > 0 and positive,
        "down": rest > 0 and not positive,
        "floor": False,
        "ceiling": rest > 0,
    }[mode]
    return whole((floor + upward) / unit)


@attrs.frozen
class Function:
    """A pure function that expressions may call.

    `parameters` are the kinds of its arguments (`number` takes any number, `any` anything); the last `optional` ones
    may be left out. `result` is its type, or a callable from the argument types.

    `sql` is its form for a database, where it has one: an expression in DuckDB's SQL whose arguments are `$1`, `$2`…
    (`"$1 || '-' || $2"`), or a callable that is given the dialect's name and the arguments as SQLGlot expressions and
    returns one. Arguments and result are texts (VARCHAR), dates (DATE), yes/no (BOOLEAN) or whole numbers (BIGINT);
    the form is only read where no argument is NULL, and gives NULL where `compute` would raise.

    `vector` is its form for batches, where it has one: it is given NumPy arrays of equal length, one for each argument
    (`datetime64[D]` for dates, `bool` for yes/no, `int64` for whole numbers, objects otherwise, `Fraction` for other
    numbers), without unknowns or *none*, and returns one. Without it the function is called once for each combination
    of arguments that occurs; so too where the vector form raises.
    """

    name: str
    parameters: tuple[str, ...]
    result: Type | Callable[[tuple[Type, ...]], Type]
    compute: Callable[..., Any]
    optional: int = 0
    variadic: bool = False
    keeps_none: bool = False
    sql: str | Callable[..., Any] | None = None
    vector: Callable[..., Any] | None = None
    doc: str = ""


INTEGER: Final = Type("integer")


def _same_number(arguments: tuple[Type, ...]) -> Type:
    return arguments[0]


def _rounded_number(arguments: tuple[Type, ...]) -> Type:
    return _integer_with_unit(arguments) if len(arguments) == 1 else arguments[0]


def _integer_with_unit(arguments: tuple[Type, ...]) -> Type:
    first = arguments[0]
    return first if first.kind == "money" else Type("integer", unit=first.unit)


def _widest(arguments: tuple[Type, ...]) -> Type:
    kinds = {argument.kind for argument in arguments}
    unit = next((argument.unit for argument in arguments if argument.unit is not None), None)
    if "date" in kinds:
        return DATE
    kind = "money" if "money" in kinds else "number" if "number" in kinds else "integer"
    return Type(kind, unit=unit)  # type: ignore[arg-type]


def _extreme(choose: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def compute(*values: Any) -> Any:
        present = [value for value in values if value is not None]
        return choose(present) if present else None

    return compute


def _whole_count(number: Fraction | int) -> int:
    if not isinstance(number, int):
        raise ValueError("une période compte un nombre entier de jours, de mois ou d'années")  # noqa: TRY004
    return number


def _round(number: Fraction | int, decimals: int = 0, mode: str = "half_up") -> Fraction | int:
    if mode not in ROUNDINGS:
        raise ValueError(f"arrondi inconnu : « {mode} » (possibles : {', '.join(ROUNDINGS)})")
    return round_to(number, decimals, mode)


def _make_date(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, day)


BUILTINS: Final[dict[str, Function]] = {
    function.name: function
    for function in (
        Function("days", ("integer",), PERIOD, lambda n: Period(days=_whole_count(n))),
        Function("months", ("integer",), PERIOD, lambda n: Period(months=_whole_count(n))),
        Function("years", ("integer",), PERIOD, lambda n: Period(months=12 * _whole_count(n))),
        Function("date", ("integer", "integer", "integer"), DATE, _make_date),
        Function("year", ("date",), INTEGER, lambda day: day.year),
        Function("month", ("date",), INTEGER, lambda day: day.month),
        Function("day", ("date",), INTEGER, lambda day: day.day),
        Function("weekday", ("date",), INTEGER, lambda day: day.isoweekday(), doc="1 for Monday to 7 for Sunday"),
        Function("day_of_year", ("date",), INTEGER, lambda day: day.timetuple().tm_yday),
        Function("days_between", ("date", "date"), INTEGER, calendars.days_between),
        Function("full_months", ("date", "date"), INTEGER, calendars.full_months),
        Function("full_years", ("date", "date"), INTEGER, calendars.full_years),
        Function("end_of_month", ("date",), DATE, calendars.end_of_month),
        Function("end_of_quarter", ("date",), DATE, calendars.end_of_quarter),
        Function("end_of_year", ("date",), DATE, calendars.end_of_year),
        Function("financial_year_end", ("date", "integer", "integer"), DATE, calendars.financial_year_end),
        Function("is_working_day", ("date", "text"), YES_NO, calendars.is_working_day),
        Function("is_holiday", ("date", "text"), YES_NO, calendars.is_holiday),
        Function("next_working_day", ("date", "text"), DATE, calendars.next_working_day),
        Function("next_day_not_sunday_or_holiday", ("date", "text"), DATE, calendars.next_day_not_sunday_or_holiday),
        Function("add_working_days", ("date", "integer", "text"), DATE, calendars.add_working_days),
        Function("abs", ("number",), _same_number, abs),
        Function("round", ("number", "integer", "text"), _rounded_number, _round, optional=2),
        Function("floor", ("number",), _integer_with_unit, math.floor),
        Function("ceil", ("number",), _integer_with_unit, math.ceil),
        Function("len", ("choices",), INTEGER, len),
        Function("min", ("ordered",), _widest, _extreme(min), variadic=True, keeps_none=True),
        Function("max", ("ordered",), _widest, _extreme(max), variadic=True, keeps_none=True),
    )
}
