"""The few SQL forms that all else is made of, as SQLGlot expressions: parentheses, three-valued logic, constants.

Operands are copied, so that one expression may stand in several places.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.loading.problems import RulesetError

TRUE: Final = exp.true()
FALSE: Final = exp.false()
NULL: Final = exp.null()
_SOLID = (exp.Column, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Func, exp.Cast, exp.Case, exp.Subquery)


class NoSqlFormError(RulesetError):
    """Something that cannot be written in SQL, or not exactly; the message says why, in French."""


def solid(one: Expression) -> Expression:
    """Return an operand: a copy, in parentheses unless it stands by itself."""
    plain = isinstance(one, _SOLID) and not isinstance(one, (exp.Connector, exp.Binary))
    return one.copy() if plain else exp.Paren(this=one.copy())


def is_plain(one: Expression) -> bool:
    """Return whether an expression costs nothing to repeat: a column or a constant."""
    if isinstance(one, exp.Cast):
        return isinstance(one.this, (exp.Literal, exp.Null))
    if isinstance(one, exp.Neg):
        return isinstance(one.this, exp.Literal)
    return isinstance(one, (exp.Column, exp.Literal, exp.Boolean, exp.Null))


def all_of(*truths: Expression) -> Expression:
    """Return the conjunction, without what is certainly true."""
    return _chain(exp.And, truths, neutral=TRUE, absorbing=FALSE)


def any_of(*truths: Expression) -> Expression:
    """Return the disjunction, without what is certainly false."""
    return _chain(exp.Or, truths, neutral=FALSE, absorbing=TRUE)


def _chain(
    kind: Callable[..., Any], truths: Sequence[Expression], *, neutral: Expression, absorbing: Expression
) -> Expression:
    kept: list[Expression] = []
    for one in truths:
        if one == absorbing:
            return absorbing
        if one != neutral and one not in kept:
            kept.append(one)
    if not kept:
        return neutral
    parts = [one.copy() if len(kept) == 1 else solid(one) for one in kept]
    return _balanced(lambda left, right: kind(this=left, expression=right), parts)


def _balanced(kind: Callable[[Expression, Expression], Expression], parts: list[Expression]) -> Expression:
    """Join many parts without nesting deeply: a chain of hundreds would exhaust the stack of a reader."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) <= 8:
        return functools.reduce(kind, parts)
    half = len(parts) // 2
    left, right = _balanced(kind, parts[:half]), _balanced(kind, parts[half:])
    return kind(exp.Paren(this=left), exp.Paren(this=right))


def negated(truth: Expression) -> Expression:
    """Return the three-valued negation."""
    if truth in (TRUE, FALSE):
        return FALSE if truth == TRUE else TRUE
    if isinstance(truth, exp.Not):
        inner: Expression = truth.this.unnest()
        return inner.copy()
    return exp.Not(this=solid(truth))


def certain(truth: Expression) -> Expression:
    """Return whether it is certainly true: an unknown counts as false."""
    if truth in (TRUE, FALSE):
        return truth
    return exp.Coalesce(this=truth.copy(), expressions=[exp.false()])


def possible(truth: Expression) -> Expression:
    """Return whether it is not certainly false: an unknown counts as true."""
    if truth in (TRUE, FALSE):
        return truth
    return exp.Coalesce(this=truth.copy(), expressions=[exp.true()])


def is_null(one: Expression) -> Expression:
    """Return `one IS NULL`."""
    if isinstance(one, exp.Null):
        return TRUE
    if isinstance(one, (exp.Literal, exp.Boolean)):
        return FALSE
    return exp.Is(this=solid(one), expression=exp.null())


def cases(branches: Iterable[tuple[Expression, Expression]], otherwise: Expression = NULL) -> Expression:
    """Return `CASE WHEN … THEN … ELSE … END`, without the branches that are never taken."""
    found: list[tuple[Expression, Expression]] = []
    for test, value in branches:
        if test == FALSE:
            continue
        if test == TRUE:
            otherwise = value
            break
        found.append((test, value))
    while found and found[-1][1] == otherwise:
        found.pop()
    if not found:
        return otherwise.copy()
    ifs = [exp.If(this=test.copy(), true=value.copy()) for test, value in found]
    return exp.Case(ifs=ifs, default=None if isinstance(otherwise, exp.Null) else otherwise.copy())


def operation(kind: type[Expression], left: Expression, right: Expression) -> Expression:
    """Return a binary operation."""
    return kind(this=solid(left), expression=solid(right))


def equal(left: Expression, right: Expression) -> Expression:
    """Return `left = right`."""
    return operation(exp.EQ, left, right)


def number(value: int) -> Expression:
    """Return a whole number."""
    literal = exp.Literal.number(str(abs(value)))
    return literal if value >= 0 else exp.Neg(this=literal)


def text(value: str) -> Expression:
    """Return a text, quoted by SQLGlot."""
    return exp.Literal.string(value)


def date(value: dt.date) -> Expression:
    """Return a day."""
    return exp.cast(exp.Literal.string(value.isoformat()), exp.DataType.Type.DATE)


def column(name: str, table: str | None = None) -> exp.Column:
    """Return a column, always quoted."""
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))


def written_number(one: Expression) -> int | None:
    """Return the whole number that an expression writes, if it is one."""
    if isinstance(one, exp.Literal) and not one.is_string:
        return int(one.this)
    if isinstance(one, exp.Neg) and isinstance(one.this, exp.Literal):
        return -int(one.this.this)
    return None
