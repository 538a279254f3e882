"""Units of measure of numbers: `EUR`, `h/week`, `m2`; enough algebra to refuse euros compared with hours."""

from __future__ import annotations

import re
from collections import Counter
from typing import TypeAlias

Unit: TypeAlias = tuple[tuple[str, int], ...]
"""Base units with their exponents, sorted; the empty tuple is a pure number."""

_BASE = re.compile(r"[^\W\d_][\w²³$€]*|[$€]")
_PURE = frozenset({"", "%", "‰", "1"})


def parse_unit(text: str) -> Unit:
    """Return the unit written as `a.b/c`; per cent is a pure number.

    >>> parse_unit("h/week")
    (('h', 1), ('week', -1))

    Raises:
        ValueError: not written that way.
    """
    counts: Counter[str] = Counter()
    for position, part in enumerate(text.strip().split("/")):
        for base in part.strip().split("."):
            name = base.strip()
            if name in _PURE:
                continue
            if not _BASE.fullmatch(name):
                raise ValueError(f"« {text} » n'est pas une unité (exemples : EUR, h/semaine, m2)")
            counts[name] += -1 if position else 1
    return _unit(counts)


def multiply(left: Unit | None, right: Unit | None) -> Unit | None:
    """Return the unit of a product; a bare number (None) takes the unit of the other factor."""
    if left is None or right is None:
        return right if left is None else left
    return _unit(Counter(dict(left)), Counter(dict(right)))


def inverse(unit: Unit | None) -> Unit | None:
    """Return the unit of `1 / x`."""
    return None if unit is None else tuple((name, -power) for name, power in unit)


def compatible(left: Unit | None, right: Unit | None) -> bool:
    """Return whether two numbers may be added or compared."""
    return left is None or right is None or left == right


def format_unit(unit: Unit) -> str:
    """Return the way a unit is written: `h/week`."""
    above = ".".join(name for name, power in unit for _ in range(power))
    below = "".join(f"/{name}" for name, power in unit for _ in range(-power))
    return (above or "1") + below


def _unit(*counts: Counter[str]) -> Unit:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return tuple(sorted((name, power) for name, power in total.items() if power))
