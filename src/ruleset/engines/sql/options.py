"""Options: whether each is excluded, its score, and which comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlglot import exp

from ruleset.engines.sql import aggregates, knowledge, numbers, syntax
from ruleset.engines.sql.knowledge import ZERO, Range
from ruleset.engines.sql.syntax import NULL, all_of, any_of, cases, certain, is_null, negated
from ruleset.engines.sql.terms import Scale, Term, alike, disjunction

if TYPE_CHECKING:
    from ruleset.engines.sql.reading import Scope
    from ruleset.model import Rule


@attrs.frozen
class OptionTerms:
    """What is known of an option: whether it is excluded, and the bounds of its score."""

    excluded: Term
    low: Term
    high: Term

    def score(self, scope: Scope) -> Term:
        """Return the score, once nothing can change it."""
        low, high = (scope.once(end) for end in alike([self.low, self.high]))
        if low == high:
            return low
        return Term("number", cases([(numbers.compared(exp.EQ, low, high), low.value)]), scale=low.scale)


def state(option: str, scope: Scope) -> OptionTerms:
    """Return what is known of an option, as columns of the rows of a scope."""
    reader = scope.reader
    found = reader.options.get(option)
    if found is None:
        found = reader.options[option] = _state(option, reader.case)
    return OptionTerms(*(scope.bring(one, reader.case.relation) for one in (found.excluded, found.low, found.high)))


def _state(option: str, scope: Scope) -> OptionTerms:
    rules = scope.reader.ruleset.rules.values()
    excluded = disjunction([scope.reader.status(rule.id, scope) for rule in rules if option in rule.exclude])
    total = ZERO
    for rule in rules:
        if option in rule.favour:
            total = knowledge.total_of([total, _points(rule, option, scope)], scope)
    return OptionTerms(scope.once(excluded, "excluded"), scope.once(total.low, "low"), scope.once(total.high, "high"))


def _points(rule: Rule, option: str, scope: Scope) -> Range:
    """Return between which bounds the points of a rule lie, over all records where it is a rule about records."""
    home = scope.reader.home(rule.record)
    status = home.once(scope.reader.status(rule.id, home))
    found = knowledge.share(status, knowledge.interval(rule.favour[option], home), home)
    if not rule.record:
        return found
    known = scope.reader.list_known(rule.record, scope)
    ends = []
    for end in (found.low, found.high):
        end = home.once(end)  # noqa: PLW2901
        total, unbounded = aggregates.summed(scope, home, end)
        value = cases([(any_of(negated(known.value), unbounded), NULL)], total)
        size = numbers.checked(end.scale.size * aggregates.MOST_ROWS)
        ends.append(scope.once(Term("number", value, scale=Scale(end.scale.factor, size))))
    return Range(ends[0], ends[1])


def best(scope: Scope) -> Term:
    """Return the option that comes first, once nothing that is open can put another before it."""
    ids = list(scope.reader.ruleset.options)
    states = [state(id, scope) for id in ids]
    gone = [certain(one.excluded.value) for one in states]
    branches = []
    for position, (id, one) in enumerate(zip(ids, states, strict=True)):
        stays = certain(negated(one.excluded.value))
        first = [
            any_of(gone[place], certain(_before(one, other, declared_first=position < place)))
            for place, other in enumerate(states)
            if place != position
        ]
        branches.append((scope.keep(all_of(stays, *first), f"first_{id}"), syntax.text(id)))
    none = scope.keep(all_of(*gone), "none_left")
    return Term("text", cases([(none, NULL), *branches]), none)


def _before(one: OptionTerms, other: OptionTerms, *, declared_first: bool) -> exp.Expression:
    if is_null(one.low.value) == syntax.TRUE or is_null(other.high.value) == syntax.TRUE:
        return syntax.FALSE
    return numbers.compared(exp.GTE if declared_first else exp.GT, one.low, other.high)
