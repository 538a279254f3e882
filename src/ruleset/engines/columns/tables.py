"""Decision tables on whole columns, by hit policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruleset.engines.columns import exact
from ruleset.engines.columns.comparing import choose, compare, masked, same
from ruleset.engines.columns.distinct import by_distinct
from ruleset.engines.columns.frames import Frame
from ruleset.engines.columns.logic import Truths
from ruleset.engines.columns.planes import Plane, Truth, union
from ruleset.engines.columns.values import (
    Column,
    Constant,
    Numbers,
    as_numbers,
    as_truth,
    known,
    nones,
    ratio,
    spread,
)
from ruleset.expressions import tree
from ruleset.types import UNKNOWN, Value

if TYPE_CHECKING:
    from ruleset.engines.columns.run import Run


def table(node: tree.Table, run: Run, frame: Frame) -> Column:
    """Return the values of a decision table."""
    live: list[tuple[Truths, tree.Row]] = []
    for row in node.rows:
        certain = run.truth(row.condition, frame)
        if not (isinstance(certain, Constant) and certain.value is False):
            live.append((certain, row))
    if node.policy in ("first", "unique", "any"):
        if node.policy != "first":
            _report_conflicts(node, live, run, frame)
        return _first(node, live, run, frame)
    rows = [(as_truth(certain, frame.size), run.value(row.value, frame)) for certain, row in live]
    if node.policy == "collect":
        return _collected(rows, run, frame)
    if node.policy == "sum":
        return _sum(rows, run, frame)
    return _extreme(node, rows, run, frame)


def _first(node: tree.Table, live: list[tuple[Truths, tree.Row]], run: Run, frame: Frame) -> Column:
    settled = next(
        (place for place, (certain, _) in enumerate(live) if isinstance(certain, Constant) and certain.value), None
    )
    if settled is not None and live[settled][0].value is True:  # type: ignore[union-attr]
        found = run.value(live[settled][1].value, frame)
        live = live[:settled]
    else:
        found = run.value(node.otherwise, frame)
    for certain, row in reversed(live):
        found = choose(as_truth(certain, frame.size), run.value(row.value, frame), found, frame.size, run.pool)
    return found


def _report_conflicts(node: tree.Table, live: list[tuple[Truths, tree.Row]], run: Run, frame: Frame) -> None:
    """Report the rows in which more lines than the policy allows are certain."""
    seen: Plane | None = None
    first: Column = Constant(UNKNOWN)
    for certain, row in live:
        true = as_truth(certain, frame.size).true
        if not true.any():
            continue
        value = run.value(row.value, frame)
        if seen is not None:
            twice = seen & true
            if node.policy == "any" and twice.any():
                twice = twice.without(same(first, value, frame.size, run.pool))
            run.report(twice, frame)
        first = value if seen is None else choose(Truth(true.without(seen)), value, first, frame.size, run.pool)
        seen = union([seen, true])


def _unknown(column: Column, size: int) -> Plane | None:
    found = known(column)
    if isinstance(found, Plane):
        return ~found
    return None if found else Plane.full(size, value=True)


def _some(column: Column, size: int, rows: Plane) -> Plane:
    """Return those of the rows that are not *none*."""
    return rows.without(spread(nones(column), size))


def _collected(rows: list[tuple[Truth, Column]], run: Run, frame: Frame) -> Column:
    unsure = union(
        part for certain, value in rows for part in (certain.open, _certainly_unknown(certain, value, frame.size))
    )
    found: Column = Constant(())
    for certain, value in rows:
        added = by_distinct([found, value], ["list", "text"], frame.size, run.pool, _appended)
        found = choose(Truth(_some(value, frame.size, certain.true)), added, found, frame.size, run.pool)
    return found if unsure is None else masked(found, ~unsure, frame.size, run.pool)


def _appended(held: tuple[Value, ...], item: Value) -> Value:
    return held if item is None or item is UNKNOWN else (*held, item)


def _certainly_unknown(certain: Truth, value: Column, size: int) -> Plane | None:
    unknown = _unknown(value, size)
    return None if unknown is None else certain.true & unknown


def _sum(rows: list[tuple[Truth, Column]], run: Run, frame: Frame) -> Column:
    size = frame.size
    unsure: Plane | None = None
    total: Column = Constant(0)
    for certain, value in rows:
        open_rows = certain.open
        if open_rows is not None:
            nothing = as_truth(compare("==", value, Constant(0), size, run.pool), size).true
            unsure = union([unsure, _some(value, size, open_rows).without(nothing)])
        unsure = union([unsure, _certainly_unknown(certain, value, size)])
        counted = choose(Truth(_some(value, size, certain.true)), value, Constant(0), size, run.pool)
        total = Numbers(*exact.add(ratio(total), ratio(as_numbers(counted, size))))
    return total if unsure is None else masked(total, ~unsure, size, run.pool)


def _extreme(node: tree.Table, rows: list[tuple[Truth, Column]], run: Run, frame: Frame) -> Column:
    size = frame.size
    above = ">" if node.policy == "highest" else "<"
    empty = Plane.full(size, value=False)
    best: Column = Constant(UNKNOWN)
    some, unsure, maybe = empty, empty, empty
    for certain, value in rows:
        sure = _some(value, size, certain.true)
        unknown = _unknown(value, size)
        if unknown is not None:
            unsure = unsure | (sure & unknown)
        better = as_truth(compare(above, value, best, size, run.pool), size).true
        best = choose(Truth(sure & (better | ~some)), value, best, size, run.pool)
        some = some | sure
    for certain, value in rows:
        open_rows = certain.open
        if open_rows is not None:
            possible = _some(value, size, open_rows)
            maybe = maybe | possible
            no_better = as_truth(compare(above, value, best, size, run.pool), size).negative
            unsure = unsure | possible.without(no_better)
    # Where no row is sure the comparison above said nothing: what may hold leaves it open, else the default stands.
    otherwise = masked(run.value(node.otherwise, frame), ~maybe, size, run.pool)
    return choose(Truth(some), masked(best, ~unsure, size, run.pool), otherwise, size, run.pool)
