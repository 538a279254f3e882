"""Functions in SQL: the built-in ones, working days by a table of holidays, and plug-in functions by their own form."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Final

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset import calendars
from ruleset.engines.sql import dates, numbers, syntax
from ruleset.engines.sql.syntax import NULL, NoSqlFormError, any_of, cases, is_null, number, operation
from ruleset.engines.sql.terms import NONE, Term
from ruleset.expressions import tree
from ruleset.expressions.functions import BUILTINS, ROUNDINGS
from ruleset.types import UNKNOWN, Type

if TYPE_CHECKING:
    from ruleset.engines.sql.reading import Scope
    from ruleset.expressions.functions import Function


def call(node: tree.Call, scope: Scope) -> Term:
    """Return what a function computes."""
    arguments = [scope.read(argument) for argument in node.arguments]
    if node.function in ("min", "max"):
        present = [one for one in arguments if one.kind != "nothing"]
        return numbers.extreme(present, scope.keep, least=node.function == "min") if present else NONE
    if any(one.kind == "nothing" for one in arguments):
        return NONE
    form = _FORMS.get(node.function)
    if form is not None:
        return form(arguments, scope)
    if node.function in BUILTINS:
        raise NoSqlFormError(f"la fonction « {node.function} » n'a pas de forme SQL")
    return _plugin(scope.reader.ruleset.functions[node.function], arguments, scope)


def _part(name: str, size: int) -> Callable[[list[Term], Scope], Term]:
    def form(arguments: list[Term], scope: Scope) -> Term:
        return dates.whole(scope.reader.dialect.part(name, arguments[0].value), arguments, size)

    return form


def _weekday(arguments: list[Term], scope: Scope) -> Term:
    return dates.whole(dates.weekday(arguments[0].value, scope.reader.dialect), arguments, 7)


def _day_of_year(arguments: list[Term], scope: Scope) -> Term:
    dialect, day = scope.reader.dialect, scope.keep(arguments[0].value)
    first = dialect.make_date(dialect.part("year", day), number(1), number(1))
    elapsed = dialect.days(cases([(is_null(day), NULL)], first), day)
    return dates.whole(operation(exp.Add, elapsed, number(1)), arguments, 366)


def _days_between(arguments: list[Term], scope: Scope) -> Term:
    start, end = arguments
    return dates.whole(scope.reader.dialect.days(start.value, end.value), arguments, 3_700_000)


def _end_of(months: int) -> Callable[[list[Term], Scope], Term]:
    return lambda arguments, scope: dates.end_of(arguments[0], months, scope.keep, scope.reader.dialect)


def _round(arguments: list[Term], scope: Scope) -> Term:
    value, *rest = arguments
    given = [one.constant for one in rest]
    if UNKNOWN in given:
        raise NoSqlFormError("round y a un nombre de décimales ou un mode qui n'est pas écrit dans la règle")
    places = given[0] if given else 0
    mode = str(given[1]) if len(given) > 1 else "half_up"
    if not isinstance(places, int) or places < 0 or mode not in ROUNDINGS:
        raise NoSqlFormError("round y a un mode inconnu ou un nombre de décimales impossible")
    return numbers.rounded(value, places, mode, scope.keep, scope.reader.dialect)


def _integral(mode: str) -> Callable[[list[Term], Scope], Term]:
    return lambda arguments, scope: numbers.rounded(arguments[0], 0, mode, scope.keep, scope.reader.dialect)


def _len(arguments: list[Term], scope: Scope) -> Term:
    found = scope.once(arguments[0])
    if found.kind == "list":
        size = scope.reader.dialect.length(found.value)
        return dates.whole(cases([(is_null(found.value), NULL)], size), [found], 10_000)
    bits = [
        cases(
            [
                (
                    operation(
                        exp.NEQ, exp.Paren(this=scope.reader.dialect.bits(found.value, number(1 << n))), number(0)
                    ),
                    number(1),
                )
            ],
            number(0),
        )
        for n in range(len(found.codes))
    ]
    total: Expression = number(0)
    for bit in bits:
        total = operation(exp.Add, total, bit) if total != number(0) else bit
    return dates.whole(cases([(is_null(found.value), NULL)], total), [found], len(found.codes))


def _period(months: int) -> Callable[[list[Term], Scope], Term]:
    return lambda arguments, _: dates.period(arguments[0], months)


def _date(arguments: list[Term], scope: Scope) -> Term:
    return dates.made(arguments[0], arguments[1], arguments[2], scope.keep, scope.reader.dialect)


def _months(years: bool) -> Callable[[list[Term], Scope], Term]:
    count = dates.full_years if years else dates.full_months
    return lambda arguments, scope: count(arguments[0], arguments[1], scope.keep, scope.reader.dialect)


def _financial_year_end(arguments: list[Term], scope: Scope) -> Term:
    day, month, closing = arguments
    return dates.financial_year_end(day, month, closing, scope.keep, scope.reader.dialect)


def _calendar(arguments: list[Term]) -> str:
    code = arguments[-1].constant
    if not isinstance(code, str):
        raise NoSqlFormError("le calendrier des jours fériés y dépend du cas")
    try:
        calendars.public_holidays(code)
    except ValueError as error:
        raise NoSqlFormError(str(error)) from None
    return code


def _holiday_column(code: str, name: str, day: Expression, scope: Scope) -> Expression:
    """Return a column of the table of a calendar for a day, NULL where the day has no row."""
    table = scope.reader.query.calendar(code)
    query = (
        exp.select(exp.Max(this=syntax.column(name, "h")))
        .from_(exp.alias_(exp.Table(this=exp.to_identifier(table, quoted=True)), "h", quoted=True))
        .where(syntax.equal(syntax.column("day_", "h"), day))
    )
    return exp.Subquery(this=query)


def _is_holiday(arguments: list[Term], scope: Scope) -> Term:
    day = scope.keep(arguments[0].value)
    code = _calendar(arguments)
    found = scope.keep(_holiday_column(code, "holiday_", day, scope))
    value = cases([(is_null(day), NULL), (is_null(found), syntax.FALSE)], syntax.equal(found, number(1)))
    return Term("truth", value, arguments[0].none, arguments[0].total)


def _is_working_day(arguments: list[Term], scope: Scope) -> Term:
    holiday = _is_holiday(arguments, scope)
    weekend = operation(exp.GT, dates.weekday(arguments[0].value, scope.reader.dialect), number(5))
    return attrs.evolve(holiday, value=syntax.negated(any_of(weekend, holiday.value)))


def _next_working_day(arguments: list[Term], scope: Scope) -> Term:
    day = scope.keep(arguments[0].value)
    special = scope.keep(_holiday_column(_calendar(arguments), "working_", day, scope))
    return _moved(arguments, day, special, 5, scope)


def _next_day_not_sunday_or_holiday(arguments: list[Term], scope: Scope) -> Term:
    day = scope.keep(arguments[0].value)
    special = scope.keep(_holiday_column(_calendar(arguments), "open_", day, scope))
    return _moved(arguments, day, special, 6, scope)


def _moved(arguments: list[Term], day: Expression, special: Expression, last: int, scope: Scope) -> Term:
    """Return the day of the table, else the same day, or the Monday after where the week is over."""
    dialect = scope.reader.dialect
    weekday = scope.keep(dates.weekday(day, dialect))
    over = operation(exp.GT, weekday, number(last))
    # The last days of the year 9999 have no day after them.
    outside = operation(exp.GT, day, syntax.date(dt.date(9999, 12, 29)))
    rest = operation(exp.Sub, number(8), weekday)
    monday = dialect.plus_days(day, rest)
    value = cases([(is_null(special), cases([(syntax.all_of(over, outside), NULL), (over, monday)], day))], special)
    return Term("date", value, arguments[0].none, total=False)


def _plugin(function: Function, arguments: list[Term], scope: Scope) -> Term:
    """Return a plug-in's function by its SQL form."""
    if function.sql is None:
        raise NoSqlFormError(f"la fonction « {function.name} » n'a pas de forme SQL (Function(sql=…))")
    if function.keeps_none:
        raise NoSqlFormError(f"la fonction « {function.name} » accepte « aucun » : elle n'a pas de forme SQL")
    for one in arguments:
        plain = one.kind != "number" or (one.scale.factor == 1 and one.scale.divisor is None)
        if one.kind in ("choices", "list", "period") or not plain:
            raise NoSqlFormError(f"la forme SQL de « {function.name} » ne reçoit que textes, dates, oui/non et entiers")
    if not isinstance(function.result, Type) or function.result.kind not in _KINDS:
        raise NoSqlFormError(f"la forme SQL de « {function.name} » ne rend que textes, dates, oui/non et entiers")
    found = [scope.once(one) for one in arguments]
    written = _written(function, [one.value for one in found], scope)
    missing = any_of(*(is_null(one.value) for one in found))
    value = cases([(missing, NULL)], written)
    if function.result.kind == "integer":
        value = scope.reader.dialect.big(value)
    none = any_of(*(one.none for one in found))
    return Term(_KINDS[function.result.kind], value, none, total=False)  # type: ignore[arg-type]


def _written(function: Function, arguments: list[Expression], scope: Scope) -> Expression:
    if callable(function.sql):
        made = function.sql(scope.reader.dialect.name, *(one.copy() for one in arguments))
        if not isinstance(made, Expression):
            raise NoSqlFormError(f"la forme SQL de « {function.name} » ne rend pas une expression de SQLGlot")
        return syntax.solid(made)
    import sqlglot
    from sqlglot.errors import SqlglotError

    assert isinstance(function.sql, str)
    try:
        template = sqlglot.parse_one(function.sql, read="duckdb")
    except SqlglotError as error:
        raise NoSqlFormError(f"la forme SQL de « {function.name} » ne se lit pas : {error}") from None

    def filled(one: Expression) -> Expression:
        if not isinstance(one, (exp.Parameter, exp.Placeholder)):
            return one
        place = one.name
        if not place.isdecimal() or not 1 <= int(place) <= len(arguments):
            raise NoSqlFormError(f"la forme SQL de « {function.name} » nomme l'argument ${place}, qui n'existe pas")
        return syntax.solid(arguments[int(place) - 1])

    return syntax.solid(template.transform(filled))


_KINDS: Final = {"yes_no": "truth", "choice": "text", "text": "text", "date": "date", "integer": "number"}

_FORMS: Final[dict[str, Callable[[list[Term], Scope], Term]]] = {
    "days": _period(0),
    "months": _period(1),
    "years": _period(12),
    "date": _date,
    "year": _part("year", 9999),
    "month": _part("month", 12),
    "day": _part("day", 31),
    "weekday": _weekday,
    "day_of_year": _day_of_year,
    "days_between": _days_between,
    "full_months": _months(years=False),
    "full_years": _months(years=True),
    "end_of_month": _end_of(1),
    "end_of_quarter": _end_of(3),
    "end_of_year": _end_of(12),
    "financial_year_end": _financial_year_end,
    "is_holiday": _is_holiday,
    "is_working_day": _is_working_day,
    "next_working_day": _next_working_day,
    "next_day_not_sunday_or_holiday": _next_day_not_sunday_or_holiday,
    "abs": lambda arguments, _: numbers.absolute(arguments[0]),
    "round": _round,
    "floor": _integral("floor"),
    "ceil": _integral("ceiling"),
    "len": _len,
}


@functools.lru_cache(maxsize=8)
def holidays(code: str) -> list[tuple[dt.date, int, dt.date, dt.date]]:
    """Return the days that a week alone does not tell: whether each is a holiday, the next working day, and the next
    day that is neither a Sunday nor a holiday.
    """
    known = calendars.public_holidays(code)
    first, last = getattr(known, "start_year", 1), getattr(known, "end_year", 0)
    rows = []
    for day in _near(known, first, last):
        weekday = day.isoweekday()
        monday = day + (8 - weekday) * calendars.ONE_DAY
        found = (calendars.next_working_day(day, code), calendars.next_day_not_sunday_or_holiday(day, code))
        holiday = day in known
        if holiday or found != (monday if weekday > 5 else day, monday if weekday == 7 else day):
            rows.append((day, int(holiday), *found))
    return rows


def _near(known: Container[dt.date], first: int, last: int) -> list[dt.date]:
    """Return the holidays of those years, and the six days before each, in order."""
    found: set[dt.date] = set()
    if not last:
        return []
    for ordinal in range(dt.date(first, 1, 1).toordinal(), dt.date(last, 12, 31).toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        if day in known:
            found.update(day - back * calendars.ONE_DAY for back in range(7))
    return sorted(found)
