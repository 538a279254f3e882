"""From a rule set to a Program: the order in which definitions and rules can be computed, and what depends on what."""

from __future__ import annotations

import functools
import graphlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

import attrs

from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.model import Definition, Question, Rule, RuleSet

Step: TypeAlias = tuple[Literal["question", "definition", "rule"], str]
"""What is computed: the answer of a question (its condition and assumption), a definition, a rule."""


class CycleError(ValueError):
    """Questions, definitions or rules that need one another; `path` is the way round."""

    def __init__(self, path: list[Step]) -> None:
        self.path = path
        super().__init__(" → ".join(id for _, id in path))


@attrs.frozen(eq=False)
class Program:
    """A rule set in the order of its dependencies.

    `order` lists every definition and rule after what it needs, `sequence` the questions too (`record.field` for
    those of records); `strata` groups the rules so that a rule refers only to rules of earlier groups. Rules about
    knowledge come last, in a stratum of their own.
    """

    ruleset: RuleSet
    order: tuple[Step, ...]
    strata: tuple[tuple[str, ...], ...]
    needs: Mapping[Step, frozenset[Step]]
    sequence: tuple[Step, ...]

    def node(self, step: Step) -> Definition | Rule:
        """Return the definition or rule of a step."""
        kind, id = step
        return self.ruleset.definitions[id] if kind == "definition" else self.ruleset.rules[id]


def rule_nodes(rule: Rule) -> Iterator[Node]:
    """Yield every tree of a rule: its condition, what decides its words, its task and points."""
    yield rule.condition
    yield from rule.favour.values()
    yield from rule.say.nodes.values()
    for variant in rule.variants:
        yield variant.when
        yield from variant.say.nodes.values()
        yield from variant.do.nodes.values()
    if rule.task is not None:
        yield from rule.task.label.nodes.values()
        if rule.task.due is not None:
            yield rule.task.due


def question_nodes(question: Question) -> Iterator[Node]:
    """Yield the trees of a question: when it is asked, and what is assumed."""
    yield question.ask_when
    if isinstance(question.assume, Node):
        yield question.assume


def all_questions(ruleset: RuleSet) -> Iterator[tuple[str, Question]]:
    """Yield the questions of a rule set, those of its record types as `record.field`."""
    yield from ruleset.questions.items()
    for record in ruleset.records.values():
        for id, field in record.fields.items():
            yield f"{record.id}.{id}", field


def _refers(nodes: Iterable[Node], ruleset: RuleSet) -> Iterator[Step]:
    for root in nodes:
        for node in root.walk():
            if isinstance(node, tree.Computed) or (isinstance(node, tree.Field) and node.computed):
                yield ("definition", node.id)
            elif isinstance(node, tree.Answer):
                yield ("question", node.id)
            elif isinstance(node, tree.Field):
                yield ("question", f"{node.record}.{node.id}")
            elif isinstance(node, tree.Holds):
                yield ("rule", node.rule)
            elif isinstance(node, (tree.Score, tree.Excluded, tree.BestOption)):
                named = None if isinstance(node, tree.BestOption) else node.option
                yield from (("rule", id) for id, rule in ruleset.rules.items() if speaks_of(rule, named))


def speaks_of(rule: Rule, option: str | None) -> bool:
    """Return whether a rule excludes or favours an option (any option where none is named)."""
    options = {*rule.exclude, *rule.favour}
    return bool(options) if option is None else option in options


@functools.lru_cache(maxsize=64)
def about_knowledge(ruleset: RuleSet) -> frozenset[Step]:
    """Return what speaks of what is known: it uses `known`, `open_findings`, `least` or `most`, or another such part
    (of this rule set or of one that it uses). Only this may be taken back when one more answer comes.
    """
    decisive: dict[Step, list[Node]] = {
        ("question", id): list(question_nodes(question)) for id, question in all_questions(ruleset)
    }
    decisive |= {("definition", id): [definition.value] for id, definition in ruleset.definitions.items()}
    decisive |= {
        ("rule", id): [rule.condition, *(variant.when for variant in rule.variants)]
        for id, rule in ruleset.rules.items()
    }
    found = {step for step, nodes in decisive.items() if _speaks_of_knowledge(nodes, ruleset)}
    needs = {step: frozenset(_refers(nodes, ruleset)) for step, nodes in decisive.items()} if found else {}
    users: dict[Step, list[Step]] = {}
    for step, used in needs.items():
        for need in used:
            users.setdefault(need, []).append(step)
    queue = list(found)
    while queue:
        for user in users.get(queue.pop(), ()):
            if user not in found:
                found.add(user)
                queue.append(user)
    return frozenset(found)


def _speaks_of_knowledge(nodes: list[Node], ruleset: RuleSet) -> bool:
    return any(
        isinstance(node, (tree.Known, tree.OpenFindings, tree.Extreme))
        or (isinstance(node, tree.Imported) and _imports_knowledge(node, ruleset.imports[node.ruleset]))
        for root in nodes
        for node in root.walk()
    )


def _imports_knowledge(node: tree.Imported, other: RuleSet) -> bool:
    found = about_knowledge(other)
    if node.id == "verdict":
        return any(kind == "rule" for kind, _ in found)
    return ("rule", node.id) in found or ("definition", node.id) in found


@functools.lru_cache(maxsize=64)
def compile_program(ruleset: RuleSet) -> Program:
    """Return the Program of a rule set.

    Raises:
        CycleError: questions, definitions or rules need one another.
    """
    needs: dict[Step, frozenset[Step]] = {
        ("question", id): frozenset(_refers(question_nodes(question), ruleset))
        for id, question in all_questions(ruleset)
    }
    for id, definition in ruleset.definitions.items():
        needs["definition", id] = frozenset(_refers([definition.value], ruleset))
    settled = [("rule", id) for id, rule in ruleset.rules.items() if not rule.about_knowledge]
    for id, rule in ruleset.rules.items():
        used = set(_refers(rule_nodes(rule), ruleset))
        if any(isinstance(node, tree.OpenFindings) for root in rule_nodes(rule) for node in root.walk()):
            used.update(settled)  # type: ignore[arg-type]
        needs["rule", id] = frozenset(used)
    try:
        order = tuple(graphlib.TopologicalSorter(needs).static_order())
    except graphlib.CycleError as error:
        raise CycleError(list(reversed(error.args[1]))) from None
    computed = tuple(step for step in order if step[0] != "question")
    return Program(ruleset, computed, _strata(order, needs), needs, order)


def _strata(order: tuple[Step, ...], needs: Mapping[Step, frozenset[Step]]) -> tuple[tuple[str, ...], ...]:
    """Group rules by the length of the longest chain of rules before them."""
    level: dict[Step, int] = {}
    for step in order:
        below = (level[need] + (need[0] == "rule") for need in needs[step])
        level[step] = max(below, default=0)
    strata: dict[int, list[str]] = {}
    for kind, id in order:
        if kind == "rule":
            strata.setdefault(level[kind, id], []).append(id)
    return tuple(tuple(strata[number]) for number in sorted(strata))
