"""What generated code calls: the parts of the meaning that are longer than an expression.

Whatever would be reported (a division by zero, a function that failed) only sets `Notes.failed`: the reference then
says where and in which words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ruleset import calendars
from ruleset.expressions.evaluate import Truth, calculate, common, evaluate, same
from ruleset.expressions.functions import Function
from ruleset.expressions.tree import Node
from ruleset.model import Parameter
from ruleset.situation import Situation
from ruleset.types import UNKNOWN, Period, Type, Value, whole


class Notes:
    """What one computation leaves behind: whether something is to be reported, and the reference's own situation."""

    __slots__ = ("failed", "situation")

    def __init__(self) -> None:
        self.failed = False
        self.situation: Any = None


def times(left: Any, right: Any) -> Value:
    """Return an exact product."""
    if left.__class__ is int and right.__class__ is int:
        return left * right
    return calculate("*", left, right)


def minus(left: Any, right: Any) -> Value:
    """Return an exact difference, in days for two dates."""
    return calculate("-", left, right)


def quotient(left: Any, right: Any) -> Value:
    """Return an exact quotient by a divisor that is not zero."""
    return calculate("/", left, right)


def safe(function: Function, *arguments: Any) -> Value:
    """Return the result of a function that never fails on known values of its types."""
    result: Value = function.compute(*arguments)
    return whole(result) if isinstance(result, Fraction) else result


def over(notes: Notes, left: Any, right: Any) -> Value:
    """Return an exact quotient of values that may be unknown or none."""
    if right is not None and right is not UNKNOWN and right == 0:
        if left is not UNKNOWN:
            notes.failed = True
        return None
    if left is None or right is None:
        return None
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN  # type: ignore[no-any-return]
    return whole(Fraction(left) / right)


def shift(notes: Notes, day: Any, *periods: Any) -> Value:
    """Return a date moved by periods."""
    if day is None or None in periods:
        return None
    if day is UNKNOWN or UNKNOWN in periods:
        return UNKNOWN
    try:
        return calendars.add(day, sum(periods, Period()))
    except OverflowError:
        notes.failed = True
        return None


def call(notes: Notes, function: Function, *arguments: Any) -> Value:
    """Return the result of a function."""
    if None in arguments and not function.keeps_none:
        return None
    if UNKNOWN in arguments:
        return UNKNOWN
    try:
        result = function.compute(*arguments)
    except Exception:  # noqa: BLE001  a plug-in's function may raise anything
        notes.failed = True
        return UNKNOWN
    if isinstance(function.result, Type) and not function.result.holds(result):
        notes.failed = True
        return UNKNOWN
    return whole(result) if isinstance(result, Fraction) else result


def parameter(found: Parameter, day: Any, key: Any) -> Value:
    """Return a parameter's value on a day."""
    period = found.period(day)
    value = None if period is None else period.value
    return value.get(str(key)) if isinstance(value, Mapping) else value


def choose(condition: Truth | None, then: Value, otherwise: Value) -> Value:
    """Return the value of a conditional, both branches computed."""
    if condition is UNKNOWN:
        return common((then, otherwise))
    return then if condition else otherwise


def all_true(truths: Sequence[Any]) -> Truth:
    """Return the conjunction of truths, in which none is false."""
    if all(truths):  # UNKNOWN is truthy
        return UNKNOWN if UNKNOWN in truths else True
    return False


def any_true(truths: Sequence[Any]) -> Truth:
    """Return the disjunction of truths, in which none is false."""
    if True in truths:
        return True
    return UNKNOWN if UNKNOWN in truths else False


def kept(filter: Any, body: Any) -> Truth:
    """Return whether a record is counted and its body true."""
    if not filter or not body:
        return False
    return UNKNOWN if filter is UNKNOWN or body is UNKNOWN else True


def spared(filter: Any, body: Any) -> Truth:
    """Return whether a record is not counted or its body true."""
    if not filter or body is True:
        return True
    return UNKNOWN if filter is UNKNOWN or body is UNKNOWN else False


def count(filters: Sequence[Any]) -> Value:
    """Return how many records are counted."""
    return UNKNOWN if UNKNOWN in filters else filters.count(True)


def total(filters: Sequence[Any], values: Sequence[Any], kind: str) -> Value:
    """Return the sum, least or greatest value of the records that are counted."""
    if UNKNOWN in filters:
        return UNKNOWN
    found = [value for one, value in zip(filters, values, strict=True) if one]
    if UNKNOWN in found:
        return UNKNOWN
    present = [value for value in found if value is not None]
    if kind == "sum":
        return whole(sum(present, Fraction(0)))
    return (min if kind == "min" else max)(present) if present else None


def first(conditions: Sequence[Any], values: Sequence[Value]) -> Value:
    """Return the value of the first row that holds; `values` ends with that of no row."""
    for number, condition in enumerate(conditions):
        if condition is True:
            return values[number]
        if condition is UNKNOWN:
            break
    else:
        return values[-1]
    return _first_of(conditions, values)


def _first_of(conditions: Sequence[Any], values: Sequence[Value]) -> Value:
    candidates = []
    for condition, value in zip(conditions, values, strict=False):
        if condition:
            candidates.append(value)
            if condition is True:
                break
    else:
        candidates.append(values[-1])
    return common(candidates)


def unique(notes: Notes, policy: str, conditions: Sequence[Any], values: Sequence[Value]) -> Value:
    """Return the value of the rows that hold; several are reported (where they differ, for `any`)."""
    certain = [value for one, value in zip(conditions, values, strict=False) if one is True]
    if len(certain) > 1 and (policy == "unique" or any(not same(value, certain[0]) for value in certain[1:])):
        notes.failed = True
    return first(conditions, values)


def collect(conditions: Sequence[Any], values: Sequence[Value]) -> Value:
    """Return the list of the values of all rows that hold."""
    if UNKNOWN in conditions:
        return UNKNOWN
    found = [value for one, value in zip(conditions, values, strict=False) if one]
    return UNKNOWN if UNKNOWN in found else tuple(value for value in found if value is not None)


def added(conditions: Sequence[Any], values: Sequence[Any]) -> Value:
    """Return the sum of the values of all rows that hold."""
    numbers = []
    for one, value in zip(conditions, values, strict=False):
        if one is True:
            if value is UNKNOWN:
                return UNKNOWN  # type: ignore[no-any-return]
            if value is not None:
                numbers.append(value)
        elif one is UNKNOWN and value not in (None, 0):
            return UNKNOWN  # type: ignore[no-any-return]
    return whole(sum(numbers, Fraction(0)))


def extreme(choose_: Callable[..., Any], conditions: Sequence[Any], values: Sequence[Any]) -> Value:
    """Return the highest or lowest value of the rows that hold."""
    sure = [value for one, value in zip(conditions, values, strict=False) if one is True and value is not None]
    if UNKNOWN in sure:
        return UNKNOWN
    maybe = [value for one, value in zip(conditions, values, strict=False) if one is UNKNOWN and value is not None]
    if not sure:
        return UNKNOWN if maybe else values[-1]
    best: Value = choose_(sure)
    return best if all(value is not UNKNOWN and choose_(best, value) == best for value in maybe) else UNKNOWN


def refer(
    notes: Notes, situate: Callable[..., Situation], node: Node, on: dt.date, known: Sequence[Value], **bound: int
) -> Value:
    """Return what the reference computes of a part, given what is known by then."""
    situation: Situation | None = notes.situation
    if situation is None:
        situation = notes.situation = situate(on, known)
    value = evaluate(node, situation, bound)
    if situation.diagnostics:
        notes.failed = True
    return value
