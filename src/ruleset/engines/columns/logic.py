"""Kleene's logic over truths of columns, constant or not."""

from __future__ import annotations

from typing import Final, TypeAlias

from ruleset.engines.columns.planes import Truth
from ruleset.engines.columns.values import Constant, as_truth
from ruleset.types import UNKNOWN

Truths: TypeAlias = Truth | Constant

YES: Final = Constant(True)
NO: Final = Constant(False)
OPEN: Final = Constant(UNKNOWN)


def either(one: Truths, other: Truths) -> Truths:
    """Return the Kleene disjunction."""
    if isinstance(one, Truth) and isinstance(other, Truth):
        return one | other
    for left, right in ((one, other), (other, one)):
        if isinstance(left, Constant):
            if left.value is True:
                return YES
            if left.value is not UNKNOWN:
                return right
            if isinstance(right, Constant):
                return YES if right.value is True else OPEN
            return right | as_truth(left, right.size)
    raise AssertionError("one of them is a constant")


def both(one: Truths, other: Truths) -> Truths:
    """Return the Kleene conjunction."""
    if isinstance(one, Truth) and isinstance(other, Truth):
        return one & other
    for left, right in ((one, other), (other, one)):
        if isinstance(left, Constant):
            if left.value is True:
                return right
            if left.value is not UNKNOWN:
                return NO
            if isinstance(right, Constant):
                return OPEN if right.value is True or right.value is UNKNOWN else NO
            return right & as_truth(left, right.size)
    raise AssertionError("one of them is a constant")


def opposite(one: Truths) -> Truths:
    """Return the Kleene negation."""
    if isinstance(one, Constant):
        return one if one.value is UNKNOWN else Constant(one.value is not True)
    return ~one
