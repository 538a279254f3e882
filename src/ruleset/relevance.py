"""Which unanswered questions can still change an outcome, by three-valued evaluation, and which of them settle most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ruleset.expressions import tree
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound, Truth, all_of, any_of, evaluate, opposite, truth
from ruleset.expressions.tree import Node
from ruleset.model import Definition, Question, Rule
from ruleset.program import speaks_of
from ruleset.situation import ANY_RECORD, Place, Situation, bound_to
from ruleset.types import UNKNOWN, Value

SEVERITY_WEIGHT: Final = {"blocking": 8, "risk": 6, "caution": 4, "advice": 2, "info": 1, "ok": 2}


@attrs.frozen(order=True)
class Wanted:
    """A question that can still change something; of a record where `record` is given, and the list of records
    itself where `id` is empty. `ruleset` is the alias of the rule set it belongs to, if it is another one.
    """

    id: str
    record: str = ""
    number: int | None = None
    ruleset: str = ""

    def __str__(self) -> str:
        if not self.record:
            return self.id
        return self.record if self.number is None else f"{self.record}[{self.number}].{self.id}"


class Prospect(Situation):
    """A situation in which what is not known may become known: `known(x)` is unknown while `x` is."""

    def assumption(self, _question: Question, _bound: Bound) -> Value:
        """Return unknown: an answer can still replace what is assumed."""
        return UNKNOWN

    def known(self, value: Value) -> Truth:
        """Return true for a value that is known, and unknown for one that can still be."""
        return UNKNOWN if value is UNKNOWN else True

    def extreme(self, _node: tree.Extreme, _bound: Bound) -> Value:
        """Return unknown: what is known of an open number can still change."""
        return UNKNOWN

    def open_findings(self, severity: str) -> Truth:
        """Return false only where nothing is open any more."""
        return UNKNOWN if super().open_findings(severity) else False


@attrs.define
class _Reach:
    """Walks the parts of trees that are not settled. `later` are questions that wait for their own condition."""

    facts: Situation
    later: dict[Wanted, None] = attrs.field(factory=dict)
    _memo: dict[tuple[str, Place], tuple[Wanted, ...]] = attrs.field(factory=dict)

    def of(self, node: Node, bound: Bound = NOTHING_BOUND) -> Iterator[Wanted]:
        """Yield the questions on which an unsettled node waits."""
        walk = _WALK.get(type(node))
        if walk is not None:
            yield from walk(self, node, bound)
        else:
            yield from self.unsettled(node.children(), bound)

    def unsettled(self, nodes: Iterable[Node], bound: Bound) -> Iterator[Wanted]:
        """Yield what the unknown ones of some nodes wait for."""
        for node in nodes:
            if evaluate(node, self.facts, bound) is UNKNOWN:
                yield from self.of(node, bound)

    def answer(self, node: tree.Answer, _: Bound) -> Iterator[Wanted]:
        yield from self.question(self.facts.ruleset.questions[node.id], Wanted(node.id), NOTHING_BOUND)

    def field(self, node: tree.Field, bound: Bound) -> Iterator[Wanted]:
        number = bound[node.variable]
        if node.computed:
            yield from self.definition(node.id, number)
        else:
            question = self.facts.ruleset.records[node.record].fields[node.id]
            yield from self.question(question, Wanted(node.id, node.record, number), {node.record: number})

    def question(self, question: Question, wanted: Wanted, bound: Bound) -> Iterator[Wanted]:
        if truth(question.ask_when, self.facts, bound) is UNKNOWN:
            self.later[wanted] = None
            yield from self.of(question.ask_when, bound)
        else:
            yield wanted

    def computed(self, node: tree.Computed, _: Bound) -> Iterator[Wanted]:
        yield from self.definition(node.id, None)

    def definition(self, id: str, number: int | None) -> tuple[Wanted, ...]:
        key = ("definition", (id, number))
        if key not in self._memo:
            definition = self.facts.ruleset.definitions[id]
            bound = {definition.record: number} if number is not None else NOTHING_BOUND
            self._memo[key] = tuple(dict.fromkeys(self.of(definition.value, bound)))
        return self._memo[key]

    def imported(self, node: tree.Imported, _: Bound) -> Iterator[Wanted]:
        self.facts.imported(node.ruleset, node.id)
        inner = _Reach(self.facts.other(node.ruleset))
        other = inner.facts.ruleset
        found: Iterable[Wanted]
        if node.id == "verdict":
            found = (wanted for rule in other.rules.values() for wanted in inner.rule(rule, None, words=True))
        elif node.id in other.definitions:
            found = inner.definition(node.id, None)
        else:
            found = inner.rule(other.rules[node.id], None)
        for wanted in found:
            yield attrs.evolve(wanted, ruleset=node.ruleset)
        self.later.update((attrs.evolve(wanted, ruleset=node.ruleset), None) for wanted in inner.later)

    def conditional(self, node: tree.Conditional, bound: Bound) -> Iterator[Wanted]:
        condition = truth(node.condition, self.facts, bound)
        if condition is UNKNOWN:
            yield from self.of(node.condition, bound)
            yield from self.unsettled((node.then, node.otherwise), bound)
        else:
            yield from self.of(node.then if condition else node.otherwise, bound)

    def conditions(self, node: tree.And | tree.Or, bound: Bound) -> Iterator[Wanted]:
        for operand in node.operands:
            if truth(operand, self.facts, bound) is UNKNOWN:
                yield from self.of(operand, bound)

    def aggregate(self, node: tree.Aggregate, bound: Bound) -> Iterator[Wanted]:
        count = self.facts.count(node.record)
        if count is UNKNOWN:
            said = [part for part in (node.filter, node.body) if part is not None]
            yield from self.list_of(node.record, self.unsettled(said, {**bound, node.variable: ANY_RECORD}))
            return
        for number in range(count):
            inner = {**bound, node.variable: number}
            kept: Truth = True if node.filter is None else truth(node.filter, self.facts, inner)
            body: Value = True if node.body is None else evaluate(node.body, self.facts, inner)
            settled = {
                "any": all_of([kept, body if body is UNKNOWN else body is True]) is not UNKNOWN,
                "all": any_of([opposite(kept), body if body is UNKNOWN else body is True]) is not UNKNOWN,
            }.get(node.kind, kept is False or (kept is True and body is not UNKNOWN))
            if settled:
                continue
            if kept is UNKNOWN and node.filter is not None:
                yield from self.of(node.filter, inner)
            if body is UNKNOWN and node.body is not None:
                yield from self.of(node.body, inner)

    def table(self, node: tree.Table, bound: Bound) -> Iterator[Wanted]:
        for row in node.rows:
            certain = truth(row.condition, self.facts, bound)
            if certain is UNKNOWN:
                yield from self.of(row.condition, bound)
            if certain is not False:
                yield from self.unsettled([row.value], bound)
            if certain is True and node.policy in ("first", "unique", "any"):
                return
        yield from self.unsettled([node.otherwise], bound)

    def holds(self, node: tree.Holds, bound: Bound) -> Iterator[Wanted]:
        rule = self.facts.ruleset.rules[node.rule]
        numbers = [bound[rule.record]] if rule.record in bound else None
        yield from self.rule(rule, numbers, words=node.severity is not None)

    def open_findings(self, node: tree.OpenFindings, _: Bound) -> Iterator[Wanted]:
        for rule, number in self.facts.open_places(node.severity):
            yield from self.rule(rule, None if number is None else [number], words=True)

    def option(self, node: tree.Score | tree.Excluded, _: Bound) -> Iterator[Wanted]:
        yield from self.options(node.option)

    def best_option(self, _node: tree.BestOption, _: Bound) -> Iterator[Wanted]:
        yield from self.options(None)

    def options(self, option: str | None) -> Iterator[Wanted]:
        """Yield what the rules that exclude or favour an option wait for."""
        for rule in self.facts.ruleset.rules.values():
            if speaks_of(rule, option):
                for number in self.facts.places(rule):
                    yield from self.rule(rule, None if number is None else [number])
                    if not (rule.record and number is None):
                        yield from self.unsettled(rule.favour.values(), bound_to(rule, number))

    def list_of(self, record: str, said: Iterable[Wanted]) -> Iterator[Wanted]:
        """Yield a list of records that is not known; the questions on which what is said of each record waits come
        later.
        """
        yield Wanted("", record)
        self.later.update((wanted, None) for wanted in said if wanted.number != ANY_RECORD)

    def rule(self, rule: Rule, numbers: Iterable[int] | None, *, words: bool = False) -> Iterator[Wanted]:
        """Yield what a rule waits for: its condition, and with `words` which of its variants it takes."""
        if rule.record and self.facts.count(rule.record) is UNKNOWN:
            yield from self.list_of(rule.record, self.place(rule, ANY_RECORD, words=words))
            return
        for number in self.facts.places(rule) if numbers is None else numbers:
            yield from self.place(rule, number, words=words)

    def place(self, rule: Rule, number: int | None, *, words: bool) -> Iterator[Wanted]:
        """Yield what a rule waits for in one place."""
        status = self.facts.rule_status(rule.id, number)
        bound = bound_to(rule, number)
        if status is UNKNOWN:
            yield from self.condition(rule, number)
        if words and status is not False and len(rule.variants) > 1:
            for variant in self.facts.variants(rule, number):
                if truth(variant.when, self.facts, bound) is UNKNOWN:
                    yield from self.of(variant.when, bound)

    def condition(self, rule: Rule, number: int | None) -> tuple[Wanted, ...]:
        key = ("rule", (rule.id, number))
        if key not in self._memo:
            self._memo[key] = tuple(dict.fromkeys(self.of(rule.condition, bound_to(rule, number))))
        return self._memo[key]

    def conclusion(self, rule: Rule, number: int | None) -> Iterator[Wanted]:
        """Yield what can still change anything that a rule concludes: its status, words, points, task."""
        if rule.record and number is None:
            yield from self.list_of(rule.record, self.conclusion(rule, ANY_RECORD))
            return
        yield from self.place(rule, number, words=True)
        if self.facts.rule_status(rule.id, number) is False:
            return
        nodes: list[Node] = [*rule.favour.values()]
        for variant in self.facts.variants(rule, number):
            nodes += [*variant.say.nodes.values(), *variant.do.nodes.values()]
        if rule.task is not None:
            nodes += [*rule.task.label.nodes.values(), *([rule.task.due] if rule.task.due is not None else [])]
        yield from self.unsettled(nodes, bound_to(rule, number))

    def value(self, definition: Definition) -> Iterator[Wanted]:
        """Yield what a value of the outcome waits for."""
        if definition.record and self.facts.count(definition.record) is UNKNOWN:
            yield from self.list_of(definition.record, self.definition(definition.id, ANY_RECORD))
            return
        for number in self.facts.numbers(definition.record):
            if self.facts.value(definition.id, number) is UNKNOWN:
                yield from self.definition(definition.id, number)


_WALK: Final[Mapping[type[Node], Callable[[_Reach, Any, Bound], Iterable[Wanted]]]] = {
    tree.Answer: _Reach.answer,
    tree.Field: _Reach.field,
    tree.Computed: _Reach.computed,
    tree.Imported: _Reach.imported,
    tree.Conditional: _Reach.conditional,
    tree.And: _Reach.conditions,
    tree.Or: _Reach.conditions,
    tree.Aggregate: _Reach.aggregate,
    tree.Table: _Reach.table,
    tree.Holds: _Reach.holds,
    tree.OpenFindings: _Reach.open_findings,
    tree.Score: _Reach.option,
    tree.Excluded: _Reach.option,
    tree.BestOption: _Reach.best_option,
}


@attrs.frozen
class Relevance:
    """The questions that still matter: `now` can be asked, most useful first; `later` wait for another answer."""

    now: tuple[Wanted, ...]
    later: tuple[Wanted, ...]

    @property
    def remaining(self) -> int:
        """How many questions are left at most."""
        return len(set(self.now) | set(self.later))


def relevance(situation: Situation) -> Relevance:
    """Return the questions that can still change a finding, a value, a task or an option of a situation.

    The most useful first: each unsettled conclusion shares its weight among the questions that it waits for (a
    one-step form of the Jeroslow-Wang rule for choosing the branching variable).
    """
    prospect = Prospect(situation.program, situation.case)
    reach = _Reach(prospect.compute())
    scores: dict[Wanted, float] = {}
    for weight, wanted in _conclusions(reach):
        found = dict.fromkeys(wanted)
        for one in found:
            scores[one] = scores.get(one, 0.0) + weight / len(found)
    order = {id: position for position, id in enumerate(situation.ruleset.questions)}

    def rank(one: Wanted) -> tuple[float, int, str, int, str]:
        place = order.get(one.id, len(order)) if not one.record else len(order)
        return (-round(scores[one], 9), place, one.record, -1 if one.number is None else one.number, one.id)

    now = tuple(sorted(scores, key=rank))
    return Relevance(now, tuple(wanted for wanted in reach.later if wanted not in scores))


def _conclusions(reach: _Reach) -> Iterator[tuple[float, Iterable[Wanted]]]:
    facts = reach.facts
    for rule in facts.ruleset.rules.values():
        for number in facts.places(rule):
            yield SEVERITY_WEIGHT.get(rule.worst or "info", 1), reach.conclusion(rule, number)
    for definition in facts.ruleset.definitions.values():
        if definition.label:
            yield 1, reach.value(definition)


def waiting_for(situation: Situation, rule: Rule, number: int | None) -> tuple[Wanted, ...]:
    """Return the questions that keep one finding open."""
    reach = _Reach(situation)
    return tuple(dict.fromkeys(reach.rule(rule, None if number is None else [number], words=True)))


def conclusions_waiting(situation: Situation, nodes: Iterable[Node]) -> tuple[Wanted, ...]:
    """Return the questions that the unknown ones of some trees wait for."""
    reach = _Reach(situation)
    return tuple(dict.fromkeys(reach.unsettled(nodes, NOTHING_BOUND)))
