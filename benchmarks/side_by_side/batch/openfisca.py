"""OpenFisca over columns: inputs set, every rule calculated, all in the memory of one simulation."""

from __future__ import annotations

from typing import Any

from benchmarks.side_by_side.batch import BatchEngine, Cases, Prepared
from benchmarks.side_by_side.form import Base
from benchmarks.side_by_side.one_case.openfisca import simulate, system


def prepare(base: Base, cases: Cases) -> Prepared:
    """Load the rule set; the columns are NumPy's already."""
    found, rules = system(base), list(base.rules)
    columns = {id_: column if column.dtype == bool else column.astype("int32") for id_, column in cases.columns.items()}

    def run() -> list[Any]:
        return simulate(found, columns, rules, cases.count)

    return Prepared(
        run,
        lambda arrays: ([int(one.sum()) for one in arrays], [0] * len(arrays)),
        lambda arrays, count: list(map(list, zip(*(one[:count].tolist() for one in arrays), strict=True))),
    )


ENGINE = BatchEngine("OpenFisca", prepare, "a variable with a formula for each rule, one thread", "openfisca-core")
