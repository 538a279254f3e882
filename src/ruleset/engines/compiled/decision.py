"""What a rule set decides of one case, read from the bits: statuses, values, and what made each rule hold."""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Final, TypeVar

from ruleset.engines.compiled.index import Space
from ruleset.engines.compiled.law import Law
from ruleset.engines.compiled.program import Prepared, Reason
from ruleset.engines.compiled.running import Notes
from ruleset.expressions.evaluate import Truth
from ruleset.types import UNKNOWN, Value

_DIGITS: Final = bytes(byte == ord("1") for byte in range(256))


SPARSE: Final = 12
"""One bit in so many, below which taking them one by one is quicker than going through all."""

T = TypeVar("T")


def picked(items: Sequence[T], found: int, sentinel: int) -> Iterable[T]:
    """Return the items of which the bit is set: that of the first is just below the sentinel."""
    if found.bit_count() * SPARSE > len(items):
        return compress(items, bin(found | sentinel)[3:].encode().translate(_DIGITS))
    first, last, chosen = sentinel.bit_length() - 1, len(items), []
    while found:
        length = found.bit_length()
        if first - length >= last:
            break
        chosen.append(items[first - length])
        found ^= 1 << length - 1
    return chosen


class Decision:
    """The statuses and values of one case. Whatever is not asked for is not computed."""

    __slots__ = ("_holding", "_law", "_notes", "_prepared", "_standing", "on", "values")

    def __init__(
        self, prepared: Prepared, law: Law, on: dt.date, standing: int, notes: Notes | None, values: Sequence[Value]
    ) -> None:
        self._prepared, self._law, self._standing, self._notes = prepared, law, standing, notes
        self.on = on
        self.values = values
        self._holding: int | None = None

    @property
    def notes(self) -> Notes | None:
        """What its computation left behind."""
        return self._notes

    @property
    def failed(self) -> bool:
        """Whether something is to be reported (a division by zero, a function that failed): the outcome says what."""
        return self._notes is not None and self._notes.failed

    # statuses

    @property
    def holds(self) -> tuple[str, ...]:
        """The rules that hold, in the order of the rule set; one about records if it holds for some record."""
        return self.ids(self.holding())

    @property
    def ruled_out(self) -> tuple[str, ...]:
        """The rules whose condition is certainly false."""
        return self.ids(self.excluded())

    @property
    def open(self) -> tuple[str, ...]:
        """The rules that wait for an answer."""
        return self.ids(~(self.holding() | self.excluded()) & self._prepared.every)

    def ids(self, found: int) -> tuple[str, ...]:
        """Return the rules of a set of bits."""
        return tuple(picked(self._prepared.rules, found, self._prepared.sentinel))

    def holding(self) -> int:
        """Return the goals that hold, as a set of bits: the first rule has the highest."""
        if self._holding is not None:
            return self._holding
        found = self._prepared.yes.collapse(self._standing)
        for bit, slot, record in self._prepared.coded:
            if self._coded(slot, record) is True:
                found |= bit
        self._holding = found
        return found

    def excluded(self) -> int:
        """Return the goals that certainly do not hold, as a set of bits."""
        prepared, values = self._prepared, self.values
        if any(values[slot] is UNKNOWN for slot, _, _ in prepared.inputs):
            found = prepared.no.collapse(self._negative())
        else:
            found = prepared.written & ~prepared.yes.collapse(self._standing)
        for bit, slot, record in prepared.coded:
            if self._coded(slot, record) is False:
                found |= bit
        return found

    def _negative(self) -> int:
        standing, tables = self._law.negative
        for slot, table in tables.items():
            standing &= table.select(self.values[slot])
        return standing

    def _coded(self, slot: int, record: str) -> Truth:
        """Return the status of a rule that code computed (for all records together)."""
        found = self.values[slot]
        if not record:
            return found  # type: ignore[return-value]
        if self.rows(record) is None:
            return UNKNOWN
        assert isinstance(found, (list, tuple))
        return True if True in found else UNKNOWN if UNKNOWN in found else False

    def rows(self, record: str) -> int | None:
        """Return how many records of a type the case has; None while that is unknown."""
        constant = self._prepared.program.ruleset.records[record].rows
        if constant is not None:
            return len(constant)
        found = self.values[self._prepared.layout.rows[record]]
        return None if found is UNKNOWN else len(found)  # type: ignore[arg-type]

    def status(self, rule: str, number: int | None = None) -> Truth:
        """Return whether a rule holds (for a record): True, False, or UNKNOWN while it is open.

        Raises:
            KeyError: there is no such rule.
        """
        prepared = self._prepared
        bit = prepared.bit("rule", rule)
        if ("rule", rule) in prepared.layout.clauses.of:
            return self._goal(bit)
        slot, record = prepared.layout.rules[rule], prepared.program.ruleset.rules[rule].record
        if number is None:
            return self._coded(slot, record)
        return self.values[slot][number]  # type: ignore[index,return-value]

    def digits(self, *, partial: bool = False) -> bytes:
        """Return the status of each goal: 0 open, 1 it holds, 2 it is ruled out; of those written as clauses only,
        where the slots are there in part.
        """
        prepared, sentinel = self._prepared, self._prepared.sentinel
        both = (
            (prepared.yes.collapse(self._standing), prepared.no.collapse(self._negative()))
            if partial
            else (self.holding(), self.excluded())
        )
        yes, no = (bin(found | sentinel)[3:].encode() for found in both)
        return bytes((one & 1) + 2 * (other & 1) for one, other in zip(yes, no, strict=True))

    def _goal(self, bit: int) -> Truth:
        if self._prepared.yes.collapse(self._standing) & bit:
            return True
        return False if self.excluded() & bit else UNKNOWN

    def value(self, id: str, number: int | None = None) -> Value:
        """Return the value of a definition (for a record), UNKNOWN while the case does not settle it.

        Raises:
            KeyError: there is no such definition.
        """
        slot = self._prepared.layout.definitions.get(id)
        if slot is None:
            return self._goal(self._prepared.bit("definition", id))
        found = self.values[slot]
        return found if number is None else found[number]  # type: ignore[index]

    @property
    def ask(self) -> tuple[str, ...]:
        """The unanswered questions that alternatives of open rules wait for, the one that most wait for first."""
        prepared, values, tables = self._prepared, self.values, self._law.tables
        unknown = [slot for slot, _, _ in prepared.inputs if values[slot] is UNKNOWN]
        possible = prepared.yes.clauses_of(prepared.every & ~(self.holding() | self.excluded()) & prepared.of_rules)
        possible &= self._law.start
        for slot, table in tables.items():
            if values[slot] is not UNKNOWN:
                possible &= table.select(values[slot])
        waiting: collections.Counter[int] = collections.Counter()
        for slot in unknown:
            clauses = (possible & ~tables[slot].select(UNKNOWN)).bit_count()
            for given in prepared.unanswered(slot, values) if clauses else ():
                waiting[given] += clauses
        slots = prepared.layout.slots
        order = sorted(waiting, key=lambda slot: (-waiting[slot], slot))
        return tuple(question.id for slot in order if (question := slots[slot].question) is not None)

    # reasons

    @property
    def reasons(self) -> Mapping[str, Reason]:
        """Why each rule holds that is written as clauses; the others are explained by `ruleset.explain` only."""
        return self._reasons(self._prepared.yes, self._standing)

    @property
    def reasons_against(self) -> Mapping[str, Reason]:
        """Why each rule is ruled out."""
        return self._reasons(self._prepared.no, self._negative())

    def _reasons(self, space: Space, standing: int) -> dict[str, Reason]:
        prepared, found = self._prepared, 0
        reasons: dict[str, Reason] = {}
        for plane, written in enumerate(prepared.reasons(space)):
            here = standing >> plane * space.count & prepared.every & ~found
            found |= here
            reasons.update(picked(written, here, prepared.sentinel))
        missing = space.collapse(standing) & ~found
        for rule in self.ids(missing):
            clause = space.certain(standing, prepared.goals["rule", rule])[0]
            reasons[rule] = prepared.reason(rule, clause)
        return reasons
