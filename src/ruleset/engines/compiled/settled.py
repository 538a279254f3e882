"""A Situation that takes what was computed by bits and generated code, and computes the rest as the reference does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from ruleset.engines.compiled.decision import Decision
from ruleset.engines.compiled.embedding import prepared_for
from ruleset.engines.compiled.law import Law
from ruleset.engines.compiled.program import Prepared
from ruleset.engines.compiled.reading import UnfitValueError, read_records
from ruleset.engines.compiled.running import Notes
from ruleset.expressions.evaluate import Truth
from ruleset.model import Case
from ruleset.program import Program, compile_program
from ruleset.situation import Situation
from ruleset.types import UNKNOWN, Value

_TRUTH: Final[tuple[Truth, ...]] = (UNKNOWN, True, False)
NOTHING: Final[frozenset[int]] = frozenset()


def solved(program: Program, case: Case) -> Situation:
    """Return a case with every value and status computed."""
    prepared = prepared_for(program)
    law = prepared.law(case.on)
    try:
        found = law.given(case.answers, read_records(case.records, prepared.records), case.on)
    except UnfitValueError:
        return Situation(program, case).compute()
    decision = Decision(prepared, law, case.on, *found)
    situation = Settled(program, case)
    situation.take(prepared, decision, decision.notes)
    if decision.failed:
        # More is computed here than the evaluator comes to: what it reports is what counts.
        situation.diagnostics[:] = Situation(program, case).compute().diagnostics
    return situation


def halfway(prepared: Prepared, law: Law, on: dt.date, slots: Sequence[Value]) -> Situation:
    """Return a case in which only that is settled which does not wait for the reference."""
    layout, tainted = prepared.layout, prepared.tainted
    known = [UNKNOWN if number in tainted else value for number, value in enumerate(slots)]
    answers = {id: known[slot] for id, slot in layout.given.items() if known[slot] is not UNKNOWN}
    rows = {id: known[slot] for id, slot in layout.rows.items() if known[slot] is not UNKNOWN}
    situation = Settled(prepared.program, Case(prepared.program.ruleset.id, on, answers, rows))  # type: ignore[arg-type]
    standing = law.start
    for slot, table in law.tables.items():
        standing &= table.select(known[slot])
    situation.take(prepared, Decision(prepared, law, on, standing, None, known), None, tainted)
    return situation


class Settled(Situation):
    """A case whose values and statuses come from outside."""

    def other(self, ruleset: str) -> Situation:
        """Return the same case seen through a rule set that this one uses."""
        if ruleset not in self._imports:
            found = solved(compile_program(self.ruleset.imports[ruleset]), self.case)
            self.diagnostics.extend(found.diagnostics)
            found.diagnostics = self.diagnostics
            self._imports[ruleset] = found
        return self._imports[ruleset]

    def take(
        self, prepared: Prepared, decision: Decision, notes: Notes | None, without: frozenset[int] = NOTHING
    ) -> None:
        """Take what a decision says, but for what depends on the slots `without`."""
        if notes is not None and notes.situation is not None:
            self._imports = notes.situation._imports  # noqa: SLF001  one of our own kind, of the same case
        layout, values = prepared.layout, decision.values
        for id in self.ruleset.questions:
            slot = layout.answers[id]
            if slot not in without:
                self._answers["", None, id] = values[slot]
        for (record, id), slot in layout.fields.items():
            for number, value in enumerate(_several(values[slot], without and slot in without)):
                self._answers[record, number, id] = value
        digits = decision.digits(partial=bool(without))
        for id, definition in self.ruleset.definitions.items():
            at = layout.definitions.get(id)
            if at is None:
                goal = prepared.goals["definition", id]
                if not without or digits[goal] or goal not in prepared.waiting:
                    self._values[id, None] = _TRUTH[digits[goal]]
            elif definition.record:
                found = _several(values[at], without and at in without)
                self._values.update(((id, number), value) for number, value in enumerate(found))
            elif at not in without:
                self._values[id, None] = values[at]
        self._take_rules(prepared, decision, digits, without)

    def _take_rules(self, prepared: Prepared, decision: Decision, digits: bytes, without: frozenset[int]) -> None:
        clauses, rules = prepared.layout.clauses.of, prepared.layout.rules
        for goal, (id, rule) in enumerate(self.ruleset.rules.items()):
            if ("rule", id) in clauses:
                if not without or digits[goal] or goal not in prepared.waiting:
                    self._statuses[id, None] = _TRUTH[digits[goal]]
            elif rules[id] not in without:
                found = decision.values[rules[id]]
                if rule.record:
                    for number, status in enumerate(_several(found, False)):
                        self._statuses[id, number] = status  # type: ignore[assignment]
                else:
                    self._statuses[id, None] = found  # type: ignore[assignment]


def _several(found: Value, left_out: object) -> Sequence[Value]:
    if left_out:
        return ()
    assert isinstance(found, (tuple, list))
    return found
