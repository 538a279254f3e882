"""DuckDB: the query that a programmer would write, over a table of its own, its result taken as an Arrow table.

A new table for the result, or the query over an Arrow table, took about twice as long.
"""

from __future__ import annotations

import datetime as dt

from benchmarks.side_by_side.batch import BatchEngine, Cases, Prepared, arrow, counts_of, rows_of
from benchmarks.side_by_side.form import Base, Value, plain
from benchmarks.side_by_side.written import Syntax


def constant(value: Value) -> str:
    """Return a constant as SQL writes it."""
    if isinstance(value, dt.date):
        return f"DATE '{value}'"
    return f"'{value}'" if isinstance(value, str) else str(plain(value))


SYNTAX = Syntax(constant, both=" AND ", either=" OR ", negation="NOT {}", equal="=", different="<>")


def query(base: Base) -> str:
    """Return the query over the table `cases`."""
    known = ", ".join(f"{SYNTAX.condition(condition)} AS {id_}" for id_, condition in base.definitions.items())
    rules = ", ".join(f"{SYNTAX.condition(condition)} AS {id_}" for id_, condition in base.rules.items())
    return f"WITH known AS (SELECT *, {known} FROM cases) SELECT {rules} FROM known"  # noqa: S608  our own form


def prepare(base: Base, cases: Cases) -> Prepared:
    """Load the cases into a table."""
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    connection.register("source", arrow(base, cases))
    connection.execute(f"CREATE TYPE letter AS ENUM ({', '.join(map(constant, base.inputs[5].choices))})")
    columns = (f"{one.id}::letter AS {one.id}" if one.kind == "choice" else one.id for one in base.inputs)
    connection.execute(f"CREATE TABLE cases AS SELECT {', '.join(columns)} FROM source")  # noqa: S608  our own form
    connection.unregister("source")
    text = query(base)
    return Prepared(lambda: connection.sql(text).to_arrow_table(), counts_of, rows_of)


ENGINE = BatchEngine("hand-written DuckDB SQL", prepare, "one query over a table, one thread", "duckdb", unknown=True)
