"""The index: for each input, a table from its value to the set of clauses which that value leaves standing.

Sets are Python integers, a bit for each clause (Lakshman and Stiliadis 1998). A clause is certain when it stands in the
set of every input; an unknown input leaves only the clauses that do not test it.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from ruleset.engines.compiled.atoms import ORDERED, Atom
from ruleset.engines.compiled.clauses import Clause
from ruleset.expressions.tree import Node
from ruleset.types import UNKNOWN, Type, Value

Select: TypeAlias = Callable[[Any], int]
Constants: TypeAlias = Callable[[Node], Value]

FEW: Final = 3
"""Goals with more alternatives than there are planes, up to which one plane less is cheaper."""


class Space:
    """The bits of clauses: alternative k of goal g stands at bit `k * goals + (goals - 1 - g)`, so that a shift lays
    the alternatives of all goals over one another; the few goals with very many alternatives have theirs above.

    The first goal has the highest bit: written in binary, the goals stand in their order.
    """

    def __init__(self, goals: Sequence[tuple[Clause, ...]]) -> None:
        self.count = count = len(goals)
        sizes = sorted((len(one) for one in goals), reverse=True)
        self.planes = max(1, sizes[min(FEW, count - 1)] if count else 1)
        self.goals = goals
        self.every = 0
        self._places: dict[int, list[int]] = {}
        self._beyond: list[tuple[int, int]] = []
        top = self.planes * count
        for number, clauses in enumerate(goals):
            beyond = 0
            for k, clause in enumerate(clauses):
                place = k * count + count - 1 - number
                if k >= self.planes:
                    place, top = top, top + 1
                    beyond |= 1 << place
                self.every |= 1 << place
                for literal in clause:
                    self._places.setdefault(literal, []).append(place)
            if beyond:
                self._beyond.append((beyond, 1 << (count - 1 - number)))
        self._mask = (1 << count) - 1
        self._bytes = top // 8 + 1

    def clauses_with(self, literal: int) -> int:
        """Return the set of clauses in which a literal stands."""
        bits = bytearray(self._bytes)
        for place in self._places.get(literal, ()):
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def collapse(self, standing: int) -> int:
        """Return the set of goals of which some clause stands, the first goal in the highest of `count` bits."""
        mask = self._mask
        found = standing & mask
        for plane in range(1, self.planes):
            found |= standing >> plane * self.count & mask
        for beyond, goal in self._beyond:
            if standing & beyond:
                found |= goal
        return found

    def clauses_of(self, goals: int) -> int:
        """Return every clause of a set of goals."""
        found = sum(goals << plane * self.count for plane in range(self.planes))
        for beyond, goal in self._beyond:
            if goals & goal:
                found |= beyond
        return found & self.every

    def certain(self, standing: int, number: int) -> tuple[Clause, ...]:
        """Return the clauses of a goal that stand."""
        place = self.count - 1 - number
        found = [
            clause
            for k, clause in enumerate(self.goals[number][: self.planes])
            if standing >> (k * self.count + place) & 1
        ]
        for beyond, goal in self._beyond:
            if goal == 1 << place:
                bits = [bit for bit in range(beyond.bit_length()) if beyond >> bit & 1]
                rest = self.goals[number][self.planes :]
                found += [clause for bit, clause in zip(bits, rest, strict=True) if standing >> bit & 1]
        return tuple(found)


@attrs.frozen(eq=False)
class Table:
    """The sets of one input by value. `zones` and `whole` are there for ordered inputs: whole numbers (days by their
    number) are searched in `whole`; `by_value` for the others, with `other` for a value that no test names.
    """

    select: Select
    by_value: Mapping[Any, int] = attrs.field(factory=dict)
    whole: Sequence[int] = ()
    zones: Sequence[int] = ()


def make_table(space: Space, kind: Type, tests: Sequence[tuple[int, Atom]], constants: Constants) -> Table:
    """Return the table of an input.

    Args:
        space: the clauses.
        kind: the type of the input.
        tests: its atoms, with their numbers.
        constants: the value of a constant under the law of the case.
    """
    masks = [(atom, space.clauses_with(2 * number), space.clauses_with(2 * number + 1)) for number, atom in tests]
    masks = [one for one in masks if one[1] or one[2]]

    def standing(value: Value) -> int:
        fallen = 0
        for atom, yes, no in masks:
            truth = atom.truth(value, constants)
            fallen |= yes | no if truth is UNKNOWN else no if truth else yes
        return space.every & ~fallen

    unknown, none = standing(UNKNOWN), standing(None)
    if kind.kind in ORDERED:
        return _ordered(space, masks, constants, unknown, none)
    values = [constants(one) for atom, _, _ in masks for one in atom.constants]
    named = [*((True, False) if kind.kind == "yes_no" else kind.choices or ()), *values]
    by_value: dict[Any, int] = {value: standing(value) for value in named if value is not None and value is not UNKNOWN}
    other = standing(_Other())  # type: ignore[arg-type]

    def select(value: Any) -> int:
        if value is UNKNOWN:
            return unknown
        return none if value is None else by_value.get(value, other)

    return Table(select, by_value)


class _Other:
    """A value that equals no constant."""


def _ordered(
    space: Space, masks: Sequence[tuple[Atom, int, int]], constants: Constants, unknown: int, none: int
) -> Table:
    compared = [
        (atom, [_key(value) for one in atom.constants if (value := constants(one)) is not None], yes, no)
        for atom, yes, no in masks
        if atom.test not in ("none", "known")
    ]
    keys = sorted({edge for atom, values, _, _ in compared for value in values for edge in _edges(atom.test, value)})
    ends = len(keys) + 1
    fallen = _Fallen(ends)
    for atom, values, yes, no in compared:
        true = [span for value in values for span in _spans(atom.test, value, keys, ends)]
        for first, last in true:
            fallen.add(no, first, last)
        for first, last in _between(true, ends):
            fallen.add(yes, first, last)
    always = 0
    for atom, yes, no in masks:
        if atom.test == "none":
            always |= yes
        elif atom.test == "known":
            always |= no
    base = space.every & ~always
    zones = [base & ~one for one in fallen.sets()]
    whole = [math.floor(value) + 1 if after else math.ceil(value) for value, after in keys]
    day = dt.date

    def select(value: Any) -> int:
        if value.__class__ is int:
            return zones[bisect_right(whole, value)]
        if value is UNKNOWN:
            return unknown
        if value is None:
            return none
        if isinstance(value, day):
            return zones[bisect_right(whole, value.toordinal())]
        return zones[bisect_right(keys, (value, 0))]

    return Table(select, {}, whole, zones)


def _key(value: Any) -> Any:
    return value.toordinal() if isinstance(value, dt.date) else value


def _edges(test: str, value: Any) -> Iterable[tuple[Any, int]]:
    """Return where the truth of a comparison changes: from a value on (0), from just above it on (1)."""
    if test in ("<", ">="):
        return ((value, 0),)
    if test in (">", "<="):
        return ((value, 1),)
    return ((value, 0), (value, 1))


def _spans(test: str, value: Any, keys: Sequence[tuple[Any, int]], ends: int) -> list[tuple[int, int]]:
    """Return the zones, from first to before last, in which a comparison holds."""
    at = bisect_left(keys, (value, 0)) + 1
    above = bisect_left(keys, (value, 1)) + 1
    spans = {
        "<": [(0, at)], "<=": [(0, above)], ">": [(above, ends)], ">=": [(at, ends)],
        "==": [(at, above)], "!=": [(0, at), (above, ends)],
    }  # fmt: skip
    return spans[test]


def _between(spans: Iterable[tuple[int, int]], ends: int) -> list[tuple[int, int]]:
    """Return the zones that no span covers."""
    left, found = 0, []
    for first, last in sorted(spans):
        if first > left:
            found.append((left, first))
        left = max(left, last)
    return [*found, (left, ends)] if left < ends else found


class _Fallen:
    """The sets of clauses that fall in each zone, gathered in one sweep each way."""

    def __init__(self, ends: int) -> None:
        self._until, self._since, self._only = [0] * ends, [0] * ends, [0] * ends

    def add(self, clauses: int, first: int, last: int) -> None:
        """Let clauses fall in the zones from first to before last."""
        if not clauses or first >= last:
            return
        if first == 0:
            self._until[last - 1] |= clauses
        elif last == len(self._since):
            self._since[first] |= clauses
        else:
            for zone in range(first, last):
                self._only[zone] |= clauses

    def sets(self) -> list[int]:
        found, running = self._only[:], 0
        for zone, more in enumerate(self._since):
            running |= more
            found[zone] |= running
        running = 0
        for zone in reversed(range(len(found))):
            running |= self._until[zone]
            found[zone] |= running
        return found
