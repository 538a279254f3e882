"""Cases as tables of a database, by the contract of `inputs`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from sqlglot import exp

from ruleset.engines.sql.inputs import Layout, Place, Raw, raw_questions
from ruleset.model import Case, RuleSet
from ruleset.situation import NUMBER_DECIMALS
from ruleset.types import UNKNOWN, Value, decimals_of


class Cursor(Protocol):
    """A cursor of the Python database interface."""

    def execute(self, query: str, /) -> Any:
        """Run a statement."""

    def executemany(self, query: str, parameters: Sequence[Sequence[Any]], /) -> Any:
        """Run a statement for each row of parameters."""

    def fetchall(self) -> list[Any]:
        """Return the rows of the last statement."""


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


def create_tables(cursor: Cursor, raw: Mapping[Place, Raw], cases: Sequence[Case], dialect: str = "duckdb") -> None:
    """Make the tables of the contract, in place of those of the same names, and fill them with some cases, numbered
    from 0.
    """
    by_record: dict[str, list[tuple[str, Raw]]] = {"": []}
    for (record, id), one in raw.items():
        by_record.setdefault(record, []).append((id, one))
    records = [record for record in by_record if record]
    extra = [("on", "DATE"), *((f"{record}__known", "BOOLEAN") for record in records)]
    rows: list[list[Any]] = []
    for number, case in enumerate(cases):
        known = [record in case.records for record in records]
        rows.append([number, case.on, *known, *_cells(by_record[""], case.answers)])
    _fill(cursor, dialect, "cases", [("case_id", "BIGINT"), *extra], by_record[""], rows)
    for record in records:
        rows = [
            [number, place, *_cells(by_record[record], answers)]
            for number, case in enumerate(cases)
            for place, answers in enumerate(case.records.get(record, ()))
        ]
        _fill(cursor, dialect, record, [("case_id", "BIGINT"), ("row", "BIGINT")], by_record[record], rows)


def _fill(
    cursor: Cursor,
    dialect: str,
    table: str,
    keys: list[tuple[str, str]],
    questions: list[tuple[str, Raw]],
    rows: list[list[Any]],
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
    cursor.execute(exp.Drop(tables=[exp.Table(this=name.copy())], kind="TABLE", exists=True).sql(dialect))
    cursor.execute(exp.Create(this=schema, kind="TABLE").sql(dialect))
    if rows:
        marks = exp.Tuple(expressions=[exp.Placeholder() for _ in columns])
        insert = exp.Insert(this=exp.Table(this=name.copy()), expression=exp.Values(expressions=[marks]))
        text = insert.sql("duckdb")
        cursor.executemany(text.replace("%", "%%").replace("?", "%s") if dialect == "postgres" else text, rows)


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
