"""What is computed once for each combination of values that occurs, rather than in each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruleset.engines.columns import exact
from ruleset.engines.columns.planes import Truth
from ruleset.engines.columns.values import Column, Constant, Numbers, Pool, Words, from_values, take, to_values
from ruleset.types import UNKNOWN, Value


def by_distinct(
    columns: Sequence[Column], kinds: Sequence[str], size: int, pool: Pool, compute: Callable[..., Value]
) -> Column:
    """Return a function of the rows, computed once for each combination of values that occurs.

    Args:
        columns: the arguments, unknown and *none* included.
        kinds: of their types, which tell days from numbers.
        size: how many rows.
        pool: of the words.
        compute: pure.
    """
    if all(isinstance(column, Constant) for column in columns):
        return Constant(compute(*(column.value for column in columns)))  # type: ignore[union-attr]
    if size == 0:
        return Constant(UNKNOWN)
    places, count = np.zeros(size, np.int64), 1
    for column in columns:
        if not isinstance(column, Constant):
            own, several = _places(_keys(column, size))
            places, count = _places(places * several + own)
    first = np.empty(count, np.intp)
    first[places[::-1]] = np.arange(size - 1, -1, -1)
    samples = [to_values(take(column, first), kind, count, pool) for column, kind in zip(columns, kinds, strict=True)]
    return take(from_values([compute(*row) for row in zip(*samples, strict=True)], pool), places)


def _places(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Return the rank of each key among those that occur, and how many they are."""
    low = int(keys.min())
    span = int(keys.max()) - low + 1
    if span > 4 * len(keys) + 1024:
        found, ranks = np.unique(keys, return_inverse=True)
        return ranks.reshape(-1).astype(np.int64), len(found)
    seen = np.zeros(span, np.bool_)
    seen[keys - low] = True
    rank = np.cumsum(seen) - 1
    return rank[keys - low], int(rank[-1]) + 1


def _keys(column: Column, size: int) -> NDArray[np.int64]:
    """Return a number for each row, equal where the values are; what is unknown or *none* has a key of its own."""
    if isinstance(column, Truth):
        none = 0 if column.none is None else 2 * column.none.flags.astype(np.int64)
        unknown = 0 if column.open is None else 3 * column.open.flags.astype(np.int64)
        return column.true.flags.astype(np.int64) + none + unknown
    found = column.codes.astype(np.int64) if isinstance(column, Words) else _number_keys(column, size)
    least = int(found.min())
    if column.known is not None:  # type: ignore[union-attr]
        found = np.where(column.known.flags, found, least - 1)  # type: ignore[union-attr]
    return found if column.none is None else np.where(column.none.flags, least - 2, found)  # type: ignore[union-attr]


def _number_keys(column: Column, size: int) -> NDArray[np.int64]:
    assert isinstance(column, Numbers)
    if not isinstance(column.den, int):
        source: NDArray[Any] = exact.fractions((column.num, column.den), size)
    else:
        source = np.broadcast_to(np.asarray(column.num), (size,))
        if source.dtype != object:
            return source.astype(np.int64)
    return np.unique(source, return_inverse=True)[1].reshape(-1).astype(np.int64)
