"""Decision tables, lists and parameters: one value out of several rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    operation,
    possible,
)
from ruleset.engines.sql.terms import NONE, Scale, Term, alike, constant, same
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.types import UNKNOWN, Value

if TYPE_CHECKING:
    from ruleset.engines.sql.reading import Scope
    from ruleset.model import Parameter


def table(node: tree.Table, scope: Scope) -> Term:
    """Return the result of a decision table by its hit policy."""
    rows: list[tuple[Term, Node]] = []
    for row in node.rows:
        test = scope.condition(row.condition)
        if test.constant is not False:
            rows.append((test, row.value))
        if test.constant is True and node.policy in ("first", "unique", "any"):
            break
    if node.policy in ("first", "unique", "any"):
        return _first(rows, node.otherwise, scope)
    found = [(scope.once(test), scope.once(scope.read(value))) for test, value in rows]
    if node.policy == "collect":
        return _collected(found, scope)
    if node.policy == "sum":
        return _sum(found, scope)
    return _extreme(node.policy, found, scope.once(scope.read(node.otherwise)), scope)


def _first(rows: list[tuple[Term, Node]], otherwise: Node, scope: Scope) -> Term:
    tests = [scope.once(test) for test, _ in rows]
    settled = bool(rows) and rows[-1][0].constant is True
    raw = [scope.read(value) for _, value in rows] + ([] if settled else [scope.read(otherwise)])
    values = [scope.once(one) for one in alike(raw)]
    if len(values) == 1:
        return values[0]
    # The first value that can still be the result; the others that can be must be the same.
    first = scope.once(_switch([possible(test.value) for test in tests], values))
    doubtful = [not test.total for test in tests]
    if not any(doubtful):
        return first
    ranks = [(certain(test.value), syntax.number(n)) for n, test in enumerate(tests)]
    last = scope.keep(cases(ranks, syntax.number(len(values) - 1)), "rank")
    doubts = []
    for n, value in enumerate(values):
        if n == 0 or not any(doubtful[:n]):
            continue
        alive = possible(tests[n].value) if n < len(tests) else TRUE
        reached = operation(exp.GTE, last, syntax.number(n))
        doubts.append(all_of(alive, reached, negated(same(value, first))))
    doubt = scope.keep(any_of(*doubts), "doubt")
    none = all_of(first.none, negated(doubt))
    return attrs.evolve(first, value=cases([(doubt, NULL)], first.value), none=none, total=False, constant=UNKNOWN)


def _switch(tests: Sequence[Expression], values: Sequence[Term]) -> Term:
    """Return the value of the first test that is true, else the last value."""

    def pick(parts: Sequence[Expression]) -> Expression:
        return cases(zip(tests, parts[:-1], strict=False), parts[-1])

    model = values[0]
    scale = attrs.evolve(
        model.scale,
        size=max(one.scale.size for one in values),
        divisor_size=max(one.scale.divisor_size for one in values),
    )
    if any(one.scale.divisor is not None for one in values):
        scale = attrs.evolve(scale, divisor=pick([one.scale.divisor or syntax.number(1) for one in values]))
    total = all(one.total for one in values)
    return Term(
        model.kind, pick([one.value for one in values]), pick([one.none for one in values]), total, scale, model.codes,
        model.of,
    )  # fmt: skip


def _collected(rows: list[tuple[Term, Term]], scope: Scope) -> Term:
    dialect = scope.reader.dialect
    values = alike([value for _, value in rows]) if rows else []
    if any(one.scale.divisor is not None for one in values):
        raise NoSqlFormError("une liste y contient des quotients (nommez-les par des définitions)")
    model = values[0] if values else constant("")
    kind = {"number": "BIGINT", "truth": "BOOLEAN", "date": "DATE", "period": "INT128"}.get(model.kind, "TEXT")
    if model.kind == "choices":
        raise NoSqlFormError("une liste y contient des ensembles de choix")
    if model.kind == "number" and max(one.scale.size for one in values) > 2**63 - 1:
        kind = "INT128"
    doubt: list[Expression] = []
    items: list[Expression] = []
    for (test, _), value in zip(rows, values, strict=True):
        doubt.append(FALSE if test.total else is_null(test.value))
        doubt.append(all_of(certain(test.value), value.unknown))
        items.append(cases([(test.value, value.value)]))
    value_ = dialect.present(items, kind)
    unknown = any_of(*doubt)
    of = attrs.evolve(model, value=exp.cast(exp.null(), exp.DataType.build(kind)), none=FALSE, constant=UNKNOWN)
    return Term("list", cases([(unknown, NULL)], value_), total=unknown == FALSE, of=of)


def has_item(collection: Term, item: Term, scope: Scope) -> Expression:
    """Return whether a list has an item, NULL where either is."""
    assert collection.of is not None
    wanted = item.value
    if item.kind == "number":
        times = item.scale.factor / collection.of.scale.factor
        if item.scale.divisor is not None or times.denominator != 1:
            raise NoSqlFormError("un nombre y est cherché dans une liste de nombres moins précis")
        wanted = exp.Mul(this=syntax.solid(item.value), expression=syntax.number(times.numerator))
    assert isinstance(collection.of.value, exp.Cast)
    wanted = exp.cast(wanted, collection.of.value.to.copy())
    there = scope.reader.dialect.has(collection.value, wanted)
    return cases([(any_of(is_null(collection.value), is_null(item.value)), NULL)], there)


def _sum(rows: list[tuple[Term, Term]], scope: Scope) -> Term:
    total = constant(0)
    doubts: list[Expression] = []
    for test, value in rows:
        if value.kind == "nothing":
            continue
        idle = any_of(value.none, certain(syntax.equal(value.value, syntax.number(0))))
        doubts.append(all_of(certain(test.value), value.unknown))
        if not test.total:
            doubts.append(all_of(is_null(test.value), negated(idle)))
        counted = all_of(test.value, value.there)
        part = attrs.evolve(
            value, value=cases([(counted, value.value)], syntax.number(0)), none=FALSE, total=True, constant=UNKNOWN
        )
        total = scope.once(numbers.added(total, part))
    doubt = scope.keep(any_of(*doubts), "doubt")
    return attrs.evolve(total, value=cases([(doubt, NULL)], total.value), total=doubt == FALSE)


def _extreme(policy: str, rows: list[tuple[Term, Term]], otherwise: Term, scope: Scope) -> Term:
    """Return the highest or lowest value of the rows that hold, once those in doubt cannot change it."""
    rows = [(test, value) for test, value in rows if value.kind != "nothing"]
    if not rows:
        return otherwise
    values = alike([value for _, value in rows] + [otherwise])
    *values, otherwise = values
    least = policy == "lowest"
    sure = [
        attrs.evolve(
            value,
            value=cases([(test.value, value.value)]),
            none=any_of(negated(certain(test.value)), is_null(value.value)),
            total=True,
            constant=UNKNOWN,
        )
        for (test, _), value in zip(rows, values, strict=True)
    ]
    maybe = [
        attrs.evolve(
            value,
            value=cases([(is_null(test.value), value.value)]),
            none=any_of(negated(is_null(test.value)), is_null(value.value)),
            total=True,
            constant=UNKNOWN,
        )
        for (test, _), value in zip(rows, values, strict=True)
        if not test.total
    ]
    best = numbers.extreme([scope.once(one) for one in sure], scope.keep, least=least)
    lost = any_of(*(all_of(certain(t.value), v.unknown) for (t, _), v in zip(rows, values, strict=True)))
    there = scope.keep(any_of(lost, negated(best.none)), "sure")
    waiting: Expression = FALSE
    doubts = [lost]
    if maybe:
        waiting = any_of(
            *(
                all_of(is_null(test.value), negated(value.none))
                for (test, _), value in zip(rows, values, strict=True)
                if not test.total
            )
        )
        rival = numbers.extreme([scope.once(one) for one in maybe], scope.keep, least=least)
        kind = exp.LT if least else exp.GT
        ahead = (
            numbers.compared(kind, rival, best) if best.kind == "number" else operation(kind, rival.value, best.value)
        )
        blind = any_of(
            *(
                all_of(is_null(test.value), value.unknown)
                for (test, _), value in zip(rows, values, strict=True)
                if not test.total
            )
        )
        doubts.append(all_of(there, any_of(blind, certain(ahead))))
        doubts.append(all_of(negated(there), waiting))
    doubt = scope.keep(any_of(*doubts), "doubt")
    value = cases([(doubt, NULL), (there, best.value)], otherwise.value)
    none = all_of(negated(doubt), negated(there), otherwise.none)
    scale = attrs.evolve(best.scale, size=max(best.scale.size, otherwise.scale.size))
    if best.scale.divisor is not None or otherwise.scale.divisor is not None:
        one, other = (term.scale.divisor or syntax.number(1) for term in (best, otherwise))
        most = max(best.scale.divisor_size, otherwise.scale.divisor_size)
        scale = attrs.evolve(scale, divisor=cases([(there, one)], other), divisor_size=most)
    return Term(best.kind, value, none, doubt == FALSE and otherwise.total, scale)


def parameter(found: Parameter, day: Term, key: Term | None, scope: Scope) -> Term:
    """Return a parameter's value on a day, for a key."""
    if day.kind == "nothing" or (key is not None and key.kind == "nothing"):
        return NONE
    constant_day = None if day.constant is UNKNOWN else day.constant
    periods = list(found.values)
    branches: list[tuple[Expression, Value | Mapping[str, Value]]] = []
    if constant_day is not None:
        dated = found.period(constant_day)  # type: ignore[arg-type]
        branches = [(TRUE, None if dated is None else dated.value)]
    else:
        day = scope.once(day)
        if found.until is not None:
            branches.append((operation(exp.GT, day.value, syntax.date(found.until)), None))
        for dated in reversed(periods):
            branches.append((operation(exp.GTE, day.value, syntax.date(dated.since)), dated.value))
        branches.append((TRUE, None))
    if key is not None:
        key = scope.once(key)
        branches = [one for branch in branches for one in _by_key(branch, key)]
    return _looked_up(branches, found.type.choices or (), day, key, scope)


def _by_key(
    branch: tuple[Expression, Value | Mapping[str, Value]], key: Term
) -> list[tuple[Expression, Value | Mapping[str, Value]]]:
    test, value = branch
    if not isinstance(value, Mapping):
        return [branch]
    if isinstance(key.constant, str):
        return [(test, value.get(key.constant))]
    tests = [(all_of(test, syntax.equal(key.value, syntax.text(one))), found) for one, found in value.items()]
    return [*tests, (test, None)]


def _looked_up(
    branches: list[tuple[Expression, Value | Mapping[str, Value]]],
    codes: tuple[str, ...],
    day: Term,
    key: Term | None,
    scope: Scope,
) -> Term:
    values = [constant(value, codes) for _, value in branches]  # type: ignore[arg-type]
    tests = [test for test, _ in branches]
    if tests[0] == TRUE and (day.constant is not UNKNOWN) and (key is None or key.constant is not UNKNOWN):
        return values[0]
    if all(value.kind == "nothing" for value in values) and day.total and (key is None or key.total):
        return NONE
    values = alike(values)
    model = next((one for one in values if not isinstance(one.value, exp.Null)), values[0])
    inputs = [one for one in (day, key) if one is not None and one.constant is UNKNOWN]
    missing = any_of(*(is_null(one.value) for one in inputs)) if inputs else FALSE
    found = cases([(test, one.value) for test, one in zip(tests, values, strict=True)])
    value = scope.keep(cases([(missing, NULL)], found), "p")
    nones = any_of(*(one.none for one in inputs))
    absent = all_of(negated(missing), is_null(value)) if _may_be_none(values, tests) else FALSE
    size = max(one.scale.size for one in values)
    total = all(one.total for one in inputs)
    return Term(model.kind, value, any_of(nones, absent), total, Scale(model.scale.factor, size), model.codes)


def _may_be_none(values: Sequence[Term], tests: Sequence[Expression]) -> bool:
    return any(isinstance(one.value, exp.Null) for one in values) or not any(test == TRUE for test in tests)


def rounded_list(term: Term, places: int) -> Term:
    """Return a list whose numbers have at most so many decimals already.

    Raises:
        NoSqlFormError: they would have to be rounded one by one.
    """
    assert term.of is not None
    if term.of.kind == "number" and (term.of.scale.factor * Fraction(10) ** places).denominator != 1:
        raise NoSqlFormError("une liste y contient des nombres à arrondir un à un")
    return term
