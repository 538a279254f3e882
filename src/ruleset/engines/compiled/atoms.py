"""The atoms of conditions: what a clause tests of one input, and what must be computed first as a yes or no.

An input is an answer, a definition or the date of law; a test compares it with a constant. Whatever is no such test
(two inputs compared, functions, aggregates, records) is an input of its own, computed by generated code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import attrs

from ruleset.engines.encoding import FLIPPED
from ruleset.expressions import tree
from ruleset.expressions.evaluate import Truth, any_of, compare
from ruleset.expressions.tree import Comparison, Node
from ruleset.types import UNKNOWN, Value

InputKey: TypeAlias = tuple[Literal["answer", "definition", "node", "on"], str | Node]
"""What a test reads: the answer to a question, a definition, a computed atom, the date of law."""

ORDERED: Final = frozenset({"integer", "number", "money", "date"})
WORDED: Final = frozenset({"yes_no", "choice", "text"})
ON: Final[InputKey] = ("on", "")


@attrs.frozen(eq=False)
class Atom:
    """A test of an input: `true` (the input itself is a yes or no), a comparison with constants, `none`, `known`.

    A constant is a literal, or a parameter on the date of law, whose value is read when the law is known. `==` holds
    with any of the constants.
    """

    input: InputKey
    test: Comparison | Literal["true", "none", "known"]
    constants: tuple[Node, ...]
    node: Node

    def truth(self, value: Value, constant: Callable[[Node], Value]) -> Truth:
        """Return what the test says of a value of its input."""
        if self.test == "known":
            return value is not UNKNOWN
        if self.test == "none":
            return UNKNOWN if value is UNKNOWN else value is None
        if self.test == "true":
            return UNKNOWN if value is UNKNOWN else value is True
        # An unknown value compared with a parameter that is not set gives false, not unknown.
        return any_of(compare(self.test, value, constant(one)) for one in self.constants)


class Atoms:
    """Gives each different atom a number."""

    def __init__(self) -> None:
        self.found: list[Atom] = []
        self._numbers: dict[object, int] = {}

    def number(self, node: Node) -> int:
        """Return the number of a condition's atom."""
        key, atom = _read(node)
        if key not in self._numbers:
            self._numbers[key] = len(self.found)
            self.found.append(atom())
        return self._numbers[key]


def dated(node: Node) -> bool:
    """Whether the value of a node depends on nothing but the date of law, and changes on few days only."""
    return isinstance(node, tree.Parameter) and isinstance(node.day, tree.On) and _keyed(node)


def _keyed(node: tree.Parameter) -> bool:
    return node.key is None or isinstance(node.key, tree.Literal)


def input_of(node: Node) -> InputKey | None:
    """Return the input that a node is."""
    if isinstance(node, tree.Answer):
        return ("answer", node.id)
    if isinstance(node, tree.Computed):
        return ("definition", node.id)
    return ON if isinstance(node, tree.On) else None


def _read(node: Node) -> tuple[object, Callable[[], Atom]]:
    """Return what tells an atom from others, and how to make it."""
    match node:
        case tree.Answer() | tree.Computed():
            found = input_of(node)
            assert found is not None
            return found, lambda: Atom(found, "true", (), node)
        case tree.IsNone(operand=operand) | tree.Known(operand=operand):
            found = input_of(operand)
            if found is not None and found != ON:
                test: Literal["none", "known"] = "none" if isinstance(node, tree.IsNone) else "known"
                return (found, test), lambda: Atom(found, test, (), node)
        case tree.Compare(operator=operator, left=left, right=right):
            if _constant(left):
                operator, left, right = FLIPPED[operator], right, left
            found = _compared(left, operator, right)
            if found is not None:
                return (found, operator, _key(right)), lambda: Atom(found, operator, (right,), node)
        case tree.Member(item=item, options=options) if all(map(_constant, options)):
            found = input_of(item)
            if found is not None and all(_compared(item, "==", one) for one in options):
                return (found, "==", *map(_key, options)), lambda: Atom(found, "==", options, node)
    return ("node", node), lambda: Atom(("node", node), "true", (), node)


def _constant(node: Node) -> bool:
    return isinstance(node, tree.Literal) or dated(node)


def _compared(left: Node, operator: str, right: Node) -> InputKey | None:
    """Return the input that a table can compare with a constant."""
    found = input_of(left)
    if found is None or not _constant(right) or (found == ON and not isinstance(right, tree.Literal)):
        return None
    kind = left.type.kind
    return found if kind in ORDERED or (kind in WORDED and operator in ("==", "!=")) else None


def _key(node: Node) -> object:
    return (node.value.__class__, node.value) if isinstance(node, tree.Literal) else node
