"""From the columns of a run to Arrow arrays: statuses, severities, values, tasks and options of every case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruleset.engines.columns import Run, exact
from ruleset.engines.columns import conclusions as found
from ruleset.engines.columns.frames import Frame
from ruleset.engines.columns.logic import Truths
from ruleset.engines.columns.planes import Truth
from ruleset.engines.columns.values import (
    Column,
    Constant,
    Numbers,
    Words,
    as_numbers,
    as_truth,
    nones,
    spread,
    to_values,
)
from ruleset.model import Definition, Rule, RuleSet
from ruleset.situation import NUMBER_DECIMALS
from ruleset.types import SEVERITIES, UNKNOWN, Type, encode

STATUSES: Final = ("holds", "ruled_out", "open")
_STATUS: Final = pa.dictionary(pa.int8(), pa.string())
_EPOCH: Final = 719_163
_MONEY: Final = pa.decimal128(20, 2)
_NUMBER: Final = pa.decimal128(38, NUMBER_DECIMALS)


@attrs.frozen
class Writing:
    """A run, and what to do with the rows whose value has more digits than a column can hold."""

    run: Run
    refuse: Callable[[Frame, NDArray[np.intp]], None]


Made: TypeAlias = Iterator[tuple[str, Callable[[], pa.Array]]]
"""The names of columns, each with what computes it: some may come from elsewhere."""


def arrays(writing: Writing, record: str = "") -> Made:
    """Yield the columns of an outcome, with their names: those of the case, or those of the records of a type.

    Statuses are `finding.ID` and `task.ID` (with `severity.ID` where a finding has several, and `task.ID.due`); values
    are `value.ID`, null where unknown, with `value.ID.none` where it can be *none*; options are `option.ID.excluded`
    (null while that is open) and `option.ID.score`. What is said of row N of a reference table is `ID[N]`.
    """
    run = writing.run
    ruleset = run.ruleset
    for rule in ruleset.rules.values():
        if rule.record == record and (rule.variants or rule.task is not None):
            yield from _rule(run, rule)
        elif not record and rule.record and ruleset.records[rule.record].rows is not None:
            for row in run.rows_of(rule.record):
                yield from _rule(run, rule, row)
    for definition in ruleset.definitions.values():
        if definition.label and definition.record == record:
            yield from _value(writing, definition)
        elif not record and definition.label and ruleset.records[definition.record].rows is not None:
            for row in run.rows_of(definition.record):
                yield from _value(writing, definition, row)
    if not record:
        for id in ruleset.options:
            yield from _option(writing, id)


def record_types(ruleset: RuleSet) -> tuple[str, ...]:
    """Return the record types of which something is concluded, record by record."""
    spoken = {rule.record for rule in ruleset.rules.values()}
    spoken |= {definition.record for definition in ruleset.definitions.values() if definition.label}
    return tuple(id for id, record in ruleset.records.items() if id in spoken and record.rows is None)


def _rule(run: Run, rule: Rule, row: int | None = None) -> Made:
    size = run.frame_of(rule.record, row).size
    name = rule.id if row is None else f"{rule.id}[{row}]"
    if rule.variants:
        yield f"finding.{name}", lambda: statuses(found.finding(run, rule, row), size)
        if len({variant.severity for variant in rule.variants}) > 1:
            yield f"severity.{name}", lambda: _severities(run, rule, row, size)
    if rule.task is not None:
        yield f"task.{name}", lambda: statuses(run.rule(rule.id, row), size)
        due = run.plan.rules[rule.id].due
        if due is not None:
            yield f"task.{name}.due", lambda: days(run.value(due, run.frame_of(rule.record, row)), size)


def statuses(truths: Truths, size: int) -> pa.Array:
    """Return truths as a column of `STATUSES`."""
    truth = as_truth(truths, size)
    codes = np.int8(2) - 2 * truth.true.flags.view(np.int8) - truth.negative.flags.view(np.int8)
    return pa.DictionaryArray.from_arrays(codes, list(STATUSES))


def _severities(run: Run, rule: Rule, row: int | None, size: int) -> pa.Array:
    """Return the severity of a finding: the one it has, or the worst that it can still have."""
    codes = np.full(size, SEVERITIES.index(rule.variants[-1].severity), np.int8)
    possible = found.possible_variants(run, rule, row)
    worst_last = sorted(zip(rule.variants, possible, strict=True), key=lambda pair: -SEVERITIES.index(pair[0].severity))
    for variant, able in worst_last:
        codes[as_truth(able, size).true.flags] = SEVERITIES.index(variant.severity)
    return pa.DictionaryArray.from_arrays(codes, list(SEVERITIES))


def _value(writing: Writing, definition: Definition, row: int | None = None) -> Made:
    frame = writing.run.frame_of(definition.record, row)
    name = definition.id if row is None else f"{definition.id}[{row}]"

    def column() -> Column:
        return writing.run.definition(definition.id, row)

    yield f"value.{name}", lambda: array_of(writing, column(), definition.type, frame)
    yield f"value.{name}.none", lambda: none_of(column(), frame.size)


def _option(writing: Writing, id: str) -> Made:
    run = writing.run
    size = run.batch.size

    def excluded() -> pa.Array:
        truth = as_truth(found.option(run, id).excluded, size)
        return pa.array(truth.true.flags, mask=_flags(truth.open, size))

    yield f"option.{id}.excluded", excluded
    yield (
        f"option.{id}.score",
        lambda: numbers(writing, found.option(run, id).score(run), NUMBER_DECIMALS, _NUMBER, run.cases),
    )


def none_of(column: Column, size: int) -> pa.Array:
    """Return where a column is *none*."""
    none = nones(column)
    return pa.array(none.flags if not isinstance(none, bool) and none is not None else np.full(size, bool(none)))


def _flags(plane: Any, size: int) -> NDArray[np.bool_]:
    return np.zeros(size, np.bool_) if plane is None else plane.flags


def _absent(column: Column, size: int) -> NDArray[np.bool_]:
    """Return which rows have no value to write: unknown or *none*."""
    if isinstance(column, Constant):
        return np.full(size, column.value is None or column.value is UNKNOWN)
    if isinstance(column, Truth):
        return ~(column.true | column.negative).flags
    missing = np.zeros(size, np.bool_) if column.known is None else ~column.known.flags
    none = spread(nones(column), size)
    return missing if none is None else missing | none.flags


def array_of(writing: Writing, column: Column, kind: Type, frame: Frame) -> pa.Array:
    """Return values as an Arrow array of their type."""
    size = frame.size
    if kind.kind == "yes_no":
        truth = as_truth(column, size)
        return pa.array(truth.true.flags, mask=_absent(truth, size))
    if kind.kind == "date":
        return days(column, size)
    if kind.kind in ("money", "number", "integer"):
        places = {"money": 2, "integer": 0}.get(kind.kind, NUMBER_DECIMALS)
        written = {"money": _MONEY, "integer": pa.int64()}.get(kind.kind, _NUMBER)
        return numbers(writing, column, places, written, frame)
    if kind.kind in ("choices", "list"):
        values = to_values(column, kind.kind, size, writing.run.pool)
        return pa.array(
            [None if one in (None, UNKNOWN) else [str(item) for item in encode(one, kind)] for one in values],  # type: ignore[attr-defined]
            pa.list_(pa.string()),
        )
    return _words(writing.run, column, size)


def _words(run: Run, column: Column, size: int) -> pa.Array:
    if not isinstance(column, Words):
        value = column.value if isinstance(column, Constant) else None
        text = None if value is None or value is UNKNOWN else str(value)
        return pa.array([text] * size, pa.string()).dictionary_encode()
    codes, inverse = np.unique(column.codes, return_inverse=True)
    texts = pa.array([str(run.pool.values[code]) for code in codes.tolist()], pa.string())
    indices = pa.array(inverse.reshape(-1).astype(np.int32), mask=_absent(column, size))
    return pa.DictionaryArray.from_arrays(indices, texts)


def days(column: Column, size: int) -> pa.Array:
    """Return days as an Arrow array."""
    held = as_numbers(column, size)
    since = (np.asarray(held.num).astype(np.int64) - _EPOCH).astype(np.int32)
    return pa.array(since, mask=_absent(held, size)).cast(pa.date32())


def numbers(writing: Writing, values: Column, places: int, written: pa.DataType, frame: Frame) -> pa.Array:
    """Return numbers with so many decimals at most, which they are rounded to already."""
    size = frame.size
    column = as_numbers(values, size)
    missing = _absent(column, size)
    held, own = _scaled(column, places)
    if held.dtype != object:
        if places == 0:
            return pa.array(held.astype(np.int64), mask=missing)
        return _decimals(held.astype(np.int64), own, missing).cast(written)
    most = (10**written.precision if pa.types.is_decimal(written) else 2**63) // 10 ** (places - own)
    beyond = np.fromiter((abs(int(one)) >= most for one in held), np.bool_, size) & ~missing
    if beyond.any():
        writing.refuse(frame, np.flatnonzero(beyond))
    scale = Decimal(1).scaleb(-own)
    cells = (int(one) * scale if places else int(one) for one in held)
    return pa.array([None if gone else one for one, gone in zip(cells, missing | beyond, strict=True)], written)


def _scaled(column: Numbers, places: int) -> tuple[NDArray[Any], int]:
    """Return the numerators over a power of ten, the smallest that writes them all, and its exponent."""
    assert isinstance(column.num, np.ndarray)
    if isinstance(column.den, int):
        for own in range(places + 1):
            if 10**own % column.den == 0:
                return np.asarray(exact.times(column.num, 10**own // column.den)), own
    return np.asarray(exact.round_to((column.num, column.den), places, "half_up")[0]), places


def _decimals(held: NDArray[np.int64], places: int, missing: NDArray[np.bool_]) -> pa.Array:
    """Return 64-bit numerators as 128-bit decimals, without going through Python."""
    wide = np.empty((len(held), 2), np.int64)
    wide[:, 0] = held
    wide[:, 1] = held >> 63
    valid = pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes())
    return pa.Array.from_buffers(pa.decimal128(38, places), len(held), [valid, pa.py_buffer(wide.tobytes())])


def table(
    writing: Writing, lead: Mapping[str, pa.Array], record: str = "", held: Mapping[str, pa.Array] | None = None
) -> pa.Table:
    """Return the outcome of a run as a table that begins with some columns of its own; those held are not computed."""
    held = held or {}
    made = {name: held[name] if name in held else make() for name, make in arrays(writing, record)}
    return pa.table({**lead, **made})


def within(owners: NDArray[np.intp], size: int) -> NDArray[np.int64]:
    """Return the number of each record in its case, from the case of each and how many cases there are."""
    counts = np.bincount(owners, minlength=size)
    return np.arange(len(owners)) - (np.cumsum(counts) - counts)[owners]
