"""From the expression tree to SQL: each node as a term of the rows of a relation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import aggregates, calls, dates, knowledge, numbers, options, syntax, tables
from ruleset.engines.sql.relations import Relation
from ruleset.engines.sql.syntax import NULL, any_of, cases, is_null, operation
from ruleset.engines.sql.terms import (
    NO,
    Term,
    alike,
    as_condition,
    chosen,
    conjunction,
    constant,
    disjunction,
    is_none,
    kept,
    opposite,
    truth_of,
)
from ruleset.expressions import tree
from ruleset.expressions.evaluate import compare as compare_known
from ruleset.expressions.tree import Node
from ruleset.types import UNKNOWN

if TYPE_CHECKING:
    from ruleset.engines.sql.program import ProgramReader


@attrs.frozen
class Scope:
    """Where an expression is computed: the rule set, the rows, and the position of each record variable in them."""

    reader: ProgramReader
    relation: Relation
    variables: Mapping[str, int]

    def keep(self, expression: Expression, hint: str = "t") -> Expression:
        """Return a column (or constant) that holds an expression."""
        return self.relation.keep(expression, hint)

    def once(self, term: Term, hint: str = "t") -> Term:
        """Return the same term, its parts being columns."""
        return kept(term, lambda one: self.relation.keep(one, hint))

    def read(self, node: Node) -> Term:
        """Return an expression as SQL."""
        return read(node, self)

    def condition(self, node: Node) -> Term:
        """Return a condition, in which *none* is false."""
        return as_condition(read(node, self))

    def bring(self, term: Term, source: Relation, position: int = -1) -> Term:
        """Return a kept term of another relation as one of this one."""
        if source is self.relation:
            return term

        def here(one: Expression) -> Expression:
            return self.relation.fetch(source, one.name, position) if isinstance(one, exp.Column) else one

        scale = term.scale
        if scale.divisor is not None:
            scale = attrs.evolve(scale, divisor=here(scale.divisor))
        return attrs.evolve(term, value=here(term.value), none=here(term.none), scale=scale)


def read(node: Node, scope: Scope) -> Term:
    """Return an expression as SQL; what occurs more than once in the rule set becomes a column.

    Raises:
        NoSqlFormError: it has no exact form.
    """
    term = _READERS[type(node)](node, scope)
    return scope.once(term) if scope.reader.repeated(node) else term


_SIGNS: Final[dict[str, type[Expression]]] = {
    "==": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip


def _compare(node: tree.Compare, scope: Scope) -> Term:
    return compare(node.operator, read(node.left, scope), read(node.right, scope))


def compare(operator: str, left: Term, right: Term) -> Term:
    """Return a comparison: false where a side is *none*."""
    if left.constant is not UNKNOWN and right.constant is not UNKNOWN:
        return constant(compare_known(operator, left.constant, right.constant))
    if left.kind == "nothing" or right.kind == "nothing":
        return NO
    left, right = alike([left, right])
    if isinstance(left.value, exp.Null) or isinstance(right.value, exp.Null):
        test: Expression = NULL
    elif left.kind == "number":
        test = numbers.compared(_SIGNS[operator], left, right)
    else:
        test = operation(_SIGNS[operator], left.value, right.value)
    nones = any_of(left.none, right.none)
    return truth_of(syntax.all_of(test, syntax.negated(nones)), total=left.total and right.total)


def _member(node: tree.Member, scope: Scope) -> Term:
    item = read(node.item, scope)
    found = [read(option, scope) for option in node.options]
    plain = item.kind in ("text", "date") and item.constant is UNKNOWN and not isinstance(item.value, exp.Null)
    if plain and len(found) > 1 and all(one.constant not in (UNKNOWN, None) for one in found):
        test: Expression = exp.In(this=syntax.solid(item.value), expressions=[one.value.copy() for one in found])
        return truth_of(syntax.all_of(test, syntax.negated(item.none)), total=item.total)
    item = scope.once(item)
    return disjunction([compare("==", item, one) for one in found])


def _contains(node: tree.Contains, scope: Scope) -> Term:
    collection, item = scope.once(read(node.collection, scope)), scope.once(read(node.item, scope))
    if "nothing" in (collection.kind, item.kind):
        return NO
    test = (
        tables.has_item(collection, item, scope) if collection.kind == "list" else _has_choice(collection, item, scope)
    )
    nones = any_of(collection.none, item.none)
    return truth_of(syntax.all_of(test, syntax.negated(nones)), total=collection.total and item.total)


def _has_choice(collection: Term, item: Term, scope: Scope) -> Expression:
    def has(code: str) -> Expression:
        bit = syntax.number(1 << collection.codes.index(code))
        shared = exp.Paren(this=scope.reader.dialect.bits(collection.value, bit))
        return operation(exp.NEQ, shared, syntax.number(0))

    if isinstance(item.constant, str):
        if item.constant in collection.codes:
            return has(item.constant)
        return cases([(is_null(collection.value), NULL)], syntax.FALSE)
    found = any_of(
        *(syntax.all_of(syntax.equal(item.value, syntax.text(code)), has(code)) for code in collection.codes)
    )
    return cases([(any_of(is_null(item.value), is_null(collection.value)), NULL)], found)


def _known(node: tree.Known, scope: Scope) -> Term:
    return truth_of(scope.once(read(node.operand, scope)).known, total=True)


def _is_none(node: tree.IsNone, scope: Scope) -> Term:
    return is_none(scope.once(read(node.operand, scope)))


def _conditional(node: tree.Conditional, scope: Scope) -> Term:
    test = scope.condition(node.condition)
    if test.constant is not UNKNOWN:
        return read(node.then if test.constant else node.otherwise, scope)
    return chosen(test, read(node.then, scope), read(node.otherwise, scope), scope.keep)


def _arithmetic(node: tree.Arithmetic, scope: Scope) -> Term:
    left, right = read(node.left, scope), read(node.right, scope)
    if left.kind == "date":
        days = scope.reader.dialect.days(right.value, left.value)
        return dates.whole(days, [left, right], 3_700_000)
    if "nothing" in (left.kind, right.kind):
        return left if left.kind == "nothing" else right
    if node.operator == "/":
        return numbers.divided(left, right, scope.keep)
    if left.kind == "period":
        kind = exp.Add if node.operator == "+" else exp.Sub
        value = operation(kind, left.value, right.value)
        return Term("period", value, any_of(left.none, right.none), left.total and right.total)
    if node.operator == "*":
        return numbers.multiplied(left, right)
    return numbers.added(left, right, minus=node.operator == "-")


def _negative(node: tree.Negative, scope: Scope) -> Term:
    term = read(node.operand, scope)
    if term.kind == "nothing":
        return term
    if term.kind == "number":
        return numbers.negative(term)
    if term.constant is not UNKNOWN:
        return constant(-term.constant)  # type: ignore[operator]
    return attrs.evolve(term, value=exp.Neg(this=syntax.solid(term.value)))


def _shift(node: tree.Shift, scope: Scope) -> Term:
    day, *periods = [read(part, scope) for part in (node.day, *node.periods)]
    nothing = next((one for one in (day, *periods) if one.kind == "nothing"), None)
    return nothing or dates.shifted(day, periods, scope.keep, scope.reader.dialect)


def _parameter(node: tree.Parameter, scope: Scope) -> Term:
    day = read(node.day, scope)
    key = read(node.key, scope) if node.key is not None else None
    return tables.parameter(scope.reader.ruleset.parameters[node.id], day, key, scope)


def _holds(node: tree.Holds, scope: Scope) -> Term:
    status = scope.reader.status(node.rule, scope)
    if node.severity is None or status.constant is False:
        return status
    return conjunction([status, scope.reader.severity(node.rule, node.severity, scope)])


def _field(node: tree.Field, scope: Scope) -> Term:
    position = scope.variables[node.variable]
    if node.computed:
        return scope.reader.definition(node.id, scope, position)
    return scope.reader.field(node.record, node.id, scope, position)


_READERS: Final[dict[type[Node], Callable[[Any, Scope], Term]]] = {
    tree.Literal: lambda node, _: constant(node.value, node.type.choices or ()),
    tree.Answer: lambda node, scope: scope.reader.answer(node.id, scope),
    tree.Computed: lambda node, scope: scope.reader.definition(node.id, scope),
    tree.Imported: lambda node, scope: scope.reader.imported(node.ruleset, node.id, scope),
    tree.Field: _field,
    tree.On: lambda _, scope: scope.reader.on(scope),
    tree.Parameter: _parameter,
    tree.Compare: _compare,
    tree.Member: _member,
    tree.Contains: _contains,
    tree.IsNone: _is_none,
    tree.Known: _known,
    tree.Not: lambda node, scope: opposite(scope.condition(node.operand)),
    tree.And: lambda node, scope: conjunction([scope.condition(one) for one in node.operands]),
    tree.Or: lambda node, scope: disjunction([scope.condition(one) for one in node.operands]),
    tree.Conditional: _conditional,
    tree.Arithmetic: _arithmetic,
    tree.Negative: _negative,
    tree.Shift: _shift,
    tree.Call: calls.call,
    tree.Aggregate: aggregates.aggregate,
    tree.Holds: _holds,
    tree.OpenFindings: lambda node, scope: scope.reader.open_findings(node.severity, scope),
    tree.Table: tables.table,
    tree.Extreme: knowledge.extreme,
    tree.Score: lambda node, scope: options.state(node.option, scope).score(scope),
    tree.Excluded: lambda node, scope: options.state(node.option, scope).excluded,
    tree.BestOption: lambda _, scope: options.best(scope),
}
