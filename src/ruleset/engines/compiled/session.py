"""A case that changes answer by answer: one changed answer costs one new set, and the values that depend on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import and_

import attrs

from ruleset.engines.compiled.decision import Decision
from ruleset.engines.compiled.law import Law
from ruleset.engines.compiled.program import Prepared
from ruleset.engines.compiled.reading import RawRecords, all_raw, read_day, read_raw, read_raw_records
from ruleset.engines.compiled.running import Notes
from ruleset.model import Record
from ruleset.types import UNKNOWN, BadValueError, Value, near


@attrs.frozen(eq=False)
class Change:
    """What an answer has added and taken away."""

    before: Decision
    after: Decision

    @property
    def added(self) -> tuple[str, ...]:
        """The rules that hold now and did not before."""
        return self.after.ids(self.after.holding() & ~self.before.holding())

    @property
    def removed(self) -> tuple[str, ...]:
        """The rules that held before and do not now."""
        return self.after.ids(self.before.holding() & ~self.after.holding())


class Session:
    """The slots of a case, and the set of clauses that each input leaves standing. Not shared between threads."""

    def __init__(
        self, prepared: Prepared, answers: Mapping[str, object], on: dt.date, records: Mapping[str, Sequence[Record]]
    ) -> None:
        """Start with some answers, as `Compiled.evaluate` takes them; records with their values read."""
        self._prepared = prepared
        layout = prepared.layout
        self._slots: list[Value] = [UNKNOWN] * len(layout.slots)
        given = dict(zip(layout.given.values(), all_raw(layout.given, answers), strict=True))
        for slot in layout.slots:
            if slot.question is not None:
                self._slots[slot.number] = read_raw(slot.question, given[slot.number])
            elif slot.record:
                self._slots[slot.number] = records.get(slot.record, UNKNOWN)  # type: ignore[assignment]
        self._failed: set[int] = set()
        self._position = {slot: number for number, (slot, _, _) in enumerate(prepared.inputs)}
        self._law: Law
        self._sets: list[int]
        self.move(on)

    def set(self, question: str, raw: object) -> Change:
        """Give or change an answer (None takes it back); return what that adds and takes away.

        Raises:
            BadValueError: the question does not allow it, or there is no such question; nothing has changed.
        """
        given = self._prepared.layout.given
        if question not in given:
            raise BadValueError(f"question inconnue : « {question} »{near(str(question), given)}")
        slot = given[question]
        found = self._prepared.layout.slots[slot].question
        assert found is not None
        return self._changed(slot, read_raw(found, raw))

    def take_back(self, question: str) -> Change:
        """Make an answer unknown again.

        Raises:
            BadValueError: there is no such question.
        """
        return self.set(question, None)

    def set_records(self, record: str, rows: Sequence[Mapping[str, object]] | None) -> Change:
        """Give or change the list of records of a type; None makes it unknown.

        Raises:
            BadValueError: a question does not allow its answer, or there is no such type or question.
        """
        given: RawRecords = {record: rows or ()}
        read = read_raw_records(given, self._prepared.records)[record]
        return self._changed(self._prepared.layout.rows[record], UNKNOWN if rows is None else read)  # type: ignore[arg-type]

    def move(self, on: dt.date) -> Decision:
        """Look at the same answers under the law of another day.

        Raises:
            BadValueError: it is not a date.
        """
        self.on = read_day(on)
        self._law = self._prepared.law(self.on)
        self._failed.clear()
        notes = Notes()
        for slot in self._prepared.layout.order:
            if slot.code is not None:
                self._compute(slot.number, notes)
        tables = self._law.tables
        self._sets = [tables[slot].select(self._slots[slot]) for slot in self._position]
        return self._decided()

    def _compute(self, slot: int, notes: Notes) -> Value:
        notes.failed = False
        found: Value = self._law.steps[slot](self._slots, notes, self.on)  # type: ignore[misc]
        self._slots[slot] = found
        (self._failed.add if notes.failed else self._failed.discard)(slot)
        return found

    def _decided(self) -> Decision:
        notes = None
        if self._failed:
            notes = Notes()
            notes.failed = True
        standing = reduce(and_, self._sets, self._law.start)
        self.decision = Decision(self._prepared, self._law, self.on, standing, notes, tuple(self._slots))
        return self.decision

    def _changed(self, slot: int, value: Value) -> Change:
        before, slots = self.decision, self._slots
        if not _differs(slots[slot], value):
            return Change(before, before)
        slots[slot] = value
        changed = {slot}
        notes: Notes | None = None
        layout = self._prepared.layout.slots
        for number in self._prepared.dependents(slot):
            if not changed.isdisjoint(layout[number].needs):
                old = slots[number]
                notes = notes or Notes()
                if _differs(old, self._compute(number, notes)):
                    changed.add(number)
        self._renew(changed)
        return Change(before, self._decided())

    def _renew(self, changed: Iterable[int]) -> None:
        for number in changed:
            position = self._position.get(number)
            if position is not None:
                self._sets[position] = self._law.tables[number].select(self._slots[number])


def _differs(old: Value, new: Value) -> bool:
    return old is not new and (old.__class__ is not new.__class__ or old != new)
