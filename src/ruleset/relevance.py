"""Which unanswered questions can still change an outcome, by three-valued evaluation, and which of them settle most."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs

from ruleset.changes import ANY_RECORD
from ruleset.expressions import tree
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound, Truth, all_of, any_of, evaluate, opposite, truth
from ruleset.expressions.tree import Node
from ruleset.model import Definition, Question, Rule, RuleSet
from ruleset.program import Step, about_knowledge, all_questions, speaks_of
from ruleset.situation import Reading, Situation, bound_to
from ruleset.types import UNKNOWN, Value

SEVERITY_WEIGHT: Final = {"blocking": 8, "risk": 6, "caution": 4, "advice": 2, "info": 1, "ok": 2}


@attrs.frozen(order=True, unsafe_hash=True, cache_hash=True)
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

    @classmethod
    def named(cls, reference: str) -> Wanted:
        """Return the question that an outcome names: `id`, or `record[0].id`.

        >>> Wanted.named("piece[2].kind")
        Wanted(id='kind', record='piece', number=2, ruleset='')
        """
        place, dot, id = reference.partition("].")
        if not dot:
            return cls(reference)
        record, _, number = place.partition("[")
        return cls(id, record, int(number))


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


Reached: TypeAlias = tuple[Wanted, bool]
"""A question that can change something, and whether it can be asked now or waits for another answer."""


@attrs.define
class _Reach:
    """Walks the parts of trees that are not settled."""

    facts: Situation
    _memo: Reading = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._memo = self.facts.reading("reached")

    def of(self, node: Node, bound: Bound = NOTHING_BOUND) -> Iterator[Reached]:
        """Yield the questions on which an unsettled node waits."""
        walk = _WALK.get(type(node))
        if walk is not None:
            yield from walk(self, node, bound)
        else:
            yield from self.unsettled(node.children(), bound)

    def unsettled(self, nodes: Iterable[Node], bound: Bound) -> Iterator[Reached]:
        """Yield what the unknown ones of some nodes wait for."""
        for node in nodes:
            if evaluate(node, self.facts, bound) is UNKNOWN:
                yield from self.of(node, bound)

    def once(self, step: Step, number: int | None, walk: Callable[[], Iterable[Reached]]) -> Iterable[Reached]:
        """Return what a question, definition or rule waits for, walked once."""
        key = (step, number)
        if key not in self._memo:
            self._memo[key] = tuple(dict.fromkeys(walk()))
        found: tuple[Reached, ...] = self._memo[key]
        return found

    def answer(self, node: tree.Answer, _: Bound) -> Iterable[Reached]:
        return self.question(node.id, None)

    def field(self, node: tree.Field, bound: Bound) -> Iterable[Reached]:
        number = bound[node.variable]
        return self.definition(node.id, number) if node.computed else self.question(f"{node.record}.{node.id}", number)

    def question(self, id: str, number: int | None) -> Iterable[Reached]:
        """Return a question, or what its condition waits for."""
        record, _, own = id.rpartition(".")
        question = (self.facts.ruleset.records[record].fields if record else self.facts.ruleset.questions)[own]
        bound = {record: number} if number is not None else NOTHING_BOUND

        def walk() -> Iterator[Reached]:
            asked = truth(question.ask_when, self.facts, bound) is not UNKNOWN
            yield Wanted(own, record, number), asked
            if not asked:
                yield from self.of(question.ask_when, bound)

        return self.once(("question", id), number, walk)

    def computed(self, node: tree.Computed, _: Bound) -> Iterable[Reached]:
        return self.definition(node.id, None)

    def definition(self, id: str, number: int | None) -> Iterable[Reached]:
        """Return what a definition waits for."""
        definition = self.facts.ruleset.definitions[id]
        bound = {definition.record: number} if number is not None else NOTHING_BOUND
        return self.once(("definition", id), number, lambda: self.of(definition.value, bound))

    def condition(self, rule: Rule, number: int | None) -> Iterable[Reached]:
        """Return what the condition of a rule waits for."""
        return self.once(("rule", rule.id), number, lambda: self.of(rule.condition, bound_to(rule, number)))

    def everything(self) -> _Reach:
        """Walk what is unknown after what it needs, so that no chain of questions or definitions nests deeply."""
        for (kind, id), number in self.facts.everywhere():
            if kind == "definition" and self.facts.value(id, number) is UNKNOWN:
                self.definition(id, number)
            elif kind == "rule" and self.facts.rule_status(id, number) is UNKNOWN:
                self.condition(self.facts.ruleset.rules[id], number)
            elif kind == "question":
                self.question(id, number)
        return self

    def imported(self, node: tree.Imported, _: Bound) -> Iterator[Reached]:
        inner = _Reach(self.facts.other(node.ruleset)).everything()
        other = inner.facts.ruleset
        found: Iterable[Reached]
        if node.id == "verdict":
            found = (one for rule in other.rules.values() for one in inner.rule(rule, None, words=True))
        elif node.id in other.definitions:
            found = inner.definition(node.id, None)
        else:
            found = inner.rule(other.rules[node.id], None)
        for wanted, now in found:
            yield self.at_home(wanted, node.ruleset), now

    def at_home(self, wanted: Wanted, alias: str) -> Wanted:
        """Return a question of another rule set as seen from here: one that both have is asked once."""
        mine = self.facts.ruleset.records if wanted.record else self.facts.ruleset.questions
        shared = not wanted.ruleset and (wanted.record or wanted.id) in mine
        return wanted if shared else attrs.evolve(wanted, ruleset=f"{alias}.{wanted.ruleset}".rstrip("."))

    def conditional(self, node: tree.Conditional, bound: Bound) -> Iterator[Reached]:
        condition = truth(node.condition, self.facts, bound)
        if condition is UNKNOWN:
            yield from self.of(node.condition, bound)
            yield from self.unsettled((node.then, node.otherwise), bound)
        else:
            yield from self.of(node.then if condition else node.otherwise, bound)

    def conditions(self, node: tree.And | tree.Or, bound: Bound) -> Iterator[Reached]:
        for operand in node.operands:
            if truth(operand, self.facts, bound) is UNKNOWN:
                yield from self.of(operand, bound)

    def aggregate(self, node: tree.Aggregate, bound: Bound) -> Iterator[Reached]:
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

    def table(self, node: tree.Table, bound: Bound) -> Iterator[Reached]:
        rows = [(truth(row.condition, self.facts, bound), row) for row in node.rows]
        live = [(certain, row, evaluate(row.value, self.facts, bound)) for certain, row in rows if certain is not False]
        sure = [value for certain, _, value in live if certain is True and value is not UNKNOWN and value is not None]
        one_row = node.policy in ("first", "unique", "any")
        for certain, row, value in live:
            if certain is UNKNOWN and not _can_count(node.policy, value, sure):
                continue
            if certain is UNKNOWN:
                yield from self.of(row.condition, bound)
            if value is UNKNOWN:
                yield from self.of(row.value, bound)
            if certain is True and one_row:
                return
        if one_row or (node.policy in ("highest", "lowest") and not sure):
            yield from self.unsettled([node.otherwise], bound)

    def holds(self, node: tree.Holds, bound: Bound) -> Iterator[Reached]:
        rule = self.facts.ruleset.rules[node.rule]
        numbers = [bound[rule.record]] if rule.record in bound else None
        yield from self.rule(rule, numbers, words=node.severity is not None)

    def open_findings(self, node: tree.OpenFindings, _: Bound) -> Iterator[Reached]:
        for rule, number in self.facts.open_places(node.severity):
            yield from self.rule(rule, None if number is None else [number], words=True)

    def option(self, node: tree.Score | tree.Excluded, _: Bound) -> Iterator[Reached]:
        yield from self.options(node.option)

    def best_option(self, _node: tree.BestOption, _: Bound) -> Iterator[Reached]:
        yield from self.options(None)

    def options(self, option: str | None) -> Iterator[Reached]:
        """Yield what the rules that exclude or favour an option wait for."""
        for rule in self.facts.ruleset.rules.values():
            if speaks_of(rule, option):
                for number in self.facts.places(rule):
                    yield from self.rule(rule, None if number is None else [number])
                    if not (rule.record and number is None):
                        yield from self.unsettled(rule.favour.values(), bound_to(rule, number))

    def list_of(self, record: str, said: Iterable[Reached]) -> Iterator[Reached]:
        """Yield a list of records that is not known; the questions on which what is said of each record waits come
        later.
        """
        yield Wanted("", record), True
        yield from ((wanted, False) for wanted, _ in said if wanted.number != ANY_RECORD)

    def rule(self, rule: Rule, numbers: Iterable[int] | None, *, words: bool = False) -> Iterator[Reached]:
        """Yield what a rule waits for: its condition, and with `words` which of its variants it takes."""
        if rule.record and self.facts.count(rule.record) is UNKNOWN:
            yield from self.list_of(rule.record, self.place(rule, ANY_RECORD, words=words))
            return
        for number in self.facts.places(rule) if numbers is None else numbers:
            yield from self.place(rule, number, words=words)

    def place(self, rule: Rule, number: int | None, *, words: bool) -> Iterator[Reached]:
        """Yield what a rule waits for in one place."""
        status = self.facts.rule_status(rule.id, number)
        bound = bound_to(rule, number)
        if status is UNKNOWN:
            yield from self.condition(rule, number)
        if words and status is not False and len(rule.variants) > 1:
            for variant in self.facts.variants(rule, number):
                if truth(variant.when, self.facts, bound) is UNKNOWN:
                    yield from self.of(variant.when, bound)

    def conclusion(self, rule: Rule, number: int | None) -> Iterator[Reached]:
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

    def value(self, definition: Definition, number: int | None) -> Iterator[Reached]:
        """Yield what a value of the outcome waits for."""
        if definition.record and number is None:
            yield from self.list_of(definition.record, self.definition(definition.id, ANY_RECORD))
        elif self.facts.value(definition.id, number) is UNKNOWN:
            yield from self.definition(definition.id, number)


def _can_count(policy: tree.Policy, value: Value, sure: list[Any]) -> bool:
    """Return whether a row that may apply can change the result of a table."""
    if policy == "sum":
        return value not in (None, 0)
    if policy not in ("highest", "lowest") or value is UNKNOWN:
        return True
    if value is None:
        return False
    choose = max if policy == "highest" else min
    return not sure or choose([*sure, value]) not in sure


_WALK: Final[Mapping[type[Node], Callable[[_Reach, Any, Bound], Iterable[Reached]]]] = {
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
    def ids(self) -> tuple[str, ...]:
        """The ids of the questions that can be asked; one that several rule sets share is named once."""
        return tuple(dict.fromkeys(map(str, self.now)))

    @property
    def remaining(self) -> int:
        """How many questions are left at most."""
        return len(set(self.now) | set(self.later))


def relevance(situation: Situation) -> Relevance:
    """Return the questions that can still change a finding, a value, a task or an option of a situation.

    The most useful first: each unsettled conclusion shares its weight among the questions that it waits for (a
    one-step form of the Jeroslow-Wang rule for choosing the branching variable).
    """
    reach = _Reach(_prospect(situation)).everything()
    scores: dict[Wanted, float] = {}
    later: dict[Wanted, None] = {}
    for shares, waiting in _shares(reach):
        for wanted, share in shares.items():
            scores[wanted] = scores.get(wanted, 0.0) + share
        later.update(waiting)
    order = {id: position for position, id in enumerate(situation.ruleset.questions)}

    def rank(one: Wanted) -> tuple[float, int, str, int, str]:
        place = order.get(one.id, len(order)) if not one.record else len(order)
        return (-round(scores[one], 9), place, one.record, -1 if one.number is None else one.number, one.id)

    return Relevance(tuple(sorted(scores, key=rank)), tuple(wanted for wanted in later if wanted not in scores))


def _prospect(situation: Situation) -> Situation:
    """Return what relevance is read from: the situation itself where nothing speaks of what is known or assumed."""
    if type(situation) is Situation and not _foresees(situation.ruleset):
        return situation
    earlier = situation.prospect
    if earlier is None or earlier.case is not situation.case:
        found = Prospect(situation.program, situation.case)
        situation.prospect = (found if earlier is None else found.follow(earlier)).compute()
    assert situation.prospect is not None
    return situation.prospect


@functools.lru_cache(maxsize=64)
def _foresees(ruleset: RuleSet) -> bool:
    assumed = any(question.assume is not UNKNOWN for _, question in all_questions(ruleset))
    return assumed or bool(about_knowledge(ruleset)) or any(_foresees(other) for other in ruleset.imports.values())


_Shares: TypeAlias = tuple[dict[Wanted, float], dict[Wanted, None]]
"""The shares that some conclusions give to the questions that can be asked, and the questions that come later."""


def _shares(reach: _Reach) -> Iterator[_Shares]:
    """Yield the shares of the conclusions about the case, then about each record."""
    facts, ruleset = reach.facts, reach.facts.ruleset
    known = facts.reading("shares")
    rules, values = _concluding(ruleset)
    for record in ("", *ruleset.records):
        about = rules.get(record, ()), values.get(record, ())
        unlisted = record and facts.count(record) is UNKNOWN
        for number in (None,) if unlisted else facts.numbers(record) if any(about) else ():
            place = (("record", record), number)
            if place not in known:
                known[place] = _shared(_waiting(reach, number, *about))
            found: _Shares = known[place]
            yield found


@functools.lru_cache(maxsize=64)
def _concluding(ruleset: RuleSet) -> tuple[dict[str, list[Rule]], dict[str, list[Definition]]]:
    """Return the rules and the labelled definitions by the record type that they speak of."""
    rules: dict[str, list[Rule]] = {}
    values: dict[str, list[Definition]] = {}
    for rule in ruleset.rules.values():
        rules.setdefault(rule.record, []).append(rule)
    for definition in ruleset.definitions.values():
        if definition.label:
            values.setdefault(definition.record, []).append(definition)
    return rules, values


def _waiting(
    reach: _Reach, number: int | None, rules: Iterable[Rule], values: Iterable[Definition]
) -> Iterator[tuple[float, Iterable[Reached]]]:
    """Yield the weight of each conclusion (about a record) and what it waits for."""
    for rule in rules:
        yield SEVERITY_WEIGHT.get(rule.worst or "info", 1), reach.conclusion(rule, number)
    for definition in values:
        yield 1, reach.value(definition, number)


def _shared(conclusions: Iterable[tuple[float, Iterable[Reached]]]) -> _Shares:
    scores: dict[Wanted, float] = {}
    later: dict[Wanted, None] = {}
    for weight, reached in conclusions:
        found = dict.fromkeys(reached)
        share = weight / max(sum(asked for _, asked in found), 1)
        for wanted, asked in found:
            if asked:
                scores[wanted] = scores.get(wanted, 0.0) + share
            else:
                later[wanted] = None
    return scores, later


def waiting_for(situation: Situation, rule: Rule, number: int | None) -> tuple[Wanted, ...]:
    """Return the questions that keep one finding open."""
    return next(waiting_for_each(situation, [(rule, number)]))


def waiting_for_each(situation: Situation, findings: Iterable[tuple[Rule, int | None]]) -> Iterator[tuple[Wanted, ...]]:
    """Yield the questions that keep each of some findings open; what they share is walked once."""
    reach = _Reach(situation)
    for rule, number in findings:
        yield _now(reach.rule(rule, None if number is None else [number], words=True))


def waiting_for_values(situation: Situation) -> Iterator[tuple[Definition, tuple[Wanted, ...]]]:
    """Yield the values of the outcome that are unknown, with the questions that they wait for."""
    reach = _Reach(situation)
    for definition in situation.ruleset.definitions.values():
        if definition.label and not definition.record and situation.value(definition.id, None) is UNKNOWN:
            yield definition, _now(reach.value(definition, None))


def conclusions_waiting(situation: Situation, nodes: Iterable[Node]) -> tuple[Wanted, ...]:
    """Return the questions that the unknown ones of some trees wait for."""
    return _now(_Reach(situation).unsettled(nodes, NOTHING_BOUND))


def _now(reached: Iterable[Reached]) -> tuple[Wanted, ...]:
    return tuple(dict.fromkeys(wanted for wanted, now in reached if now))


def home(ruleset: RuleSet, wanted: Wanted) -> RuleSet:
    """Return the rule set that a question belongs to: this one, or one that it uses (`wanted.ruleset`)."""
    for alias in wanted.ruleset.split(".") if wanted.ruleset else ():
        ruleset = ruleset.imports[alias]
    return ruleset


def places(ruleset: RuleSet, path: tuple[str, ...] = ()) -> dict[str, Wanted]:
    """Return where the questions of a rule set, and of those that it uses, are found, by id."""
    found: dict[str, Wanted] = {id: Wanted(id, ruleset=".".join(path)) for id in ruleset.questions}
    for alias, other in ruleset.imports.items():
        found = places(other, (*path, alias)) | found
    return found
