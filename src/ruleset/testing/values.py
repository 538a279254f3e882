"""The values worth trying in the cases of a rule set: those of the domain next to the thresholds that the rules use."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

import attrs

from ruleset.calendars import ONE_DAY
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.loading.cases import all_questions
from ruleset.model import Case, Question, Record, RuleSet
from ruleset.program import rule_nodes
from ruleset.types import UNKNOWN, BadValueError, Value, decimal_text


@attrs.frozen
class Constants:
    """The numbers, days and texts that a rule set compares with."""

    numbers: tuple[Fraction | int, ...]
    days: tuple[dt.date, ...]
    texts: tuple[str, ...]


def nodes(ruleset: RuleSet) -> Iterator[Node]:
    """Yield every tree of a rule set."""
    for definition in ruleset.definitions.values():
        yield definition.value
    for rule in ruleset.rules.values():
        yield from rule_nodes(rule)
    for question in ruleset.questions.values():
        yield question.ask_when
    for record in ruleset.records.values():
        yield from (question.ask_when for question in record.fields.values())


def constants(ruleset: RuleSet) -> Constants:
    """Return what a rule set compares with, in ascending order."""
    found: list[Value] = [n.value for root in nodes(ruleset) for n in root.walk() if isinstance(n, tree.Literal)]
    for parameter in ruleset.parameters.values():
        for dated in parameter.values:
            found += [dated.since, *(dated.value.values() if isinstance(dated.value, Mapping) else [dated.value])]
    return Constants(
        tuple(sorted({one for one in found if isinstance(one, (int, Fraction)) and not isinstance(one, bool)})),
        tuple(sorted({one for one in found if isinstance(one, dt.date)})),
        tuple(sorted({one for one in found if isinstance(one, str)})),
    )


def values_of(question: Question, known: Constants) -> tuple[Value, ...]:
    """Return answers to a question that its rules may tell apart, *none* last where it is one."""
    kind, choices = question.type.kind, question.type.choices or ()
    found: list[object]
    if kind == "yes_no":
        found = [False, True]
    elif kind == "choice":
        found = list(choices)
    elif kind == "choices":
        found = [(), *((one,) for one in choices), choices]
    elif kind == "text":
        found = [*known.texts[:3], "autre"]
    elif kind == "date":
        found = [day for one in known.days or (dt.date(2026, 1, 1),) for day in _around(one, ONE_DAY)]
        found += [question.domain.first, question.domain.last]
        found += [question.domain.first, question.domain.last]
    else:
        found = [decimal_text(one) for number in known.numbers or (0,) for one in _around(number, 1)]
        found += [question.domain.minimum, question.domain.maximum]
    return tuple(dict.fromkeys([*_accepted(question, found), *([None] if question.domain.optional else [])]))


def random_cases(ruleset: RuleSet, random: Random, *, most: int = 3) -> Iterator[Case]:
    """Yield cases without end, their answers next to the constants of the rules, few or many of them given.

    Thousands take the time in which Hypothesis draws a hundred.

    Args:
        ruleset: whose questions are answered.
        random: the source of chance.
        most: how many records of a type at most.
    """
    known = constants(ruleset)
    days = [move for day in known.days for move in _around(day, ONE_DAY)] or [dt.date(2026, 3, 1)]
    own = [(id, values_of(question, known)) for id, question in all_questions(ruleset).items()]
    rows = {
        kind: [(id, values_of(field, known)) for id, field in record.fields.items()]
        for kind, record in ruleset.records.items()
        if record.rows is None
    }

    def some(questions: list[tuple[str, tuple[Value, ...]]], density: float) -> dict[str, Value]:
        return {id: random.choice(values) for id, values in questions if values and random.random() < density}

    while True:
        density = random.random()
        records = {
            kind: tuple(some(fields, random.random()) for _ in range(random.randint(0, most)))
            for kind, fields in rows.items()
            if random.random() < 0.9
        }
        yield Case(ruleset.id, random.choice(days), some(own, density), records)


def _around(one: Any, step: Any) -> list[Any]:
    found = [one]
    for move in (-step, step):
        with contextlib.suppress(OverflowError):  # next to the end of the calendar
            found.append(one + move)
    return found


def _accepted(question: Question, raws: list[object]) -> Iterator[Value]:
    for raw in raws:
        try:
            value = question.domain.read(raw)
        except (BadValueError, ValueError):
            continue
        if value is not UNKNOWN:
            yield value


def completions(ruleset: RuleSet, case: Case, most: int = 3) -> Iterator[Case]:
    """Yield the case with every question that has no answer and no assumption answered, in all ways of at most `most`
    values each; an unknown list of records is empty or one record.
    """
    known = constants(ruleset)
    slots: list[tuple[tuple[str, int, str], tuple[Value, ...]]] = []
    lists: list[tuple[tuple[Record, ...], ...]] = []
    names: list[str] = []

    def choose(question: Question) -> tuple[Value, ...]:
        values = values_of(question, known)
        return values if len(values) <= most else (*values[: most - 1], values[-1])

    slots += [
        (("", 0, question.id), choose(question))
        for question in ruleset.questions.values()
        if question.assume is UNKNOWN and case.answers.get(question.id, UNKNOWN) is UNKNOWN
    ]
    for record in ruleset.records.values():
        if record.rows is not None:
            continue
        fields = [field for field in record.fields.values() if field.assume is UNKNOWN]
        if record.id not in case.records:
            rows = itertools.product(*(choose(field)[:2] for field in fields))
            full = (dict(zip((field.id for field in fields), row, strict=True)) for row in rows)
            names.append(record.id)
            lists.append(((), *((row,) for row in full)))
        for number, row in enumerate(case.records.get(record.id, ())):
            slots += [
                ((record.id, number, field.id), choose(field))
                for field in fields
                if row.get(field.id, UNKNOWN) is UNKNOWN
            ]
    for given in itertools.product(*lists):
        for values in itertools.product(*(values for _, values in slots)):
            yield _filled(case, dict(zip(names, given, strict=True)), [slot for slot, _ in slots], values)


def _filled(
    case: Case, lists: Mapping[str, tuple[Record, ...]], slots: list[tuple[str, int, str]], values: tuple[Value, ...]
) -> Case:
    answers = dict(case.answers)
    records = {id: [dict(row) for row in rows] for id, rows in {**case.records, **lists}.items()}
    for (record, number, id), value in zip(slots, values, strict=True):
        (records[record][number] if record else answers)[id] = value
    return attrs.evolve(case, answers=answers, records={id: tuple(rows) for id, rows in records.items()})
