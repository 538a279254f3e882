"""The vector forms of plug-in functions: plain NumPy arrays in, one out, rows without a value left out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruleset.engines.columns import calendar
from ruleset.engines.columns.planes import Plane, Truth
from ruleset.engines.columns.values import Column, Numbers, Pool, from_values, masks, take, to_values
from ruleset.expressions.functions import Function
from ruleset.types import Type, whole

_log = logging.getLogger(__name__)


def call(function: Function, arguments: Sequence[Column], kinds: Sequence[str], size: int, pool: Pool) -> Column | None:
    """Return what the vector form gives, or None where it fails: the function is then called value by value.

    Args:
        function: with a vector form.
        arguments: one of them at least is no constant.
        kinds: of their types.
        size: how many rows.
        pool: of the words.
    """
    assert function.vector is not None
    certain, none = masks(size, *arguments)
    present = Plane.full(size, value=True) if certain is None else certain
    rows = np.flatnonzero(present.without(none).flags)
    arrays = [_array(take(one, rows), kind, len(rows), pool) for one, kind in zip(arguments, kinds, strict=True)]
    try:
        result = np.asarray(function.vector(*arrays))
        column = _column(result, function.result, len(rows), pool)
    except Exception as error:  # noqa: BLE001  a plug-in's function may raise anything
        _log.info("%s : forme vectorielle refusée (%s)", function.name, error)
        return None
    if len(rows) == size:
        return column
    if not len(rows):
        return None
    back = np.zeros(size, np.intp)
    back[rows] = np.arange(len(rows))
    return _masked(take(column, back), certain, none)


def _array(column: Column, kind: str, size: int, pool: Pool) -> NDArray[Any]:
    if isinstance(column, Numbers) and isinstance(column.num, np.ndarray) and isinstance(column.den, int):
        if kind == "date":
            return (column.num.astype(np.int64) - calendar.EPOCH).view("datetime64[D]")
        if column.den == 1 and column.num.dtype != object:
            return column.num.astype(np.int64)
    values = to_values(column, kind, size, pool)
    if kind == "yes_no":
        return np.array(values, np.bool_)
    if kind == "date":
        return np.array(values, "datetime64[D]")
    found = np.empty(size, dtype=object)
    found[:] = values
    return found


def _column(result: NDArray[Any], kind: object, size: int, pool: Pool) -> Column:
    """Return a result as a column, once it is found to be of the function's type."""
    if result.shape != (size,):
        raise ValueError(f"{result.shape[0] if result.shape else 1} valeurs au lieu de {size}")
    expected = kind.kind if isinstance(kind, Type) else ""
    if result.dtype == np.bool_ and expected == "yes_no":
        return Truth(Plane.of(result))
    if np.issubdtype(result.dtype, np.integer) and expected in ("integer", "number", "money"):
        return Numbers(result.astype(np.int64))
    if np.issubdtype(result.dtype, np.datetime64) and expected == "date":
        return Numbers(result.astype("datetime64[D]").view(np.int64) + calendar.EPOCH)
    values = [whole(value) if isinstance(value, Fraction) else value for value in result.tolist()]
    if isinstance(kind, Type) and not all(kind.holds(value) for value in values):
        raise ValueError(f"des valeurs qui ne sont pas de type {kind}")
    return from_values(values, pool)


def _masked(column: Column, certain: Plane | None, none: Plane | None) -> Column | None:
    if isinstance(column, Truth):
        known = certain if certain is not None else Plane.full(column.size, value=True)
        shown = known.without(none)
        return Truth(column.true & shown, shown.without(column.true), none)
    if isinstance(column, Numbers):
        return Numbers(column.num, column.den, certain, none)
    return None
