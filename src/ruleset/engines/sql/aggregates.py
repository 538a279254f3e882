"""Quantifiers and aggregates: what the records of a case say together, and what some are in doubt about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import syntax
from ruleset.engines.sql.numbers import checked
from ruleset.engines.sql.syntax import FALSE, NULL, TRUE, NoSqlFormError, all_of, any_of, cases, is_null, negated
from ruleset.engines.sql.terms import NO, YES, Scale, Term, as_condition, conjunction, disjunction, opposite
from ruleset.expressions import tree

if TYPE_CHECKING:
    from ruleset.engines.sql.reading import Scope

MOST_ROWS: Final = 10**6
"""Records of one case for which sums are proved not to overflow."""
_BIG: Final = 2**63 - 1


def aggregate(node: tree.Aggregate, scope: Scope) -> Term:
    """Return a quantifier or an aggregate over the records of a type."""
    inner = scope.reader.inside(scope, node.record, node.variable)
    keeps = YES if node.filter is None else inner.once(inner.condition(node.filter), "kept")
    if node.kind in ("any", "all"):
        assert node.body is not None
        if node.kind == "any":
            return some(scope, inner, node.record, conjunction([keeps, inner.condition(node.body)]))
        return _every(scope, inner, node.record, disjunction([opposite(keeps), inner.condition(node.body)]))
    if node.kind == "count":
        return _count(node, keeps, scope, inner)
    assert node.body is not None
    return _numbers(node, keeps, inner.once(inner.read(node.body)), scope, inner)


def some(scope: Scope, inner: Scope, record: str, truth: Term) -> Term:
    """Return whether something is true of a record: certainly of one, certainly of none, else unknown."""
    return _quantified(scope, inner, record, as_condition(truth), exp.Max, stop=2, empty=FALSE)


def _every(scope: Scope, inner: Scope, record: str, truth: Term) -> Term:
    return _quantified(scope, inner, record, truth, exp.Min, stop=0, empty=TRUE)


def _quantified(
    scope: Scope, inner: Scope, record: str, truth: Term, gather: type[Expression], *, stop: int, empty: Expression
) -> Term:
    known = scope.reader.list_known(record, scope)
    if (truth.constant is False and stop == 2) or (truth.constant is True and stop == 0):
        code: Expression = syntax.number(2 - stop)
    else:
        branches = [(truth.value, syntax.number(2))]
        if not truth.total:
            branches.append((is_null(truth.value), syntax.number(1)))
        code = scope.relation.gather(
            inner.relation, gather(this=inner.keep(cases(branches, syntax.number(0)), "code")), "code"
        )
    decided = TRUE if stop == 2 else FALSE
    result = [(negated(known.value), NULL), (syntax.equal(code, syntax.number(stop)), decided)]
    if not truth.total:
        result.append((syntax.equal(code, syntax.number(1)), NULL))
    if isinstance(code, exp.Literal):
        result = result[:1]
    total = truth.total and known.constant is True
    value = cases(result, empty)
    return (
        as_condition(Term("truth", value, total=total))
        if value not in (TRUE, FALSE)
        else (YES if value == TRUE else NO)
    )


def _count(node: tree.Aggregate, keeps: Term, scope: Scope, inner: Scope) -> Term:
    counted = _sum_of(scope, inner, keeps, syntax.number(1), FALSE)
    doubt = _gathered_flag(scope, inner, FALSE if keeps.total else is_null(keeps.value))
    known = scope.reader.list_known(node.record, scope)
    value = cases([(any_of(negated(known.value), doubt), NULL)], counted)
    return Term("number", value, total=doubt == FALSE and known.constant is True, scale=Scale(size=MOST_ROWS))


def _numbers(node: tree.Aggregate, keeps: Term, body: Term, scope: Scope, inner: Scope) -> Term:
    if body.scale.divisor is not None:
        raise NoSqlFormError("un agrégat y porte sur un quotient (nommez-le par une définition de la fiche)")
    known = scope.reader.list_known(node.record, scope)
    doubt = _gathered_flag(
        scope, inner, any_of(FALSE if keeps.total else is_null(keeps.value), all_of(keeps.value, body.unknown))
    )
    unknown = any_of(negated(known.value), doubt)
    total = doubt == FALSE and known.constant is True
    if node.kind == "sum":
        size = checked(body.scale.size * MOST_ROWS)
        value = _sum_of(scope, inner, keeps, body.value, is_null(body.value), size)
        return Term("number", cases([(unknown, NULL)], value), FALSE, total, attrs.evolve(body.scale, size=size))
    kind: Callable[..., Expression] = exp.Min if node.kind == "min" else exp.Max
    picked = inner.keep(cases([(keeps.value, body.value)]), "picked")
    found = (
        NULL if isinstance(picked, exp.Null) else scope.relation.gather(inner.relation, kind(this=picked), node.kind)
    )
    unknown = scope.keep(unknown)
    none = all_of(negated(unknown), is_null(found))
    return Term(body.kind, cases([(unknown, NULL)], found), none, total, body.scale)


def _sum_of(
    scope: Scope, inner: Scope, keeps: Term, value: Expression, absent: Expression, size: int = MOST_ROWS
) -> Expression:
    """Return the sum of a value over the records kept, 0 where there is none."""
    wide = exp.DataType.Type.BIGINT if size <= _BIG else exp.DataType.Type.INT128
    part = cases([(all_of(keeps.value, negated(absent)), exp.cast(value.copy(), wide))], syntax.number(0))
    gathered = scope.relation.gather(inner.relation, exp.Sum(this=inner.keep(part, "part")), "total")
    return exp.cast(exp.Coalesce(this=gathered, expressions=[syntax.number(0)]), wide)


def _gathered_flag(scope: Scope, inner: Scope, flag: Expression) -> Expression:
    """Return whether something is so of a record."""
    if flag == FALSE:
        return FALSE
    code = inner.keep(cases([(flag, syntax.number(1))], syntax.number(0)), "flag")
    gathered = scope.relation.gather(inner.relation, exp.Max(this=code), "flag")
    return syntax.certain(syntax.equal(gathered, syntax.number(1)))


def summed(scope: Scope, inner: Scope, term: Term) -> tuple[Expression, Expression]:
    """Return the sum of a column over the records, and whether it is NULL for one of them."""
    if term.scale.divisor is not None:
        raise NoSqlFormError("des points y sont un quotient (nommez-le par une définition de la fiche)")
    size = checked(term.scale.size * MOST_ROWS)
    total = _sum_of(scope, inner, YES, term.value, is_null(term.value), size)
    return total, _gathered_flag(scope, inner, is_null(term.value))
