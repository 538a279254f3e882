"""A value of the language as SQL: its expression (NULL while unknown, and for *none*) and whether it is *none*.

A number is a whole number times a constant factor, over a whole divisor where a quotient is not a constant's: exact
in every dialect. `size` bounds its magnitude, so that it is known when the query is written that nothing overflows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, Literal, TypeAlias

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import syntax
from ruleset.engines.sql.syntax import FALSE, NULL, TRUE, NoSqlFormError, all_of, any_of, cases, is_null, negated
from ruleset.types import UNKNOWN, Period, Value

Kind: TypeAlias = Literal["truth", "text", "date", "number", "choices", "period", "list", "nothing"]
Keep: TypeAlias = Callable[[Expression], Expression]
"""Gives an expression a name (a column), so that it can be repeated at no cost."""

PERIOD_BASE: Final = 10**18
"""A period is one whole number, months times this plus days, so that periods add up like numbers."""
MOST_CHOICES: Final = 62


@attrs.frozen
class Scale:
    """How a number is written: `value * factor / divisor`, with |value| at most `size`."""

    factor: Fraction = Fraction(1)
    size: int = 10**18
    divisor: Expression | None = None
    divisor_size: int = 1


WHOLE: Final = Scale()


@attrs.frozen
class Term:
    """A value. `total` says that it is never unknown; `codes` are the choices that the bits of a set stand for; `of`
    is the kind and scale of the items of a list.
    """

    kind: Kind
    value: Expression
    none: Expression = FALSE
    total: bool = False
    scale: Scale = WHOLE
    codes: tuple[str, ...] = ()
    of: Term | None = None
    constant: Value | None = UNKNOWN

    @property
    def unknown(self) -> Expression:
        """Whether it is unknown."""
        return FALSE if self.total else all_of(is_null(self.value), negated(self.none))

    @property
    def known(self) -> Expression:
        """Whether it is known, *none* included."""
        return TRUE if self.total else any_of(self.none, negated(is_null(self.value)))

    @property
    def there(self) -> Expression:
        """Whether it is known and not *none*."""
        return negated(is_null(self.value))


NONE: Final = Term("nothing", NULL, TRUE, total=True, constant=None)
UNDECIDED: Final = Term("truth", NULL)
YES: Final = Term("truth", TRUE, total=True, constant=True)
NO: Final = Term("truth", FALSE, total=True, constant=False)


def constant(value: Value, codes: tuple[str, ...] = ()) -> Term:
    """Return a known value, or `UNKNOWN`, as a term."""
    if value is None:
        return NONE
    if value is UNKNOWN:
        return UNDECIDED
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, (int, Fraction)):
        return whole_number(Fraction(value))
    if isinstance(value, dt.date):
        return Term("date", syntax.date(value), total=True, constant=value)
    if isinstance(value, str):
        return Term("text", syntax.text(value), total=True, constant=value)
    if isinstance(value, Period):
        encoded = value.months * PERIOD_BASE + value.days
        return Term("period", syntax.number(encoded), total=True, constant=value)
    if isinstance(value, frozenset):
        bits = sum(1 << codes.index(one) for one in value)
        return Term("choices", syntax.number(bits), total=True, codes=codes, constant=value)
    raise NoSqlFormError("une liste écrite n'a pas de forme SQL")


def whole_number(value: Fraction) -> Term:
    """Return a constant number."""
    scale = Scale(Fraction(1, value.denominator), abs(value.numerator))
    constant_ = value.numerator if value.denominator == 1 else value
    return Term("number", syntax.number(value.numerator), total=True, scale=scale, constant=constant_)


def truth_of(truth: Expression, *, total: bool) -> Term:
    """Return the truth of a condition as a term."""
    if truth in (TRUE, FALSE):
        return YES if truth == TRUE else NO
    return Term("truth", truth, total=total)


def as_condition(term: Term) -> Term:
    """Return a term as a condition, in which *none* is false."""
    if term.kind == "nothing":
        return NO
    if term.none == FALSE:
        return term
    return truth_of(all_of(term.value, negated(term.none)), total=term.total)


def opposite(term: Term) -> Term:
    """Return the negation of a condition."""
    return truth_of(negated(term.value), total=term.total)


def conjunction(terms: Sequence[Term]) -> Term:
    """Return the conjunction of conditions."""
    if any(term.constant is False for term in terms):
        return NO
    return truth_of(all_of(*(term.value for term in terms)), total=all(term.total for term in terms))


def disjunction(terms: Sequence[Term]) -> Term:
    """Return the disjunction of conditions."""
    if any(term.constant is True for term in terms):
        return YES
    return truth_of(any_of(*(term.value for term in terms)), total=all(term.total for term in terms))


def is_none(term: Term) -> Term:
    """Return the truth of `term is none`."""
    if term.none == FALSE and not term.total:
        # Not none, whatever it is; unknown while it is.
        return truth_of(cases([(is_null(term.value), NULL)], FALSE), total=False)
    if term.total:
        return truth_of(term.none, total=True)
    return truth_of(cases([(term.none, TRUE), (is_null(term.value), NULL)], FALSE), total=False)


def kept(term: Term, keep: Keep) -> Term:
    """Return the same term, its parts being columns."""
    scale = term.scale
    if scale.divisor is not None:
        scale = attrs.evolve(scale, divisor=keep(scale.divisor))
    return attrs.evolve(term, value=keep(term.value), none=keep(term.none), scale=scale)


def alike(terms: Sequence[Term]) -> list[Term]:
    """Return alternatives of one value in one writing: the same factor, the same bits, the same kind."""
    from ruleset.engines.sql.numbers import aligned

    kinds = {term.kind for term in terms if not _empty(term)}
    if not kinds:
        return list(terms)
    if len(kinds) > 1:
        raise NoSqlFormError(f"des valeurs de sortes différentes s'y mêlent ({', '.join(sorted(kinds))})")
    kind = kinds.pop()
    model = next(term for term in terms if not _empty(term))
    found = [attrs.evolve(term, kind=kind, codes=model.codes, of=model.of) if _empty(term) else term for term in terms]
    if kind == "number":
        return aligned(found)
    if kind == "choices":
        return recoded(found)
    if kind == "list":
        return _same_items(found)
    return found


def _empty(term: Term) -> bool:
    """Whether a term is the constant none or unknown, which have no kind of their own."""
    return isinstance(term.value, exp.Null)


def recoded(terms: Sequence[Term]) -> list[Term]:
    """Return sets of choices with the same bits for the same choices."""
    codes = tuple(dict.fromkeys(code for term in terms for code in term.codes))
    if len(codes) > MOST_CHOICES:
        raise NoSqlFormError(f"plus de {MOST_CHOICES} choix possibles")
    found = []
    for term in terms:
        if term.codes != codes and not _empty(term):
            if isinstance(term.constant, frozenset):
                term = constant(term.constant, codes)  # noqa: PLW2901
            elif term.codes != codes[: len(term.codes)]:
                raise NoSqlFormError("des questions aux choix différents s'y mêlent")
        found.append(attrs.evolve(term, codes=codes))
    return found


def _same_items(terms: Sequence[Term]) -> list[Term]:
    scales = {term.of.scale.factor for term in terms if term.of is not None and not _empty(term)}
    if len(scales) > 1:
        raise NoSqlFormError("des listes de nombres de précisions différentes s'y mêlent")
    return list(terms)


def same(one: Term, other: Term) -> Expression:
    """Return whether two terms of one writing are certainly the same value, *none* included."""
    if one == other:
        return one.known
    both_none = all_of(one.none, other.none)
    if isinstance(one.value, exp.Null) or isinstance(other.value, exp.Null):
        return both_none
    if one.constant is not UNKNOWN and other.constant is not UNKNOWN:
        return TRUE if one.constant == other.constant else FALSE
    return any_of(both_none, syntax.certain(_equal(one, other)))


def _equal(one: Term, other: Term) -> Expression:
    if one.kind == "number" and (one.scale.divisor is not None or other.scale.divisor is not None):
        from ruleset.engines.sql.numbers import compared

        return compared(exp.EQ, one, other)
    return syntax.equal(one.value, other.value)


def chosen(condition: Term, then: Term, otherwise: Term, keep: Keep) -> Term:
    """Return one of two values by a condition; while it is unknown, the value that both share."""
    if condition.constant is True:
        return then
    if condition.constant is False:
        return otherwise
    one, other = (kept(term, keep) for term in alike([then, otherwise]))
    test = keep(condition.value)
    if one == other and one.constant is not UNKNOWN:
        return one
    doubt: list[tuple[Expression, Expression]] = []
    if not condition.total:
        alike_ = same(one, other)
        doubt = [(negated(test), other.value)]
        fallback = cases([(alike_, one.value)]) if alike_ != TRUE else one.value
        shared = all_of(one.none, other.none)
    else:
        fallback, shared = other.value, other.none
    nones: list[tuple[Expression, Expression]] = [(test, one.none)]
    if not condition.total:
        nones.append((negated(test), other.none))
    scale = one.scale
    if scale.divisor is not None or other.scale.divisor is not None:
        divisors = [term.scale.divisor or syntax.number(1) for term in (one, other)]
        scale = attrs.evolve(scale, divisor=cases([(test, divisors[0])], divisors[1]))
    scale = attrs.evolve(
        scale,
        size=max(one.scale.size, other.scale.size),
        divisor_size=max(one.scale.divisor_size, other.scale.divisor_size),
    )
    total = condition.total and one.total and other.total
    none = FALSE if one.none == FALSE and other.none == FALSE else _flag(test, nones, shared)
    return Term(
        one.kind, cases([(test, one.value), *doubt], fallback), none, total, scale, one.codes, one.of or other.of
    )


def _flag(test: Expression, branches: list[tuple[Expression, Expression]], shared: Expression) -> Expression:
    """Return a flag by a condition, in its simplest form."""
    values = [value for _, value in branches] + [shared]
    if len(branches) == 2 and values == [TRUE, FALSE, FALSE]:
        return syntax.certain(test)
    if len(branches) == 2 and values == [FALSE, TRUE, FALSE]:
        return syntax.certain(negated(test))
    if len(branches) == 1 and values == [TRUE, FALSE]:
        return test
    if len(branches) == 1 and values == [FALSE, TRUE]:
        return negated(test)
    return cases(branches, shared)
