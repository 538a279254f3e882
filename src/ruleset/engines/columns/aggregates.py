"""Quantifiers and aggregates over the records of each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ruleset.engines.columns import exact
from ruleset.engines.columns.comparing import choose, compare, masked
from ruleset.engines.columns.frames import Frame, Groups
from ruleset.engines.columns.logic import NO, OPEN, YES, Truths, both, either, opposite
from ruleset.engines.columns.planes import Plane, Truth, union
from ruleset.engines.columns.values import Column, Constant, Numbers, as_numbers, as_truth, known, nones, ratio, spread
from ruleset.expressions import tree

if TYPE_CHECKING:
    from ruleset.engines.columns.run import Run


def aggregate(node: tree.Aggregate, run: Run, frame: Frame) -> Column:
    """Return a quantifier or an aggregate for each row of a frame."""
    rows = run.ruleset.records[node.record].rows
    if rows is not None:
        return _over_reference(node, len(rows), run, frame)
    if node.record not in run.batch.records:
        return OPEN
    inner, groups = run.extended(frame, node.variable, node.record)
    kept = run.truth(node.filter, inner) if node.filter is not None else YES
    found = _over_records(node, kept, run, inner, groups)
    return run.counted(node.record, found, frame)  # type: ignore[no-any-return]


def _over_records(node: tree.Aggregate, kept: Truths, run: Run, inner: Frame, groups: Groups) -> Column:
    if node.kind in ("any", "all"):
        body = run.truth(node.body, inner)  # type: ignore[arg-type]
        each = both(kept, body) if node.kind == "any" else opposite(either(opposite(kept), body))
        truths = as_truth(each, inner.size).plain()
        true = Plane.of(groups.any(truths.true.flags))
        false = None if truths.false is None else Plane.of(~groups.any((~truths.negative).flags))
        found = Truth(true, false)
        return found if node.kind == "any" else ~found
    certain = as_truth(kept, inner.size)
    unsure = _owners(groups, certain.open)
    if node.kind == "count":
        counts: Column = Numbers(groups.count(certain.true.flags).astype(np.int64))
        return _without(counts, unsure, run, groups)
    value = run.value(node.body, inner)  # type: ignore[arg-type]
    sure = known(value)
    if sure is not True:
        unknown = _unknown(certain.true, sure)
        unsure = union([unsure, _owners(groups, unknown)])
    present = certain.true.without(spread(nones(value), inner.size))
    if isinstance(sure, Plane):
        present = present & sure
    elif not sure:
        present = Plane.full(inner.size, value=False)
    numbers = ratio(as_numbers(value, inner.size))
    num, den = groups.reduce(node.kind, present.flags, numbers)
    none = None if node.kind == "sum" else Plane.of(~groups.any(present.flags))
    return _without(Numbers(num, den, None, none), unsure, run, groups)


def _owners(groups: Groups, rows: Plane | None) -> Plane | None:
    return None if rows is None else Plane.of(groups.any(rows.flags))


def _without(column: Column, unsure: Plane | None, run: Run, groups: Groups) -> Column:
    return column if unsure is None else masked(column, ~unsure, groups.size, run.pool)


def _over_reference(node: tree.Aggregate, count: int, run: Run, frame: Frame) -> Column:
    """Return the aggregate over the rows of a reference table, one after another, each with its own constants."""
    size = frame.size
    frames = [frame.with_fixed(node.variable, row) for row in range(count)]
    rows = [(run.truth(node.filter, one) if node.filter is not None else YES, one) for one in frames]
    if node.kind == "any":
        found: Truths = NO
        for kept, one in rows:
            found = either(found, both(kept, run.truth(node.body, one)))  # type: ignore[arg-type]
        return found
    if node.kind == "all":
        found = YES
        for kept, one in rows:
            found = both(found, either(opposite(kept), run.truth(node.body, one)))  # type: ignore[arg-type]
        return found
    unsure: Plane | None = None
    result: Column = Constant(None) if node.kind in ("min", "max") else Constant(0)
    for kept, one in rows:
        if isinstance(kept, Constant) and kept.value is False:
            continue
        certain = as_truth(kept, size)
        unsure = union([unsure, certain.open])
        value = Constant(1) if node.kind == "count" else run.value(node.body, one)  # type: ignore[arg-type]
        sure = known(value)
        if sure is not True:
            unsure = union([unsure, _unknown(certain.true, sure)])
        present = certain.true.without(spread(nones(value), size))
        result = _joined(node.kind, result, value, present, run, size)
    return result if unsure is None else masked(result, ~unsure, size, run.pool)


def _joined(kind: str, result: Column, value: Column, present: Plane, run: Run, size: int) -> Column:
    if kind in ("count", "sum"):
        added = choose(Truth(present), value, Constant(0), size, run.pool)
        return Numbers(*exact.add(ratio(as_numbers(result, size)), ratio(as_numbers(added, size))))
    better = as_truth(compare("<" if kind == "min" else ">", value, result, size, run.pool), size).true
    first = spread(nones(result), size)
    chosen = present & (better if first is None else better | first)
    return choose(Truth(chosen), value, result, size, run.pool)


def _unknown(rows: Plane, sure: Plane | bool | None) -> Plane:
    """Return those of the rows whose value is unknown."""
    return rows.without(sure) if isinstance(sure, Plane) else rows
