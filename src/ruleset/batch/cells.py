"""From a column of an Arrow table to the answers of one question, with what is wrong in which row.

Typed columns are checked whole; any other cell is read as a case file would read it, once for each distinct value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruleset.engines.columns import Pool
from ruleset.engines.columns.comparing import choose
from ruleset.engines.columns.planes import Plane, Truth
from ruleset.engines.columns.values import Column, Constant, Numbers, from_values, take
from ruleset.types import UNKNOWN, BadValueError, Domain, Value

Faults: TypeAlias = list[tuple[int, str, str]]
"""Row, what it holds, what is wrong with it."""

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_MOST: Final = 10**15
_BETWEEN: Final = "\x1f"
_NARROW: Final = (np.int8, np.int16, np.int32, np.int64)


def read_cells(array: pa.Array, domain: Domain, pool: Pool) -> tuple[Column, Faults]:
    """Return the answers of a column, unknown where a cell is empty or wrong, and every wrong cell."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type) and not pa.types.is_string(array.type.value_type):
        array = array.dictionary_decode()
    if array.null_count == len(array):
        return Constant(UNKNOWN), []
    for fits, read in _TYPED:
        if fits(array.type):
            found = read(array, domain)
            if found is not None:
                return found
            break
    return _distinct(array, domain, pool)


def with_none(column: Column, array: pa.Array, domain: Domain, size: int, pool: Pool) -> tuple[Column, Faults]:
    """Return a column that is *none* where the companion column says so."""
    marks = pc.fill_null(array.cast(pa.bool_()), fill_value=False)
    flags = np.asarray(marks.to_numpy(zero_copy_only=False), dtype=np.bool_)
    if not flags.any():
        return column, []
    if not domain.optional:
        return column, [
            (int(row), "none", "« none » (aucun) n'est pas une réponse possible ici") for row in np.flatnonzero(flags)
        ]
    return choose(Truth(Plane.of(flags)), Constant(None), column, size, pool), []


def _distinct(array: pa.Array, domain: Domain, pool: Pool) -> tuple[Column, Faults]:
    """Read each distinct cell as a case file would."""
    read, codes = _lists(array) if pa.types.is_nested(array.type) else _encoded(array)
    values: list[Value] = []
    wrong: dict[int, tuple[str, str]] = {}
    for place, cell in enumerate(read):
        try:
            values.append(domain.read(_given(cell, domain)))
        except BadValueError as error:
            values.append(UNKNOWN)
            wrong[place] = (str(cell), str(error))
    faults: Faults = []
    if wrong:
        faults = [(int(row), *wrong[int(codes[row])]) for row in np.flatnonzero(np.isin(codes, list(wrong)))]
    return take(from_values(values, pool), codes), faults


def _encoded(array: pa.Array) -> tuple[list[Any], NDArray[np.intp]]:
    """Return the distinct cells, and which of them stands in each row."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode() if array.null_count else array
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array, null_encoding="encode")
    return array.dictionary.to_pylist(), np.asarray(array.indices.to_numpy(zero_copy_only=False), dtype=np.intp)


def _lists(array: pa.Array) -> tuple[list[Any], NDArray[np.intp]]:
    """Return the distinct lists; lists of texts are compared as one text."""
    texts = pa.types.is_list(array.type) and pa.types.is_string(array.type.value_type)
    if texts and not array.flatten().null_count:
        found, codes = _encoded(pc.binary_join(array, _BETWEEN))
        return [None if cell is None else [one for one in cell.split(_BETWEEN) if one] for cell in found], codes
    cells = [None if one is None else tuple(one) if isinstance(one, list) else str(one) for one in array.to_pylist()]
    distinct = list(dict.fromkeys(cells))
    places = {cell: place for place, cell in enumerate(distinct)}
    read = [list(cell) if isinstance(cell, tuple) else cell for cell in distinct]
    return read, np.fromiter((places[cell] for cell in cells), np.intp, len(cells))


def _given(cell: Any, domain: Domain) -> object:
    """Return a cell as a case file would write it: an empty one is unknown, several choices are parted by « ; »."""
    if isinstance(cell, str):
        cell = cell.strip()
        if not cell:
            return None
        if domain.type.kind == "choices" and cell not in ("none", "unknown"):
            return [part.strip() for part in cell.split(";")]
    if isinstance(cell, dt.datetime):
        return cell.date() if cell.time() == dt.time() else cell.isoformat()
    return cell


def _known(array: pa.Array) -> Plane | None:
    if not array.null_count:
        return None
    return Plane.of(np.asarray(pc.is_valid(array).to_numpy(zero_copy_only=False), dtype=np.bool_))


def _yes_no(array: pa.Array, domain: Domain) -> tuple[Column, Faults] | None:
    if domain.type.kind != "yes_no":
        return None
    flags = np.asarray(pc.fill_null(array, fill_value=False).to_numpy(zero_copy_only=False), dtype=np.bool_)
    true, known = Plane.of(flags), _known(array)
    return (Truth(true) if known is None else Truth(true, known.without(true))), []


def _whole(array: pa.Array, domain: Domain) -> tuple[Column, Faults] | None:
    if domain.type.kind not in ("integer", "number", "money") or pa.types.is_uint64(array.type):
        return None
    held = pc.fill_null(array, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return _numbers(held, 1, array, domain)


def _decimal(array: pa.Array, domain: Domain) -> tuple[Column, Faults] | None:
    if domain.type.kind not in ("integer", "number", "money") or array.type.scale < 0 or array.type.scale > 12:
        return None
    plain = pc.fill_null(array, Decimal(0)).cast(pa.decimal128(38, array.type.scale))
    halves = np.frombuffer(plain.buffers()[1], np.int64).reshape(-1, 2)[plain.offset : plain.offset + len(plain)]
    low, high = halves[:, 0], halves[:, 1]
    if not (high == low >> 63).all():
        return None
    return _numbers(low, 10**array.type.scale, array, domain)


def _float(array: pa.Array, domain: Domain) -> tuple[Column, Faults] | None:
    """Read binary fractions as they print, which is exact as long as fifteen digits write them."""
    if domain.type.kind not in ("integer", "number", "money") or not pa.types.is_float64(array.type):
        return None
    held = pc.fill_null(array, 0.0).to_numpy(zero_copy_only=False)
    for scale in (1, 100, 10**4, 10**6):
        with np.errstate(invalid="ignore", over="ignore"):
            scaled = np.rint(held * scale)
        if np.isfinite(scaled).all() and (np.abs(scaled) < _MOST).all() and (scaled / scale == held).all():
            return _numbers(scaled.astype(np.int64), scale, array, domain)
    return None


def _numbers(held: NDArray[np.int64], den: int, array: pa.Array, domain: Domain) -> tuple[Column, Faults]:
    known = _known(array)
    bad = np.zeros(len(held), np.bool_)
    allowed = {"integer": 0, "money": 2}.get(domain.type.kind, domain.decimals)
    if allowed is not None and den > 10**allowed:
        bad |= held % (den // 10**allowed) != 0
    if domain.minimum is not None:
        bad |= held < _ceiling(domain.minimum, den)
    if domain.maximum is not None:
        bad |= held > int(Fraction(domain.maximum) * den // 1)
    # So many digits may be too many: the reader of case files says which.
    bad |= (held >= _MOST) | (held <= -_MOST)
    if known is not None:
        bad &= known.flags
    faults = _explained(array, bad, domain)
    bad = np.isin(np.arange(len(held)), [row for row, *_ in faults])
    if faults:
        known = Plane.of(~bad) if known is None else known.without(Plane.of(bad))
    return Numbers(_narrow(held), den, known), faults


def _ceiling(number: Fraction | int, den: int) -> int:
    return -int(-Fraction(number) * den // 1)


def _narrow(held: NDArray[np.int64]) -> NDArray[Any]:
    """Return the same numbers in the narrowest integers: comparing them takes as many times less."""
    least, most = int(held.min(initial=0)), int(held.max(initial=0))
    for kind in _NARROW:
        info = np.iinfo(kind)
        if info.min <= least and most <= info.max:
            return held.astype(kind, copy=False)
    return held


def _explained(array: pa.Array, suspect: NDArray[np.bool_], domain: Domain) -> Faults:
    """Return those of the suspect cells that the reader of case files refuses, and what it says of them."""
    faults: Faults = []
    for row in np.flatnonzero(suspect).tolist():
        cell = array[row].as_py()
        try:
            domain.read(_given(cell, domain))
        except BadValueError as error:
            faults.append((row, str(cell), str(error)))
    return faults


def _date(array: pa.Array, domain: Domain) -> tuple[Column, Faults] | None:
    if domain.type.kind != "date":
        return None
    held = array.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False) + np.int32(_EPOCH)
    outside = (held < 1) | (held > dt.date.max.toordinal())
    bad = np.zeros(len(held), np.bool_)
    for day, beyond in ((domain.first, np.less), (domain.last, np.greater)):
        if day is not None:
            bad |= beyond(held, day.toordinal())
    known = _known(array)
    if known is not None:
        bad, outside = bad & known.flags, outside & known.flags
    faults: Faults = [
        (row, "", "jour hors du calendrier (années 1 à 9999)") for row in np.flatnonzero(outside).tolist()
    ]
    faults += _explained(array, bad & ~outside, domain)
    bad |= outside
    if faults:
        known = Plane.of(~bad) if known is None else known.without(Plane.of(bad))
    return Numbers(held.astype(np.int32), 1, known), faults


_TYPED: Final[
    Sequence[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array, Domain], tuple[Column, Faults] | None]]]
] = (
    (pa.types.is_boolean, _yes_no),
    (pa.types.is_integer, _whole),
    (pa.types.is_decimal128, _decimal),
    (pa.types.is_floating, _float),
    (pa.types.is_date32, _date),
)
