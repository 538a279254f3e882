"""The meaning of an expression on whole columns: each function here is the one of `ruleset.expressions.evaluate` of the
same name, for all rows at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ruleset.engines.columns import aggregates, bounds, calendar, conclusions, exact, functions, tables
from ruleset.engines.columns.comparing import choose, compare
from ruleset.engines.columns.distinct import by_distinct
from ruleset.engines.columns.frames import Frame
from ruleset.engines.columns.logic import NO, OPEN, YES, Truths, both, either, opposite
from ruleset.engines.columns.planes import Plane, Truth, union
from ruleset.engines.columns.values import (
    Column,
    Constant,
    Numbers,
    Words,
    as_truth,
    from_values,
    known,
    masks,
    nones,
    ratio,
    spread,
    take,
)
from ruleset.expressions import tree
from ruleset.expressions.evaluate import calculate
from ruleset.types import UNKNOWN, Period

if TYPE_CHECKING:
    from ruleset.engines.columns.run import Run


def _compare(node: tree.Compare, run: Run, frame: Frame) -> Column:
    return compare(node.operator, run.value(node.left, frame), run.value(node.right, frame), frame.size, run.pool)


def _member(node: tree.Member, run: Run, frame: Frame) -> Truths:
    item = run.value(node.item, frame)
    found: Truths = NO
    for option in node.options:
        # The same comparison written alone is the same column.
        equal = compare("==", item, run.value(option, frame), frame.size, run.pool)
        found = either(found, equal)  # type: ignore[arg-type]
    return found


def _contains(node: tree.Contains, run: Run, frame: Frame) -> Column:
    columns = [run.value(node.collection, frame), run.value(node.item, frame)]
    if any(isinstance(column, Constant) and column.value is None for column in columns):
        return NO
    found = by_distinct(
        columns,
        [part.type.kind for part in (node.collection, node.item)],
        frame.size,
        run.pool,
        lambda collection, item: (
            False
            if collection is None or item is None
            else UNKNOWN
            if UNKNOWN in (collection, item)
            else item in collection
        ),
    )
    return found.settled() if isinstance(found, Truth) else found


def _is_none(node: tree.IsNone, run: Run, frame: Frame) -> Column:
    operand = run.value(node.operand, frame)
    if isinstance(operand, Constant):
        return operand if operand.value is UNKNOWN else Constant(operand.value is None)
    none = spread(nones(operand), frame.size) or Plane.full(frame.size, value=False)
    certain = known(operand)
    return Truth(none) if not isinstance(certain, Plane) else Truth(none, certain.without(none))


def _known(node: tree.Known, run: Run, frame: Frame) -> Column:
    found = known(run.value(node.operand, frame))
    return Truth(found) if isinstance(found, Plane) else Constant(found)


def _not(node: tree.Not, run: Run, frame: Frame) -> Truths:
    return opposite(run.truth(node.operand, frame))


def _and(node: tree.And, run: Run, frame: Frame) -> Truths:
    found: Truths = YES
    for operand in node.operands:
        found = both(found, run.truth(operand, frame))
        if isinstance(found, Constant) and found.value is False:
            break
    return found


def _or(node: tree.Or, run: Run, frame: Frame) -> Truths:
    found: Truths = NO
    for operand in node.operands:
        found = either(found, run.truth(operand, frame))
        if isinstance(found, Constant) and found.value is True:
            break
    return found


def _conditional(node: tree.Conditional, run: Run, frame: Frame) -> Column:
    condition = run.truth(node.condition, frame)
    if isinstance(condition, Constant) and condition.value is not UNKNOWN:
        return run.value(node.then if condition.value else node.otherwise, frame)
    branches = (run.value(node.then, frame), run.value(node.otherwise, frame))
    return choose(as_truth(condition, frame.size), *branches, frame.size, run.pool)


def _arithmetic(node: tree.Arithmetic, run: Run, frame: Frame) -> Column:
    left, right = run.value(node.left, frame), run.value(node.right, frame)
    sides = (left, right)
    if any(isinstance(side, Constant) and side.value is None for side in sides):
        if node.operator == "/" and not (isinstance(left, Constant) and left.value is UNKNOWN):
            _report_zeros(right, run, frame)
        return Constant(None)
    if any(isinstance(side, Words) for side in sides) or all(isinstance(side, Constant) for side in sides):
        kinds = [part.type.kind for part in (node.left, node.right)]
        return by_distinct(sides, kinds, frame.size, run.pool, lambda *values: _calculated(node.operator, values, run))
    zero = _report_zeros(right, run, frame) if node.operator == "/" else None
    certain, none = masks(frame.size, left, right)
    if zero is not None:
        none = union([none, zero])
        certain = None if certain is None else certain | zero
    one, other = ratio(left), ratio(right)
    if node.operator == "-":
        other = exact.negative(other)
    operation = {"+": exact.add, "-": exact.add, "*": exact.multiply, "/": exact.divide}[node.operator]
    return Numbers(*operation(one, other), certain, none)


def _report_zeros(divisor: Column, run: Run, frame: Frame) -> Plane | None:
    """Return the rows whose divisor is zero, and report them."""
    zeros = as_truth(compare("==", divisor, Constant(0), frame.size, run.pool), frame.size).true
    if not zeros.any():
        return None
    run.report(zeros, frame)
    return zeros


def _calculated(operator: str, values: tuple[Any, ...], run: Run) -> Any:
    left, right = values
    if operator == "/" and right == 0 and not isinstance(right, bool):
        if left is not UNKNOWN:
            run.report_all()
        return None
    if None in values:
        return None
    return UNKNOWN if UNKNOWN in values else calculate(operator, left, right)


def _negative(node: tree.Negative, run: Run, frame: Frame) -> Column:
    value = run.value(node.operand, frame)
    if isinstance(value, Numbers):
        return Numbers(*exact.negative(ratio(value)), value.known, value.none)
    return by_distinct(
        [value],
        [node.operand.type.kind],
        frame.size,
        run.pool,
        lambda one: one if one is None or one is UNKNOWN else -one,
    )


def _shift(node: tree.Shift, run: Run, frame: Frame) -> Column:
    day, *periods = (run.value(part, frame) for part in (node.day, *node.periods))
    columns = (day, *periods)
    if any(isinstance(column, Constant) and column.value is None for column in columns):
        return Constant(None)
    if all(isinstance(column, Constant) for column in columns):
        return by_distinct(columns, ["date"], frame.size, run.pool, lambda *values: _shifted(values, run))
    certain, none = masks(frame.size, *columns)
    months, days = _lengths(periods, run)
    moved = calendar.add(_days(day, frame.size), months, days)
    outside = Plane.of(~calendar.within(moved))
    if outside.any():
        outside = (outside if certain is None else outside & certain).without(none)
        if outside.any():
            run.report(outside, frame)
            none = union([none, outside])
    return Numbers(moved, 1, certain, none)


def _days(column: Column, size: int) -> Any:
    num = ratio(column)[0]
    if isinstance(num, int):
        return np.full(size, num or calendar.EPOCH, np.int64)
    # A row that is not known holds anything: a day that exists keeps the arithmetic quiet.
    return np.clip(num.astype(np.int64), calendar.FIRST, calendar.LAST)


def _lengths(periods: list[Column], run: Run) -> tuple[Any, Any]:
    months: Any = 0
    days: Any = 0
    for period in periods:
        if isinstance(period, Constant):
            length = period.value if isinstance(period.value, Period) else Period()
            months, days = months + length.months, days + length.days
        else:
            assert isinstance(period, Words)
            held = [value if isinstance(value, Period) else Period() for value in run.pool.values]
            months = months + np.array([one.months for one in held] or [0], np.int64)[period.codes]
            days = days + np.array([one.days for one in held] or [0], np.int64)[period.codes]
    return months, days


def _shifted(values: tuple[Any, ...], run: Run) -> Any:
    from ruleset import calendars

    day, *periods = values
    if UNKNOWN in values:
        return UNKNOWN
    try:
        return calendars.add(day, sum(periods, Period()))
    except OverflowError:
        run.report_all()
        return None


def _parameter(node: tree.Parameter, run: Run, frame: Frame) -> Column:
    parameter = run.ruleset.parameters[node.id]
    day = run.value(node.day, frame)
    key = run.value(node.key, frame) if node.key is not None else None
    if isinstance(day, Constant) and day.value is None:
        return day
    held = [None, *(dated.value for dated in parameter.values), None]
    if isinstance(day, Constant):
        found = None if day.value is UNKNOWN else parameter.period(day.value)  # type: ignore[arg-type]
        place: Column = OPEN if day.value is UNKNOWN else Constant(0 if found is None else held.index(found.value, 1))
    else:
        assert isinstance(day, (Numbers, Words))
        starts = np.array([dated.since.toordinal() for dated in parameter.values], np.int64)
        numbers = np.asarray(ratio(day)[0])
        index = np.searchsorted(starts, numbers, side="right")
        if parameter.until is not None:
            index = np.where(numbers > parameter.until.toordinal(), 0, index)
        place = Numbers(index.astype(np.int64), 1, day.known, day.none)
    if node.key is None or key is None:
        if isinstance(place, Constant):
            return Constant(UNKNOWN if place.value is UNKNOWN else held[place.value])  # type: ignore[index,arg-type]
        values = take(from_values(held, run.pool), np.asarray(place.num))  # type: ignore[union-attr,arg-type]
        return _within_masks(values, place, frame, run)
    return by_distinct(
        [place, key], ["integer", node.key.type.kind], frame.size, run.pool, lambda at, name: _keyed(held, at, name)
    )


def _keyed(held: list[Any], place: Any, key: Any) -> Any:
    if place is None or key is None:
        return None
    if place is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    return None if held[place] is None else held[place].get(str(key))


def _within_masks(values: Column, place: Column, frame: Frame, run: Run) -> Column:
    """Return the values, *none* and unknown where the day is."""
    none, certain = nones(place), known(place)
    if isinstance(none, Plane):
        values = choose(Truth(none), Constant(None), values, frame.size, run.pool)
    if isinstance(certain, Plane):
        values = choose(Truth(certain), values, Constant(UNKNOWN), frame.size, run.pool)
    return values


def _holds(node: tree.Holds, run: Run, frame: Frame) -> Truths:
    status = run.status(node.rule, frame)
    if node.severity is None:
        return status
    return conclusions.holds_with(run, node.rule, node.severity, frame, status)


MEANING: Final[dict[type[tree.Node], Callable[[Any, Run, Frame], Column]]] = {
    tree.Literal: lambda node, _run, _frame: Constant(node.value),
    tree.Answer: lambda node, run, _frame: run.answer(node.id),
    tree.Computed: lambda node, run, _frame: run.definition(node.id),
    tree.Imported: lambda node, run, _frame: conclusions.imported(run.other(node.ruleset), node.id),
    tree.Field: lambda node, run, frame: run.field(node, frame),
    tree.On: lambda _node, run, _frame: run.batch.on,
    tree.Parameter: _parameter,
    tree.Compare: _compare,
    tree.Member: _member,
    tree.Contains: _contains,
    tree.IsNone: _is_none,
    tree.Known: _known,
    tree.Not: _not,
    tree.And: _and,
    tree.Or: _or,
    tree.Conditional: _conditional,
    tree.Arithmetic: _arithmetic,
    tree.Negative: _negative,
    tree.Shift: _shift,
    tree.Call: functions.call,
    tree.Aggregate: aggregates.aggregate,
    tree.Holds: _holds,
    tree.OpenFindings: lambda node, run, _frame: conclusions.open_findings(run, node.severity),
    tree.Table: tables.table,
    tree.Extreme: bounds.extreme_value,
    tree.Score: lambda node, run, _frame: conclusions.option(run, node.option).score(run),
    tree.Excluded: lambda node, run, _frame: conclusions.option(run, node.option).excluded,
    tree.BestOption: lambda _node, run, _frame: conclusions.best_option(run),
}
