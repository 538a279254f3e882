"""Values of whole columns: numbers and days, words, truths, constants; and what can be asked of any of them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ruleset.engines.columns import exact
from ruleset.engines.columns.exact import Integers
from ruleset.engines.columns.planes import Plane, Truth, union
from ruleset.types import UNKNOWN, Unknown, Value, whole

Rows: TypeAlias = NDArray[np.intp]


@attrs.frozen(eq=False)
class Constant:
    """The same value, unknown or *none* in every row."""

    value: Value


@attrs.frozen(eq=False)
class Numbers:
    """Exact numbers, `num` over `den`, or days as day numbers.

    `known` is None where every row has a value, `none` where no row is *none*; a *none* is known.
    """

    num: Integers
    den: Integers = 1
    known: Plane | None = None
    none: Plane | None = None


@attrs.frozen(eq=False)
class Words:
    """Texts, choices, sets, periods or lists, as codes of a `Pool`. Also what is unknown or *none* in every row, which
    has no form of its own and takes that of what it is put together with.
    """

    codes: NDArray[np.int32]
    known: Plane | None = None
    none: Plane | None = None


Column: TypeAlias = Constant | Numbers | Words | Truth


class Pool:
    """The values that codes stand for; rows without a value hold code 0. Shared between threads; a code never changes
    its meaning.
    """

    def __init__(self) -> None:
        self.values: list[Value] = [""]
        self._codes: dict[object, int] = {"": 0}
        self._lock = threading.Lock()

    def code(self, value: Value) -> int:
        """Return the code of a value."""
        key = tuple((type(item), item) for item in value) if isinstance(value, tuple) else value
        found = self._codes.get(key)
        if found is None:
            with self._lock:
                found = self._codes.setdefault(key, len(self.values))
                if found == len(self.values):
                    self.values.append(value)
        return found

    def codes(self, values: Sequence[Value]) -> NDArray[np.int32]:
        """Return the codes of values."""
        return np.fromiter((self.code(value) for value in values), np.int32, len(values))


def known(column: Column) -> Plane | bool | None:
    """Return the rows with a value, *none* included: True for all, a plane otherwise (False for no row)."""
    if isinstance(column, Constant):
        return column.value is not UNKNOWN
    found = column.known
    return True if found is None else found


def nones(column: Column) -> Plane | bool | None:
    """Return the rows that are *none*: False for no row, True for all."""
    if isinstance(column, Constant):
        return column.value is None
    return False if column.none is None else column.none


def take(column: Column, rows: Rows | None) -> Column:
    """Return the rows of a column, in that order; all of them for None."""
    if rows is None or isinstance(column, Constant):
        return column
    if isinstance(column, Truth):
        return Truth(column.true.take(rows), *(_taken(plane, rows) for plane in (column.false, column.none)))
    masks = (_taken(column.known, rows), _taken(column.none, rows))
    if isinstance(column, Words):
        return Words(column.codes[rows], *masks)
    num, den = (side if isinstance(side, int) else side[rows] for side in (column.num, column.den))
    return Numbers(num, den, *masks)


def _taken(plane: Plane | None, rows: Rows) -> Plane | None:
    return None if plane is None else plane.take(rows)


def ratio(column: Column) -> exact.Ratio:
    """Return the numbers of a column or a constant; a row without a value holds anything."""
    if isinstance(column, Numbers):
        return column.num, column.den
    if isinstance(column, Words):
        return np.zeros(len(column.codes), np.int64), 1
    assert isinstance(column, Constant)
    value = column.value
    if isinstance(value, dt.date):
        return value.toordinal(), 1
    return (value.numerator, value.denominator) if isinstance(value, (int, Fraction)) else (0, 1)


def masks(size: int, *columns: Column) -> tuple[Plane | None, Plane | None]:
    """Return what is known and what is *none* of a result that is none where an operand is, else unknown where one is.

    The result is for operands that are not all constants.
    """
    none = union(spread(nones(column), size) for column in columns)
    certain: Plane | None = None
    for column in columns:
        found = known(column)
        if found is not True:
            plane = found if isinstance(found, Plane) else Plane.full(size, value=False)
            certain = plane if certain is None else certain & plane
    if certain is not None and none is not None:
        certain = certain | none
    return certain, none


def spread(rows: Plane | bool | None, size: int) -> Plane | None:
    """Return rows as a plane; None for no row."""
    if isinstance(rows, Plane):
        return rows
    return Plane.full(size, value=True) if rows else None


def as_truth(column: Column, size: int) -> Truth:
    """Return a yes/no column in planes."""
    if isinstance(column, Truth):
        return column
    if isinstance(column, Words):
        blank = Plane.full(size, value=False)
        return Truth(blank, blank, column.none)
    assert isinstance(column, Constant)
    full, empty = (Plane.full(size, value=value) for value in (True, False))
    if column.value is True:
        return Truth(full)
    if column.value is False:
        return Truth(empty)
    return Truth(empty, empty, full) if column.value is None else Truth(empty, empty)


def as_numbers(column: Column, size: int) -> Numbers:
    """Return a numeric or date column with a number in every row."""
    if isinstance(column, Numbers):
        return column
    if isinstance(column, Words):
        return Numbers(np.zeros(size, np.int64), 1, column.known, column.none)
    assert isinstance(column, Constant)
    num, den = ratio(column)
    return Numbers(_filled(num, size), den, *_constant_masks(column, size))


def _filled(num: Integers, size: int) -> NDArray[Any]:
    return np.full(size, num, np.int64 if abs(int(num)) < exact.LIMIT else object)


def as_words(column: Column, size: int, pool: Pool) -> Words:
    """Return a column of words with a code in every row."""
    if isinstance(column, Words):
        return column
    assert isinstance(column, Constant)
    code = 0 if column.value in (None, UNKNOWN) else pool.code(column.value)
    return Words(np.full(size, code, np.int32), *_constant_masks(column, size))


def _constant_masks(column: Constant, size: int) -> tuple[Plane | None, Plane | None]:
    if column.value is UNKNOWN:
        return Plane.full(size, value=False), None
    return None, Plane.full(size, value=True) if column.value is None else None


def alike(one: Column, other: Column, size: int, pool: Pool) -> tuple[Column, Column]:
    """Return two columns in the same form, constants written out."""
    kinds = {kind for column in (one, other) if (kind := _form(column)) is not None}
    if len(kinds) > 1:
        kinds.discard("words")  # without any value
    if not kinds:
        return one, other
    if kinds == {"truth"}:
        return as_truth(one, size), as_truth(other, size)
    if kinds == {"numbers"}:
        return as_numbers(one, size), as_numbers(other, size)
    return as_words(one, size, pool), as_words(other, size, pool)


def _form(column: Column) -> str | None:
    if isinstance(column, Constant):
        value = column.value
        if value is None or isinstance(value, Unknown):
            return None
        if isinstance(value, bool):
            return "truth"
        return "numbers" if isinstance(value, (int, Fraction, dt.date)) else "words"
    return {Truth: "truth", Numbers: "numbers", Words: "words"}[type(column)]


def from_values(values: Sequence[Value], pool: Pool) -> Column:
    """Return the column of Python values, all of one kind, unknown or *none*."""
    size = len(values)
    forms = {form for value in values if (form := _form(Constant(value))) is not None}
    if not forms:
        if all(value is None for value in values):
            return Constant(None)
        if all(value is UNKNOWN for value in values):
            return Constant(UNKNOWN)
        forms = {"words"}
    unknown = np.fromiter((value is UNKNOWN for value in values), np.bool_, size)
    none = np.fromiter((value is None for value in values), np.bool_, size)
    if forms == {"truth"}:
        true = Plane.of(np.fromiter((value is True for value in values), np.bool_, size))
        if not unknown.any() and not none.any():
            return Truth(true)
        false = Plane.of(np.fromiter((value is False for value in values), np.bool_, size))
        return Truth(true, false, Plane.of(none) if none.any() else None)
    planes = (Plane.of(~unknown) if unknown.any() else None, Plane.of(none) if none.any() else None)
    held = [None if value is UNKNOWN else value for value in values]
    if forms == {"numbers"}:
        found = np.empty(size, dtype=object)
        found[:] = [Fraction(0) if value is None else Fraction(_number(value)) for value in held]
        return Numbers(*exact.from_fractions(found), *planes)
    codes = np.fromiter((0 if value is None else pool.code(value) for value in held), np.int32, size)
    return Words(codes, *planes)


def _number(value: Value) -> Fraction | int:
    return value.toordinal() if isinstance(value, dt.date) else value  # type: ignore[return-value]


def to_values(column: Column, kind: str, size: int, pool: Pool) -> list[Value]:
    """Return the Python values of a column; `kind` is that of its type, which tells days from numbers."""
    if isinstance(column, Constant):
        return [column.value] * size
    if isinstance(column, Truth):
        none = column.none.flags if column.none is not None else np.zeros(size, np.bool_)
        parts = zip(column.true.flags, column.negative.flags, none, strict=True)
        return [True if true else False if false else None if absent else UNKNOWN for true, false, absent in parts]
    values: list[Value]
    if isinstance(column, Words):
        values = [pool.values[code] for code in column.codes.tolist()]
    else:
        values = _to_numbers(column, kind, size)
    if column.known is not None:
        values = [value if sure else UNKNOWN for value, sure in zip(values, column.known.flags, strict=True)]
    if column.none is not None:
        values = [None if absent else value for value, absent in zip(values, column.none.flags, strict=True)]
    return values


def _to_numbers(column: Numbers, kind: str, size: int) -> list[Value]:
    nums = [column.num] * size if isinstance(column.num, int) else column.num.tolist()
    if kind == "date":
        return [dt.date.fromordinal(num) if 0 < num <= dt.date.max.toordinal() else UNKNOWN for num in nums]
    if isinstance(column.den, int) and column.den == 1:
        return nums
    dens = [column.den] * size if isinstance(column.den, int) else column.den.tolist()
    return [whole(Fraction(num, den)) for num, den in zip(nums, dens, strict=True)]
