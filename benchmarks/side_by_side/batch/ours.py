"""Our own engines on columns, one core: bit planes with NumPy, the whole way of a batch, and our SQL on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from benchmarks.side_by_side.batch import BatchEngine, Cases, Prepared, arrow, counts_of, rows_of
from benchmarks.side_by_side.form import Base, Input
from benchmarks.side_by_side.one_case.ours import ON, loaded

CHUNK = 1 << 18
EPOCH = 719_163


def by_columns(base: Base, cases: Cases) -> Prepared:
    """The engine itself: columns in, planes out."""
    from ruleset.engines.columns import Batch, Pool, Run, make_plan
    from ruleset.engines.columns.planes import Plane, Truth
    from ruleset.engines.columns.values import Constant, Numbers, Words, as_truth

    plan, pool = make_plan(loaded(base)), Pool()
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


def by_table(base: Base, cases: Cases) -> Prepared:
    """The whole way: every cell of an Arrow table checked, each case by its id, findings in an Arrow table."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from ruleset.batch import evaluate_table

    ruleset = loaded(base)
    table: Any = arrow(base, cases).append_column("case_id", pa.array(range(cases.count)).cast(pa.string()))

    def run() -> Any:
        found, _, rejects = evaluate_table(ruleset, table, on=ON)
        if rejects:
            raise RuntimeError(f"{len(rejects)} cases set aside: {rejects[0]}")
        return found

    def counts(found: Any) -> tuple[list[int], list[int]]:
        told = [found[f"finding.{id_}"] for id_ in base.rules]
        return tuple(  # type: ignore[return-value]
            [pc.sum(pc.equal(one, status)).as_py() or 0 for one in told] for status in ("holds", "open")
        )

    def rows(found: Any, count: int) -> list[list[bool | None]]:
        told = [found[f"finding.{id_}"][:count].to_pylist() for id_ in base.rules]
        return [[TRUTHS[status] for status in row] for row in zip(*told, strict=True)]

    return Prepared(run, counts, rows)


def by_sql(base: Base, cases: Cases) -> Prepared:
    """Our SQL, run by DuckDB over a table of the form that it asks for."""
    import duckdb

    from ruleset.engines.sql.decoding import compile_raw

    compiled = compile_raw(loaded(base))
    connection = duckdb.connect(config={"threads": 1})
    connection.register("source", arrow(base, cases))
    types = {id_: raw.sql_type() for (_, id_), raw in compiled.raw.items()}
    columns = (f"CAST({one.id} AS {types[one.id]}) AS {one.id}" for one in base.inputs if one.id in types)
    connection.execute(
        f"CREATE TABLE cases AS SELECT row_number() OVER () AS case_id, DATE '{ON}' AS \"on\", {', '.join(columns)} FROM source"  # noqa: S608, E501  our own form
    )
    connection.unregister("source")
    places = {one.step[1]: one.value for one in compiled.decoded[""] if one.step[0] == "rule"}
    order = [place for id_ in base.rules if (place := places[id_]) is not None]
    if len(order) != len(base.rules):
        raise RuntimeError("a rule is constant")

    def select(found: Any) -> Any:
        return found.sort_by("case_id").select(order)

    return Prepared(
        lambda: connection.sql(compiled.queries[""]).to_arrow_table(),
        lambda found: counts_of(select(found)),
        lambda found, count: rows_of(select(found), count),
    )


TRUTHS = {"holds": True, "ruled_out": False, "open": None}
COLUMNS = BatchEngine(
    "ours, columns", by_columns, "bit planes with NumPy, 131 072 cases a chunk, one core", unknown=True
)
TABLE = BatchEngine(
    "ours, evaluate_table", by_table, "the whole way of a batch: cells and ids checked, findings as Arrow", unknown=True
)
SQL = BatchEngine("ours, SQL on DuckDB", by_sql, "the query of `ruleset sql`, one thread", unknown=True)
