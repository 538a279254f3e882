"""A program made ready for one case at a time: its clauses, its slots, its generated code, its tables by law."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

import attrs

from ruleset.engines.compiled.atoms import ON, Atom, dated
from ruleset.engines.compiled.clauses import Clause, make_clauses
from ruleset.engines.compiled.generating import slot_by_slot, whole_case
from ruleset.engines.compiled.index import Space
from ruleset.engines.compiled.law import Law
from ruleset.engines.compiled.layout import Layout, make_layout, readable_records
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.model import RecordType
from ruleset.program import Program
from ruleset.types import UNKNOWN, YES_NO, Type, Value


@attrs.frozen
class Reason:
    """Why a rule holds, or is ruled out: what is true of the answers, each enough with the others.

    `literals` are comparisons of answers, definitions and the date of law, under `Not` where they are false; `sources`
    are the ids of what the rule cites.
    """

    rule: str
    literals: tuple[Node, ...]
    sources: tuple[str, ...] = ()


@attrs.frozen(eq=False, slots=False)
class Prepared:
    """A program as bit vectors and generated Python; immutable, shared between threads.

    `yes` are the clauses of conditions, `no` those of their negations, each goal a rule (in the order of the rule set)
    or, after the rules, a definition that is a condition.
    """

    program: Program
    layout: Layout
    yes: Space
    no: Space
    goals: Mapping[tuple[str, str], int]
    days: tuple[int, ...]
    _laws: dict[int, Law] = attrs.field(factory=dict)
    _dependents: dict[int, tuple[int, ...]] = attrs.field(factory=dict)

    def law(self, on: dt.date) -> Law:
        """Return what is fixed between the days on which some parameter changes or some rule starts or ends."""
        number = bisect_right(self.days, on.toordinal())
        found = self._laws.get(number)
        if found is None:  # two threads may both make it: they make the same
            found = self._laws[number] = Law(self, on)
        return found

    def dependents(self, slot: int) -> tuple[int, ...]:
        """Return the slots that depend on one, in an order in which they can be computed."""
        if slot not in self._dependents:
            changed, found = {slot}, []
            for other in self.layout.order:
                if not changed.isdisjoint(other.needs):
                    changed.add(other.number)
                    found.append(other.number)
            self._dependents[slot] = tuple(found)
        return self._dependents[slot]

    @cached_property
    def whole(self) -> Any:
        """The code that computes a whole case."""
        return whole_case(self.layout)

    @cached_property
    def steps(self) -> Any:
        """The code that computes one slot."""
        return slot_by_slot(self.layout)

    @cached_property
    def inputs(self) -> tuple[tuple[int, Type, tuple[tuple[int, Atom], ...]], ...]:
        """The slots that clauses test: the slot, the type of its values, its atoms with their numbers."""
        by_slot: dict[int, list[tuple[int, Atom]]] = {}
        for number, atom in enumerate(self.layout.clauses.atoms.found):
            if atom.input != ON:
                by_slot.setdefault(self.layout.inputs[atom.input], []).append((number, atom))
        return tuple((slot, self._type(atoms[0][1]), tuple(atoms)) for slot, atoms in by_slot.items())

    def _type(self, atom: Atom) -> Type:
        kind, id = atom.input
        ruleset = self.program.ruleset
        if kind == "answer":
            return ruleset.questions[id].type  # type: ignore[index]
        return ruleset.definitions[id].type if kind == "definition" else YES_NO  # type: ignore[index]

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The rules, in the order of the rule set."""
        return tuple(self.program.ruleset.rules)

    @cached_property
    def coded(self) -> tuple[tuple[int, int, str], ...]:
        """The rules that generated code computes: the bit of each, its slot, its record type."""
        goals, rules = self.layout.clauses.of, self.program.ruleset.rules
        return tuple(
            (self.bit("rule", id), self.layout.rules[id], rule.record)
            for id, rule in rules.items()
            if ("rule", id) not in goals
        )

    def bit(self, kind: str, id: str) -> int:
        """Return the bit of a goal in collapsed sets."""
        return 1 << (len(self.goals) - 1 - self.goals[kind, id])

    @cached_property
    def every(self) -> int:
        """The bits of all rules and definitions."""
        return (1 << len(self.goals)) - 1

    @cached_property
    def sentinel(self) -> int:
        """A bit above all others: a set is written with all its zeros."""
        return 1 << len(self.goals)

    @cached_property
    def of_rules(self) -> int:
        """The bits of all rules."""
        return self.every & ~((1 << len(self.goals) - len(self.rules)) - 1)

    def unanswered(self, slot: int, values: Sequence[Value]) -> frozenset[int]:
        """Return the answers that an unknown value waits for: those that decide whether a question is asked come
        before its own.
        """
        found, left, given = set[int](), [slot], frozenset(self.layout.given.values())
        seen = set(left)
        while left:
            at = left.pop()
            if at in given:
                found.add(at)
                continue
            unknown = {need for need in self.layout.slots[at].needs if values[need] is UNKNOWN}
            unknown = unknown - {self._own.get(at)} or unknown
            left.extend(unknown - seen)
            seen |= unknown
        return frozenset(found)

    @cached_property
    def _own(self) -> Mapping[int, int]:
        """The slot of what was answered, by the slot of what the answer counts for."""
        return {slot: self.layout.given[id] for id, slot in self.layout.answers.items()}

    @cached_property
    def written(self) -> int:
        """The bits of the goals that are written as clauses."""
        return sum(self.bit(*goal) for goal in self.layout.clauses.of)

    def reasons(self, space: Space) -> tuple[tuple[tuple[str, Reason], ...], ...]:
        """Return, for each plane of a space, what each rule's clause there says, in the order of the rules."""
        return self._yes_reasons if space is self.yes else self._no_reasons

    @cached_property
    def _yes_reasons(self) -> tuple[tuple[tuple[str, Reason], ...], ...]:
        return self._by_plane(self.yes)

    @cached_property
    def _no_reasons(self) -> tuple[tuple[tuple[str, Reason], ...], ...]:
        return self._by_plane(self.no)

    def _by_plane(self, space: Space) -> tuple[tuple[tuple[str, Reason], ...], ...]:
        return tuple(
            tuple(
                (id, self.reason(id, clauses[plane] if plane < len(clauses) else frozenset()))
                for id, clauses in zip(self.rules, space.goals, strict=False)
            )
            for plane in range(space.planes)
        )

    def reason(self, rule: str, clause: Clause) -> Reason:
        """Return what a clause says, its tests in the order of the atoms."""
        atoms = self.layout.clauses.atoms.found
        tests = (tree.Not(YES_NO, atoms[one >> 1].node) if one & 1 else atoms[one >> 1].node for one in sorted(clause))
        return Reason(rule, tuple(tests), self.program.ruleset.rules[rule].sources)

    @property
    def tainted(self) -> frozenset[int]:
        """The slots that wait for the reference."""
        return self.layout.tainted

    @cached_property
    def waiting(self) -> frozenset[int]:
        """The numbers of the goals of which some clause tests such a slot."""
        atoms, inputs = self.layout.clauses.atoms.found, self.layout.inputs
        tested = {
            number for number, atom in enumerate(atoms) if atom.input in inputs and inputs[atom.input] in self.tainted
        }
        return frozenset(
            self.goals[goal]
            for goal, sides in self.layout.clauses.of.items()
            if any(literal >> 1 in tested for side in sides for clause in side for literal in clause)
        )

    @cached_property
    def records(self) -> Mapping[str, RecordType]:
        """The record types of which a case may give records."""
        return readable_records(self.program.ruleset)


def make_prepared(program: Program) -> Prepared:
    """Return a program made ready; its code and tables are made when they are first used."""
    clauses = make_clauses(program)
    layout = make_layout(program, clauses)
    rules: list[tuple[Literal["definition", "rule"], str]] = [("rule", id) for id in program.ruleset.rules]
    goals = [*rules, *(goal for goal in clauses.of if goal[0] == "definition")]
    yes, no = ([clauses.of.get(goal, ((), ()))[side] for goal in goals] for side in (0, 1))
    days = sorted({day.toordinal() for day in _days(layout)})
    return Prepared(program, layout, Space(yes), Space(no), {goal: n for n, goal in enumerate(goals)}, tuple(days))


def _days(layout: Layout) -> Iterator[dt.date]:
    """Yield the days from which something that is fixed within a law may be another."""
    constants = [one for atom in layout.clauses.atoms.found if atom.input != ON for one in atom.constants if dated(one)]
    for node in {*constants, *layout.dated.values()}:
        parameter = layout.program.ruleset.parameters[node.id]  # type: ignore[attr-defined]
        yield from (one.since for one in parameter.values)
        yield from _next(parameter.until)
    for atom in layout.clauses.atoms.found:
        if atom.input == ON:
            for one in atom.constants:
                if isinstance(one, tree.Literal) and isinstance(one.value, dt.date):
                    yield one.value
                    yield from _next(one.value)


def _next(day: dt.date | None) -> Iterator[dt.date]:
    if day is not None and day < dt.date.max:
        yield day + dt.timedelta(days=1)
