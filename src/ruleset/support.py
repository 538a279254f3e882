"""The answers that decide: a small part of a case which alone, all other answers unknown, gives the same result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs

from ruleset.expressions import tree
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound, Truth, evaluate, same, truth
from ruleset.expressions.tree import Node
from ruleset.model import Case, Question, Rule
from ruleset.program import Program, speaks_of
from ruleset.relevance import Wanted
from ruleset.situation import Situation, bound_to
from ruleset.types import UNKNOWN, Value

Leaves: TypeAlias = frozenset[Wanted]
"""Answers; a list of records (which records there are, not what they say) is `Wanted("", record)`."""

NOTHING: Final[Leaves] = frozenset()


@attrs.frozen
class Assumed(Wanted):
    """A question that stands at its assumption: what rests on answers goes before what rests on this."""


def cost(leaves: Leaves) -> tuple[int, int]:
    """Return how dear an explanation is: its assumptions, then its answers."""
    assumptions = sum(isinstance(leaf, Assumed) for leaf in leaves)
    return assumptions, len(leaves) - assumptions


@attrs.define
class Support:
    """Finds, for a node whose value is known, few answers that force it (the fewest where no answer is shared)."""

    facts: Situation
    _memo: dict[tuple[str, str, int | None], Leaves] = attrs.field(factory=dict)

    def of(self, node: Node, bound: Bound = NOTHING_BOUND) -> Leaves:
        """Return answers that force the value of a node; none where it is unknown."""
        find = _FIND.get(type(node))
        if find is not None:
            return find(self, node, bound)
        children = list(node.children())
        if not isinstance(node, tree.Call) and evaluate(node, self.facts, bound) is None:
            nones = [self.of(child, bound) for child in children if evaluate(child, self.facts, bound) is None]
            return fewest(nones) if nones else self.all_of(children, bound)
        return self.all_of(children, bound)

    def all_of(self, nodes: Iterable[Node], bound: Bound) -> Leaves:
        """Return answers that force the values of all nodes."""
        return NOTHING.union(*(self.of(node, bound) for node in nodes))

    def answer(self, node: tree.Answer, _: Bound) -> Leaves:
        question = self.facts.ruleset.questions[node.id]
        return self.question(question, Wanted(node.id), self.facts.case.answers, NOTHING_BOUND)

    def field(self, node: tree.Field, bound: Bound) -> Leaves:
        number = bound[node.variable]
        if node.computed:
            return self.definition(node.id, number)
        record = self.facts.ruleset.records[node.record]
        if record.rows is not None:
            return NOTHING
        given = self.facts.case.records[node.record][number]
        wanted = Wanted(node.id, node.record, number)
        return self.question(record.fields[node.id], wanted, given, {node.record: number})

    def question(self, question: Question, wanted: Wanted, given: Mapping[str, Value], bound: Bound) -> Leaves:
        asked = self.of(question.ask_when, bound)
        if truth(question.ask_when, self.facts, bound) is not True:
            return asked
        if given.get(question.id, UNKNOWN) is not UNKNOWN:
            return asked | {wanted}
        asked |= {Assumed(wanted.id, wanted.record, wanted.number)}
        return asked | self.of(question.assume, bound) if isinstance(question.assume, Node) else asked

    def computed(self, node: tree.Computed, _: Bound) -> Leaves:
        return self.definition(node.id, None)

    def definition(self, id: str, number: int | None) -> Leaves:
        key = ("definition", id, number)
        if key not in self._memo:
            definition = self.facts.ruleset.definitions[id]
            bound = {definition.record: number} if number is not None else NOTHING_BOUND
            self._memo[key] = self.of(definition.value, bound)
        return self._memo[key]

    def imported(self, node: tree.Imported, _: Bound) -> Leaves:
        self.facts.imported(node.ruleset, node.id)
        inner = Support(self.facts.other(node.ruleset))
        other = inner.facts.ruleset
        if node.id in other.definitions:
            return inner.definition(node.id, None)
        if node.id in other.rules:
            return inner.rule(other.rules[node.id])
        return NOTHING.union(*(inner.finding(rule) for rule in other.rules.values() if rule.variants))

    def conjunction(self, node: tree.And, bound: Bound) -> Leaves:
        return self.junction(node.operands, bound, decisive=False)

    def disjunction(self, node: tree.Or, bound: Bound) -> Leaves:
        return self.junction(node.operands, bound, decisive=True)

    def junction(self, operands: tuple[Node, ...], bound: Bound, *, decisive: bool) -> Leaves:
        deciding = [self.of(one, bound) for one in operands if truth(one, self.facts, bound) is decisive]
        return fewest(deciding) if deciding else self.all_of(operands, bound)

    def compare(self, node: tree.Compare, bound: Bound) -> Leaves:
        sides = (node.left, node.right)
        nones = [self.of(side, bound) for side in sides if evaluate(side, self.facts, bound) is None]
        return fewest(nones) if nones else self.all_of(sides, bound)

    def contains(self, node: tree.Contains, bound: Bound) -> Leaves:
        sides = (node.collection, node.item)
        nones = [self.of(side, bound) for side in sides if evaluate(side, self.facts, bound) is None]
        return fewest(nones) if nones else self.all_of(sides, bound)

    def member(self, node: tree.Member, bound: Bound) -> Leaves:
        item = evaluate(node.item, self.facts, bound)
        if item is None or item is UNKNOWN:
            return self.of(node.item, bound)
        equal = [self.of(one, bound) for one in node.options if same(evaluate(one, self.facts, bound), item)]
        found = fewest(equal) if equal else self.all_of(node.options, bound)
        return self.of(node.item, bound) | found

    def conditional(self, node: tree.Conditional, bound: Bound) -> Leaves:
        certain = truth(node.condition, self.facts, bound)
        then, otherwise = (evaluate(one, self.facts, bound) for one in (node.then, node.otherwise))
        ways = []
        if certain is not UNKNOWN:
            ways.append(self.all_of((node.condition, node.then if certain else node.otherwise), bound))
        if then is not UNKNOWN and same(then, otherwise):
            ways.append(self.all_of((node.then, node.otherwise), bound))
        return fewest(ways)

    def table(self, node: tree.Table, bound: Bound) -> Leaves:
        value = evaluate(node, self.facts, bound)
        found = NOTHING
        for row in node.rows:
            certain = truth(row.condition, self.facts, bound)
            ways = [] if certain is UNKNOWN else [self.of(row.condition, bound)]
            last = certain is True and node.policy in ("first", "unique", "any")
            if certain is True:
                ways = [ways[0] | self.of(row.value, bound)]
            elif node.policy == "first" and same(evaluate(row.value, self.facts, bound), value):
                ways.append(self.of(row.value, bound))
            elif certain is UNKNOWN:
                ways = [self.of(row.value, bound)]
            found |= fewest(ways)
            if last:
                return found
        return found | self.of(node.otherwise, bound)

    def aggregate(self, node: tree.Aggregate, bound: Bound) -> Leaves:
        listed = (
            frozenset({Wanted("", node.record)}) if self.facts.ruleset.records[node.record].rows is None else NOTHING
        )
        count = self.facts.count(node.record)
        if count is UNKNOWN:
            return NOTHING
        inner = [{**bound, node.variable: number} for number in range(count)]
        if node.kind in ("any", "all"):
            return listed | self.quantified(node, inner)
        found = listed
        for one in inner:
            kept: Truth = True if node.filter is None else truth(node.filter, self.facts, one)
            found |= NOTHING if node.filter is None else self.of(node.filter, one)
            found |= self.of(node.body, one) if kept is True and node.body is not None else NOTHING
        return found

    def quantified(self, node: tree.Aggregate, rows: list[dict[str, int]]) -> Leaves:
        """Return the answers of the row that decides, or of every row."""
        decisive = node.kind == "any"
        assert node.body is not None
        deciding: list[Leaves] = []
        every = NOTHING
        for row in rows:
            kept: Truth = True if node.filter is None else truth(node.filter, self.facts, row)
            body = truth(node.body, self.facts, row)
            filtered = NOTHING if node.filter is None else self.of(node.filter, row)
            if kept is True and body is decisive:
                deciding.append(filtered | self.of(node.body, row))
            ways = [filtered] if kept is False else []
            if body is (not decisive):
                ways.append(self.of(node.body, row))
            every |= fewest(ways)
        return fewest(deciding) if deciding else every

    def holds(self, node: tree.Holds, bound: Bound) -> Leaves:
        rule = self.facts.ruleset.rules[node.rule]
        number = bound.get(rule.record) if rule.record else None
        if node.severity is None:
            return self.rule(rule, number)
        if not rule.record or number is not None:
            return self.with_severity(rule, number, node.severity)
        count = self.facts.count(rule.record)
        if count is UNKNOWN:
            return NOTHING
        each = [
            (self.facts.severity_at(rule, one, node.severity), self.with_severity(rule, one, node.severity))
            for one in range(count)
        ]
        holding = [leaves for certain, leaves in each if certain is True]
        return frozenset({Wanted("", rule.record)}).union(*([fewest(holding)] if holding else [one for _, one in each]))

    def with_severity(self, rule: Rule, number: int | None, severity: str) -> Leaves:
        """Return answers that force whether a finding holds with a severity: either half may rule it out alone."""
        bound = bound_to(rule, number)
        status = self.facts.rule_status(rule.id, number)
        condition = self.condition(rule, number)
        variant = self.all_of(self.variant_conditions(rule, number), bound)
        ways = [condition] if status is False else []
        if self.facts.severity(rule.id, severity, bound) is False:
            ways.append(variant)
        return fewest(ways) if ways else condition | variant

    def open_findings(self, node: tree.OpenFindings, bound: Bound) -> Leaves:
        """Return every answer: what is open speaks of the whole case."""
        del node, bound
        return all_leaves(self.facts.case)

    def extreme(self, node: tree.Extreme, bound: Bound) -> Leaves:
        """Return every answer: the bounds of an open number speak of what is known."""
        del node, bound
        return all_leaves(self.facts.case)

    def options(self, node: tree.Score | tree.Excluded | tree.BestOption, _: Bound) -> Leaves:
        option = None if isinstance(node, tree.BestOption) else node.option
        found = NOTHING
        for rule in self.facts.ruleset.rules.values():
            if speaks_of(rule, option):
                found |= self.rule(rule)
                for number in self.facts.places(rule):
                    if not (rule.record and number is None):
                        found |= self.all_of(rule.favour.values(), bound_to(rule, number))
        return found

    # rules

    def rule(self, rule: Rule, number: int | None = None) -> Leaves:
        """Return answers that force the status of a rule (for a record type without a number: for any record)."""
        if not rule.record or number is not None:
            return self.condition(rule, number)
        count = self.facts.count(rule.record)
        if count is UNKNOWN:
            return NOTHING
        each = [(self.facts.rule_status(rule.id, one), self.condition(rule, one)) for one in range(count)]
        holding = [leaves for status, leaves in each if status is True]
        return frozenset({Wanted("", rule.record)}).union(*([fewest(holding)] if holding else [one for _, one in each]))

    def condition(self, rule: Rule, number: int | None) -> Leaves:
        """Return answers that force the condition of a rule."""
        key = ("rule", rule.id, number)
        if key not in self._memo:
            self._memo[key] = self.of(rule.condition, bound_to(rule, number))
        return self._memo[key]

    def finding(self, rule: Rule, number: int | None = None) -> Leaves:
        """Return answers that force the status of a finding and, where it holds, its variant."""
        found = self.rule(rule, number)
        if rule.record and number is None:
            return found
        if self.facts.rule_status(rule.id, number) is True:
            found |= NOTHING.union(
                *(self.of(one, bound_to(rule, number)) for one in self.variant_conditions(rule, number))
            )
        return found

    def variant_conditions(self, rule: Rule, number: int | None) -> Iterator[Node]:
        """Yield the conditions that decide the variant: those before it, false, then its own."""
        for variant in rule.variants:
            yield variant.when
            if truth(variant.when, self.facts, bound_to(rule, number)) is True:
                return


def fewest(ways: Iterable[Leaves]) -> Leaves:
    """Return the least dear set, the first of several; nothing where there is none."""
    return min(ways, key=cost, default=NOTHING)


_FIND: Final[Mapping[type[Node], Callable[[Support, Any, Bound], Leaves]]] = {
    tree.Answer: Support.answer,
    tree.Field: Support.field,
    tree.Computed: Support.computed,
    tree.Imported: Support.imported,
    tree.And: Support.conjunction,
    tree.Or: Support.disjunction,
    tree.Compare: Support.compare,
    tree.Contains: Support.contains,
    tree.Member: Support.member,
    tree.Conditional: Support.conditional,
    tree.Table: Support.table,
    tree.Aggregate: Support.aggregate,
    tree.Holds: Support.holds,
    tree.OpenFindings: Support.open_findings,
    tree.Extreme: Support.extreme,
    tree.Score: Support.options,
    tree.Excluded: Support.options,
    tree.BestOption: Support.options,
}


# parts of a case


def all_leaves(case: Case) -> Leaves:
    """Return every answer of a case."""
    rows = (
        Wanted(id, record, number)
        for record, listed in case.records.items()
        for number, row in enumerate(listed)
        for id in row
    )
    lists = (Wanted("", record) for record in case.records)
    return frozenset([*(Wanted(id) for id in case.answers), *lists, *rows])


class Part(Situation):
    """A case with only some of its answers; assumptions serve only where they are `allowed`."""

    def __init__(self, program: Program, case: Case, allowed: Leaves = NOTHING) -> None:
        super().__init__(program, case)
        self.allowed = allowed

    def assumption(self, question: Question, bound: Bound) -> Value:
        """Return what a question is assumed to be answered, unknown where that is not allowed."""
        record, number = next(iter(bound.items()), ("", None))
        allowed = Assumed(question.id, record, number) in self.allowed
        return super().assumption(question, bound) if allowed else UNKNOWN

    def other(self, ruleset: str) -> Situation:
        """Return the same part seen through a rule set that this one uses."""
        found = super().other(ruleset)
        if isinstance(found, Part):
            found.allowed = self.allowed
        return found


def part(situation: Situation, leaves: Leaves, keep: str = "") -> Part:
    """Return a situation that knows only some of its answers. The list of records of type `keep` stays in any case."""
    case = situation.case
    ids = {leaf.id for leaf in leaves if not leaf.record}
    kept = {leaf.record for leaf in leaves if leaf.record} | {keep}
    records = {
        record: tuple(
            {id: value for id, value in row.items() if Wanted(id, record, number) in leaves}
            for number, row in enumerate(rows)
        )
        for record, rows in case.records.items()
        if record in kept
    }
    answers = {id: value for id, value in case.answers.items() if id in ids}
    return Part(situation.program, attrs.evolve(case, answers=answers, records=records), leaves)


def deciding(situation: Situation, rule: Rule, number: int | None) -> Situation:
    """Return a part of a situation that decides a finding as the whole does, and no part of which does.

    The answers are first the fewest that its parts need; sharing between parts may leave some that are not needed:
    they are taken away one by one, assumptions first. A rule about knowledge may lose its finding with one more
    answer, so nothing can be taken away; nor from one that is open.
    """
    if rule.about_knowledge or situation.finding_status(rule, number) is UNKNOWN:
        return situation
    keep = rule.record if number is not None else ""
    wanted = _result(situation, rule, number)
    found = Support(situation).finding(rule, number)
    if _result(part(situation, found, keep), rule, number) != wanted:
        return situation
    for leaf in sorted(found, key=lambda leaf: (not isinstance(leaf, Assumed), str(leaf))):
        less = found - {leaf}
        if _result(part(situation, less, keep), rule, number) == wanted:
            found = less
    return part(situation, found, keep)


def _result(situation: Situation, rule: Rule, number: int | None) -> tuple[Truth, object]:
    status = situation.finding_status(rule, number)
    if status is not True or not rule.variants:
        return status, None
    return status, rule.variants.index(situation.variants(rule, number)[0])
