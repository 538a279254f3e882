"""Cases as tables: what a batch reads, from cases in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import pyarrow as pa

from ruleset.batch.layout import CASE, KNOWN, NONE, ON, ROW, questions_of
from ruleset.model import Case, Question, RuleSet
from ruleset.types import UNKNOWN, Kind, Value, decimal_text

_TYPES: Final[Mapping[Kind, pa.DataType]] = {
    "yes_no": pa.bool_(),
    "choice": pa.string(),
    "text": pa.string(),
    "choices": pa.list_(pa.string()),
    "integer": pa.int64(),
    "number": pa.decimal128(38, 12),
    "money": pa.decimal128(18, 2),
    "date": pa.date32(),
}


def tables_of(ruleset: RuleSet, cases: Mapping[str, Case]) -> tuple[pa.Table, dict[str, pa.Table]]:
    """Return cases, by their ids, as a table of cases and one of records for each type.

    Args:
        ruleset: whose questions the cases answer.
        cases: by `case_id`.
    """
    given = list(cases.values())
    columns = {CASE: pa.array(list(cases)), ON: pa.array([case.on for case in given], pa.date32())}
    for id, question in questions_of(ruleset).items():
        columns |= _columns(question, [case.answers.get(id, UNKNOWN) for case in given])
    records = {}
    for kind, record in ruleset.records.items():
        if record.rows is not None:
            continue
        columns[f"{kind}{KNOWN}"] = pa.array([kind in case.records for case in given])
        rows = [
            (id, number, row) for id, case in cases.items() for number, row in enumerate(case.records.get(kind, ()))
        ]
        held = {
            CASE: pa.array([id for id, *_ in rows], pa.string()),
            ROW: pa.array([row[1] for row in rows], pa.int64()),
        }
        for id, field in record.fields.items():
            held |= _columns(field, [row.get(id, UNKNOWN) for *_, row in rows])
        records[kind] = pa.table(held)
    return pa.table(columns), records


def _columns(question: Question, values: Sequence[Value]) -> dict[str, pa.Array]:
    kind = question.type.kind
    found = {question.id: pa.array([_cell(value, kind) for value in values], _TYPES[kind])}
    if question.domain.optional:
        found[f"{question.id}{NONE}"] = pa.array([value is None for value in values])
    return found


def _cell(value: Value, kind: Kind) -> object:
    if value is None or value is UNKNOWN:
        return None
    if isinstance(value, frozenset):
        return sorted(value)
    if kind in ("number", "money"):
        return Decimal(decimal_text(value))  # type: ignore[arg-type]
    return value
