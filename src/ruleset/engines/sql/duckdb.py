"""The SQL of a rule set run by DuckDB, inside the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import attrs
from sqlglot import exp

from ruleset.engines.sql.inputs import Layout, Place, Raw, raw_questions
from ruleset.engines.sql.query import Query
from ruleset.engines.sql.syntax import FALSE, NoSqlFormError
from ruleset.engines.sql.terms import PERIOD_BASE, Term
from ruleset.expressions.evaluate import Truth
from ruleset.model import Case, RuleSet
from ruleset.program import Program, Step
from ruleset.situation import NUMBER_DECIMALS, Situation
from ruleset.situation import Place as Where
from ruleset.types import UNKNOWN, Period, Value, decimals_of, whole

KEPT: Final = 32


@attrs.frozen
class Decoded:
    """How a step is read back: the columns of its value, of *none* and of its divisor, by position."""

    step: Step
    term: Term
    value: int | None
    none: int | None
    divisor: int | None


@attrs.frozen(eq=False)
class Compiled:
    """The queries of a rule set by record type ("" for the cases), and what their columns mean; `failed` has no form."""

    queries: Mapping[str, str]
    decoded: Mapping[str, tuple[Decoded, ...]]
    failed: Mapping[Step, str]
    raw: Mapping[Place, Raw]


def compile_raw(ruleset: RuleSet, dialect: str = "duckdb", layout: Layout | None = None) -> Compiled:
    """Return queries that give every definition's value and every rule's truth, as they are computed."""
    query = Query(ruleset, dialect, layout or Layout())
    reader = query.main
    homes: dict[str, list[tuple[Step, Term]]] = {"": []}
    for step in reader.program.order:
        node = reader.program.node(step)
        try:
            term = reader.step(step)
        except NoSqlFormError:
            continue
        homes.setdefault(reader.record_context(node.record) if node.record else "", []).append((step, term))
    queries, decoded = {}, {}
    for context, terms in homes.items():
        outputs: dict[str, exp.Expression] = {}
        decoded[context] = tuple(_outputs(step, term, outputs, 2 if context else 1) for step, term in terms)
        queries[context] = query.select(context, outputs).sql(dialect, copy=False)
    return Compiled(queries, decoded, dict(reader.failed), query.raw)


def _outputs(step: Step, term: Term, outputs: dict[str, exp.Expression], first: int) -> Decoded:
    def add(one: exp.Expression | None) -> int | None:
        if not isinstance(one, exp.Column):
            return None
        outputs[f"c{len(outputs)}"] = one
        return first + len(outputs) - 1

    return Decoded(step, term, add(term.value), add(term.none), add(term.scale.divisor))


def decode(one: Decoded, row: Sequence[Any]) -> Value:
    """Return the value of a step in a row of its query."""
    term = one.term
    none = row[one.none] if one.none is not None else term.none != FALSE
    if none:
        return None
    if one.value is None:
        return term.constant
    found = row[one.value]
    if found is None:
        return UNKNOWN
    divisor = row[one.divisor] if one.divisor is not None else 1
    return _value(term, found, divisor)


def _value(term: Term, found: Any, divisor: int) -> Value:
    if term.kind == "number":
        return whole(Fraction(int(found)) * term.scale.factor / int(divisor))
    if term.kind == "choices":
        return frozenset(code for n, code in enumerate(term.codes) if int(found) >> n & 1)
    if term.kind == "period":
        months, days = divmod(int(found) + PERIOD_BASE // 2, PERIOD_BASE)
        return Period(months, days - PERIOD_BASE // 2)
    if term.kind == "list":
        assert term.of is not None
        return tuple(_value(term.of, item, 1) for item in found)
    return found  # type: ignore[no-any-return]


class SqlEngine:
    """Computes cases by the SQL query of their rule set in DuckDB. What has no SQL form is left to the reference
    evaluator, which also tells the diagnostics (SQL has none).
    """

    name: str = "sql (duckdb)"

    def __init__(self) -> None:
        import duckdb

        self._connection = duckdb.connect()
        # The query is factored already; for a few cases, to optimize it costs more than to run it.
        self._connection.execute("PRAGMA disable_optimizer")
        self._compiled: OrderedDict[object, Compiled] = OrderedDict()

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
        cursor = self._connection.cursor()
        create_tables(cursor, compiled.raw, cases)
        found: list[tuple[dict[Where, Value], dict[Where, Truth]]] = [({}, {}) for _ in cases]
        for context, text in compiled.queries.items():
            for row in cursor.execute(text).fetchall():
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
        found = self._compiled.pop(key, None) or compile_raw(ruleset, "duckdb", layout)
        self._compiled[key] = found
        while len(self._compiled) > KEPT:
            self._compiled.popitem(last=False)
        return found


def decimals_in(ruleset: RuleSet, cases: Iterable[Case]) -> dict[Place, int]:
    """Return the decimals that number questions need for some cases, where more than the contract gives."""
    usual = {place: raw.decimals for place, raw in raw_questions(ruleset, Layout()).items() if raw.kind == "number"}
    found: dict[Place, int] = {}
    for case in cases:
        answered = [("", case.answers), *((record, row) for record, rows in case.records.items() for row in rows)]
        for record, answers in answered:
            for id, value in answers.items():
                if (record, id) in usual and isinstance(value, Fraction):
                    needed = decimals_of(value) or 0
                    if needed > found.get((record, id), usual[record, id]):
                        found[record, id] = min(needed, NUMBER_DECIMALS + 3)
    return found


def create_tables(cursor: Any, raw: Mapping[Place, Raw], cases: Sequence[Case]) -> None:
    """Fill the tables of the contract with some cases, numbered from 0."""
    by_record: dict[str, list[tuple[str, Raw]]] = {"": []}
    for (record, id), one in raw.items():
        by_record.setdefault(record, []).append((id, one))
    records = [record for record in by_record if record]
    extra = [("on", "DATE"), *((f"{record}__known", "BOOLEAN") for record in records)]
    rows: list[list[Any]] = []
    for number, case in enumerate(cases):
        known = [record in case.records for record in records]
        rows.append([number, case.on, *known, *_cells(by_record[""], case.answers)])
    _fill(cursor, "cases", [("case_id", "BIGINT"), *extra], by_record[""], rows)
    for record in records:
        rows = [
            [number, place, *_cells(by_record[record], answers)]
            for number, case in enumerate(cases)
            for place, answers in enumerate(case.records.get(record, ()))
        ]
        _fill(cursor, record, [("case_id", "BIGINT"), ("row", "BIGINT")], by_record[record], rows)


def _fill(
    cursor: Any, table: str, keys: list[tuple[str, str]], questions: list[tuple[str, Raw]], rows: list[list[Any]]
) -> None:
    columns = list(keys)
    for id, one in questions:
        columns.append((id, one.sql_type() if one.kind != "mixed" else "TEXT"))
        if one.optional:
            columns.append((f"{id}__none", "BOOLEAN"))
    name = exp.to_identifier(table, quoted=True)
    schema = exp.Schema(
        this=exp.Table(this=name),
        expressions=[
            exp.ColumnDef(this=exp.to_identifier(column, quoted=True), kind=exp.DataType.build(kind))
            for column, kind in columns
        ],
    )
    cursor.execute(exp.Create(this=schema, kind="TABLE", replace=True).sql("duckdb"))
    if rows:
        marks = exp.Tuple(expressions=[exp.Placeholder() for _ in columns])
        insert = exp.Insert(this=exp.Table(this=name.copy()), expression=exp.Values(expressions=[marks]))
        cursor.executemany(insert.sql("duckdb"), rows)


def _cells(questions: list[tuple[str, Raw]], answers: Mapping[str, Value]) -> list[Any]:
    found: list[Any] = []
    for id, one in questions:
        value = answers.get(id, UNKNOWN)
        found.append(_cell(value))
        if one.optional:
            found.append(value is None)
    return found


def _cell(value: Value) -> Any:
    if value is UNKNOWN or value is None:
        return None
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value
