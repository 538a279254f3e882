"""Whole columns of cases, measured: complete ones, and some with missing answers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # read when Polars is imported; every engine has one thread here

from benchmarks.side_by_side import batch, form
from benchmarks.side_by_side.batch import BatchEngine, Cases, Prepared
from benchmarks.side_by_side.form import Base
from benchmarks.side_by_side.measures import FAILURES, Measured, Scale, said
from benchmarks.side_by_side.one_case import ours as reference
from benchmarks.side_by_side.results import UNKNOWN_MARK
from benchmarks.side_by_side.timing import interleaved, processor

SAMPLE: Final = 300
"""Rows that are compared with the reference evaluator; of all the others, how many hold and how many are open."""
UNKNOWN_SHARE: Final = 0.15
BUDGET: Final = 25.0
"""Seconds that one engine may take in one measure."""


def batches(engines: Sequence[BatchEngine], rules: int, count: int, scale: Scale) -> Measured:
    """Measure so many complete cases, from columns in memory to the answers of each rule in memory."""
    return _measured(engines, rules, {"": batch.draw(form.generate(rules), count)}, scale)


def with_unknown(engines: Sequence[BatchEngine], rules: int, count: int, scale: Scale) -> Measured:
    """Measure complete cases beside cases of which 15 % of the answers are missing, where an engine takes them."""
    base = form.generate(rules)
    able = [engine for engine in engines if engine.unknown]
    return _measured(
        able, rules, {"": batch.draw(base, count), UNKNOWN_MARK: batch.draw(base, count, UNKNOWN_SHARE)}, scale
    )


def _measured(engines: Sequence[BatchEngine], rules: int, given: Mapping[str, Cases], scale: Scale) -> Measured:
    base, found = form.generate(rules), Measured(rules)
    runs = {
        f"{name}{mark}": processor(prepared.run)
        for mark, cases in given.items()
        for name, prepared in _loaded(engines, base, cases, found).items()
    }
    found.times = interleaved(runs, scale.batch_rounds, BUDGET)
    return found


def _loaded(engines: Sequence[BatchEngine], base: Base, cases: Cases, found: Measured) -> dict[str, Prepared]:
    """Return the engines that answer as the reference evaluator does; `found` says why others do not take part."""
    sample = [cases.case(base, row) for row in range(min(SAMPLE, cases.count))]
    truths = reference.statuses(base, reference.loaded(base), sample)
    loaded: dict[str, Prepared] = {}
    counted: dict[str, Any] = {}
    for engine in engines:
        try:
            prepared = engine.prepare(base, cases)
            answered = prepared.run()
        except FAILURES as error:
            found.missing[engine.name] = said(error)
            continue
        wrong = [row for row, truth in zip(prepared.rows(answered, len(sample)), truths, strict=True) if row != truth]
        if wrong:
            found.missing[engine.name] = f"differs from the reference evaluator in {len(wrong)} cases of {len(sample)}"
            continue
        counted[engine.name] = prepared.counts(answered)
        loaded[engine.name] = prepared
    usual = list(counted.values())
    for name, counts in counted.items():
        if usual.count(counts) * 2 < len(usual):
            found.missing[name] = "differs from the other engines in how many cases its rules hold for"
            del loaded[name]
    return loaded
