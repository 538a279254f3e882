"""The engine of whole cases: every status and value by bit vectors and generated code, given to a Situation."""

from __future__ import annotations

from typing import Final

from ruleset.engines.compiled.decision import Decision
from ruleset.engines.compiled.embedding import prepared_for
from ruleset.engines.compiled.program import Prepared
from ruleset.engines.compiled.reading import UnfitValueError, read_records
from ruleset.expressions.evaluate import Truth
from ruleset.model import Case
from ruleset.program import Program
from ruleset.situation import Situation
from ruleset.types import UNKNOWN, Value

_TRUTH: Final[tuple[Truth, ...]] = (UNKNOWN, True, False)


class CompiledEngine:
    """Computes whole cases; shared between threads."""

    name: str = "compiled"

    def solve(self, program: Program, case: Case) -> Situation:
        """Return the case with every value and status computed."""
        prepared = prepared_for(program)
        law = prepared.law(case.on)
        try:
            rows = read_records(case.records, prepared.records)
            found = law.given(case.answers.get, rows, case.on)
        except UnfitValueError:
            return Situation(program, case).compute()
        decision = Decision(prepared, law, case.on, *found)
        situation = _Settled(program, case)
        situation.settle(prepared, decision)
        if decision.failed:
            # More is computed here than the evaluator comes to: what it reports is what counts.
            situation.diagnostics[:] = Situation(program, case).compute().diagnostics
        return situation


class _Settled(Situation):
    """A case whose values and statuses come from outside."""

    def settle(self, prepared: Prepared, decision: Decision) -> None:
        """Take what a decision says."""
        layout, values = prepared.layout, decision.values
        for id in self.ruleset.questions:
            self._answers["", None, id] = values[layout.answers[id]]
        for (record, id), slot in layout.fields.items():
            for number, value in enumerate(_several(values[slot])):
                self._answers[record, number, id] = value
        truths = decision.digits()
        self._settle_definitions(prepared, decision, truths)
        self._settle_rules(prepared, decision, truths)

    def _settle_definitions(self, prepared: Prepared, decision: Decision, truths: bytes) -> None:
        layout, values = prepared.layout, decision.values
        for id, definition in self.ruleset.definitions.items():
            slot = layout.definitions.get(id)
            if slot is None:
                self._values[id, None] = _TRUTH[truths[prepared.goals["definition", id]]]
            elif definition.record:
                self._values.update(((id, number), value) for number, value in enumerate(_several(values[slot])))
            else:
                self._values[id, None] = values[slot]

    def _settle_rules(self, prepared: Prepared, decision: Decision, truths: bytes) -> None:
        places = ((id, None) for id in self.ruleset.rules)
        self._statuses.update(zip(places, map(_TRUTH.__getitem__, truths), strict=False))
        for id, slot in prepared.layout.rules.items():
            if self.ruleset.rules[id].record:
                del self._statuses[id, None]
                for number, status in enumerate(_several(decision.values[slot])):
                    self._statuses[id, number] = status  # type: ignore[assignment]


def _several(found: Value) -> tuple[Value, ...] | list[Value]:
    assert isinstance(found, (tuple, list))
    return found
