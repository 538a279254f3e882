"""Polars: one lazy query, definitions as columns, then one Boolean column for each rule.

The lazy engine shares common parts itself; eager and streaming forms took two to three times as long.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

from benchmarks.side_by_side.batch import BatchEngine, Cases, Prepared, arrow, counts_of, rows_of
from benchmarks.side_by_side.form import Base, Comparison, Condition, Literal_

OPERATORS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def prepare(base: Base, cases: Cases) -> Prepared:
    """Load the cases into a data frame and write the query."""
    import polars as pl

    # Choices as an Enum of Polars: compared as small integers.
    choices = [pl.col(one.id).cast(pl.Enum(list(one.choices))) for one in base.inputs if one.kind == "choice"]
    frame: Any = pl.from_arrow(arrow(base, cases))
    frame = frame.with_columns(choices)

    def literal(one: Literal_) -> Any:
        if not isinstance(one, Comparison):
            return ~pl.col(one.definition) if one.negated else pl.col(one.definition)
        column = pl.col(one.input.id)
        if one.input.kind == "yes_no":
            return column if one.value else ~column
        return OPERATORS[one.operator](column, one.value)

    def expression(condition: Condition) -> Any:
        return reduce(and_, (reduce(or_, map(literal, clause)) for clause in condition))

    definitions = [expression(condition).alias(id_) for id_, condition in base.definitions.items()]
    rules = [expression(condition).alias(id_) for id_, condition in base.rules.items()]
    return Prepared(
        lambda: frame.lazy().with_columns(definitions).select(rules).collect(),
        lambda found: counts_of(found.to_arrow()),
        lambda found, count: rows_of(found.head(count).to_arrow(), count),
    )


ENGINE = BatchEngine("Polars", prepare, "one lazy query, `POLARS_MAX_THREADS=1`", "polars", unknown=True)
