"""The meaning of an expression: strong Kleene logic over answers that may be unknown or *none*.

This is the definition that every engine is held to. `facts` tell what names stand for; `bound` tells which record
each record variable stands for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, Protocol, TypeAlias

import attrs

from ruleset import calendars
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.types import UNKNOWN, Period, Unknown, Value, whole

Truth: TypeAlias = bool | Unknown
Bound: TypeAlias = Mapping[str, int]
"""The number of the record that each record variable stands for."""

NOTHING_BOUND: Final[Bound] = {}


class Facts(Protocol):
    """What the names of an expression stand for in one case."""

    @property
    def on(self) -> dt.date: ...
    def answer(self, id: str) -> Value: ...
    def computed(self, id: str) -> Value: ...
    def imported(self, ruleset: str, id: str) -> Value: ...
    def field(self, node: tree.Field, bound: Bound) -> Value: ...
    def parameter(self, id: str, day: dt.date, key: str | None) -> Value: ...
    def count(self, record: str) -> int | Unknown: ...
    def status(self, rule: str, bound: Bound) -> Truth: ...
    def severity(self, rule: str, severity: str, bound: Bound) -> Truth: ...
    def known(self, value: Value) -> Truth: ...
    def open_findings(self, severity: str) -> Truth: ...
    def extreme(self, node: tree.Extreme, bound: Bound) -> Value: ...
    def option(self, id: str) -> OptionState: ...
    def best_option(self) -> Value: ...
    def call(self, function: str, arguments: tuple[Value, ...]) -> Value: ...
    def report(self, message: str) -> None: ...


@attrs.frozen
class OptionState:
    """What is known of an option: whether it is excluded, and between which bounds its score lies."""

    excluded: Truth
    low: Fraction | int | None
    high: Fraction | int | None

    @property
    def score(self) -> Value:
        """The score, once nothing can change it."""
        return self.low if self.low is not None and self.low == self.high else UNKNOWN


def evaluate(node: Node, facts: Facts, bound: Bound = NOTHING_BOUND) -> Value:
    """Return the value of `node`: `UNKNOWN` unless what is known decides it."""
    return _MEANING[type(node)](node, facts, bound)


def truth(node: Node, facts: Facts, bound: Bound = NOTHING_BOUND) -> Truth:
    """Return the truth of a condition, in which *none* is false."""
    value = evaluate(node, facts, bound)
    return value if value is UNKNOWN else value is True


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return the Kleene conjunction."""
    result: Truth = True
    for one in truths:
        if one is False:
            return False
        if one is UNKNOWN:
            result = UNKNOWN
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return the Kleene disjunction."""
    result: Truth = False
    for one in truths:
        if one is True:
            return True
        if one is UNKNOWN:
            result = UNKNOWN
    return result


def opposite(one: Truth) -> Truth:
    """Return the Kleene negation."""
    return UNKNOWN if one is UNKNOWN else not one


def common(values: Iterable[Value]) -> Value:
    """Return the value that all alternatives share, else `UNKNOWN`."""
    found = list(values)
    first = found[0]
    return first if first is not UNKNOWN and all(same(value, first) for value in found[1:]) else UNKNOWN


def same(one: Value, other: Value) -> bool:
    """Return whether two values are the same value (`True` is not 1)."""
    return one is other or (isinstance(one, bool) == isinstance(other, bool) and one == other)


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def compare(operator: str, left: Value, right: Value) -> Truth:
    """Return the truth of a comparison: false on *none*, unknown on an unknown side."""
    if left is None or right is None:
        return False
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    return _COMPARE[operator](left, right)


def _and(node: tree.And, facts: Facts, bound: Bound) -> Truth:
    result: Truth = True
    for operand in node.operands:
        one = evaluate(operand, facts, bound)
        if one is UNKNOWN:
            result = UNKNOWN
        elif one is not True:
            return False
    return result


def _or(node: tree.Or, facts: Facts, bound: Bound) -> Truth:
    result: Truth = False
    for operand in node.operands:
        one = evaluate(operand, facts, bound)
        if one is True:
            return True
        if one is UNKNOWN:
            result = UNKNOWN
    return result


def _member(node: tree.Member, facts: Facts, bound: Bound) -> Truth:
    item = evaluate(node.item, facts, bound)
    if item is None:
        return False
    return any_of([compare("==", item, evaluate(option, facts, bound)) for option in node.options])


def _contains(node: tree.Contains, facts: Facts, bound: Bound) -> Truth:
    collection, item = evaluate(node.collection, facts, bound), evaluate(node.item, facts, bound)
    if collection is None or item is None:
        return False
    if collection is UNKNOWN or item is UNKNOWN:
        return UNKNOWN
    return item in collection  # type: ignore[operator]


def _is_none(node: tree.IsNone, facts: Facts, bound: Bound) -> Truth:
    value = evaluate(node.operand, facts, bound)
    return UNKNOWN if value is UNKNOWN else value is None


def _conditional(node: tree.Conditional, facts: Facts, bound: Bound) -> Value:
    condition = truth(node.condition, facts, bound)
    if condition is UNKNOWN:
        return common([evaluate(node.then, facts, bound), evaluate(node.otherwise, facts, bound)])
    return evaluate(node.then if condition else node.otherwise, facts, bound)


def _arithmetic(node: tree.Arithmetic, facts: Facts, bound: Bound) -> Value:
    left, right = evaluate(node.left, facts, bound), evaluate(node.right, facts, bound)
    if node.operator == "/" and right is not None and right is not UNKNOWN and right == 0:
        if left is not UNKNOWN:
            facts.report("division par zéro")
        return None
    if left is None or right is None:
        return None
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    return calculate(node.operator, left, right)


def calculate(operator: str, left: Any, right: Any) -> Value:
    """Return the exact result on known values; the divisor is not zero."""
    if operator == "+":
        return left + right  # type: ignore[no-any-return]
    if operator == "-":
        if isinstance(left, dt.date):
            return (left - right).days  # type: ignore[no-any-return]
        return left + -right  # type: ignore[no-any-return]
    return whole(Fraction(left) * right if operator == "*" else Fraction(left) / right)


def _negative(node: tree.Negative, facts: Facts, bound: Bound) -> Value:
    value = evaluate(node.operand, facts, bound)
    return value if value is None or value is UNKNOWN else -value  # type: ignore[operator]


def _shift(node: tree.Shift, facts: Facts, bound: Bound) -> Value:
    values: list[Any] = [evaluate(part, facts, bound) for part in (node.day, *node.periods)]
    if None in values:
        return None
    if UNKNOWN in values:
        return UNKNOWN
    day, *periods = values
    try:
        return calendars.add(day, sum(periods, Period()))
    except OverflowError as error:
        facts.report(str(error))
        return None


def _parameter(node: tree.Parameter, facts: Facts, bound: Bound) -> Value:
    day = evaluate(node.day, facts, bound)
    key = evaluate(node.key, facts, bound) if node.key is not None else None
    if day is None or (node.key is not None and key is None):
        return None
    if day is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    return facts.parameter(node.id, day, key)  # type: ignore[arg-type]


def _call(node: tree.Call, facts: Facts, bound: Bound) -> Value:
    return facts.call(node.function, tuple(evaluate(argument, facts, bound) for argument in node.arguments))


def _holds(node: tree.Holds, facts: Facts, bound: Bound) -> Truth:
    status = facts.status(node.rule, bound)
    if node.severity is None or status is False:
        return status
    return all_of([status, facts.severity(node.rule, node.severity, bound)])


def _aggregate(node: tree.Aggregate, facts: Facts, bound: Bound) -> Value:
    count = facts.count(node.record)
    if count is UNKNOWN:
        return UNKNOWN
    rows: list[tuple[Truth, Bound]] = []
    for number in range(count):
        inner = {**bound, node.variable: number}
        kept: Truth = True if node.filter is None else truth(node.filter, facts, inner)
        if kept is not False:
            rows.append((kept, inner))
    if node.kind == "any":
        return any_of(all_of([kept, truth(node.body, facts, inner)]) for kept, inner in rows)  # type: ignore[arg-type]
    if node.kind == "all":
        return all_of(any_of([opposite(kept), truth(node.body, facts, inner)]) for kept, inner in rows)  # type: ignore[arg-type]
    if any(kept is UNKNOWN for kept, _ in rows):
        return UNKNOWN
    if node.kind == "count":
        return len(rows)
    values = [evaluate(node.body, facts, inner) for _, inner in rows]  # type: ignore[arg-type]
    if UNKNOWN in values:
        return UNKNOWN
    present: list[Any] = [value for value in values if value is not None]
    if node.kind == "sum":
        return whole(sum(present, Fraction(0)))
    return (min if node.kind == "min" else max)(present) if present else None


def _table(node: tree.Table, facts: Facts, bound: Bound) -> Value:
    rows = [(truth(row.condition, facts, bound), row) for row in node.rows]
    live = [(certain, row) for certain, row in rows if certain is not False]

    def value(row: tree.Row) -> Value:
        return evaluate(row.value, facts, bound)

    def otherwise() -> Value:
        return evaluate(node.otherwise, facts, bound)

    if node.policy in ("first", "unique", "any"):
        candidates: list[Value] = []
        for certain, row in live:
            candidates.append(value(row))
            if certain is True:
                break
        else:
            candidates.append(otherwise())
        if node.policy != "first":
            _report_conflict(node, [(row, value(row)) for certain, row in live if certain is True], facts)
        return common(candidates)
    if node.policy == "collect":
        if any(certain is UNKNOWN for certain, _ in live):
            return UNKNOWN
        collected = [value(row) for _, row in live]
        return UNKNOWN if UNKNOWN in collected else tuple(item for item in collected if item is not None)
    return _extreme_or_sum(node.policy, [(certain, value(row)) for certain, row in live], otherwise)


def _extreme_or_sum(policy: str, rows: list[tuple[Truth, Value]], otherwise: Callable[[], Value]) -> Value:
    if policy == "sum":
        if any(
            certain is UNKNOWN or value is UNKNOWN
            for certain, value in rows
            if not (certain is UNKNOWN and value in (None, 0))
        ):
            return UNKNOWN
        numbers: list[Any] = [value for certain, value in rows if certain is True and value is not None]
        return whole(sum(numbers, Fraction(0)))
    sure: list[Any] = [value for certain, value in rows if certain is True and value is not None]
    if UNKNOWN in sure:
        return UNKNOWN
    maybe: list[Any] = [value for certain, value in rows if certain is UNKNOWN and value is not None]
    choose = max if policy == "highest" else min
    if not sure:
        return UNKNOWN if maybe else otherwise()
    best = choose(sure)
    return best if all(value is not UNKNOWN and choose(best, value) == best for value in maybe) else UNKNOWN


def _extreme_value(node: tree.Extreme, facts: Facts, bound: Bound) -> Value:
    value = evaluate(node.operand, facts, bound)
    return facts.extreme(node, bound) if value is UNKNOWN else value


def _report_conflict(node: tree.Table, rows: list[tuple[tree.Row, Value]], facts: Facts) -> None:
    if len(rows) > 1 and (node.policy == "unique" or any(not same(value, rows[0][1]) for _, value in rows[1:])):
        lines = ", ".join(str(row.line) for row, _ in rows)
        facts.report(
            f"plusieurs lignes d'une table « {node.policy} » s'appliquent (lignes {lines}) : la première l'emporte"
        )


_MEANING: Final[dict[type[Node], Callable[[Any, Facts, Bound], Value]]] = {
    tree.Literal: lambda node, _facts, _bound: node.value,
    tree.Answer: lambda node, facts, _: facts.answer(node.id),
    tree.Computed: lambda node, facts, _: facts.computed(node.id),
    tree.Imported: lambda node, facts, _: facts.imported(node.ruleset, node.id),
    tree.Field: lambda node, facts, bound: facts.field(node, bound),
    tree.On: lambda _, facts, _bound: facts.on,
    tree.Parameter: _parameter,
    tree.Compare: lambda node, facts, bound: compare(
        node.operator, evaluate(node.left, facts, bound), evaluate(node.right, facts, bound)
    ),
    tree.Member: _member,
    tree.Contains: _contains,
    tree.IsNone: _is_none,
    tree.Known: lambda node, facts, bound: facts.known(evaluate(node.operand, facts, bound)),
    tree.Not: lambda node, facts, bound: opposite(truth(node.operand, facts, bound)),
    tree.And: _and,
    tree.Or: _or,
    tree.Conditional: _conditional,
    tree.Arithmetic: _arithmetic,
    tree.Negative: _negative,
    tree.Shift: _shift,
    tree.Call: _call,
    tree.Aggregate: _aggregate,
    tree.Holds: _holds,
    tree.OpenFindings: lambda node, facts, _: facts.open_findings(node.severity),
    tree.Table: _table,
    tree.Extreme: _extreme_value,
    tree.Score: lambda node, facts, _: facts.option(node.option).score,
    tree.Excluded: lambda node, facts, _: facts.option(node.option).excluded,
    tree.BestOption: lambda _, facts, _bound: facts.best_option(),
}
