"""Engines compared: every status that one of them gives otherwise than the reference evaluator."""

from __future__ import annotations

import attrs

from ruleset.engines import Engine, Evaluator, default_engine, follow
from ruleset.expressions.evaluate import Truth
from ruleset.model import Case
from ruleset.program import Program
from ruleset.situation import Situation
from ruleset.types import UNKNOWN, Value

_WORDS = {True: "vrai", False: "faux", UNKNOWN: "ouvert"}


@attrs.frozen
class Difference:
    """A rule (for a record) whose status is not the reference's, or a value that is not."""

    id: str
    number: int | None
    found: Truth | Value
    expected: Truth | Value

    def __str__(self) -> str:
        place = self.id if self.number is None else f"{self.id}[{self.number}]"
        return f"{place} : {_word(self.found)} au lieu de {_word(self.expected)}"


class EngineDisagreementError(AssertionError):
    """An engine and the reference evaluator disagree; `differences` says where."""

    def __init__(self, engine: str, differences: tuple[Difference, ...], judge: str = "évaluateur") -> None:
        self.differences = differences
        super().__init__(f"{engine} et {judge} diffèrent : {', '.join(str(one) for one in differences)}")


def verify(program: Program, case: Case, engine: Engine | None = None) -> tuple[Difference, ...]:
    """Return every difference between an engine (the default one) and the reference evaluator for a case."""
    return differences((engine or default_engine()).solve(program, case), Evaluator().solve(program, case))


def differences(found: Situation, expected: Situation) -> tuple[Difference, ...]:
    """Return every rule status, definition value and diagnostic that two situations of one case do not share."""
    ruleset = expected.ruleset
    listed = []
    for rule in ruleset.rules.values():
        for number in expected.numbers(rule.record):
            one, other = found.rule_status(rule.id, number), expected.rule_status(rule.id, number)
            if one is not other:
                listed.append(Difference(rule.id, number, one, other))
    for definition in ruleset.definitions.values():
        for number in expected.numbers(definition.record):
            left, right = found.value(definition.id, number), expected.value(definition.id, number)
            if left != right or type(left) is not type(right):
                listed.append(Difference(definition.id, number, left, right))
    if found.diagnostics != expected.diagnostics:
        texts = [", ".join(str(one) for one in each.diagnostics) for each in (found, expected)]
        listed.append(Difference("diagnostics", None, *texts))
    return tuple(listed)


@attrs.frozen
class VerifyingEngine:
    """An engine that is compared with another at every case, for `--verify` and tests: with the reference evaluator,
    or, in an interview that must stay quick, with the compiled engine.
    """

    engine: Engine = attrs.field(factory=default_engine)
    judge: Engine = attrs.field(factory=Evaluator)

    @property
    def name(self) -> str:
        """The name of the engine, with the mention that it is verified."""
        return f"{self.engine.name} (vérifié)"

    def solve(self, program: Program, case: Case) -> Situation:
        """Return what the engine computes.

        Raises:
            EngineDisagreementError: it is not what the reference evaluator computes.
        """
        return self._verified(self.engine.solve(program, case), program, case)

    def follow(self, before: Situation, case: Case) -> Situation:
        """Return what the engine computes from an earlier case, compared with all computed anew.

        Raises:
            EngineDisagreementError: they differ.
        """
        return self._verified(follow(self.engine, before, before.program, case), before.program, case)

    def _verified(self, situation: Situation, program: Program, case: Case) -> Situation:
        found = differences(situation, self.judge.solve(program, case))
        if found:
            raise EngineDisagreementError(self.engine.name, found, self.judge.name)
        return situation


def _word(value: Truth | Value) -> str:
    return _WORDS[value] if isinstance(value, bool) or value is UNKNOWN else "aucun" if value is None else str(value)
