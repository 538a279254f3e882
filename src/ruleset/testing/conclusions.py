"""Everything that a situation concludes, as comparable values: what engines must agree on and properties speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ruleset.expressions.evaluate import common, evaluate
from ruleset.expressions.template import Text
from ruleset.expressions.tree import Node
from ruleset.model import Rule
from ruleset.situation import Situation, bound_to
from ruleset.types import UNKNOWN, Value

Conclusion: TypeAlias = tuple[str, str, int | None, str]
"""What kind of thing, of which rule, definition or option, for which record, and which part of it."""


def conclusions(situation: Situation) -> Mapping[Conclusion, Value]:
    """Return the status, severity and words of findings, tasks with their day, points, exclusions and labelled values.

    What is not settled is `UNKNOWN`. Words are the values of their placeholders.
    """
    return dict(_conclusions(situation))


def _conclusions(situation: Situation) -> Iterator[tuple[Conclusion, Value]]:
    for rule in situation.ruleset.rules.values():
        for number in situation.places(rule):
            if rule.record and number is None:
                yield ("rule", rule.id, None, "status"), UNKNOWN
            else:
                yield from _of_rule(rule, number, situation)
    for definition in situation.ruleset.definitions.values():
        if definition.label:
            for number in situation.numbers(definition.record):
                yield ("value", definition.id, number, ""), situation.value(definition.id, number)


def _of_rule(rule: Rule, number: int | None, situation: Situation) -> Iterator[tuple[Conclusion, Value]]:
    status = situation.rule_status(rule.id, number)
    yield ("rule", rule.id, number, "status"), status
    if status is False:
        return
    bound = bound_to(rule, number)

    def shown(part: str, node: Node) -> tuple[Conclusion, Value]:
        value = evaluate(node, situation, bound)
        return ("rule", rule.id, number, part), value if status is True else UNKNOWN

    if rule.variants:
        possible = situation.variants(rule, number)
        settled = status is True and len(possible) == 1
        severity: Value = common([one.severity for one in possible]) if status is True else UNKNOWN
        yield ("rule", rule.id, number, "severity"), severity
        yield ("rule", rule.id, number, "variant"), rule.variants.index(possible[0]) if settled else UNKNOWN
        for text in (possible[0].say, possible[0].do) if settled else ():
            yield from (shown(f"{text.source} {name}", node) for name, node in _nodes(text))
    if rule.task is not None:
        yield from (shown(name, node) for name, node in _nodes(rule.task.label))
        if rule.task.due is not None:
            yield shown("due", rule.task.due)
    yield from (shown(f"points {option}", node) for option, node in rule.favour.items())


def _nodes(text: Text) -> list[tuple[str, Node]]:
    return sorted(text.nodes.items())
