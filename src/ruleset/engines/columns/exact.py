"""Exact arithmetic on whole columns: integer numerators over positive denominators, never a binary float.

Columns are 64-bit integers as long as the result is certain to fit; beyond, the same operations run on Python
integers in object arrays, which are slower and never wrap. A denominator is one integer for the whole column unless
two columns were divided.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[Any] | int
"""A column of integers (any integer dtype, or objects), or one integer for every row."""
Ratio: TypeAlias = tuple[Integers, Integers]
"""Numerators and positive denominators."""

LIMIT: Final = 2**62
_SMALL_DENOMINATOR: Final = 10**13


def bound(column: Integers) -> int:
    """Return the greatest absolute value, at least `LIMIT` where the column is of Python integers."""
    if isinstance(column, int):
        return abs(column)
    if column.dtype == object:
        return LIMIT
    return max(abs(int(column.max(initial=0))), abs(int(column.min(initial=0))))


def _wide(column: Integers, *, exact: bool) -> Any:
    if isinstance(column, int):
        return column
    return column.astype(object) if exact else column.astype(np.int64, copy=False)


def times(one: Integers, other: Integers) -> Integers:
    """Return the products."""
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    if isinstance(other, int) and other == 1:
        return one
    if isinstance(one, int) and one == 1:
        return other
    exact = bound(one) * bound(other) >= LIMIT
    return _wide(one, exact=exact) * _wide(other, exact=exact)  # type: ignore[no-any-return]


def plus(one: Integers, other: Integers) -> Integers:
    """Return the sums."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    exact = bound(one) + bound(other) >= LIMIT
    return _wide(one, exact=exact) + _wide(other, exact=exact)  # type: ignore[no-any-return]


def add(one: Ratio, other: Ratio) -> Ratio:
    """Return the sums."""
    (num, den), (num_2, den_2) = one, other
    if isinstance(den, int) and isinstance(den_2, int):
        common = math.lcm(den, den_2)
        return plus(times(num, common // den), times(num_2, common // den_2)), common
    return plus(times(num, den_2), times(num_2, den)), times(den, den_2)


def negative(one: Ratio) -> Ratio:
    """Return the opposites."""
    return times(one[0], -1), one[1]


def multiply(one: Ratio, other: Ratio) -> Ratio:
    """Return the products."""
    return times(one[0], other[0]), times(one[1], other[1])


def divide(one: Ratio, other: Ratio) -> Ratio:
    """Return the quotients; a row whose divisor is zero holds anything."""
    (num, den), (num_2, den_2) = one, other
    if isinstance(num_2, int):
        sign, size = (-1 if num_2 < 0 else 1), abs(num_2) or 1
        return times(times(num, den_2), sign), times(den, size)
    wide = num_2 if num_2.dtype == object else num_2.astype(np.int64, copy=False)
    sign_column = np.where(wide < 0, -1, 1)
    size_column = np.where(wide == 0, 1, np.abs(wide))
    return times(times(num, den_2), sign_column), times(den, size_column)


def aligned(one: Ratio, other: Ratio) -> tuple[Integers, Integers, Integers]:
    """Return both numerators over one denominator, and that denominator."""
    (num, den), (num_2, den_2) = one, other
    if isinstance(den, int) and isinstance(den_2, int):
        common = math.lcm(den, den_2)
        if common < _SMALL_DENOMINATOR or common in (den, den_2):
            return times(num, common // den), times(num_2, common // den_2), common
    return times(num, den_2), times(num_2, den), times(den, den_2)


def choose(flags: NDArray[np.bool_], one: Ratio, other: Ratio) -> Ratio:
    """Return the first ratio where a flag is set, the second elsewhere."""
    (num, den), (num_2, den_2) = one, other
    if isinstance(den, int) and isinstance(den_2, int):
        common = math.lcm(den, den_2)
        if common < _SMALL_DENOMINATOR or common in (den, den_2):
            return _where(flags, times(num, common // den), times(num_2, common // den_2)), common
    return _where(flags, num, num_2), _where(flags, den, den_2)


def _where(flags: NDArray[np.bool_], one: Integers, other: Integers) -> Integers:
    exact = max(bound(one), bound(other)) >= LIMIT
    if exact:
        one, other = (np.array(side, dtype=object) if isinstance(side, int) else side for side in (one, other))
    return np.where(flags, one, other)


def floor(one: Ratio) -> Integers:
    """Return the greatest integers not above."""
    num, den = one
    if isinstance(den, int) and den == 1:
        return num
    exact = max(bound(num), bound(den)) >= LIMIT
    return _wide(num, exact=exact) // _wide(den, exact=exact)  # type: ignore[no-any-return]


def round_to(one: Ratio, decimals: int, mode: str) -> Ratio:
    """Return the ratios rounded to so many decimals by a mode of `ruleset.expressions.functions.ROUNDINGS`."""
    num, den = one
    up, down = (10**decimals, 1) if decimals >= 0 else (1, 10**-decimals)
    if isinstance(den, int) and den * down == 1:
        return one  # a whole number has no decimals to round
    num, den = times(num, up), times(den, down)
    low = floor((num, den))
    rest = plus(num, times(times(low, den), -1))
    if mode == "floor":
        return times(low, down), up
    upward = _upward(mode, num, low, rest, den)
    step = upward.astype(np.int64) if isinstance(upward, np.ndarray) else int(upward)
    return times(plus(low, step), down), up


def _upward(mode: str, num: Any, low: Any, rest: Any, den: Any) -> Any:
    """Return which numbers are rounded to the integer above `low`."""
    twice = times(rest, 2)
    if mode == "half_up":
        return (twice > den) | ((twice == den) & (num > 0))
    if mode == "half_even":
        return (twice > den) | ((twice == den) & (low % 2 == 1))
    if mode == "up":
        return (rest > 0) & (num > 0)
    if mode == "down":
        return (rest > 0) & (num <= 0)
    return rest > 0


def fractions(one: Ratio, size: int) -> NDArray[np.object_]:
    """Return the ratios as an object array of `Fraction`."""
    num, den = (np.broadcast_to(np.asarray(side, dtype=object), (size,)) for side in one)
    found = np.empty(size, dtype=object)
    found[:] = [Fraction(int(above), int(below)) for above, below in zip(num, den, strict=True)]
    return found


def from_fractions(values: NDArray[np.object_]) -> Ratio:
    """Return fractions over one denominator where it is small, else each over its own."""
    common = 1
    for value in values:
        common = math.lcm(common, value.denominator)
        if common >= _SMALL_DENOMINATOR:
            dens = np.array([value.denominator for value in values], dtype=object)
            return np.array([value.numerator for value in values], dtype=object), dens
    nums = [value.numerator * (common // value.denominator) for value in values]
    fits = all(abs(num) < LIMIT for num in nums)
    return np.array(nums, dtype=np.int64 if fits else object), common
