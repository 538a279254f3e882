"""What a row of a column stands for: a case, a record of it, a pair of records."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ruleset.engines.columns import exact
from ruleset.engines.columns.planes import Flags, Plane
from ruleset.engines.columns.values import Column, Rows

Key: TypeAlias = tuple[object, ...]


@attrs.frozen(eq=False)
class Table:
    """The records of one type of a batch: the case of each, in the order of the cases, and their answers.

    `counted` are the cases whose list of records is known; None where all are.
    """

    cases: Rows
    fields: Mapping[str, Column]
    counted: Plane | None = None

    @property
    def size(self) -> int:
        """How many records."""
        return len(self.cases)


@attrs.frozen(eq=False)
class Batch:
    """Cases in columns. A question or a type of records that is absent is unknown in every case."""

    size: int
    on: Column
    answers: Mapping[str, Column]
    records: Mapping[str, Table] = attrs.field(factory=dict)


@attrs.frozen(eq=False)
class Frame:
    """The rows in which an expression is computed.

    `cases` gives the case of each row (None where the rows are the cases), `rows` the record that each variable stands
    for (None where it is the row itself), `fixed` the row of a reference table that a variable stands for.
    """

    size: int
    cases: Rows | None = None
    rows: Mapping[str, Rows | None] = attrs.field(factory=dict)
    fixed: Mapping[str, int] = attrs.field(factory=dict)
    records: Mapping[str, str] = attrs.field(factory=dict)

    @functools.cached_property
    def key(self) -> Key:
        """What tells frames of one batch apart."""
        return (*self.records.items(), *self.fixed.items())

    @property
    def variables(self) -> frozenset[str]:
        """The variables that have a meaning in it."""
        return frozenset((*self.rows, *self.fixed))

    def with_fixed(self, variable: str, row: int) -> Frame:
        """Return the frame in which a variable stands for a row of a reference table."""
        rows = {name: held for name, held in self.rows.items() if name != variable}
        records = {name: held for name, held in self.records.items() if name != variable}
        return attrs.evolve(self, fixed={**self.fixed, variable: row}, rows=rows, records=records)


@attrs.frozen(eq=False)
class Groups:
    """Rows that belong to the rows of a wider frame, in its order."""

    owner: Rows
    size: int

    def any(self, flags: Flags) -> Flags:
        """Return which owners have a row that is set."""
        return self.count(flags) > 0

    def count(self, flags: Flags) -> Rows:
        """Return how many set rows each owner has."""
        return np.bincount(self.owner[flags], minlength=self.size)

    def reduce(self, kind: str, flags: Flags, values: exact.Ratio) -> exact.Ratio:
        """Return the sum, min or max of the set rows of each owner; an owner without any gets zero."""
        rows = np.flatnonzero(flags)
        owner = self.owner[rows]
        if not len(rows):
            return np.zeros(self.size, np.int64), 1
        num, den = (side if isinstance(side, int) else side[rows] for side in values)
        if not isinstance(den, int):
            held = exact.fractions((num, den), len(rows))
            return exact.from_fractions(self._scattered(kind, owner, held))
        column = np.broadcast_to(np.asarray(num), (len(rows),))
        if kind == "sum" and (column.dtype == object or exact.bound(column) * len(rows) >= exact.LIMIT):
            column = column.astype(object)
        elif kind == "sum":
            column = column.astype(np.int64)
        return self._scattered(kind, owner, column), den

    def _scattered(self, kind: str, owner: Rows, column: NDArray[Any]) -> NDArray[Any]:
        starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
        operation = {"sum": np.add, "min": np.minimum, "max": np.maximum}[kind]
        found = operation.reduceat(column, starts)
        result = np.zeros(self.size, found.dtype)
        result[owner[starts]] = found
        return result


def extended(frame: Frame, variable: str, record: str, table: Table, cases: int) -> tuple[Frame, Groups]:
    """Return the frame with a row for each record of the case of each row, and which of them belong to which row."""
    if frame.cases is None and not frame.rows:
        inner = Frame(table.size, table.cases, {variable: None}, frame.fixed, {variable: record})
        return inner, Groups(table.cases, frame.size)
    lengths = np.bincount(table.cases, minlength=cases)
    starts = np.cumsum(lengths) - lengths
    held = frame.cases if frame.cases is not None else np.arange(frame.size)
    counts = lengths[held]
    owner = np.repeat(np.arange(frame.size), counts)
    before = np.cumsum(counts) - counts
    chosen = np.arange(len(owner)) - before[owner] + starts[held][owner]
    rows: dict[str, Rows | None] = {
        name: owner if place is None else place[owner] for name, place in frame.rows.items() if name != variable
    }
    records = {name: kind for name, kind in frame.records.items() if name != variable}
    fixed = {name: row for name, row in frame.fixed.items() if name != variable}
    inner = Frame(len(owner), held[owner], {**rows, variable: chosen}, fixed, {**records, variable: record})
    return inner, Groups(owner, frame.size)
