"""Engines that answer whole columns of cases, from columns in memory to the answers of every rule in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from benchmarks.side_by_side.form import CHOICES, DAYS, FIRST_DAY, MOST, Base, Input, Value, day_number
from numpy.typing import NDArray

Array = NDArray[Any]


@attrs.frozen
class Cases:
    """So many cases in columns: yes/no as booleans, choices as places (int8), counts and euros int64, days int32 since
    1970; `unknown` marks the missing answers of a column, where there are some.
    """

    count: int
    columns: dict[str, Array]
    unknown: dict[str, Array]

    def case(self, base: Base, row: int) -> dict[str, Value]:
        """Return one row as a case."""
        return {
            one.id: _value(one, self.columns[one.id][row])
            for one in base.inputs
            if one.id not in self.unknown or not self.unknown[one.id][row]
        }


@attrs.frozen
class Prepared:
    """A rule set and cases loaded into an engine.

    Args:
        run: what is timed.
        counts: from what `run` gives, how many cases each rule holds for, and for how many it is open.
        rows: from what `run` gives, the first so many cases: of each rule, whether it holds (None: open).
    """

    run: Callable[[], Any]
    counts: Callable[[Any], tuple[list[int], list[int]]]
    rows: Callable[[Any, int], list[list[bool | None]]]


@attrs.frozen
class BatchEngine:
    """How an engine takes part; `unknown` tells whether it takes missing answers, `threads` how many it uses."""

    name: str
    prepare: Callable[[Base, Cases], Prepared]
    form: str
    package: str | None = None
    unknown: bool = False
    threads: int = 1


def draw(base: Base, count: int, unknown: float = 0.0, seed: int = 5) -> Cases:
    """Return so many cases, each answer missing with the probability `unknown`."""
    chance = np.random.default_rng(seed)
    columns = {one.id: _column(one, count, chance) for one in base.inputs}
    missing = {one.id: chance.random(count) < unknown for one in base.inputs} if unknown else {}
    return Cases(count, columns, missing)


def arrow(base: Base, cases: Cases) -> Any:
    """Return the cases as an Arrow table: dictionary-encoded choices, counts and euros as int64, calendar days."""
    import pyarrow as pa

    made = {}
    for one in base.inputs:
        column = cases.columns[one.id]
        mask = cases.unknown.get(one.id)
        if one.kind == "choice":
            made[one.id] = pa.DictionaryArray.from_arrays(pa.array(column, mask=mask), list(one.choices))
        elif one.kind == "date":
            made[one.id] = pa.array(column, type=pa.date32(), mask=mask)
        else:
            made[one.id] = pa.array(column, mask=mask)
    return pa.table(made)


def counts_of(table: Any) -> tuple[list[int], list[int]]:
    """Return how often each Boolean column of an Arrow table is true, and how often it is null."""
    import pyarrow.compute as pc

    return [pc.sum(column).as_py() or 0 for column in table.columns], [column.null_count for column in table.columns]


def rows_of(table: Any, count: int) -> list[list[bool | None]]:
    """Return the first rows of an Arrow table with Boolean columns."""
    return list(map(list, zip(*(column[:count].to_pylist() for column in table.columns), strict=True)))


def _column(one: Input, count: int, chance: np.random.Generator) -> Array:
    if one.kind == "yes_no":
        return chance.random(count) < 0.5
    if one.kind == "choice":
        return chance.integers(0, CHOICES, count, dtype=np.int8)
    if one.kind == "date":
        return chance.integers(0, DAYS + 1, count, dtype=np.int32) + np.int32(day_number(FIRST_DAY))
    return chance.integers(0, MOST[one.kind] + 1, count, dtype=np.int64)


def _value(one: Input, found: Any) -> Value:
    import datetime as dt

    if one.kind == "yes_no":
        return bool(found)
    if one.kind == "choice":
        return one.choices[int(found)]
    return dt.date.fromordinal(int(found) + 719_163) if one.kind == "date" else int(found)
