"""Cases as a batch, and the columns of a run as situations: how single cases go through this engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ruleset.engines.columns.frames import Batch, Table
from ruleset.engines.columns.planes import Plane
from ruleset.engines.columns.run import Run
from ruleset.engines.columns.values import Column, Pool, as_truth, from_values, to_values
from ruleset.expressions.evaluate import Truth as TruthValue
from ruleset.model import Case
from ruleset.situation import Place
from ruleset.types import UNKNOWN, Value


def batch_of(cases: Sequence[Case], pool: Pool) -> Batch:
    """Return cases as columns."""
    answers = {
        id: from_values([case.answers.get(id, UNKNOWN) for case in cases], pool)
        for id in dict.fromkeys(id for case in cases for id in case.answers)
    }
    kinds = dict.fromkeys(kind for case in cases for kind in case.records)
    records = {kind: _table(kind, cases, pool) for kind in kinds}
    return Batch(len(cases), from_values([case.on for case in cases], pool), answers, records)


def _table(kind: str, cases: Sequence[Case], pool: Pool) -> Table:
    rows = [(number, row) for number, case in enumerate(cases) for row in case.records.get(kind, ())]
    fields: dict[str, Column] = {
        id: from_values([row.get(id, UNKNOWN) for _, row in rows], pool)
        for id in dict.fromkeys(id for _, row in rows for id in row)
    }
    counted = np.fromiter((kind in case.records for case in cases), np.bool_, len(cases))
    owners = np.fromiter((number for number, _ in rows), np.intp, len(rows))
    return Table(owners, fields, None if counted.all() else Plane.of(counted))


def situations(run: Run) -> Iterator[tuple[Mapping[Place, Value], Mapping[Place, TruthValue]]]:
    """Yield, for each case, every value and every status that the run has for it."""
    values: list[dict[Place, Value]] = [{} for _ in range(run.batch.size)]
    statuses: list[dict[Place, TruthValue]] = [{} for _ in range(run.batch.size)]
    for id, definition in run.ruleset.definitions.items():
        for row in run.rows_of(definition.record):
            if _absent(run, definition.record):
                continue
            column = run.definition(id, row)
            _hand_out(run, id, definition.record, row, column, definition.type.kind, values)
    for id, rule in run.ruleset.rules.items():
        for row in run.rows_of(rule.record):
            if _absent(run, rule.record):
                continue
            size = run.frame_of(rule.record, row).size
            column = as_truth(run.rule(id, row), size)
            _hand_out(run, id, rule.record, row, column, "yes_no", statuses)  # type: ignore[arg-type]
    yield from zip(values, statuses, strict=True)


def _absent(run: Run, record: str) -> bool:
    return bool(record) and run.ruleset.records[record].rows is None and record not in run.batch.records


def _hand_out(
    run: Run, id: str, record: str, row: int | None, column: Column, kind: str, found: list[dict[Place, Value]]
) -> None:
    frame = run.frame_of(record, row)
    values = to_values(column, kind, frame.size, run.pool)
    if frame.cases is None:
        for held, value in zip(found, values, strict=True):
            held[id, row] = value
        return
    counts = np.bincount(frame.cases, minlength=run.batch.size)
    starts = np.cumsum(counts) - counts
    numbers = np.arange(len(frame.cases)) - starts[frame.cases]
    for case, number, value in zip(frame.cases.tolist(), numbers.tolist(), values, strict=True):
        found[case][id, number] = value
