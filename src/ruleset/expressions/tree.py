"""The typed expression tree: what every reader of a rule set (engines, explanations, next question, proofs) reads.

Nodes are immutable and compare by structure, so that equal sub-expressions can be shared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal as Lit

import attrs

from ruleset.types import YES_NO, Type, Value

Comparison = Lit["==", "!=", "<", "<=", ">", ">="]
Operator = Lit["+", "-", "*", "/"]
AggregateKind = Lit["any", "all", "count", "sum", "min", "max"]
Policy = Lit["first", "unique", "any", "highest", "lowest", "sum", "collect"]


@attrs.frozen
class Node:
    """An expression; `type` is what it evaluates to."""

    type: Type

    def children(self) -> Iterator[Node]:
        """Yield the direct sub-expressions, in reading order."""
        for name in _parts(type(self)):
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                for item in value:
                    if isinstance(item, Node):
                        yield item
                    elif isinstance(item, Row):
                        yield from (item.condition, item.value)

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node below it, in reading order."""
        left: list[Node] = [self]
        while left:
            node = left.pop()
            yield node
            if _parts(type(node)):
                left.extend(reversed([*node.children()]))


_PARTS: dict[type, tuple[str, ...]] = {}


def _parts(kind: type[Node]) -> tuple[str, ...]:
    """Return the fields of a node that may hold other nodes."""
    if kind not in _PARTS:
        annotated = ((field.name, str(field.type)) for field in attrs.fields(kind))
        _PARTS[kind] = tuple(name for name, type_ in annotated if "Node" in type_ or "Row" in type_)
    return _PARTS[kind]


@attrs.frozen
class Literal(Node):
    """A value written in the expression."""

    value: Value


@attrs.frozen
class Answer(Node):
    """The answer to a question of the case."""

    id: str


@attrs.frozen
class Computed(Node):
    """The value of a definition or of a table."""

    id: str


@attrs.frozen
class Imported(Node):
    """A value of another rule set, read as `alias.name`."""

    ruleset: str
    id: str


@attrs.frozen
class Field(Node):
    """`record.field`: an answer of a record, a value computed for it, or a cell of a reference table."""

    variable: str
    record: str
    id: str
    computed: bool


@attrs.frozen
class On(Node):
    """The date of law."""


@attrs.frozen
class Parameter(Node):
    """A parameter's value on a day, for a key where it has keys."""

    id: str
    day: Node
    key: Node | None = None


@attrs.frozen
class Compare(Node):
    """A comparison; false when a side is *none*."""

    operator: Comparison
    left: Node
    right: Node


@attrs.frozen
class Member(Node):
    """`item in [a, b]`."""

    item: Node
    options: tuple[Node, ...]


@attrs.frozen
class Contains(Node):
    """`"a" in choices` (or in the list made by a table)."""

    collection: Node
    item: Node


@attrs.frozen
class IsNone(Node):
    """`x is none`."""

    operand: Node


@attrs.frozen
class Known(Node):
    """`known(x)`: answered, *none* included."""

    operand: Node


@attrs.frozen
class Not(Node):
    """Three-valued negation."""

    operand: Node


@attrs.frozen
class And(Node):
    """Three-valued conjunction."""

    operands: tuple[Node, ...]


@attrs.frozen
class Or(Node):
    """Three-valued disjunction."""

    operands: tuple[Node, ...]


@attrs.frozen
class Conditional(Node):
    """`then if condition else otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


@attrs.frozen
class Arithmetic(Node):
    """Exact arithmetic; *none* where a side is none or a divisor is zero. Two dates give days."""

    operator: Operator
    left: Node
    right: Node


@attrs.frozen
class Negative(Node):
    """`-x`."""

    operand: Node


@attrs.frozen
class Shift(Node):
    """A date moved by periods, which count as one period: months first, then days."""

    day: Node
    periods: tuple[Node, ...]


@attrs.frozen
class Call(Node):
    """A built-in or plug-in function."""

    function: str
    arguments: tuple[Node, ...]


@attrs.frozen
class Aggregate(Node):
    """A quantifier or an aggregate over the records of a type (`filter` and `body` see `variable`)."""

    kind: AggregateKind
    variable: str
    record: str
    filter: Node | None
    body: Node | None


@attrs.frozen
class Holds(Node):
    """Whether another rule's finding holds, with a severity where one is named."""

    rule: str
    severity: str | None = None


@attrs.frozen
class OpenFindings(Node):
    """Whether a finding of that severity or worse is open."""

    severity: str


@attrs.frozen
class Extreme(Node):
    """The least or the greatest value that a number can still take, given what is known."""

    which: Lit["least", "most"]
    operand: Node


@attrs.frozen
class Score(Node):
    """The points of an option."""

    option: str


@attrs.frozen
class Excluded(Node):
    """Whether an option is excluded."""

    option: str


@attrs.frozen
class BestOption(Node):
    """The option that comes first of those not excluded; *none* where all are."""


@attrs.frozen
class Row:
    """A row of a table, or a case of a definition."""

    condition: Node
    value: Node
    line: int = 0
    sources: tuple[str, ...] = ()


@attrs.frozen
class Table(Node):
    """A decision table: the rows that hold, combined by the hit policy; `otherwise` when none does."""

    policy: Policy
    rows: tuple[Row, ...]
    otherwise: Node


TRUE = Literal(YES_NO, True)
FALSE = Literal(YES_NO, False)


def conjunction(*operands: Node) -> Node:
    """Return the flattened `and` of the operands without trivial ones."""
    flat: list[Node] = []
    for operand in operands:
        if operand == FALSE:
            return FALSE
        flat.extend(operand.operands if isinstance(operand, And) else [operand] if operand != TRUE else [])
    if not flat:
        return TRUE
    return flat[0] if len(flat) == 1 else And(YES_NO, tuple(flat))


def disjunction(*operands: Node) -> Node:
    """Return the flattened `or` of the operands without trivial ones."""
    flat: list[Node] = []
    for operand in operands:
        if operand == TRUE:
            return TRUE
        flat.extend(operand.operands if isinstance(operand, Or) else [operand] if operand != FALSE else [])
    if not flat:
        return FALSE
    return flat[0] if len(flat) == 1 else Or(YES_NO, tuple(flat))


def negation(operand: Node) -> Node:
    """Return `not operand`, a double negation removed."""
    if isinstance(operand, Not):
        return operand.operand
    if isinstance(operand, Literal) and isinstance(operand.value, bool):
        return FALSE if operand.value else TRUE
    return Not(YES_NO, operand)


def between(day: Node, first: dt.date | None, last: dt.date | None) -> Node:
    """Return the condition that `day` lies from `first` to `last`, both included, either one open."""
    from ruleset.types import DATE

    after = () if first is None else (Compare(YES_NO, ">=", day, Literal(DATE, first)),)
    before = () if last is None else (Compare(YES_NO, "<=", day, Literal(DATE, last)),)
    return conjunction(*after, *before)
