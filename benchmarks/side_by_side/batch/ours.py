"""Our columns engine: bit planes with NumPy, chunk by chunk, one core; unlike the others it has three values always."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from benchmarks.side_by_side.batch import BatchEngine, Cases, Prepared
from benchmarks.side_by_side.form import Base, Input
from benchmarks.side_by_side.one_case.ours import ON, load

CHUNK = 1 << 16
EPOCH = 719_163


def prepare(base: Base, cases: Cases) -> Prepared:
    """Load the rule set and the cases."""
    from ruleset.engines.columns import Batch, Pool, Run, make_plan
    from ruleset.engines.columns.planes import Plane, Truth
    from ruleset.engines.columns.values import Constant, Numbers, Words, as_truth

    plan, pool = make_plan(load(base)), Pool()
    codes = {one.id: np.array([pool.code(choice) for choice in one.choices], np.int32) for one in base.inputs}

    def column(one: Input, rows: slice) -> Any:
        held = cases.columns[one.id][rows]
        known = Plane.of(~cases.unknown[one.id][rows]) if one.id in cases.unknown else None
        if one.kind == "yes_no":
            true = Plane.of(held)
            return Truth(true) if known is None else Truth(true & known, known.without(true))
        if one.kind == "choice":
            return Words(codes[one.id][held], known)
        return Numbers(held.astype(np.int64) + EPOCH if one.kind == "date" else held, 1, known)

    def chunks() -> Iterator[list[Truth]]:
        for start in range(0, cases.count, CHUNK):
            rows = slice(start, min(start + CHUNK, cases.count))
            size = rows.stop - rows.start
            batch = Batch(size, Constant(ON), {one.id: column(one, rows) for one in base.inputs})
            run = Run(plan, batch, pool)
            found = [as_truth(run.rule(id_), size) for id_ in base.rules]
            for truth in found:
                truth.true.words  # noqa: B018  packed, as it is kept
                if truth.false is not None:
                    truth.false.words  # noqa: B018
            yield found

    def counts(found: list[list[Truth]]) -> tuple[list[int], list[int]]:
        held = [sum(truth.true.count() for truth in column) for column in zip(*found, strict=True)]
        unsure = [sum(0 if t.open is None else t.open.count() for t in column) for column in zip(*found, strict=True)]
        return held, unsure

    def rows(found: list[list[Truth]], count: int) -> list[list[bool | None]]:
        return [
            [
                None if truth.open is not None and truth.open.flags[row] else bool(truth.true.flags[row])
                for truth in found[0]
            ]
            for row in range(count)
        ]

    return Prepared(lambda: list(chunks()), counts, rows)


ENGINE = BatchEngine("ours, columns", prepare, "bit planes with NumPy, 65 536 cases a chunk, one core", unknown=True)
