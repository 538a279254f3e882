"""One chunk of a batch: its cells read, its cases evaluated, what is wrong set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruleset.batch.cells import Faults, read_cells, with_none
from ruleset.batch.faults import Reject
from ruleset.batch.layout import CASE, ON, ROW, Columns, case_columns, questions_of, record_columns
from ruleset.batch.queried import Queries
from ruleset.batch.results import Writing, record_types, table, within
from ruleset.engines.columns import Batch, Pool, Run, Table, make_plan
from ruleset.engines.columns.comparing import choose
from ruleset.engines.columns.frames import Frame
from ruleset.engines.columns.planes import Plane, Truth
from ruleset.engines.columns.values import Column, Constant
from ruleset.model import RuleSet
from ruleset.types import DATE, UNKNOWN, Domain

_DAY = Domain(DATE)
TOO_LONG = "une valeur calculée a plus de chiffres qu'une colonne ne peut en contenir"


@attrs.frozen(eq=False)
class Rows:
    """The records of some cases: their cells, the place of the case of each, the line of each in its table."""

    cells: pa.Table
    owners: NDArray[np.intp]
    lines: NDArray[np.int64]


@attrs.frozen(eq=False)
class Chunk:
    """Some cases in a row, the first on line `first` of their table (from 1), with their records.

    `refused` are the rows that are refused before anything is read, with the reason.
    """

    first: int
    cases: pa.Table
    records: Mapping[str, Rows] = attrs.field(factory=dict)
    refused: Mapping[int, str] = attrs.field(factory=dict)


@attrs.frozen(eq=False)
class Evaluated:
    """What a chunk gives: a table of the cases, one for each record type of which something is concluded, the cases set
    aside, and in how many cases something went wrong inside (a division by zero, a failing function), None where a
    database computed it, which does not tell.
    """

    cases: pa.Table
    records: Mapping[str, pa.Table]
    rejects: tuple[Reject, ...]
    troubled: int | None


def evaluate_chunk(
    ruleset: RuleSet,
    chunk: Chunk,
    on: dt.date,
    pool: Pool,
    names: Mapping[str, str],
    *,
    extra: bool = False,
    queries: Queries | None = None,
) -> Evaluated:
    """Return what a rule set says of the cases of a chunk.

    Args:
        ruleset: from `load`.
        chunk: the cases.
        on: the date of law of cases that name none.
        pool: shared by all the chunks of a batch.
        names: what messages call the table of cases (under `""`) and those of records.
        extra: whether columns that answer no question are left aside.
        queries: what computes in a database instead.

    Raises:
        BatchError: the columns do not fit the rule set, or the database cannot compute them.
    """
    reading = _Reading(ruleset, chunk, names, pool, extra=extra)
    run = Run(make_plan(ruleset), reading.batch(on), pool)
    writing = Writing(run, reading.too_long)
    held = queries.columns(writing, chunk.first) if queries else None
    answered = held or {}
    found = table(writing, {CASE: chunk.cases[CASE]}, "", answered.get(""))
    records = {
        kind: table(
            writing,
            {CASE: rows.cells[CASE], ROW: pa.array(within(rows.owners, chunk.cases.num_rows))},
            kind,
            answered.get(kind),
        )
        for kind in record_types(ruleset)
        if (rows := chunk.records.get(kind)) is not None
    }
    kept = ~reading.refused
    if not kept.all():
        found = found.filter(pa.array(kept))
        records = {kind: one.filter(pa.array(kept[chunk.records[kind].owners])) for kind, one in records.items()}
    troubled = int((run.troubled_flags() & kept).sum()) if held is None else None
    return Evaluated(found, records, tuple(reading.rejects), troubled)


class _Reading:
    """The columns of a chunk as they are read; `refused` are the cases set aside."""

    def __init__(self, ruleset: RuleSet, chunk: Chunk, names: Mapping[str, str], pool: Pool, *, extra: bool) -> None:
        self._ruleset = ruleset
        self._chunk = chunk
        self._names = names
        self._pool = pool
        self._extra = extra
        self.rejects: list[Reject] = []
        self.refused = np.zeros(chunk.cases.num_rows, np.bool_)
        for row, reason in chunk.refused.items():
            self._reject("", row, (CASE, self._case(row), reason))

    def batch(self, on: dt.date) -> Batch:
        """Return the cases as columns."""
        cases = self._chunk.cases
        columns = case_columns(self._ruleset, cases.column_names, self._names[""], extra=self._extra)
        answers = self._columns("", cases, columns)
        records = {kind: self._table(kind, columns) for kind in self._chunk.records}
        return Batch(cases.num_rows, self._days(on), answers, records)

    def _days(self, on: dt.date) -> Column:
        cases = self._chunk.cases
        if ON not in cases.column_names:
            return Constant(on)
        day, faults = read_cells(cases[ON], _DAY, self._pool)
        self._set_aside("", ON, faults)
        if isinstance(day, Constant):
            return Constant(on)
        given = day.known
        return day if given is None else choose(Truth(given), day, Constant(on), cases.num_rows, self._pool)

    def _table(self, kind: str, columns: Columns) -> Table:
        rows = self._chunk.records[kind]
        names = rows.cells.column_names
        own = record_columns(self._ruleset, kind, names, self._names[kind], extra=self._extra)
        fields = self._columns(kind, rows.cells, own)
        name = next((name for name, record in columns.known.items() if record == kind), None)
        if name is None:
            return Table(rows.owners, fields)
        flags = pc.fill_null(self._chunk.cases[name].cast(pa.bool_()), fill_value=True)
        counted = np.asarray(flags.to_numpy(), dtype=np.bool_)
        return Table(rows.owners, fields, None if counted.all() else Plane.of(counted))

    def _columns(self, kind: str, cells: pa.Table, columns: Columns) -> dict[str, Column]:
        found: dict[str, Column] = {}
        for id, question in columns.questions.items():
            found[id], faults = read_cells(cells[id], question.domain, self._pool)
            self._set_aside(kind, id, faults)
        for name, id in columns.nones.items():
            domain = questions_of(self._ruleset, kind)[id].domain
            column = found.get(id, Constant(UNKNOWN))
            found[id], faults = with_none(column, cells[name], domain, cells.num_rows, self._pool)
            self._set_aside(kind, name, faults)
        return found

    def too_long(self, frame: Frame, rows: NDArray[np.intp]) -> None:
        """Set aside the cases of values that no column can hold."""
        for case in dict.fromkeys((rows if frame.cases is None else frame.cases[rows]).tolist()):
            if not self.refused[case]:
                self._reject("", case, ("", "", TOO_LONG))

    def _set_aside(self, kind: str, column: str, faults: Faults) -> None:
        for row, value, reason in faults:
            self._reject(kind, row, (column, value, reason))

    def _reject(self, kind: str, row: int, said: tuple[str, str, str]) -> None:
        rows = self._chunk.records.get(kind)
        case = row if rows is None else int(rows.owners[row])
        line = self._chunk.first + row if rows is None else int(rows.lines[row])
        self.rejects.append(Reject(self._names[kind], line, self._case(case), *said))
        self.refused[case] = True

    def _case(self, row: int) -> str:
        return str(self._chunk.cases[CASE][row].as_py())
