"""Bit planes: one yes or no for each row, sixty-four rows a word, and the three values of Kleene's logic over them.

A plane made by a comparison is an array of booleans first; it is packed into words when logic wants it, unpacked when
a choice between values does, each at most once. Bits beyond the last row mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]
Bits: TypeAlias = NDArray[np.uint64]


class Plane:
    """One bit for each of `size` rows. Immutable."""

    __slots__ = ("_flags", "_words", "size")

    def __init__(self, size: int, *, words: Bits | None = None, flags: Flags | None = None) -> None:
        self.size = size
        self._words = words
        self._flags = flags

    @classmethod
    def of(cls, flags: Flags) -> Plane:
        """Return the plane of an array of booleans."""
        return cls(len(flags), flags=flags)

    @classmethod
    def packed(cls, flags: Flags) -> Plane:
        """Return the plane of an array of booleans that is not kept: most comparisons are read by logic alone."""
        return cls(len(flags), words=pack(flags))

    @classmethod
    def full(cls, size: int, *, value: bool) -> Plane:
        """Return the plane whose bits are all the same."""
        fill = np.uint64(0xFFFF_FFFF_FFFF_FFFF if value else 0)
        return cls(size, words=np.full((size + 63) >> 6, fill, np.uint64))

    @property
    def words(self) -> Bits:
        """The bits, sixty-four a word, the first row lowest."""
        if self._words is None:
            assert self._flags is not None
            self._words = pack(self._flags)
        return self._words

    @property
    def flags(self) -> Flags:
        """The bits as an array of booleans, one for each row."""
        if self._flags is None:
            assert self._words is not None
            unpacked = np.unpackbits(self._words.view(np.uint8), count=self.size, bitorder="little")
            self._flags = unpacked.view(np.bool_)
        return self._flags

    def __and__(self, other: Plane) -> Plane:
        return Plane(self.size, words=self.words & other.words)

    def __or__(self, other: Plane) -> Plane:
        return Plane(self.size, words=self.words | other.words)

    def __invert__(self) -> Plane:
        return Plane(self.size, words=~self.words)

    def without(self, other: Plane | None) -> Plane:
        """Return the rows of this plane that are not in the other."""
        return self if other is None else Plane(self.size, words=self.words & ~other.words)

    def any(self) -> bool:
        """Whether a row is set."""
        if self._flags is not None:
            return bool(self._flags.any())
        words = self.words
        spare = self.size & 63
        if not spare:
            return bool(words.any())
        return bool(words[:-1].any()) or bool(words[-1] & np.uint64((1 << spare) - 1))

    def all(self) -> bool:
        """Whether every row is set."""
        return not (~self).any()

    def count(self) -> int:
        """Return how many rows are set."""
        return int(np.count_nonzero(self.flags))

    def take(self, rows: NDArray[np.intp]) -> Plane:
        """Return the bits of those rows, in that order."""
        return Plane.of(self.flags[rows])


def pack(flags: Flags) -> Bits:
    """Return booleans as bits, sixty-four a word."""
    packed = np.packbits(flags, bitorder="little")
    short = -len(packed) % 8
    if short:
        packed = np.concatenate([packed, np.zeros(short, np.uint8)])
    return packed.view(np.uint64)


def union(planes: Iterable[Plane | None]) -> Plane | None:
    """Return the rows set in one of the planes; None stands for no row."""
    result: Plane | None = None
    for plane in planes:
        if plane is not None:
            result = plane if result is None else result | plane
    return result


@attrs.frozen(eq=False)
class Truth:
    """Three-valued truths. A row is true, false, *none* or, when it is in no plane, unknown.

    `false` is None where every row that is not true is false; then there is no *none* either. `none` is None where no
    row is *none*. Only the answer to a yes/no question, or what is chosen from one, can be *none*; logic counts it as
    false.
    """

    true: Plane
    false: Plane | None = None
    none: Plane | None = None

    @property
    def size(self) -> int:
        """How many rows."""
        return self.true.size

    @property
    def negative(self) -> Plane:
        """The rows that are certainly false, *none* apart."""
        return ~self.true if self.false is None else self.false

    @property
    def known(self) -> Plane | None:
        """The rows with a value, *none* included; None where all have one."""
        if self.false is None:
            return None
        return union([self.true, self.false, self.none])

    @property
    def open(self) -> Plane | None:
        """The rows that are unknown; None where there is none."""
        known = self.known
        return None if known is None else ~known

    def plain(self) -> Truth:
        """Return the truths as logic sees them: *none* is false."""
        return self if self.none is None else Truth(self.true, self.negative | self.none)

    def __and__(self, other: Truth) -> Truth:
        true = self.true & other.true
        if self.false is None and other.false is None:
            return Truth(true)
        one, two = self.plain(), other.plain()
        return Truth(true, one.negative | two.negative)

    def __or__(self, other: Truth) -> Truth:
        true = self.true | other.true
        if self.false is None and other.false is None:
            return Truth(true)
        one, two = self.plain(), other.plain()
        return Truth(true, one.negative & two.negative)

    def __invert__(self) -> Truth:
        if self.false is None:
            return Truth(~self.true)
        return Truth(self.plain().negative, self.true)

    def settled(self) -> Truth:
        """Return the same truths, in one plane where no row is unknown or *none*."""
        if self.false is None or (self.none is not None and self.none.any()):
            return self
        return Truth(self.true) if (self.true | self.false).all() else Truth(self.true, self.false)
