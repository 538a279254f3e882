"""Exact arithmetic in SQL: whole numbers with a constant factor; nothing is rounded but where a rule set rounds."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import syntax
from ruleset.engines.sql.dialects import Dialect
from ruleset.engines.sql.syntax import NoSqlFormError, any_of, cases, operation
from ruleset.engines.sql.terms import Keep, Scale, Term, kept, whole_number
from ruleset.types import UNKNOWN

MOST: Final = 10**38 - 1
_PLAIN: Final[Mapping[type[Expression], Callable[[int, int], bool]]] = {
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.LT: operator.lt, exp.LTE: operator.le, exp.GT: operator.gt,
    exp.GTE: operator.ge,
}  # fmt: skip
_SMALL, _BIG = 2**31 - 1, 2**63 - 1


def aligned(terms: Sequence[Term]) -> list[Term]:
    """Return numbers with one factor."""
    factors = [term.scale.factor for term in terms if not isinstance(term.value, exp.Null)]
    if not factors:
        return list(terms)
    factor = factors[0]
    for other in factors[1:]:
        factor = Fraction(
            math.gcd(factor.numerator * other.denominator, other.numerator * factor.denominator),
            factor.denominator * other.denominator,
        )
    return [_with_factor(term, factor) for term in terms]


def _with_factor(term: Term, factor: Fraction) -> Term:
    if isinstance(term.value, exp.Null):
        return attrs.evolve(term, scale=Scale(factor, 0))
    times = term.scale.factor / factor
    if times == 1:
        return term
    size = checked(term.scale.size * times.numerator)
    return attrs.evolve(
        term, value=_times(term.value, times.numerator, size), scale=attrs.evolve(term.scale, factor=factor, size=size)
    )


def _times(value: Expression, by: int, size: int) -> Expression:
    written = syntax.written_number(value)
    if written is not None:
        return syntax.number(written * by)
    return operation(exp.Mul, sized(value, size), syntax.number(by))


def checked(size: int) -> int:
    """Return a magnitude that whole numbers of 38 digits can hold.

    Raises:
        NoSqlFormError: they cannot.
    """
    if size > MOST:
        raise NoSqlFormError(
            "les nombres exacts y demandent plus de 38 chiffres (donnez « min » et « max » aux questions)"
        )
    return size


def sized(value: Expression, size: int) -> Expression:
    """Return a whole number in a type wide enough for results of that magnitude (`INT128`: the widest of a dialect)."""
    if size > _BIG:
        return exp.cast(value.copy(), exp.DataType.Type.INT128)
    return exp.cast(value.copy(), exp.DataType.Type.BIGINT) if size > _SMALL else value


def added(left: Term, right: Term, *, minus: bool = False) -> Term:
    """Return the sum, or the difference."""
    left, right = aligned([left, right])
    if left.scale.divisor is not None or right.scale.divisor is not None:
        left, right = _same_divisor(left, right)
    size = checked(left.scale.size + right.scale.size)
    kind = exp.Sub if minus else exp.Add
    written = [syntax.written_number(one.value) for one in (left, right)]
    if written[0] is not None and written[1] is not None:
        value = syntax.number(written[0] - written[1] if minus else written[0] + written[1])
    else:
        value = operation(kind, sized(left.value, size), right.value)
    return _number(value, [left, right], attrs.evolve(left.scale, size=size))


def _same_divisor(left: Term, right: Term) -> tuple[Term, Term]:
    return _over(left, right.scale), _over(right, left.scale)


def _over(term: Term, other: Scale) -> Term:
    if other.divisor is None:
        return term
    size = checked(term.scale.size * other.divisor_size)
    value = operation(exp.Mul, sized(term.value, size), other.divisor)
    return attrs.evolve(term, value=value, scale=_divided(attrs.evolve(term.scale, size=size), other))


def _divided(scale: Scale, other: Scale) -> Scale:
    """Return a scale over one more divisor."""
    if other.divisor is None:
        return scale
    if scale.divisor is None:
        return attrs.evolve(scale, divisor=other.divisor, divisor_size=other.divisor_size)
    size = checked(scale.divisor_size * other.divisor_size)
    first, second = sorted([scale.divisor, other.divisor], key=lambda one: one.sql())
    return attrs.evolve(scale, divisor=operation(exp.Mul, sized(first, size), second), divisor_size=size)


def multiplied(left: Term, right: Term) -> Term:
    """Return the product."""
    if right.constant is not UNKNOWN and left.constant is UNKNOWN:
        left, right = right, left
    if left.constant is not UNKNOWN and left.constant is not None:
        return _by_constant(right, Fraction(left.constant))  # type: ignore[arg-type]
    size = checked(left.scale.size * right.scale.size)
    scale = _divided(left.scale, right.scale)
    scale = attrs.evolve(scale, factor=left.scale.factor * right.scale.factor, size=size)
    return _number(operation(exp.Mul, sized(left.value, size), right.value), [left, right], scale)


def _by_constant(term: Term, by: Fraction) -> Term:
    if term.constant is not UNKNOWN and term.constant is not None:
        return whole_number(Fraction(term.constant) * by)  # type: ignore[arg-type]
    if by == 0:
        value = cases([(term.there, syntax.number(0))])
        return _number(value, [term], Scale(Fraction(1), 0))
    signed = term if by > 0 else negative(term)
    return attrs.evolve(signed, scale=attrs.evolve(signed.scale, factor=signed.scale.factor * abs(by)))


def divided(left: Term, right: Term, keep: Keep) -> Term:
    """Return the quotient, *none* where the divisor is zero."""
    if right.constant is not UNKNOWN and right.constant is not None:
        if right.constant == 0:
            from ruleset.engines.sql.terms import NONE

            return NONE
        return _by_constant(left, 1 / Fraction(right.constant))  # type: ignore[arg-type]
    left, right = kept(left, keep), kept(right, keep)
    zero = syntax.certain(syntax.equal(right.value, syntax.number(0)))
    # left.v·lf / left.d over right.v·rf / right.d, the sign going up
    top, bottom = left, right.value
    size = left.scale.size
    value: Expression = top.value
    if right.scale.divisor is not None:
        size = checked(size * right.scale.divisor_size)
        value = operation(exp.Mul, sized(value, size), right.scale.divisor)
    value = cases([(operation(exp.LT, bottom, syntax.number(0)), exp.Neg(this=syntax.solid(value)))], value)
    value = cases([(any_of(zero, syntax.is_null(bottom)), syntax.NULL)], value)
    divisor = exp.Abs(this=bottom.copy())
    scale = Scale(
        left.scale.factor / right.scale.factor, size, exp.Greatest(this=divisor, expressions=[syntax.number(1)]),
        right.scale.size,
    )  # fmt: skip
    if left.scale.divisor is not None:
        scale = _divided(attrs.evolve(scale), Scale(divisor=left.scale.divisor, divisor_size=left.scale.divisor_size))
    none = any_of(left.none, right.none, zero)
    term = Term("number", value, none, left.total and right.total, scale)
    return kept(term, keep)


def negative(term: Term) -> Term:
    """Return the opposite number."""
    if term.constant is not UNKNOWN and term.constant is not None:
        return whole_number(-Fraction(term.constant))  # type: ignore[arg-type]
    return attrs.evolve(term, value=exp.Neg(this=syntax.solid(term.value)))


def absolute(term: Term) -> Term:
    """Return the magnitude."""
    return attrs.evolve(term, value=exp.Abs(this=term.value.copy()), constant=UNKNOWN)


def compared(kind: type[Expression], left: Term, right: Term) -> Expression:
    """Return a comparison of two numbers, NULL where one is."""
    left, right = aligned([left, right])
    if left.scale.divisor is not None or right.scale.divisor is not None:
        left, right = _same_divisor(left, right)
    one, other = syntax.written_number(left.value), syntax.written_number(right.value)
    if one is not None and other is not None:
        return syntax.TRUE if _PLAIN[kind](one, other) else syntax.FALSE
    return operation(kind, left.value, right.value)


def extreme(terms: Sequence[Term], keep: Keep, *, least: bool) -> Term:
    """Return the least or the greatest of some numbers or dates, *none* left out, unknown as long as one is."""
    from ruleset.engines.sql.terms import alike

    found, *others = (kept(term, keep) for term in alike(list(terms)))
    for raw in others:
        other = kept(raw, keep)
        kind = exp.LTE if least else exp.GTE
        before = compared(kind, found, other) if found.kind == "number" else operation(kind, found.value, other.value)
        branches = [
            (found.none, other.value), (other.none, found.value), (before, found.value),
            (syntax.negated(before), other.value),
        ]  # fmt: skip
        scale = attrs.evolve(found.scale, size=max(found.scale.size, other.scale.size))
        if found.scale.divisor is not None or other.scale.divisor is not None:
            one, two = (term.scale.divisor or syntax.number(1) for term in (found, other))
            pick = cases([(found.none, two), (other.none, one), (before, one)], two)
            most = max(found.scale.divisor_size, other.scale.divisor_size)
            scale = attrs.evolve(scale, divisor=pick, divisor_size=most)
        term = Term(
            found.kind, cases(branches), syntax.all_of(found.none, other.none), found.total and other.total, scale
        )
        found = kept(term, keep)
    return found


def rounded(term: Term, places: int, mode: str, keep: Keep, dialect: Dialect) -> Term:
    """Return a number rounded to so many decimals, by a named mode."""
    factor = term.scale.factor * 10**places
    if factor.denominator == 1 and term.scale.divisor is None:
        return term
    if term.constant is not UNKNOWN and term.constant is not None:
        from ruleset.expressions.functions import round_to

        return whole_number(Fraction(round_to(Fraction(term.constant), places, mode)))  # type: ignore[arg-type]
    term = kept(term, keep)
    top_size = checked(2 * term.scale.size * factor.numerator)
    top = keep(_times(term.value, factor.numerator, top_size) if factor.numerator != 1 else term.value)
    bottom: Expression = syntax.number(factor.denominator)
    bottom_size = factor.denominator
    if term.scale.divisor is not None:
        bottom_size = checked(2 * factor.denominator * term.scale.divisor_size)
        bottom = keep(_times(term.scale.divisor, factor.denominator, bottom_size))
    size = checked(max(top_size + 2 * bottom_size, 2 * bottom_size))
    magnitude = keep(sized(exp.Abs(this=top.copy()), size))
    value = _rounded(top, magnitude, bottom, mode, keep, dialect, size)
    scale = Scale(Fraction(1, 10**places), term.scale.size * factor.numerator // factor.denominator + 1)
    # The quotient of wide numbers is wide; a column of 64 bits where the result has them.
    if scale.size <= _BIG:
        value = dialect.big(value)
    return attrs.evolve(term, value=value, scale=scale, constant=UNKNOWN)


def _rounded(
    top: Expression, magnitude: Expression, bottom: Expression, mode: str, keep: Keep, dialect: Dialect, size: int
) -> Expression:
    below = operation(exp.LT, top, syntax.number(0))

    def signed(one: Expression) -> Expression:
        value = keep(one)
        return cases([(below, exp.Neg(this=value.copy()))], value)

    down = dialect.quotient(magnitude, bottom)
    grown = exp.Paren(this=operation(exp.Add, magnitude, exp.Paren(this=operation(exp.Sub, bottom, syntax.number(1)))))
    up = dialect.quotient(grown, bottom)
    if mode == "down":
        return signed(down)
    if mode == "up":
        return signed(up)
    if mode in ("floor", "ceiling"):
        low, high = (up, down) if mode == "floor" else (down, up)
        return cases([(below, exp.Neg(this=syntax.solid(low)))], high)
    twice = operation(exp.Mul, syntax.number(2), sized(magnitude, size))
    if mode == "half_up":
        half = exp.Paren(this=operation(exp.Add, exp.Paren(this=twice), bottom))
        return signed(dialect.quotient(half, exp.Paren(this=operation(exp.Mul, syntax.number(2), bottom))))
    lower = keep(down)
    rest = keep(operation(exp.Sub, magnitude, exp.Paren(this=operation(exp.Mul, lower, bottom))))
    double = exp.Paren(this=operation(exp.Mul, syntax.number(2), rest))
    odd = syntax.equal(dialect.remainder(lower, syntax.number(2)), syntax.number(1))
    more = any_of(operation(exp.GT, double, bottom), syntax.all_of(syntax.equal(double, bottom), odd))
    return signed(operation(exp.Add, lower, exp.Paren(this=cases([(more, syntax.number(1))], syntax.number(0)))))


def _number(value: Expression, parts: Sequence[Term], scale: Scale) -> Term:
    constants = [part.constant for part in parts]
    if all(one is not UNKNOWN and one is not None for one in constants):
        written = syntax.written_number(value)
        if written is not None and scale.divisor is None:
            return whole_number(written * scale.factor)
    none = any_of(*(part.none for part in parts))
    return Term("number", value, none, all(part.total for part in parts), scale)
