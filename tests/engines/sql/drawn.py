"""Partial cases of a rule set, drawn next to its thresholds: many at once, where Hypothesis would take minutes."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable

from ruleset.model import Case, Question, Record, RuleSet
from ruleset.testing.values import constants, values_of
from ruleset.types import Value


def drawn_cases(ruleset: RuleSet, count: int, seed: int = 1, most: int = 3) -> list[Case]:
    chance = random.Random(seed)
    known = constants(ruleset)
    days = sorted({day for one in known.days for day in (one, one - dt.timedelta(days=1))} | {dt.date(2026, 3, 1)})
    possible: dict[int, tuple[Value, ...]] = {}

    def answers(questions: Iterable[Question], share: float) -> Record:
        found = {}
        for question in questions:
            if chance.random() < share:
                if id(question) not in possible:
                    possible[id(question)] = values_of(question, known)
                found[question.id] = chance.choice(possible[id(question)])
        return found

    def case(share: float) -> Case:
        records = {
            record.id: tuple(answers(record.fields.values(), share) for _ in range(chance.randint(0, most)))
            for record in ruleset.records.values()
            if record.rows is None and chance.random() < 0.85
        }
        return Case(ruleset.id, chance.choice(days), answers(ruleset.questions.values(), share), records)

    return [case(share) for share in (0.3, 0.7, 0.95, 1.0) for _ in range(max(1, count // 4))]
