"""The clauses of conditions: alternatives of literals that make a condition, or its negation, certain together.

A literal is a number: twice that of its atom, plus one where the atom must be false. Definitions that are conditions
and rules that refer to other rules are written out down to their atoms where that makes few alternatives, so that a
chain of definitions costs nothing when a case is computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

import attrs

from ruleset.engines.compiled.atoms import Atoms
from ruleset.engines.normal_form import Noneness
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.program import Program

Clause: TypeAlias = frozenset[int]
Both: TypeAlias = tuple[tuple[Clause, ...], tuple[Clause, ...]]
"""The alternatives of a condition, and those of its negation."""
Goal: TypeAlias = tuple[Literal["definition", "rule"], str]

MOST: Final = 64
"""Alternatives of a condition (of its negation) beyond which it is computed by generated code."""
MOST_INSIDE: Final = 12
"""Alternatives of a definition beyond which conditions test its value instead of writing it out."""

ALWAYS: Final[tuple[Clause, ...]] = (frozenset(),)
NEVER: Final[tuple[Clause, ...]] = ()


class TooManyError(ValueError):
    """A condition has more alternatives than are worth their bits."""


@attrs.frozen
class Clauses:
    """What becomes clauses: rules, and definitions that are conditions and cannot be *none*."""

    atoms: Atoms
    of: dict[Goal, Both]


def make_clauses(program: Program) -> Clauses:
    """Return the clauses of a program; what is not in them has too many alternatives, or is about records."""
    ruleset, noneness = program.ruleset, Noneness(program.ruleset)
    writing = _Writing()
    for kind, id in program.order:
        if kind == "definition":
            definition = ruleset.definitions[id]
            fits = definition.type.kind == "yes_no" and not definition.record
            if fits and not noneness.may_be_none(definition.value) and _conditional(definition.value):
                writing.goal(("definition", id), definition.value)
        elif kind == "rule" and not ruleset.rules[id].record:
            writing.goal(("rule", id), ruleset.rules[id].condition)
    return Clauses(writing.atoms, writing.goals)


def _conditional(node: Node) -> bool:
    return not isinstance(node, (tree.Conditional, tree.Table, tree.Aggregate, tree.Call, tree.Imported))


class _Writing:
    def __init__(self) -> None:
        self.atoms = Atoms()
        self.goals: dict[Goal, Both] = {}
        self._inside = True

    def goal(self, goal: Goal, condition: Node) -> None:
        """Keep the alternatives of a condition, if they are few enough."""
        for self._inside in (True, False):
            try:
                self.goals[goal] = self.both(condition)
            except TooManyError:
                continue
            break

    def both(self, node: Node) -> Both:
        match node:
            case tree.Not(operand=operand):
                yes, no = self.both(operand)
                return no, yes
            case tree.And(operands=operands):
                parts = [self.both(operand) for operand in operands]
                return _product([yes for yes, _ in parts]), _union([no for _, no in parts])
            case tree.Or(operands=operands):
                parts = [self.both(operand) for operand in operands]
                return _union([yes for yes, _ in parts]), _product([no for _, no in parts])
            case tree.Literal(value=value):
                return (ALWAYS, NEVER) if value is True else (NEVER, ALWAYS)
            case tree.Computed(id=id):
                found = self.goals.get(("definition", id))
                if found is not None and self._fits(found):
                    return found
            case tree.Holds(rule=rule, severity=None):
                found = self.goals.get(("rule", rule))
                if found is not None and self._fits(found):
                    return found
        number = 2 * self.atoms.number(node)
        return (frozenset((number,)),), (frozenset((number + 1,)),)

    def _fits(self, found: Both) -> bool:
        return self._inside and len(found[0]) <= MOST_INSIDE and len(found[1]) <= MOST_INSIDE


def _union(parts: list[tuple[Clause, ...]]) -> tuple[Clause, ...]:
    return _shortest({one for part in parts for one in part})


def _product(parts: list[tuple[Clause, ...]]) -> tuple[Clause, ...]:
    shared: Clause = frozenset().union(*(part[0] for part in parts if len(part) == 1))
    found: tuple[Clause, ...] = NEVER if _contradicts(shared) else (shared,)
    for part in parts:
        if len(part) != 1:
            found = _shortest({one | other for one in found for other in part})
    return found


def _contradicts(clause: Clause) -> bool:
    return not clause.isdisjoint([literal ^ 1 for literal in clause])


def _shortest(found: Iterable[Clause]) -> tuple[Clause, ...]:
    """Leave out what cannot hold and what another alternative implies; the order is that of the literals."""
    possible = [one for one in found if not _contradicts(one)]
    if len(possible) > 1:
        possible.sort(key=lambda clause: (len(clause), sorted(clause)))
    kept: list[Clause] = []
    shorter: list[Clause] = []  # those that can be part of the next: alternatives of one length imply nothing
    for one in possible:
        if kept and len(kept[-1]) < len(one):
            shorter = kept[:]
        if not any(other <= one for other in shorter):
            kept.append(one)
    if len(kept) > MOST:
        raise TooManyError
    return tuple(kept)
