"""Comparisons of whole columns, what they share, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

import numpy as np

from ruleset.engines.columns import exact
from ruleset.engines.columns.exact import Integers
from ruleset.engines.columns.planes import Flags, Plane, Truth, union
from ruleset.engines.columns.values import (
    Column,
    Constant,
    Numbers,
    Pool,
    Words,
    alike,
    as_truth,
    as_words,
    masks,
    nones,
    ratio,
    spread,
)
from ruleset.expressions.evaluate import compare as compare_values
from ruleset.types import UNKNOWN, Value

_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def compare(operator: str, left: Column, right: Column, size: int, pool: Pool) -> Column:
    """Return the truths of a comparison: false on *none*, unknown on an unknown side."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(compare_values(operator, left.value, right.value))
    if _plain(left) and isinstance(right, Constant) and right.value is not None and right.value is not UNKNOWN:
        return Truth(Plane.packed(_written(_compare_numbers(operator, left, right), size)))
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
    true = Plane.packed(_written(flags, size))
    certain, none = masks(size, left, right)
    if certain is None:
        return Truth(true.without(none))
    held = (true & certain).without(none)
    return Truth(held, certain.without(held))


def _plain(column: Column) -> bool:
    """Whether a column is numbers that are all there, which most are."""
    return isinstance(column, Numbers) and column.known is None and column.none is None


def _written(flags: Flags | bool, size: int) -> Flags:
    return flags if isinstance(flags, np.ndarray) else np.full(size, flags)


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
