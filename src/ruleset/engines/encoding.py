"""What a fact holds: which atoms of the conditions durable_rules tests itself, and which we compute for it.

A comparison of one plain value with a constant is tested by durable_rules: the value goes into the fact, choices and
texts as strings, whole numbers as they are, money in cents, dates as day numbers; *none* is a property of its own,
`v3__none`. Every other atom (two values compared, fractions, aggregates, tables, functions, periods, what is known) is
computed by the reference semantics and goes into the fact as yes or no. What is unknown is not in the fact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Final, TypeAlias, cast

import attrs

from ruleset.engines.normal_form import Noneness
from ruleset.engines.subset import MAX_INTEGER, Probe, fits_text, written_text
from ruleset.expressions import tree
from ruleset.expressions.evaluate import Bound, Facts, compare, evaluate
from ruleset.expressions.tree import Comparison, Node
from ruleset.model import Question, RuleSet
from ruleset.types import UNKNOWN, Value

FLIPPED: Final[dict[Comparison, Comparison]] = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
ELSEWHERE: Final = "~"
"""Stands in a fact for any text that no rule compares with: durable_rules never sees what it could not bear."""
CENTS: Final = 100


class UnsafeValueError(ValueError):
    """A value that its question does not allow and that the facts cannot hold."""


def _whole(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnsafeValueError(f"« {value} » n'est pas un nombre entier")
    return value


def _cents(value: Value) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value * CENTS
    if not isinstance(value, Fraction) or value.numerator * CENTS % value.denominator:
        raise UnsafeValueError(f"« {value} » n'est pas un montant en centimes")
    return value.numerator * CENTS // value.denominator


def _day(value: Value) -> int:
    if not isinstance(value, dt.date):
        raise UnsafeValueError(f"« {value} » n'est pas une date")
    return value.toordinal()


NUMBERED: Final[Mapping[str, Callable[[Value], int]]] = {"integer": _whole, "money": _cents, "date": _day}
WORDED: Final = frozenset({"choice", "text"})


Reader: TypeAlias = Callable[[Facts, Bound], Value]


def reader(node: Node) -> Reader:
    """Return what evaluates an atom; names and their comparisons are read without going through the tree each time."""
    match node:
        case tree.Literal(value=value):
            return lambda _facts, _: value
        case tree.On():
            return lambda facts, _: facts.on
        case tree.Answer(id=id):
            return lambda facts, _: facts.answer(id)
        case tree.Computed(id=id):
            return lambda facts, _: facts.computed(id)
        case tree.Holds(rule=rule, severity=None):
            return lambda facts, bound: facts.status(rule, bound)
        case tree.Parameter(id=id, day=tree.On(), key=None):
            return lambda facts, _: facts.parameter(id, facts.on, None)
        case tree.Compare(operator=operator, left=left, right=right):
            one, other = reader(left), reader(right)
            return lambda facts, bound: compare(operator, one(facts, bound), other(facts, bound))
    return lambda facts, bound: evaluate(node, facts, bound)


@attrs.frozen
class Boolean:
    """An atom computed by us: a property that is true, false (*none* too), or absent while it is unknown."""

    name: str
    node: Node
    read: Reader
    yes: str
    no: str

    @classmethod
    def of(cls, name: str, node: Node) -> Boolean:
        """Return the slot of an atom, with the two fragments it can add to a fact."""
        return cls(name, node, reader(node), f',"{name}":true', f',"{name}":false')

    @property
    def properties(self) -> tuple[str, ...]:
        """The properties it can add to a fact."""
        return (self.name,)

    def fragment(self, facts: Facts, bound: Bound) -> str:
        """Return what it adds to the fact of a case."""
        value = self.read(facts, bound)
        return "" if value is UNKNOWN else self.yes if value is True else self.no


@attrs.frozen
class Plain:
    """A value that durable_rules compares with constants.

    `words` are the texts that some rule compares it with; `none_tested` tells that some rule tests whether it is
    *none*, which must be settled at loading (`may_be_none`).
    """

    name: str
    node: Node
    read: Reader
    may_be_none: bool
    none_tested: bool = False
    words: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def none_name(self) -> str:
        """The property that tells whether it is *none*."""
        return f"{self.name}__none"

    @property
    def properties(self) -> tuple[str, ...]:
        """The properties it can add to a fact."""
        return (self.name, self.none_name) if self.none_tested else (self.name,)

    def fragment(self, facts: Facts, bound: Bound) -> str:
        """Return what it adds to the fact of a case.

        Raises:
            UnsafeValueError: the value is not of its type, or *none* although its question does not allow it.
        """
        value = self.read(facts, bound)
        if value is UNKNOWN:
            return ""
        if value is None:
            if not self.may_be_none:
                raise UnsafeValueError("« aucun » n'est pas une réponse possible ici")
            return f',"{self.none_name}":true' if self.none_tested else ""
        code = self._code(value)
        return f',"{self.name}":{code},"{self.none_name}":false' if self.none_tested else f',"{self.name}":{code}'

    def _code(self, value: Value) -> str:
        numbered = NUMBERED.get(self.node.type.kind)
        if numbered is None:
            if not isinstance(value, str):
                raise UnsafeValueError(f"« {value} » n'est pas un texte")
            return self.words.get(value, f'"{ELSEWHERE}"')
        # No constant lies beyond the limits, so a value beyond compares like the limit.
        return str(max(-MAX_INTEGER - 1, min(MAX_INTEGER + 1, numbered(value))))


Slot: TypeAlias = Boolean | Plain


@attrs.frozen
class Against:
    """A comparison of a plain value with a constant."""

    node: Node
    operator: Comparison
    constant: int | str


class Encoder:
    """Gives the atoms of a rule set their properties; equal atoms share one, whichever rules they stand in."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.noneness = Noneness(ruleset)
        self._numbers: dict[tuple[str, str, Node], int] = {}
        self._slots: list[Slot] = []
        self._comparisons: dict[tuple[str, Node], Against | None] = {}

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot in use; tests and networks name them by their number."""
        return tuple(self._slots)

    def against(self, node: tree.Compare, record: str) -> Against | None:
        """Return a comparison as durable_rules can make it in the facts of a record type (`""`: of the case).

        None where it cannot, and we must.
        """
        key = (record, node)
        if key not in self._comparisons:
            self._comparisons[key] = self._read(node, record)
        return self._comparisons[key]

    def _read(self, node: tree.Compare, record: str) -> Against | None:
        operator, plain, other = node.operator, node.left, node.right
        if isinstance(plain, tree.Literal):
            operator, plain, other = FLIPPED[operator], other, plain
        if not isinstance(other, tree.Literal) or not self.plain(plain, record):
            return None
        constant = constant_of(plain.type.kind, other.value)
        if constant is None or (isinstance(constant, str) and operator not in ("==", "!=")):
            return None
        return Against(plain, operator, constant)

    def plain(self, node: Node, record: str) -> bool:
        """Whether an expression is a value that a fact can hold as it is."""
        kind = node.type.kind
        if kind not in NUMBERED and kind not in WORDED:
            return False
        if isinstance(node, tree.Answer):
            return not _assumes_fractions(self.ruleset.questions[node.id])
        if isinstance(node, tree.Field):
            fields = self.ruleset.records[node.record].fields
            return node.variable == record and (node.computed or not _assumes_fractions(fields[node.id]))
        if isinstance(node, tree.Parameter):
            return isinstance(node.day, tree.On) and (node.key is None or isinstance(node.key, tree.Literal))
        return isinstance(node, (tree.Computed, tree.On))

    def tests(
        self, literals: Iterable[Node], record: str, *, computed: Callable[[Node], bool]
    ) -> list[tuple[int, Probe]]:
        """Return the tests of literals, each with the number of the slot it reads.

        Args:
            literals: atoms, or atoms under `Not`.
            record: the record type whose facts are tested (`""`: the case's).
            computed: the comparisons that we compute although durable_rules could.
        """
        return [self._test(literal, record, computed) for literal in literals]

    def _test(self, literal: Node, record: str, computed: Callable[[Node], bool]) -> tuple[int, Probe]:
        positive, atom = (False, literal.operand) if isinstance(literal, tree.Not) else (True, literal)
        if isinstance(atom, tree.Compare) and positive and not computed(atom):
            against = self.against(atom, record)
            if against is not None:
                return self._plain_test(against, record)
        if isinstance(atom, tree.IsNone) and self.plain(atom.operand, record):
            number = self._plain_slot(atom.operand, record)
            slot = cast("Plain", self._slots[number])
            self._slots[number] = attrs.evolve(slot, none_tested=True)
            return number, Probe(slot.none_name, "==", positive)
        number = self._number("b", atom, record)
        return number, Probe(self._slots[number].name, "==", positive)

    def _plain_test(self, against: Against, record: str) -> tuple[int, Probe]:
        number = self._plain_slot(against.node, record)
        slot = cast("Plain", self._slots[number])
        if isinstance(against.constant, str):
            words = {**slot.words, against.constant: written_text(against.constant)}
            self._slots[number] = attrs.evolve(slot, words=words)
        return number, Probe(slot.name, against.operator, against.constant)

    def _plain_slot(self, node: Node, record: str) -> int:
        return self._number("v", node, record)

    def _number(self, sort: str, node: Node, record: str) -> int:
        place = record if self.of_record(node, record) else ""
        key = (sort, place, node)
        if key not in self._numbers:
            self._numbers[key] = number = len(self._slots)
            name = f"{sort}{number}"
            plain = sort == "v"
            self._slots.append(
                Plain(name, node, reader(node), self.noneness.may_be_none(node)) if plain else Boolean.of(name, node)
            )
        return self._numbers[key]

    def of_record(self, node: Node, record: str) -> bool:
        """Whether an atom has a value for each record rather than one for the case."""
        return bool(record) and any(
            (isinstance(part, tree.Field) and part.variable == record)
            or (isinstance(part, tree.Holds) and self.ruleset.rules[part.rule].record == record)
            for part in node.walk()
        )


def _assumes_fractions(question: Question) -> bool:
    """Whether an amount is assumed by an expression, which nothing rounds."""
    return question.type.kind == "money" and isinstance(question.assume, Node)


def constant_of(kind: str, value: Value) -> int | str | None:
    """Return a constant as a pattern can hold it, or None where it cannot.

    >>> constant_of("money", Fraction(25, 2)), constant_of("integer", Fraction(25, 2))
    (1250, None)
    """
    if kind in WORDED:
        return value if isinstance(value, str) and value != ELSEWHERE and fits_text(value) else None
    try:
        number = NUMBERED[kind](value)
    except UnsafeValueError:
        return None
    return number if abs(number) <= MAX_INTEGER else None
