"""What worked cases show of a rule set: outcomes of its rules, rows of its tables, periods of its parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias

import attrs

from ruleset.expressions import tree
from ruleset.expressions.evaluate import NOTHING_BOUND, Bound, truth
from ruleset.expressions.tree import Node
from ruleset.model import Case, Definition, Question, Rule, RuleSet, Status
from ruleset.program import Program, compile_program, speaks_of
from ruleset.situation import Situation
from ruleset.types import UNKNOWN, Value

Shown: TypeAlias = tuple[str, str]
"""A rule and an outcome (`holds`, `ruled_out`, `open`); a table and its row's line; a parameter and a first day."""

OUTCOMES: Final[tuple[Status, ...]] = ("holds", "ruled_out", "open")
_STATUS: Final[dict[Any, Status]] = {True: "holds", False: "ruled_out", UNKNOWN: "open"}


@attrs.frozen
class Part:
    """One kind of things that cases can show: all that are possible, and those that were shown."""

    possible: tuple[Shown, ...]
    shown: frozenset[Shown]

    @property
    def missing(self) -> tuple[Shown, ...]:
        """What no case shows."""
        return tuple(one for one in self.possible if one not in self.shown)

    @property
    def percent(self) -> Fraction:
        """The share that is shown, from 0 to 100; 100 where there is nothing to show."""
        total = len(self.possible)
        return Fraction(100 * (total - len(self.missing)), total) if total else Fraction(100)


@attrs.frozen
class Coverage:
    """What the worked cases of a rule set show; the threshold `coverage` of a rule set is about `outcomes`."""

    outcomes: Part
    variants: Part
    rows: Part
    periods: Part


class _Watched(Situation):
    """A situation that notes the periods of parameters that were read."""

    def __init__(self, program: Program, case: Case) -> None:
        super().__init__(program, case)
        self.periods: set[Shown] = set()

    def parameter(self, id: str, day: dt.date, key: str | None) -> Value:
        """Return a parameter's value on a day, noted."""
        period = self.ruleset.parameters[id].period(day)
        if period is not None:
            self.periods.add((id, period.since.isoformat()))
        return super().parameter(id, day, key)


def coverage(ruleset: RuleSet, cases: Iterable[Case] | None = None) -> Coverage:
    """Return what cases (by default the rule set's worked cases) show of a rule set."""
    outcomes: set[Shown] = set()
    variants: set[Shown] = set()
    rows: set[Shown] = set()
    periods: set[Shown] = set()
    for case in [worked.case for worked in ruleset.cases] if cases is None else cases:
        situation = _Watched(compile_program(ruleset), case).compute()
        for rule in ruleset.rules.values():
            outcomes.update((rule.id, status) for status in _statuses(rule, situation))
            variants.update((rule.id, variant) for variant in _variants(rule, situation))
        for definition in _with_rows(ruleset):
            for number in situation.numbers(definition.record):
                rows.update((definition.id, row) for row in _rows_used(definition, situation, number))
        periods |= situation.periods
    return Coverage(
        Part(tuple(_possible_outcomes(ruleset)), frozenset(outcomes)),
        Part(tuple(_possible_variants(ruleset)), frozenset(variants)),
        Part(tuple((one.id, row) for one in _with_rows(ruleset) for row in _row_names(one)), frozenset(rows)),
        Part(tuple(_dated(ruleset)), frozenset(periods)),
    )


def _possible_variants(ruleset: RuleSet) -> Iterator[Shown]:
    for id, rule in ruleset.rules.items():
        if len(rule.variants) > 1:
            yield from ((id, str(number)) for number in range(1, len(rule.variants) + 1))


def _dated(ruleset: RuleSet) -> Iterator[Shown]:
    for id, parameter in ruleset.parameters.items():
        yield from ((id, dated.since.isoformat()) for dated in parameter.values)


def _statuses(rule: Rule, situation: Situation) -> Iterator[Status]:
    for number in situation.places(rule):
        if rule.variants or (rule.record and number is None):
            yield _STATUS[situation.finding_status(rule, number)]
        else:
            yield _STATUS[situation.rule_status(rule.id, number)]


def _variants(rule: Rule, situation: Situation) -> Iterator[str]:
    for number in situation.places(rule):
        if situation.finding_status(rule, number) is True and rule.variants:
            yield str(1 + rule.variants.index(situation.variants(rule, number)[0]))


# tables


def _with_rows(ruleset: RuleSet) -> Iterator[Definition]:
    return (one for one in ruleset.definitions.values() if isinstance(one.value, tree.Table))


def _row_names(definition: Definition) -> Iterator[str]:
    """Yield the number and line of each row of a table, and `otherwise` where it says something."""
    node = definition.value
    assert isinstance(node, tree.Table)
    yield from (f"{number}:{row.line}" for number, row in enumerate(node.rows, 1))
    if not (isinstance(node.otherwise, tree.Literal) and node.otherwise.value is None):
        yield "otherwise"


def _rows_used(definition: Definition, situation: Situation, number: int | None) -> Iterator[str]:
    """Yield the rows whose value counts in the result."""
    node = definition.value
    assert isinstance(node, tree.Table)
    bound: Bound = {definition.record: number} if number is not None else NOTHING_BOUND
    matched = False
    for position, row in enumerate(node.rows, 1):
        certain = truth(row.condition, situation, bound)
        if certain is True:
            matched = True
            yield f"{position}:{row.line}"
        if certain is not False and node.policy in ("first", "unique", "any"):
            return
        matched = matched or certain is UNKNOWN
    if not matched:
        yield "otherwise"


# what is possible


def _possible_outcomes(ruleset: RuleSet) -> Iterator[Shown]:
    for id, rule in ruleset.rules.items():
        yield from ((id, outcome) for outcome in possible_outcomes(ruleset, rule))


def possible_outcomes(ruleset: RuleSet, rule: Rule) -> tuple[Status, ...]:
    """Return the outcomes that a rule can have by its construction.

    A rule that reads neither the case nor the date of law always has the same one. Only a rule that reads something
    which may be unknown can be open: `known(x)` and a question with an assumption never are. A rule about knowledge is
    made to be decided by what is not known, so that being open is not asked of it.
    """
    reach = _Reach(ruleset)
    nodes = [rule.condition, *(variant.when for variant in rule.variants)]
    unsettled = any(reach.open(node) for node in nodes) or _list_may_be_unknown(ruleset, rule.record)
    may_be_open = unsettled and not rule.about_knowledge
    if may_be_open or rule.record or reach.varies(rule.condition):
        return OUTCOMES if may_be_open else OUTCOMES[:2]
    situation = Situation(compile_program(ruleset), Case(ruleset.id))
    return (_STATUS[situation.rule_status(rule.id, None)],)


def _list_may_be_unknown(ruleset: RuleSet, record: str) -> bool:
    return bool(record) and ruleset.records[record].rows is None


@attrs.define
class _Reach:
    """What the nodes of a rule set can read, through definitions, findings and other rule sets."""

    ruleset: RuleSet
    _open: dict[tuple[str, str], bool] = attrs.field(factory=dict)
    _varies: dict[tuple[str, str], bool] = attrs.field(factory=dict)

    def open(self, node: Node) -> bool:
        """Return whether a node may be unknown in some case."""
        if isinstance(node, (tree.Known, tree.OpenFindings)):
            return False
        if isinstance(node, (tree.Score, tree.Excluded, tree.BestOption)):
            return any(self.open(one) for one in self.optional(node))
        if isinstance(node, (tree.Answer, tree.Field)) and not getattr(node, "computed", False):
            question = self.question(node)
            return question is not None and (self.unassumed(question) or self.open(question.ask_when))
        if isinstance(node, tree.Aggregate) and _list_may_be_unknown(self.ruleset, node.record):
            return True
        return self.below(node, self._open, _Reach.open)

    def varies(self, node: Node) -> bool:
        """Return whether a node can differ between cases."""
        if isinstance(node, (tree.Answer, tree.On, tree.OpenFindings, tree.Known)):
            return True
        if isinstance(node, tree.Field) and not node.computed:
            return self.question(node) is not None
        if isinstance(node, (tree.Score, tree.Excluded, tree.BestOption)):
            return any(self.varies(one) for one in self.optional(node))
        if isinstance(node, tree.Aggregate) and _list_may_be_unknown(self.ruleset, node.record):
            return True
        return self.below(node, self._varies, _Reach.varies)

    def question(self, node: tree.Answer | tree.Field) -> Question | None:
        """Return the question of an answer; None for a cell of a reference table."""
        if isinstance(node, tree.Answer):
            return self.ruleset.questions[node.id]
        record = self.ruleset.records[node.record]
        return record.fields[node.id] if record.rows is None else None

    def optional(self, node: tree.Score | tree.Excluded | tree.BestOption) -> Iterator[Node]:
        """Yield the conditions and points of the rules that speak of an option."""
        for rule in self.ruleset.rules.values():
            if speaks_of(rule, None if isinstance(node, tree.BestOption) else node.option):
                yield from (rule.condition, *rule.favour.values())

    def unassumed(self, question: Question) -> bool:
        """Return whether a question that is asked may stand without an answer."""
        return self.open(question.assume) if isinstance(question.assume, Node) else question.assume is UNKNOWN

    def below(self, node: Node, memo: dict[tuple[str, str], bool], ask: Callable[[_Reach, Node], bool]) -> bool:
        """Return whether `ask` says yes of something that a node reads."""
        named = self.named(node)
        if named is None:
            return any(ask(self, child) for child in node.children())
        key, home, nodes = named
        if key not in memo:
            memo[key] = False
            memo[key] = any(ask(home, one) for one in nodes)
        return memo[key]

    def named(self, node: Node) -> tuple[tuple[str, str], _Reach, list[Node]] | None:
        """Return the trees for which a name stands, and where they are at home."""
        if isinstance(node, tree.Computed) or (isinstance(node, tree.Field) and node.computed):
            return ("definition", node.id), self, [self.ruleset.definitions[node.id].value]
        if isinstance(node, tree.Holds):
            rule = self.ruleset.rules[node.rule]
            return ("rule", f"{node.rule} {node.severity}"), self, _trees(rule)
        if isinstance(node, tree.Imported):
            other = self.ruleset.imports[node.ruleset]
            home = _Reach(other)
            if node.id in other.definitions:
                return (node.ruleset, node.id), home, [other.definitions[node.id].value]
            rules = [other.rules[node.id]] if node.id in other.rules else list(other.rules.values())
            return (node.ruleset, node.id), home, [one for rule in rules for one in _trees(rule)]
        return None


def _trees(rule: Rule) -> list[Node]:
    return [rule.condition, *(variant.when for variant in rule.variants)]


def words(missing: Iterable[Shown]) -> Mapping[str, tuple[str, ...]]:
    """Return what is not shown, by rule, table or parameter."""
    found: dict[str, tuple[str, ...]] = {}
    for id, one in missing:
        found[id] = (*found.get(id, ()), one)
    return found
