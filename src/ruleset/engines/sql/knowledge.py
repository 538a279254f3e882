"""What an open number can still be: `least` and `most`, and the bounds of the points of options."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import numbers, syntax
from ruleset.engines.sql.syntax import (
    FALSE,
    NULL,
    TRUE,
    NoSqlFormError,
    all_of,
    any_of,
    cases,
    certain,
    is_null,
    negated,
)
from ruleset.engines.sql.terms import Scale, Term, alike, constant, truth_of
from ruleset.expressions import tree
from ruleset.expressions.tree import Node

if TYPE_CHECKING:
    from ruleset.engines.sql.reading import Scope
    from ruleset.types import Domain


@attrs.frozen
class Range:
    """From `low` to `high`, NULL being no bound; `empty` where it is certainly *none*."""

    low: Term
    high: Term
    empty: Expression = FALSE


UNBOUNDED_END = Term("number", NULL, scale=Scale(size=0))
ANYTHING = Range(UNBOUNDED_END, UNBOUNDED_END)
ZERO = Range(constant(0), constant(0))


def extreme(node: tree.Extreme, scope: Scope) -> Term:
    """Return the least or the greatest value that an open number can take; unknown where it has no bound."""
    found = interval(node.operand, scope)
    end = found.low if node.which == "least" else found.high
    value = cases([(found.empty, NULL)], end.value)
    return Term("number", value, found.empty, total=False, scale=end.scale)


def interval(node: Node, scope: Scope) -> Range:
    """Return the bounds of a number: the number itself where it is known."""
    term = scope.once(scope.read(node))
    if term.kind == "nothing":
        return Range(UNBOUNDED_END, UNBOUNDED_END, TRUE)
    if term.total:
        plain = attrs.evolve(term, none=FALSE)
        return Range(plain, plain, term.none)
    found = _open(node, scope)
    known = term.known
    return Range(
        _kept(_pick(known, term, found.low), scope),
        _kept(_pick(known, term, found.high), scope),
        scope.keep(any_of(term.none, all_of(negated(known), found.empty))),
    )


def _kept(term: Term, scope: Scope) -> Term:
    return scope.once(attrs.evolve(term, none=FALSE))


def _pick(test: Expression, one: Term, other: Term) -> Term:
    one, other = alike([one, other])
    scale = attrs.evolve(one.scale, size=max(one.scale.size, other.scale.size))
    if one.scale.divisor is not None or other.scale.divisor is not None:
        divisors = [term.scale.divisor or syntax.number(1) for term in (one, other)]
        most = max(one.scale.divisor_size, other.scale.divisor_size)
        scale = attrs.evolve(scale, divisor=cases([(test, divisors[0])], divisors[1]), divisor_size=most)
    return Term("number", cases([(test, one.value)], other.value), scale=scale)


def _open(node: Node, scope: Scope) -> Range:
    if isinstance(node, tree.Answer) or (isinstance(node, tree.Field) and not node.computed):
        return _of_domain(scope.reader.domain(node))
    if isinstance(node, (tree.Computed, tree.Field)):
        home = scope.reader.home_of_definition(node.id)
        position = scope.variables[node.variable] if isinstance(node, tree.Field) else -1
        found = interval(scope.reader.ruleset.definitions[node.id].value, home)
        kept = [scope.bring(home.once(end), home.relation, position) for end in (found.low, found.high)]
        flag = scope.bring(truth_of(home.keep(found.empty), total=True), home.relation, position)
        return Range(kept[0], kept[1], flag.value)
    if isinstance(node, tree.Negative):
        inner = interval(node.operand, scope)
        return Range(_negative(inner.high), _negative(inner.low), inner.empty)
    if isinstance(node, tree.Arithmetic):
        return _arithmetic(node, scope)
    if isinstance(node, tree.Conditional):
        return _hull([interval(branch, scope) for branch in (node.then, node.otherwise)], scope)
    if isinstance(node, tree.Table):
        return _table(node, scope)
    if isinstance(node, tree.Call) and node.function in ("min", "max"):
        return _call(node, scope)
    if isinstance(node, tree.Aggregate):
        raise NoSqlFormError("least ou most y porte sur un agrégat de fiches")
    if isinstance(node, tree.Score):
        from ruleset.engines.sql import options

        state = options.state(node.option, scope)
        return Range(state.low, state.high)
    return ANYTHING


def _of_domain(domain: Domain) -> Range:
    ends = [UNBOUNDED_END if one is None else constant(one) for one in (domain.minimum, domain.maximum)]
    return Range(ends[0], ends[1])


def _negative(term: Term) -> Term:
    return term if isinstance(term.value, exp.Null) else numbers.negative(term)


def _added(one: Term, other: Term) -> Term:
    if isinstance(one.value, exp.Null) or isinstance(other.value, exp.Null):
        return UNBOUNDED_END
    return numbers.added(one, other)


def _sum(one: Range, other: Range, scope: Scope) -> Range:
    return Range(_kept(_added(one.low, other.low), scope), _kept(_added(one.high, other.high), scope))


def _hull(parts: Sequence[Range], scope: Scope) -> Range:
    """Return the bounds of alternatives; those that are *none* have none to give."""
    parts = [part for part in parts if part.empty != TRUE]
    if not parts:
        return Range(UNBOUNDED_END, UNBOUNDED_END, TRUE)
    result = parts[0]
    for part in parts[1:]:
        low, high = (
            _farther(end, other, result.empty, part.empty, scope, least=least)
            for end, other, least in ((result.low, part.low, True), (result.high, part.high, False))
        )
        result = Range(low, high, scope.keep(all_of(result.empty, part.empty)))
    return result


def _farther(
    one: Term, other: Term, one_empty: Expression, other_empty: Expression, scope: Scope, *, least: bool
) -> Term:
    one, other = (scope.once(term) for term in alike([one, other]))
    unbounded = any_of(is_null(one.value), is_null(other.value))
    if unbounded == TRUE and one_empty == FALSE and other_empty == FALSE:
        return UNBOUNDED_END
    test = certain(numbers.compared(exp.LTE if least else exp.GTE, one, other))
    scale = attrs.evolve(one.scale, size=max(one.scale.size, other.scale.size))
    if one.scale.divisor is not None or other.scale.divisor is not None:
        raise NoSqlFormError("least ou most y porte sur un quotient")
    value = cases(
        [(one_empty, other.value), (other_empty, one.value), (unbounded, NULL), (test, one.value)], other.value
    )
    return scope.once(Term("number", value, scale=scale))


def _arithmetic(node: tree.Arithmetic, scope: Scope) -> Range:
    left, right = interval(node.left, scope), interval(node.right, scope)
    empty = scope.keep(any_of(left.empty, right.empty))
    if node.left.type.kind not in ("integer", "number", "money", "none"):
        return attrs.evolve(ANYTHING, empty=empty)
    if node.operator in "+-":
        other = right if node.operator == "+" else Range(_negative(right.high), _negative(right.low))
        return attrs.evolve(_sum(left, other, scope), empty=empty)
    if node.operator == "*":
        return attrs.evolve(_product(left, right, scope), empty=empty)
    ends = [one.constant for one in (right.low, right.high)]
    if isinstance(node.right, tree.Literal) and all(isinstance(one, (int, Fraction)) and one for one in ends):
        low, high = (constant(1 / Fraction(one)) for one in reversed(ends))  # type: ignore[arg-type]
        inverse = Range(low, high)
        return attrs.evolve(_product(left, inverse, scope), empty=empty)
    raise NoSqlFormError("least ou most y porte sur une division par une valeur du cas")


def _product(left: Range, right: Range, scope: Scope) -> Range:
    corners = (left.low, left.high, right.low, right.high)
    if any(isinstance(one.value, exp.Null) for one in corners):
        return ANYTHING
    missing = any_of(*(is_null(one.value) for one in corners))
    products = [numbers.multiplied(one, two) for one in (left.low, left.high) for two in (right.low, right.high)]
    ends = [numbers.extreme(products, scope.keep, least=least) for least in (True, False)]
    low, high = (
        scope.once(attrs.evolve(end, value=cases([(missing, NULL)], end.value), constant=NONE_YET)) for end in ends
    )
    return Range(low, high)


def _table(node: tree.Table, scope: Scope) -> Range:
    rows = [(scope.once(scope.condition(row.condition)), row) for row in node.rows]
    rows = [(test, row) for test, row in rows if test.constant is not False]
    if node.policy == "sum":
        total = ZERO
        for test, row in rows:
            total = _sum(total, share(test, interval(row.value, scope), scope), scope)
        return total
    parts = []
    reached: Expression = TRUE
    first = node.policy in ("first", "unique", "any")
    for test, row in rows:
        part = interval(row.value, scope)
        alive = all_of(reached, syntax.possible(test.value))
        parts.append(attrs.evolve(part, empty=scope.keep(any_of(part.empty, negated(alive)))))
        if first:
            reached = scope.keep(all_of(reached, negated(certain(test.value))))
    if first or node.policy in ("highest", "lowest"):
        sure = any_of(*(certain(test.value) for test, _ in rows))
        part = interval(node.otherwise, scope)
        parts.append(attrs.evolve(part, empty=scope.keep(any_of(part.empty, sure))))
    else:
        parts.append(interval(node.otherwise, scope))
    return _hull(parts, scope)


def share(test: Term, found: Range, scope: Scope) -> Range:
    """Return the bounds of what counts only where a condition holds: 0 where it does not, either in doubt."""
    ends = []
    for end, least in ((found.low, True), (found.high, False)):
        number = _pick(found.empty, constant(0), end)
        number = scope.once(number)
        zero, aligned = alike([constant(0), number])
        beyond = certain(numbers.compared(exp.GT if least else exp.LT, aligned, zero))
        doubt = cases([(beyond, zero.value)], aligned.value)
        value = cases([(negated(syntax.possible(test.value)), zero.value), (certain(test.value), aligned.value)], doubt)
        ends.append(scope.once(Term("number", value, scale=aligned.scale)))
    return Range(ends[0], ends[1])


def _call(node: tree.Call, scope: Scope) -> Range:
    parts = [interval(argument, scope) for argument in node.arguments]
    least = node.function == "min"
    hull = _hull(parts, scope)
    unbounded = any_of(
        *(all_of(negated(part.empty), is_null(end.value)) for part in parts for end in (part.low, part.high))
    )
    if unbounded == TRUE:
        return hull
    ends = []
    for name in ("low", "high"):
        found = [attrs.evolve(getattr(part, name), none=part.empty, total=True) for part in parts]
        found = [attrs.evolve(one, value=cases([(one.none, NULL)], one.value), constant=NONE_YET) for one in found]
        best = numbers.extreme(found, scope.keep, least=least)
        ends.append(_kept(_pick(unbounded, getattr(hull, name), best), scope))
    return Range(ends[0], ends[1], hull.empty)


def total_of(ranges: Iterable[Range], scope: Scope) -> Range:
    """Return the bounds of a sum."""
    total = ZERO
    for one in ranges:
        total = _sum(total, one, scope)
    return total


NONE_YET = UNBOUNDED_END.constant
