"""Between which bounds a number lies, given what is known: interval arithmetic over the expression tree."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Protocol

import attrs

from ruleset.expressions import tree
from ruleset.expressions.evaluate import Bound, Facts, evaluate, truth
from ruleset.expressions.tree import Node
from ruleset.types import UNKNOWN, Domain, Value


@attrs.frozen
class Interval:
    """The numbers from `low` to `high`, both included; None is no bound. *None* as a value counts as no number."""

    low: Fraction | int | None = None
    high: Fraction | int | None = None

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
        )

    def __neg__(self) -> Interval:
        return Interval(None if self.high is None else -self.high, None if self.low is None else -self.low)

    def __or__(self, other: Interval) -> Interval:
        return Interval(
            None if self.low is None or other.low is None else min(self.low, other.low),
            None if self.high is None or other.high is None else max(self.high, other.high),
        )

    def __mul__(self, other: Interval) -> Interval:
        corners = (self.low, self.high, other.low, other.high)
        if None in corners:
            return ANYTHING
        products = [one * two for one in (self.low, self.high) for two in (other.low, other.high)]  # type: ignore[operator]
        return Interval(min(products), max(products))


ANYTHING: Final = Interval()
ZERO: Final = Interval(0, 0)


class Ranges(Facts, Protocol):
    """Facts that also tell what an open question may be answered."""

    def domain(self, node: tree.Answer | tree.Field) -> Domain: ...
    def formula(self, id: str) -> Node: ...


def interval(node: Node, facts: Ranges, bound: Bound) -> Interval | None:
    """Return the bounds of a number, or None where it is certainly *none*."""
    value = evaluate(node, facts, bound)
    if value is None:
        return None
    if value is not UNKNOWN:
        return Interval(value, value)  # type: ignore[arg-type]
    return _open(node, facts, bound)


def _open(node: Node, facts: Ranges, bound: Bound) -> Interval | None:
    if isinstance(node, tree.Answer) or (isinstance(node, tree.Field) and not node.computed):
        domain = facts.domain(node)
        return Interval(domain.minimum, domain.maximum)
    if isinstance(node, (tree.Computed, tree.Field)):
        inner = {node.record: bound[node.variable]} if isinstance(node, tree.Field) else {}
        return interval(facts.formula(node.id), facts, inner)
    if isinstance(node, tree.Negative):
        inner_interval = interval(node.operand, facts, bound)
        return None if inner_interval is None else -inner_interval
    if isinstance(node, tree.Arithmetic):
        return _arithmetic(node, facts, bound)
    if isinstance(node, tree.Conditional):
        return _hull(interval(branch, facts, bound) for branch in (node.then, node.otherwise))
    if isinstance(node, tree.Table):
        return _table(node, facts, bound)
    if isinstance(node, tree.Call) and node.function in ("min", "max"):
        return _extreme(node, facts, bound)
    if isinstance(node, tree.Aggregate):
        return _aggregate(node, facts, bound)
    if isinstance(node, tree.Score):
        state = facts.option(node.option)
        return Interval(state.low, state.high)
    return ANYTHING


def _hull(parts: Iterable[Interval | None]) -> Interval | None:
    found = [part for part in parts if part is not None]
    result = found[0] if found else None
    for part in found[1:]:
        result = part if result is None else result | part
    return result


def _arithmetic(node: tree.Arithmetic, facts: Ranges, bound: Bound) -> Interval | None:
    left, right = interval(node.left, facts, bound), interval(node.right, facts, bound)
    if left is None or right is None:
        return None
    if not node.left.type.numeric:
        return ANYTHING
    if node.operator in "+-":
        return left + (right if node.operator == "+" else -right)
    if node.operator == "*":
        return left * right
    if right.low is not None and right.high is not None and (right.low > 0 or right.high < 0):
        return left * Interval(Fraction(1) / right.high, Fraction(1) / right.low)
    return ANYTHING


def _table(node: tree.Table, facts: Ranges, bound: Bound) -> Interval | None:
    rows = [(truth(row.condition, facts, bound), row) for row in node.rows]
    live = [(certain, row) for certain, row in rows if certain is not False]
    if node.policy == "sum":
        total = ZERO
        for certain, row in live:
            part = interval(row.value, facts, bound) or ZERO
            total += part if certain is True else part | ZERO
        return total
    parts: list[Interval | None] = []
    for certain, row in live:
        parts.append(interval(row.value, facts, bound))
        if certain is True and node.policy in ("first", "unique", "any"):
            return _hull(parts)
    if node.policy in ("highest", "lowest") and any(certain is True for certain, _ in live):
        return _hull(parts)
    return _hull([*parts, interval(node.otherwise, facts, bound)])


def _extreme(node: tree.Call, facts: Ranges, bound: Bound) -> Interval | None:
    parts = [part for argument in node.arguments if (part := interval(argument, facts, bound)) is not None]
    if not parts:
        return None
    lows = [part.low for part in parts if part.low is not None]
    highs = [part.high for part in parts if part.high is not None]
    if len(lows) < len(parts) or len(highs) < len(parts):
        return _hull(parts)
    choose = min if node.function == "min" else max
    return Interval(choose(lows), choose(highs))


def _aggregate(node: tree.Aggregate, facts: Ranges, bound: Bound) -> Interval | None:
    count = facts.count(node.record)
    if count is UNKNOWN or node.kind not in ("count", "sum"):
        return Interval(0, None) if node.kind == "count" else ANYTHING
    total = ZERO
    for number in range(count):
        inner = {**bound, node.variable: number}
        kept = True if node.filter is None else truth(node.filter, facts, inner)
        if kept is not False:
            part = Interval(1, 1) if node.body is None else interval(node.body, facts, inner) or ZERO
            total += part if kept is True else part | ZERO
    return total


def extreme(node: tree.Extreme, facts: Ranges, bound: Bound) -> Value:
    """Return the least or the greatest value that an open number can take; unknown where it has no bound."""
    found = interval(node.operand, facts, bound)
    if found is None:
        return None
    value = found.low if node.which == "least" else found.high
    return UNKNOWN if value is None else value
