"""The SQL of a rule set run by a database: DuckDB inside the process, or PostgreSQL."""

from __future__ import annotations

import abc
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from ruleset.engines.sql.cases import Cursor, create_tables, decimals_in
from ruleset.engines.sql.decoding import Compiled, compile_raw, decode
from ruleset.engines.sql.inputs import Layout
from ruleset.expressions.evaluate import Truth
from ruleset.model import Case, RuleSet
from ruleset.program import Program
from ruleset.situation import Place as Where
from ruleset.situation import Situation
from ruleset.types import Value

KEPT: Final = 32
"""Rule sets whose queries are kept."""


class SqlEngine(abc.ABC):
    """Computes cases by the SQL queries of their rule set, in a database. What has no SQL form is left to the reference
    evaluator, which also tells the diagnostics (SQL has none).
    """

    name: str
    dialect: str

    def __init__(self) -> None:
        self._compiled: OrderedDict[object, Compiled] = OrderedDict()

    @abc.abstractmethod
    def cursor(self) -> Cursor:
        """Return a cursor where tables can be made."""

    def solve(self, program: Program, case: Case) -> Situation:
        """Return the case with every value and status computed."""
        return self.solve_all(program, [case])[0]

    def solve_all(self, program: Program, cases: Sequence[Case]) -> list[Situation]:
        """Return several cases, computed by one run of the queries."""
        found = []
        for case, (values, statuses) in zip(cases, self.computed(program, cases), strict=True):
            situation = Situation(program, case, values, statuses).compute()
            situation.diagnostics[:] = Situation(program, case).compute().diagnostics
            found.append(situation)
        return found

    def computed(self, program: Program, cases: Sequence[Case]) -> list[tuple[dict[Where, Value], dict[Where, Truth]]]:
        """Return the values and truths that SQL computes of some cases."""
        ruleset = program.ruleset
        compiled = self.compiled(ruleset, Layout(decimals=decimals_in(ruleset, cases)))
        cursor = self.cursor()
        create_tables(cursor, compiled.raw, cases, self.dialect)
        found: list[tuple[dict[Where, Value], dict[Where, Truth]]] = [({}, {}) for _ in cases]
        for context, text in compiled.queries.items():
            cursor.execute(text)
            for row in cursor.fetchall():
                number = row[1] if context else None
                values, statuses = found[row[0]]
                for one in compiled.decoded[context]:
                    kind, id = one.step
                    target: dict[Where, Any] = values if kind == "definition" else statuses
                    target[id, number] = decode(one, row)
        return found

    def compiled(self, ruleset: RuleSet, layout: Layout) -> Compiled:
        """Return the queries of a rule set, kept for the next case."""
        key = ((ruleset.id, ruleset.content) if ruleset.content else ruleset, tuple(sorted(layout.decimals.items())))
        found = self._compiled.pop(key, None) or compile_raw(ruleset, self.dialect, layout)
        self._compiled[key] = found
        while len(self._compiled) > KEPT:
            self._compiled.popitem(last=False)
        return found


class DuckDbEngine(SqlEngine):
    """Runs in DuckDB, in memory."""

    name = "sql (duckdb)"
    dialect = "duckdb"

    def __init__(self) -> None:
        import duckdb

        super().__init__()
        self._connection = duckdb.connect()
        # The query is factored already; for a few cases, to optimize it costs more than to run it.
        self._connection.execute("PRAGMA disable_optimizer")

    def cursor(self) -> Cursor:
        """Return a cursor of the database in memory."""
        return self._connection.cursor()


class PostgresEngine(SqlEngine):
    """Runs in PostgreSQL, in temporary tables that the connection takes with it."""

    name = "sql (postgres)"
    dialect = "postgres"

    def __init__(self, conninfo: str) -> None:
        """Connect to a server (`host=… dbname=…`)."""
        import psycopg

        super().__init__()
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._connection.execute("SET search_path TO pg_temp")
        # Compiling a query of hundreds of columns costs more than running it.
        self._connection.execute("SET jit TO off")

    def cursor(self) -> Cursor:
        """Return a cursor of the connection."""
        return self._connection.cursor()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
