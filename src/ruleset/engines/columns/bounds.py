"""Between which bounds the numbers of a column lie, given what is known: `expressions.bounds` for all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import attrs

from ruleset.engines.columns import conclusions, exact
from ruleset.engines.columns.comparing import choose, compare, masked
from ruleset.engines.columns.frames import Frame, Groups
from ruleset.engines.columns.logic import YES, Truths
from ruleset.engines.columns.planes import Plane, Truth, union
from ruleset.engines.columns.values import (
    Column,
    Constant,
    Numbers,
    as_numbers,
    as_truth,
    masks,
    nones,
    ratio,
    spread,
    take,
)
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.types import UNKNOWN

if TYPE_CHECKING:
    from ruleset.engines.columns.run import Run


@attrs.frozen(eq=False)
class Range:
    """The least and the greatest number of each row, unknown where there is no bound; `absent` are the rows that are
    certainly *none*.
    """

    low: Column
    high: Column
    absent: Plane | None = None


ANYTHING: Final = Range(Constant(UNKNOWN), Constant(UNKNOWN))
ZERO: Final = Range(Constant(0), Constant(0))


def interval(node: Node, run: Run, frame: Frame) -> Range:
    """Return the bounds of a number."""
    value = run.value(node, frame)
    open_rows = run.open(value, frame.size)
    absent = spread(nones(value), frame.size)
    if open_rows is None:
        return Range(value, value, absent)
    held = _open(node, run, frame)
    return _choose(run, frame, Truth(open_rows), held, Range(value, value, absent))


def _choose(run: Run, frame: Frame, where: Truth, one: Range, other: Range) -> Range:
    absent = union(part and (rows & part) for rows, part in ((where.true, one.absent), (where.negative, other.absent)))
    return Range(
        choose(where, one.low, other.low, frame.size, run.pool),
        choose(where, one.high, other.high, frame.size, run.pool),
        absent,
    )


def _open(node: Node, run: Run, frame: Frame) -> Range:
    if isinstance(node, tree.Answer) or (isinstance(node, tree.Field) and not node.computed):
        domain = run.domain(node)
        low, high = (Constant(UNKNOWN if one is None else one) for one in (domain.minimum, domain.maximum))
        return Range(low, high)
    if isinstance(node, tree.Computed):
        return interval(run.plan.definitions[node.id], run, run.cases)
    if isinstance(node, tree.Field):
        return _computed_field(node, run, frame)
    if isinstance(node, tree.Negative):
        return _opposite(interval(node.operand, run, frame))
    if isinstance(node, tree.Arithmetic):
        return _arithmetic(node, run, frame)
    if isinstance(node, tree.Conditional):
        return _hull(run, frame, [(YES, interval(branch, run, frame)) for branch in (node.then, node.otherwise)])
    if isinstance(node, tree.Table):
        return _table(node, run, frame)
    if isinstance(node, tree.Call) and node.function in ("min", "max"):
        return _extreme(node, run, frame)
    if isinstance(node, tree.Aggregate):
        return _aggregate(node, run, frame)
    if isinstance(node, tree.Score):
        return conclusions.option(run, node.option).bounds
    return ANYTHING


def _computed_field(node: tree.Field, run: Run, frame: Frame) -> Range:
    formula = run.plan.definitions[node.id]
    if node.variable in frame.fixed:
        return interval(formula, run, run.frame_of(node.record, frame.fixed[node.variable]))
    found = interval(formula, run, run.of_record(node.record))
    rows = frame.rows[node.variable]
    absent = found.absent if rows is None or found.absent is None else found.absent.take(rows)
    return Range(take(found.low, rows), take(found.high, rows), absent)


def _opposite(one: Range) -> Range:
    return Range(_negative(one.high), _negative(one.low), one.absent)


def _negative(column: Column) -> Column:
    if isinstance(column, Constant):
        return column if column.value is None or column.value is UNKNOWN else Constant(-column.value)  # type: ignore[operator]
    assert isinstance(column, Numbers)
    return Numbers(*exact.negative(ratio(column)), column.known, column.none)


def _combined(frame: Frame, operation: Callable[[exact.Ratio, exact.Ratio], exact.Ratio], *sides: Column) -> Column:
    """Return a sum or product of two bounds, no bound where one has none."""
    certain, _ = masks(frame.size, *sides)
    one, other = (ratio(as_numbers(side, frame.size)) for side in sides)
    return Numbers(*operation(one, other), certain)


def add(frame: Frame, one: Range, other: Range) -> Range:
    """Return the bounds of a sum."""
    absent = union([one.absent, other.absent])
    return Range(
        _combined(frame, exact.add, one.low, other.low),
        _combined(frame, exact.add, one.high, other.high),
        absent,
    )


def or_zero(run: Run, frame: Frame, one: Range) -> Range:
    """Return the bounds with *none* counted as zero."""
    if one.absent is None:
        return one
    return _choose(run, frame, Truth(one.absent), ZERO, Range(one.low, one.high))


def _joined(run: Run, frame: Frame, one: Range, other: Range) -> Range:
    """Return the bounds of what is one or the other; both are numbers."""
    return Range(_outer(run, frame, "<", one.low, other.low), _outer(run, frame, ">", one.high, other.high))


def _outer(run: Run, frame: Frame, operator: str, one: Column, other: Column) -> Column:
    """Return the outer of two bounds, no bound where one has none."""
    size = frame.size
    better = as_truth(compare(operator, one, other, size, run.pool), size)
    chosen = choose(Truth(better.true), one, other, size, run.pool)
    certain, _ = masks(size, one, other)
    return chosen if certain is None else masked(chosen, certain, size, run.pool)


def counted_if(run: Run, frame: Frame, condition: Truths, one: Range) -> Range:
    """Return the bounds of what counts if a condition holds: zero where it does not, either where that is open."""
    if isinstance(condition, Constant):
        if condition.value is UNKNOWN:
            return _joined(run, frame, one, ZERO)
        return one if condition.value is True else ZERO
    found = _choose(run, frame, Truth(condition.true), one, ZERO)
    if condition.open is None:
        return found
    return _choose(run, frame, Truth(condition.open), _joined(run, frame, one, ZERO), found)


def over_records(run: Run, record: str, compute: Callable[[Frame], Range]) -> Range:
    """Return the bounds of the sum over the records of each case; none where their list is not known."""
    if record not in run.batch.records:
        return ANYTHING
    inner, groups = run.extended(run.cases, record, record)
    part = compute(inner)
    low, high = (run.counted(record, _total(run, one, groups, inner)) for one in (part.low, part.high))
    return Range(low, high)


def _total(run: Run, column: Column, groups: Groups, inner: Frame) -> Column:
    everything = Plane.full(inner.size, value=True)
    num, den = groups.reduce("sum", everything.flags, ratio(as_numbers(column, inner.size)))
    total: Column = Numbers(num, den)
    unbounded = run.open(column, inner.size)
    if unbounded is None:
        return total
    return masked(total, Plane.of(~groups.any(unbounded.flags)), groups.size, run.pool)


def _hull(run: Run, frame: Frame, parts: Iterable[tuple[Truths, Range]]) -> Range:
    """Return the bounds around those of the parts that are possible and not absent."""
    size = frame.size
    found: Range | None = None
    for possible, part in parts:
        used = as_truth(possible, size).true.without(part.absent)
        if found is None:
            found = Range(part.low, part.high, ~used)
            continue
        assert found.absent is not None
        chosen = _choose(run, frame, Truth(found.absent), part, _joined(run, frame, found, part))
        kept = _choose(run, frame, Truth(used), chosen, found)
        found = Range(kept.low, kept.high, found.absent.without(used))
    return found or Range(Constant(None), Constant(None), Plane.full(size, value=True))


def _arithmetic(node: tree.Arithmetic, run: Run, frame: Frame) -> Range:
    if not node.left.type.numeric:
        return ANYTHING
    left, right = interval(node.left, run, frame), interval(node.right, run, frame)
    absent = union([left.absent, right.absent])
    if node.operator in "+-":
        return add(frame, left, right if node.operator == "+" else _opposite(right))
    found = _product(run, frame, left, right) if node.operator == "*" else _quotient(run, frame, left, right)
    return Range(found.low, found.high, absent)


def _product(run: Run, frame: Frame, left: Range, right: Range) -> Range:
    products = [
        _combined(frame, exact.multiply, one, two) for one in (left.low, left.high) for two in (right.low, right.high)
    ]
    certain, _ = masks(frame.size, left.low, left.high, right.low, right.high)
    low = high = products[0]
    for product in products[1:]:
        low, high = _outer(run, frame, "<", low, product), _outer(run, frame, ">", high, product)
    if certain is None:
        return Range(low, high)
    low, high = (masked(one, certain, frame.size, run.pool) for one in (low, high))
    return Range(low, high)


def _quotient(run: Run, frame: Frame, left: Range, right: Range) -> Range:
    size = frame.size
    positive = as_truth(compare(">", right.low, Constant(0), size, run.pool), size).true
    negative = as_truth(compare("<", right.high, Constant(0), size, run.pool), size).true
    certain, _ = masks(size, right.low, right.high)
    usable = positive | negative
    if certain is not None:
        usable = usable & certain
    inverse = Range(_inverse(right.high, size, certain), _inverse(right.low, size, certain))
    found = _product(run, frame, left, inverse)
    low, high = (masked(one, usable, size, run.pool) for one in (found.low, found.high))
    return Range(low, high)


def _inverse(column: Column, size: int, certain: Plane | None) -> Column:
    return Numbers(*exact.divide((1, 1), ratio(as_numbers(column, size))), certain)


def _table(node: tree.Table, run: Run, frame: Frame) -> Range:
    size = frame.size
    rows = [(as_truth(run.truth(row.condition, frame), size), row) for row in node.rows]
    if node.policy == "sum":
        total = ZERO
        for certain, row in rows:
            part = or_zero(run, frame, interval(row.value, run, frame))
            total = add(frame, total, counted_if(run, frame, certain, part))
        return total
    parts: list[tuple[Truths, Range]] = []
    left = Plane.full(size, value=True)
    sure = Plane.full(size, value=False)
    single = node.policy in ("first", "unique", "any")
    for certain, row in rows:
        parts.append((Truth(left.without(certain.negative)), interval(row.value, run, frame)))
        sure = sure | certain.true
        if single:
            left = left.without(certain.true)
    if single or node.policy in ("highest", "lowest"):
        parts.append((Truth(~sure), interval(node.otherwise, run, frame)))
    else:
        parts.append((YES, interval(node.otherwise, run, frame)))
    return _hull(run, frame, parts)


def _extreme(node: tree.Call, run: Run, frame: Frame) -> Range:
    size = frame.size
    parts = [interval(argument, run, frame) for argument in node.arguments]
    hull = _hull(run, frame, [(YES, part) for part in parts])
    operator = "<" if node.function == "min" else ">"
    bounded = Plane.full(size, value=True)
    ends: list[Column] = [Constant(None), Constant(None)]
    for part in parts:
        for place, column in enumerate((part.low, part.high)):
            unbounded = run.open(column, size)
            if unbounded is not None:
                bounded = bounded.without(unbounded.without(part.absent))
            better = as_truth(compare(operator, column, ends[place], size, run.pool), size).true
            first = spread(nones(ends[place]), size)
            chosen = (better if first is None else better | first).without(part.absent)
            ends[place] = choose(Truth(chosen), column, ends[place], size, run.pool)
    found = _choose(run, frame, Truth(bounded), Range(ends[0], ends[1]), hull)
    return Range(found.low, found.high, hull.absent)


def _aggregate(node: tree.Aggregate, run: Run, frame: Frame) -> Range:
    if node.kind not in ("count", "sum"):
        return ANYTHING
    rows = run.ruleset.records[node.record].rows
    if rows is not None:
        total = ZERO
        for row in range(len(rows)):
            inner = frame.with_fixed(node.variable, row)
            total = add(frame, total, _part(node, run, inner))
        return total
    nothing = Range(Constant(0), Constant(UNKNOWN)) if node.kind == "count" else ANYTHING
    if node.record not in run.batch.records:
        return nothing
    inner, groups = run.extended(frame, node.variable, node.record)
    part = _part(node, run, inner)
    found = Range(_total(run, part.low, groups, inner), _total(run, part.high, groups, inner))
    counted = run.batch.records[node.record].counted
    if counted is None:
        return found
    rows_counted = counted if frame.cases is None else counted.take(frame.cases)
    return _choose(run, frame, Truth(rows_counted), found, nothing)


def _part(node: tree.Aggregate, run: Run, inner: Frame) -> Range:
    if node.body is None:
        body = Range(Constant(1), Constant(1))
    else:
        body = or_zero(run, inner, interval(node.body, run, inner))
    kept = run.truth(node.filter, inner) if node.filter is not None else YES
    return counted_if(run, inner, kept, body)


def extreme_value(node: tree.Extreme, run: Run, frame: Frame) -> Column:
    """Return the least or the greatest value that an open number can take; unknown where it has no bound."""
    value = run.value(node.operand, frame)
    if run.open(value, frame.size) is None:
        return value
    found = interval(node.operand, run, frame)
    column = found.low if node.which == "least" else found.high
    if found.absent is not None:
        column = choose(Truth(found.absent), Constant(None), column, frame.size, run.pool)
    return column
