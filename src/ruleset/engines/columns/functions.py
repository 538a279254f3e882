"""Functions on whole columns: a vector form where there is one, else once for each combination of arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ruleset.engines.columns import calendar, exact, vectors
from ruleset.engines.columns.comparing import choose, compare, masked
from ruleset.engines.columns.distinct import by_distinct
from ruleset.engines.columns.frames import Frame
from ruleset.engines.columns.planes import Plane, Truth
from ruleset.engines.columns.values import (
    Column,
    Constant,
    Numbers,
    as_numbers,
    as_truth,
    known,
    masks,
    nones,
    ratio,
    spread,
)
from ruleset.expressions import tree
from ruleset.expressions.functions import BUILTINS, ROUNDINGS, Function
from ruleset.types import UNKNOWN, Type, Value, whole

if TYPE_CHECKING:
    from ruleset.engines.columns.run import Run


def call(node: tree.Call, run: Run, frame: Frame) -> Column:
    """Return what a function gives in each row; a failure gives unknown."""
    function = BUILTINS.get(node.function) or run.ruleset.functions[node.function]
    arguments = [run.value(argument, frame) for argument in node.arguments]
    if function.keeps_none and node.function in ("min", "max") and function is BUILTINS.get(node.function):
        return _extreme(node, arguments, run, frame)
    if not function.keeps_none and any(isinstance(one, Constant) and one.value is None for one in arguments):
        return Constant(None)
    vector = _VECTORS.get(node.function) if function is BUILTINS.get(node.function) else None
    if vector is not None and not all(isinstance(one, Constant) for one in arguments):
        found = vector(arguments, frame.size)
        if found is not None:
            return Numbers(*found, *masks(frame.size, *arguments))
    kinds = [argument.type.kind for argument in node.arguments]
    if function.vector is not None and not all(isinstance(one, Constant) for one in arguments):
        whole_columns = vectors.call(function, arguments, kinds, frame.size, run.pool)
        if whole_columns is not None:
            return whole_columns
    return by_distinct(arguments, kinds, frame.size, run.pool, lambda *values: _called(function, values, run))


def _called(function: Function, values: tuple[Value, ...], run: Run) -> Value:
    if None in values and not function.keeps_none:
        return None
    if UNKNOWN in values:
        return UNKNOWN
    try:
        result: Any = function.compute(*values)
    except Exception:  # noqa: BLE001  a plug-in's function may raise anything; the reference evaluator says what
        run.report_all()
        return UNKNOWN
    if isinstance(function.result, Type) and not function.result.holds(result):
        run.report_all()
        return UNKNOWN
    return whole(result) if isinstance(result, Fraction) else result


def _extreme(node: tree.Call, arguments: list[Column], run: Run, frame: Frame) -> Column:
    """Return the least or the greatest argument that is not *none*; unknown where one is unknown."""
    size = frame.size
    if all(isinstance(one, Constant) for one in arguments):
        kinds = [argument.type.kind for argument in node.arguments]
        return by_distinct(
            arguments, kinds, size, run.pool, lambda *values: _called(BUILTINS[node.function], values, run)
        )
    operator = "<" if node.function == "min" else ">"
    best: Column = Constant(None)
    certain: Plane | None = None
    for value in arguments:
        sure = known(value)
        if sure is False:
            return Constant(UNKNOWN)
        if isinstance(sure, Plane):
            certain = sure if certain is None else certain & sure
        better = as_truth(compare(operator, value, best, size, run.pool), size).true
        first = spread(nones(best), size)
        chosen = better if first is None else better | first
        best = choose(Truth(chosen.without(spread(nones(value), size))), value, best, size, run.pool)
    return best if certain is None else masked(best, certain, size, run.pool)


def _day(column: Column, size: int) -> Any:
    num = as_numbers(column, size).num
    # A row without a value holds anything: a day that exists keeps the arithmetic quiet.
    return np.clip(num, calendar.FIRST, calendar.LAST).astype(np.int64)


def _of_day(compute: Callable[[Any], Any]) -> Callable[[Sequence[Column], int], exact.Ratio]:
    return lambda arguments, size: (compute(_day(arguments[0], size)), 1)


def _of_days(compute: Callable[[Any, Any], Any]) -> Callable[[Sequence[Column], int], exact.Ratio]:
    return lambda arguments, size: (compute(_day(arguments[0], size), _day(arguments[1], size)), 1)


def _absolute(arguments: Sequence[Column], _size: int) -> exact.Ratio:
    num, den = ratio(arguments[0])
    return np.abs(num), den


def _round(arguments: Sequence[Column], _size: int) -> exact.Ratio | None:
    rest: list[Value] = [one.value if isinstance(one, Constant) else UNKNOWN for one in arguments[1:]]
    decimals, mode = [*rest, 0, "half_up"][:2] if not rest else [*rest, "half_up"][:2]
    if not isinstance(arguments[0], Numbers) or not isinstance(decimals, int) or mode not in ROUNDINGS:
        return None
    return exact.round_to(ratio(arguments[0]), decimals, str(mode))


def _floor(arguments: Sequence[Column], _size: int) -> exact.Ratio:
    return exact.floor(ratio(arguments[0])), 1


def _ceil(arguments: Sequence[Column], _size: int) -> exact.Ratio:
    num, den = exact.negative(ratio(arguments[0]))
    return exact.times(exact.floor((num, den)), -1), 1


_VECTORS: Final[dict[str, Callable[[Sequence[Column], int], exact.Ratio | None]]] = {
    "year": _of_day(calendar.year),
    "month": _of_day(calendar.month),
    "day": _of_day(calendar.day),
    "weekday": _of_day(calendar.weekday),
    "day_of_year": _of_day(calendar.day_of_year),
    "end_of_month": _of_day(calendar.end_of_month),
    "end_of_quarter": _of_day(calendar.end_of_quarter),
    "end_of_year": _of_day(calendar.end_of_year),
    "days_between": _of_days(lambda start, end: end - start),
    "full_months": _of_days(calendar.full_months),
    "full_years": _of_days(calendar.full_years),
    "abs": _absolute,
    "round": _round,
    "floor": _floor,
    "ceil": _ceil,
}
"""The vector forms of built-in functions, on arguments of which one at least is no constant."""
