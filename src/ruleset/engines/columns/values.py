"""Values of whole columns: numbers and days, words, truths, constants; and what can be asked of any of them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ruleset.engines.columns import exact
from ruleset.engines.columns.exact import Integers
from ruleset.engines.columns.planes import Flags, Plane, Truth, union
from ruleset.expressions.evaluate import compare as compare_values
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


_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def compare(operator: str, left: Column, right: Column, size: int, pool: Pool) -> Column:
    """Return the truths of a comparison: false on *none*, unknown on an unknown side."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(compare_values(operator, left.value, right.value))
    for side in (left, right):
        if isinstance(side, Constant):
            if side.value is None:
                return Constant(False)
            if side.value is UNKNOWN:
                other = right if side is left else left
                none = spread(nones(other), size)
                return Constant(UNKNOWN) if none is None else Truth(Plane.full(size, value=False), none)
    if not isinstance(left, Constant) and not isinstance(right, Constant):
        left, right = alike(left, right, size, pool)
    if isinstance(left, Truth) or isinstance(right, Truth):
        return _compare_truths(operator, as_truth(left, size), as_truth(right, size))
    if isinstance(left, Words) or isinstance(right, Words):
        flags: Flags | bool = _compare_words(operator, left, right, pool)
    else:
        flags = _compare_numbers(operator, left, right)
    true = Plane.packed(flags if isinstance(flags, np.ndarray) else np.full(size, flags))
    certain, none = masks(size, left, right)
    if certain is None:
        return Truth(true.without(none))
    held = (true & certain).without(none)
    return Truth(held, certain.without(held))


def _compare_truths(operator: str, left: Truth, right: Truth) -> Truth:
    true, false = (left.true & right.true) | (left.negative & right.negative), None
    differ = (left.true & right.negative) | (left.negative & right.true)
    none = union([left.none, right.none])
    if left.false is not None or right.false is not None:
        false = differ if operator == "==" else true
        false = false if none is None else false | none
    return Truth(true if operator == "==" else differ, false)


def _compare_numbers(operator: str, left: Column, right: Column) -> Flags | bool:
    if isinstance(left, Constant):
        return _compare_numbers({"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator), right, left)
    assert isinstance(left, Numbers)
    one, other = ratio(left), ratio(right)
    if isinstance(right, Constant) and isinstance(one[1], int):
        return _against(operator, one[0], Fraction(int(other[0]) * one[1], int(other[1])))
    num, num_2, _ = exact.aligned(one, other)
    return _COMPARE[operator](num, num_2)  # type: ignore[no-any-return]


def _against(operator: str, num: Integers, threshold: Fraction) -> Flags | bool:
    """Compare integers with an exact threshold, itself turned into an integer."""
    if operator in ("==", "!="):
        if threshold.denominator != 1:
            return operator == "!="
        return _COMPARE[operator](num, threshold.numerator)  # type: ignore[no-any-return]
    up = operator in ("<", ">=")
    near = -(-threshold.numerator // threshold.denominator) if up else threshold.numerator // threshold.denominator
    return _COMPARE[operator](num, near)  # type: ignore[no-any-return]


def _compare_words(operator: str, left: Column, right: Column, pool: Pool) -> Flags:
    one, other = (_codes(side, pool) for side in (left, right))
    if operator in ("==", "!="):
        return np.asarray(_COMPARE[operator](one, other))
    codes, inverse = np.unique(np.concatenate([np.atleast_1d(one), np.atleast_1d(other)]), return_inverse=True)
    order = sorted(range(len(codes)), key=lambda place: _ordered(pool.values[codes[place]]))
    rank = np.empty(len(codes), np.int64)
    rank[order] = np.arange(len(codes))
    ranked = rank[inverse]
    cut = len(np.atleast_1d(one))
    return np.asarray(_COMPARE[operator](ranked[:cut], ranked[cut:]))


def _ordered(value: Value) -> tuple[str, Any]:
    return type(value).__name__, value


def _codes(column: Column, pool: Pool) -> Any:
    return column.codes if isinstance(column, Words) else pool.code(column.value)  # type: ignore[union-attr]


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


def same(one: Column, other: Column, size: int, pool: Pool) -> Plane:
    """Return the rows where both columns have the same value, *none* included."""
    left, right = alike(one, other, size, pool)
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Plane.full(size, value=left.value is right.value and left.value is not UNKNOWN)
    if isinstance(left, Truth) and isinstance(right, Truth):
        found = (left.true & right.true) | (left.negative & right.negative)
        return found | (left.none & right.none) if left.none is not None and right.none is not None else found
    if isinstance(left, Numbers) and isinstance(right, Numbers):
        flags = np.asarray(_compare_numbers("==", left, right))
    else:
        flags = np.asarray(_compare_words("==", left, right, pool))
    found = Plane.of(np.broadcast_to(flags, (size,)))
    for side in (left, right):
        found = (found if side.known is None else found & side.known).without(side.none)  # type: ignore[union-attr]
    if left.none is not None and right.none is not None:  # type: ignore[union-attr]
        found = found | (left.none & right.none)  # type: ignore[union-attr]
    return found


def choose(condition: Truth, one: Column, other: Column, size: int, pool: Pool) -> Column:
    """Return the first column where the condition holds, the second where it does not, and where it is open their
    value if they share it.
    """
    left, right = alike(one, other, size, pool)
    if isinstance(left, Constant) and isinstance(right, Constant):
        if left.value is right.value:
            return left
        left, right = as_words(left, size, pool), as_words(right, size, pool)
    where, plain = condition.true, condition.plain()
    shared = None if plain.false is None else same(one, other, size, pool).without(where).without(plain.false)
    elsewhere = plain.negative if shared is None else plain.negative | shared
    if isinstance(left, Truth) and isinstance(right, Truth):
        none = union(_both(rows, part) for rows, part in ((where, left.none), (elsewhere, right.none)))
        true = (where & left.true) | (elsewhere & right.true)
        if shared is None and left.false is None and right.false is None:
            return Truth(true)
        return Truth(true, (where & left.negative) | (elsewhere & right.negative), none)
    known_left, known_right, none_left, none_right = left.known, right.known, left.none, right.none  # type: ignore[union-attr]
    none = union(_both(rows, part) for rows, part in ((where, none_left), (elsewhere, none_right)))
    certain = None
    if shared is not None or known_left is not None or known_right is not None:
        certain = (where if known_left is None else where & known_left) | (
            elsewhere if known_right is None else elsewhere & known_right
        )
    if isinstance(left, Words):
        assert isinstance(right, Words)
        return Words(np.where(where.flags, left.codes, right.codes), certain, none)
    return Numbers(*exact.choose(where.flags, ratio(left), ratio(right)), certain, none)


def _both(rows: Plane, part: Plane | None) -> Plane | None:
    return None if part is None else rows & part


def masked(column: Column, rows: Plane, size: int, pool: Pool) -> Column:
    """Return a column that is unknown outside of some rows."""
    return choose(Truth(rows), column, Constant(UNKNOWN), size, pool)


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
