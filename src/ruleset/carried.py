"""Answers carried over: what earlier interviews already say of the questions of another rule set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from ruleset.model import Question, RuleSet
from ruleset.relevance import home, places
from ruleset.types import UNKNOWN, BadValueError, Value


@attrs.frozen
class Carried:
    """Answers to questions that a rule set asks and that were answered elsewhere.

    `origins` are the rule sets that they come from, with how many each gave, in the order in which they were read.
    """

    answers: Mapping[str, Value] = attrs.field(factory=dict)
    origins: tuple[tuple[RuleSet, int], ...] = ()


def carried(ruleset: RuleSet, earlier: Iterable[tuple[RuleSet, Mapping[str, object]]]) -> Carried:
    """Return what the answers given in other rule sets say here.

    Only the same question counts: the same id, the same words and the same answers allowed. Records are not carried.

    Args:
        ruleset: the rule set that is to be asked.
        earlier: rule sets with their answers in the form of case files, the one to be trusted most first.
    """
    wanted = _questions(ruleset)
    answers: dict[str, Value] = {}
    origins = []
    for other, given in earlier:
        asked = _questions(other)
        found = {
            id: value
            for id, raw in given.items()
            if id in wanted and id in asked and id not in answers and _same(wanted[id], asked[id])
            if (value := _read(wanted[id], raw)) is not UNKNOWN
        }
        if found:
            answers |= found
            origins.append((other, len(found)))
    return Carried(answers, tuple(origins))


def _questions(ruleset: RuleSet) -> dict[str, Question]:
    return {id: home(ruleset, wanted).questions[id] for id, wanted in places(ruleset).items()}


def _same(one: Question, other: Question) -> bool:
    return one.ask == other.ask and one.domain == other.domain


def _read(question: Question, raw: object) -> Value:
    try:
        return question.domain.read(raw)
    except BadValueError:
        return UNKNOWN
