"""Search for a case in which something holds: the values that matter of each question, tried with Kleene pruning.

The search uses the real semantics. It is complete where every number and date it needs is only compared with
constants (then one value for each threshold and one between is enough); else it may miss a case, never invent one.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import attrs

from ruleset.expressions import tree
from ruleset.expressions.evaluate import Truth
from ruleset.expressions.tree import Node
from ruleset.model import Case, Parameter, Question
from ruleset.program import Program, all_questions, question_nodes, rule_nodes
from ruleset.situation import Situation
from ruleset.types import UNKNOWN, Value

BUDGET: Final = 4000
ONE_DAY: Final = dt.timedelta(days=1)
TODAY: Final = "on"


@attrs.frozen
class Samples:
    """The values of a question that are worth trying; `exact` when they stand for all values."""

    values: tuple[Value, ...]
    exact: bool


@attrs.frozen
class Search:
    """What was found: a case, or whether it is certain that there is none."""

    case: Case | None
    exhaustive: bool


def constants(program: Program) -> Iterator[tuple[Node, Node]]:
    """Yield every pair of sides that the rule set compares."""
    for root in reasoning(program):
        for node in root.walk():
            if isinstance(node, tree.Compare):
                yield node.left, node.right
                yield node.right, node.left
            elif isinstance(node, tree.Member):
                for option in node.options:
                    yield node.item, option


def reasoning(program: Program) -> Iterator[Node]:
    """Yield every tree that decides something (not those that only fill words)."""
    ruleset = program.ruleset
    for _, question in all_questions(ruleset):
        yield from question_nodes(question)
    for definition in ruleset.definitions.values():
        yield definition.value
    for rule in ruleset.rules.values():
        yield rule.condition
        yield from rule.favour.values()
        yield from (variant.when for variant in rule.variants)


def roots(program: Program) -> Iterator[Node]:
    """Yield every tree of a rule set."""
    yield from reasoning(program)
    for rule in program.ruleset.rules.values():
        yield from rule_nodes(rule)


def _values_of(node: Node, parameters: Mapping[str, Parameter]) -> list[Any]:
    if isinstance(node, tree.Literal):
        return [node.value]
    if isinstance(node, tree.Parameter):
        found: list[Any] = []
        for dated in parameters[node.id].values:
            found += dated.value.values() if isinstance(dated.value, Mapping) else [dated.value]
        return found
    return []


@lru_cache(maxsize=32)
def samples(program: Program) -> Mapping[str, Samples]:
    """Return the values worth trying of each question, and of the date of law (`on`)."""
    ruleset = program.ruleset
    thresholds: dict[str, set[Any]] = {id: set() for id in (*ruleset.questions, TODAY)}
    compared: dict[str, int] = dict.fromkeys(thresholds, 0)
    for left, right in constants(program):
        key = left.id if isinstance(left, tree.Answer) else TODAY if isinstance(left, tree.On) else None
        if key is not None:
            values = _values_of(right, ruleset.parameters)
            thresholds[key].update(value for value in values if value is not None)
            compared[key] += bool(values)
    seen: dict[str, int] = dict.fromkeys(thresholds, 0)
    for root in reasoning(program):
        for node in root.walk():
            key = node.id if isinstance(node, tree.Answer) else TODAY if isinstance(node, tree.On) else None
            if key is not None:
                seen[key] += 1
            if isinstance(node, tree.Parameter) and isinstance(node.day, (tree.On, tree.Answer)):
                name = node.day.id if isinstance(node.day, tree.Answer) else TODAY
                thresholds[name].update(dated.since for dated in ruleset.parameters[node.id].values)
                compared[name] += 1
    found = {
        id: _samples(question, thresholds[id], exact=compared[id] >= seen[id])
        for id, question in ruleset.questions.items()
    }
    days = _spread_days(thresholds[TODAY]) or [dt.date(2026, 1, 1)]
    found[TODAY] = Samples(tuple(days), compared[TODAY] >= seen[TODAY])
    return found


def _samples(question: Question, thresholds: set[Any], *, exact: bool) -> Samples:
    kind = question.type.kind
    nothing: tuple[Value, ...] = (None,) if question.domain.optional else ()
    if kind == "yes_no":
        return Samples((True, False, *nothing), exact=True)
    if kind == "choice":
        return Samples((*(question.type.choices or ()), *nothing), exact=True)
    if kind == "choices":
        ids = question.type.choices or ()
        singles = tuple(frozenset({id}) for id in ids)
        return Samples((frozenset(), *singles, frozenset(ids), *nothing), exact=len(ids) <= 1)
    if kind == "date":
        return Samples((*_spread_days(thresholds or {dt.date(2026, 6, 15)}), *nothing), exact)
    if kind == "text":
        return Samples((*thresholds, "…", *nothing), exact)
    low, high = question.domain.minimum, question.domain.maximum
    points = {Fraction(value) for value in thresholds if isinstance(value, (int, Fraction))}
    points |= {Fraction(limit) for limit in (low, high) if isinstance(limit, (int, Fraction))}
    spread = sorted(
        {near for point in points or {Fraction(1)} for near in (point - 1, point, point + 1)} | _middles(points)
    )
    inside = [
        value
        for value in spread
        if (low is None or value >= low)
        and (high is None or value <= high)
        and (kind != "integer" or value.denominator == 1)
    ]
    return Samples((*inside, *nothing), exact)


def _middles(points: Iterable[Fraction]) -> set[Fraction]:
    ordered = sorted(points)
    between = [(one + other) / 2 for one, other in itertools.pairwise(ordered)]
    return {*between, *(Fraction(math.floor(middle)) for middle in between)}


def _spread_days(days: Iterable[dt.date]) -> list[dt.date]:
    return sorted({near for day in days for near in (day - ONE_DAY, day, day + ONE_DAY)})


def search(
    program: Program,
    goal: Callable[[Situation], Truth],
    open_questions: Callable[[Situation], Iterable[str]],
    *,
    budget: int = BUDGET,
    records: Mapping[str, tuple[Mapping[str, Value], ...]] | None = None,
) -> Search:
    """Return a case in which `goal` is true.

    Args:
        program: the rules.
        goal: true when the case is found, false when no answer can make it true any more.
        open_questions: the questions that the goal waits for, in a situation where it is unknown.
        budget: how many situations are looked at, at most.
        records: the records of every case that is tried (none of any type by default).
    """
    tried = samples(program)
    given = dict.fromkeys((id for id, record in program.ruleset.records.items() if record.rows is None), ())
    left = [budget]
    exact = [tried[TODAY].exact and not given]
    for day in tried[TODAY].values:
        case = Case(program.ruleset.id, day, {}, records or given)  # type: ignore[arg-type]
        found = _extend(program, case, goal, open_questions, tried, left, exact)
        if found is not None:
            return Search(found, exhaustive=True)
    return Search(None, exhaustive=exact[0] and left[0] > 0)


def _extend(
    program: Program,
    case: Case,
    goal: Callable[[Situation], Truth],
    open_questions: Callable[[Situation], Iterable[str]],
    tried: Mapping[str, Samples],
    left: list[int],
    exact: list[bool],
) -> Case | None:
    left[0] -= 1
    if left[0] <= 0:
        return None
    situation = Situation(program, case)
    reached = goal(situation)
    if reached is not UNKNOWN:
        return case if reached else None
    next_ = next((id for id in open_questions(situation) if id in tried and id not in case.answers), None)
    if next_ is None:
        exact[0] = False
        return None
    exact[0] = exact[0] and tried[next_].exact
    for value in tried[next_].values:
        longer = attrs.evolve(case, answers={**case.answers, next_: value})
        found = _extend(program, longer, goal, open_questions, tried, left, exact)
        if found is not None:
            return found
    return None
