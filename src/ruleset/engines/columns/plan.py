"""A Program made ready for columns: every distinct expression once, and the record variables that each one reads."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.model import RuleSet
from ruleset.program import all_questions

NO_VARIABLES: frozenset[str] = frozenset()


@attrs.frozen(eq=False)
class Formula:
    """The expressions of a rule: its condition, those of its variants, the day of its task, its points."""

    condition: Node
    variants: tuple[Node, ...]
    due: Node | None
    favour: Mapping[str, Node]


@attrs.frozen(eq=False)
class Plan:
    """The expressions of a rule set, each structure one object, so that what is computed once is found by identity.

    `free` gives the record variables of a node (by its `id`), `shared` the nodes that are read more than once; `nodes`
    keeps the nodes alive.
    """

    ruleset: RuleSet
    ask_when: Mapping[str, Node]
    assume: Mapping[str, Node]
    definitions: Mapping[str, Node]
    rules: Mapping[str, Formula]
    free: Mapping[int, frozenset[str]]
    shared: frozenset[int]
    nodes: tuple[Node, ...]


@functools.lru_cache(maxsize=64)
def make_plan(ruleset: RuleSet) -> Plan:
    """Return the plan of a rule set."""
    sharing = _Sharing(ruleset)
    share = sharing.share
    questions = dict(all_questions(ruleset))
    return Plan(
        ruleset,
        {id: share(question.ask_when) for id, question in questions.items()},
        {id: share(question.assume) for id, question in questions.items() if isinstance(question.assume, Node)},
        {id: share(definition.value) for id, definition in ruleset.definitions.items()},
        {
            id: Formula(
                share(rule.condition),
                tuple(share(variant.when) for variant in rule.variants),
                share(rule.task.due) if rule.task is not None and rule.task.due is not None else None,
                {option: share(points) for option, points in rule.favour.items()},
            )
            for id, rule in ruleset.rules.items()
        },
        sharing.free,
        frozenset(sharing.shared),
        tuple(sharing.known.values()),
    )


class _Sharing:
    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.known: dict[object, Node] = {}
        self.free: dict[int, frozenset[str]] = {}
        self.shared: set[int] = set()

    def share(self, node: Node) -> Node:
        """Return the one node of this structure."""
        parts = {
            field.name: self._part(getattr(node, field.name))
            for field in attrs.fields(type(node))
            if field.name != "type"
        }
        key = (type(node), node.type, *(_identity(part) for part in parts.values()))
        found = self.known.get(key)
        if found is not None:
            self.shared.add(id(found))
        else:
            found = self.known[key] = type(node)(node.type, **parts)
            self.free[id(found)] = self._variables(found)
        return found

    def _part(self, part: Any) -> Any:
        if isinstance(part, Node):
            return self.share(part)
        if isinstance(part, tree.Row):
            return attrs.evolve(part, condition=self.share(part.condition), value=self.share(part.value))
        return tuple(self._part(item) for item in part) if isinstance(part, tuple) else part

    def _variables(self, node: Node) -> frozenset[str]:
        below: Iterable[frozenset[str]] = (self.free[id(child)] for child in node.children())
        found = NO_VARIABLES.union(*below)
        if isinstance(node, tree.Field):
            return found | {node.variable}
        if isinstance(node, tree.Holds) and self.ruleset.rules[node.rule].record:
            return found | {self.ruleset.rules[node.rule].record}
        return found - {node.variable} if isinstance(node, tree.Aggregate) else found


def _identity(part: object) -> object:
    if isinstance(part, Node):
        return id(part)
    if isinstance(part, tree.Row):
        return (id(part.condition), id(part.value), part.line)
    if isinstance(part, tuple):
        return tuple(_identity(item) for item in part)
    return (type(part), part)
