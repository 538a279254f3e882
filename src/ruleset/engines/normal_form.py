"""Negation normal form of a condition, and the alternatives that make it certain.

A pattern matches when what it tests is there, so it can say « certainly true » and nothing else. Negations are
therefore pushed down to the comparisons, with *none* as a known value: `not x > 5` is `x <= 5 or x is none`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Final, TypeAlias

from ruleset.expressions import tree
from ruleset.expressions.tree import FALSE, TRUE, Comparison, Node, conjunction, disjunction, negation
from ruleset.model import Question, RuleSet
from ruleset.types import YES_NO

Alternative: TypeAlias = tuple[Node, ...]
"""Literals that make a condition certainly true together: comparisons, and other atoms as they are or under `Not`."""

OPPOSITE: Final[dict[Comparison, Comparison]] = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class TooManyAlternativesError(ValueError):
    """The normal form of a condition has more alternatives than asked for."""


def normal_form(
    node: Node,
    *,
    opens: Callable[[tree.Compare], bool],
    may_be_none: Callable[[Node], bool],
    negated: bool = False,
) -> Node:
    """Return the condition (its negation) with `not` directly before atoms only.

    Args:
        node: a condition, in which *none* is false.
        opens: whether the negation of a comparison is written as the opposite comparison; otherwise the comparison
            is an atom.
        may_be_none: whether a side of a comparison can be *none*.
        negated: whether the negation is wanted.
    """

    def form(node: Node, negated: bool) -> Node:
        if isinstance(node, tree.Not):
            return form(node.operand, not negated)
        if isinstance(node, (tree.And, tree.Or)):
            combine = conjunction if isinstance(node, tree.And) is not negated else disjunction
            return combine(*(form(operand, negated) for operand in node.operands))
        if isinstance(node, tree.Literal):
            return TRUE if (node.value is True) is not negated else FALSE
        if negated and isinstance(node, tree.Compare) and opens(node):
            absent = [tree.IsNone(YES_NO, side) for side in (node.left, node.right) if may_be_none(side)]
            return disjunction(tree.Compare(YES_NO, OPPOSITE[node.operator], node.left, node.right), *absent)
        return negation(node) if negated else node

    return form(node, negated)


def alternatives(node: Node, limit: int) -> tuple[Alternative, ...]:
    """Return the alternatives of a normal form: it is certainly true exactly when all of one are.

    Alternatives that cannot hold and those that say more than another one are left out.

    Raises:
        TooManyAlternativesError: there are more than `limit`.
    """
    if isinstance(node, tree.Or):
        found = [one for operand in node.operands for one in alternatives(operand, limit)]
    elif isinstance(node, tree.And):
        parts = [alternatives(operand, limit) for operand in node.operands]
        return reduce(lambda left, right: _products(left, right, limit), parts)
    elif isinstance(node, tree.Literal):
        found = [()] if node.value is True else []
    else:
        found = [(node,)]
    return _within(_shortest(found), limit)


def _products(left: tuple[Alternative, ...], right: tuple[Alternative, ...], limit: int) -> tuple[Alternative, ...]:
    joined = (tuple(dict.fromkeys((*one, *other))) for one in left for other in right)
    return _within(_shortest(one for one in joined if not _contradicts(one)), limit)


def _contradicts(alternative: Alternative) -> bool:
    literals = set(alternative)
    return any(isinstance(literal, tree.Not) and literal.operand in literals for literal in alternative)


def _shortest(found: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Leave out what another alternative implies."""
    distinct = {frozenset(one): one for one in reversed(tuple(found))}
    kept = {key: one for key, one in distinct.items() if not any(other < key for other in distinct)}
    return tuple(reversed(kept.values()))


def _within(found: tuple[Alternative, ...], limit: int) -> tuple[Alternative, ...]:
    if len(found) > limit:
        raise TooManyAlternativesError(f"plus de {limit} alternatives")
    return found


class Noneness:
    """Which expressions of a rule set can be *none*; where it is not plain, they can."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._definitions: dict[str, bool] = {}

    def may_be_none(self, node: Node) -> bool:
        """Return whether the value of an expression can be *none*, for answers that their questions allow."""
        if node.type.kind == "yes_no" and not isinstance(node, (tree.Answer, tree.Computed, tree.Field)):
            return _BOOLEAN_NONE.get(type(node), False)
        match node:
            case tree.Literal():
                return node.value is None
            case tree.Answer():
                return self._question_none(self._ruleset.questions[node.id])
            case tree.Computed():
                return self._definition_none(node.id)
            case tree.Field():
                return self._field_none(node)
            case tree.On():
                return False
            case tree.Conditional():
                return self.may_be_none(node.then) or self.may_be_none(node.otherwise)
            case tree.Arithmetic() if node.operator != "/":
                return self.may_be_none(node.left) or self.may_be_none(node.right)
            case tree.Negative():
                return self.may_be_none(node.operand)
            case tree.Aggregate():
                return node.kind in ("min", "max")
            case tree.Table():
                return node.policy not in ("sum", "collect") and any(
                    self.may_be_none(value) for value in (node.otherwise, *(row.value for row in node.rows))
                )
        return True

    def _definition_none(self, id: str) -> bool:
        if id not in self._definitions:
            self._definitions[id] = self.may_be_none(self._ruleset.definitions[id].value)
        return self._definitions[id]

    def _field_none(self, node: tree.Field) -> bool:
        if node.computed:
            return self._definition_none(node.id)
        record = self._ruleset.records[node.record]
        return record.rows is not None or self._question_none(record.fields[node.id])

    def _question_none(self, question: Question) -> bool:
        if question.domain.optional or question.ask_when != TRUE:
            return True
        return self.may_be_none(question.assume) if isinstance(question.assume, Node) else question.assume is None


_BOOLEAN_NONE: Final[dict[type[Node], bool]] = {
    tree.Literal: True,
    tree.Imported: True,
    tree.Parameter: True,
    tree.Call: True,
    tree.Conditional: True,
    tree.Table: True,
}
"""The conditions that can be *none* although they are yes or no."""
