"""What is fixed between the days on which some parameter changes or some rule starts or ends."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from ruleset.engines.compiled.atoms import ON
from ruleset.engines.compiled.generating import defined
from ruleset.engines.compiled.index import Space, Table, make_table
from ruleset.engines.compiled.reading import all_raw, all_values, read_raw, read_value
from ruleset.expressions import tree
from ruleset.expressions.tree import Node
from ruleset.model import Parameter, Question
from ruleset.situation import Situation
from ruleset.types import Value

if TYPE_CHECKING:
    from ruleset.engines.compiled.program import Prepared

Reader: TypeAlias = Callable[[Question, Any], Value]


class Law:
    """A program under the law of some days: the values of its parameters, its tables, its functions."""

    def __init__(self, prepared: Prepared, on: dt.date) -> None:
        self._prepared = prepared
        self._on = on
        self._atoms = prepared.layout.clauses.atoms.found
        self._parameters = prepared.program.ruleset.parameters
        self.start = self._in_force(prepared.yes)
        self.tables = self._tables(prepared.yes)

    def constant(self, node: Node) -> Value:
        """Return the value of a literal, or of a parameter on the date of law."""
        if isinstance(node, tree.Literal):
            return node.value
        assert isinstance(node, tree.Parameter)
        found: Parameter = self._parameters[node.id]
        period = found.period(self._on)
        value = None if period is None else period.value
        if isinstance(value, Mapping):
            key = node.key.value if isinstance(node.key, tree.Literal) else None
            return None if key is None else value.get(str(key))
        return value

    def _in_force(self, space: Space) -> int:
        """Return the clauses that the date of law leaves standing."""
        standing = space.every
        for number, atom in enumerate(self._atoms):
            if atom.input == ON:
                falls = 2 * number + (atom.truth(self._on, self.constant) is True)
                standing &= ~space.clauses_with(falls)
        return standing

    def _tables(self, space: Space) -> dict[int, Table]:
        return {slot: make_table(space, kind, atoms, self.constant) for slot, kind, atoms in self._prepared.inputs}

    @cached_property
    def negative(self) -> tuple[int, dict[int, Table]]:
        """The clauses of the negations that the date of law leaves standing, and their tables."""
        return self._in_force(self._prepared.no), self._tables(self._prepared.no)

    @cached_property
    def raw(self) -> Callable[..., Any]:
        """`run(answers, rows, on)` on answers as a program gives them."""
        return self._function(read_raw, all_raw)

    @cached_property
    def given(self) -> Callable[..., Any]:
        """`run(answers, rows, on)` on the values of a Case."""
        return self._function(read_value, all_values)

    def situate(self, on: dt.date, known: Sequence[Value]) -> Situation:
        """Return the case as far as it does not wait for the reference."""
        from ruleset.engines.compiled.settled import halfway

        return halfway(self._prepared, self, on, known)

    def _function(self, read: Reader, gather: Callable[..., list[Any]]) -> Callable[..., Any]:
        names = self._names(read) | {"given": functools.partial(gather, self._prepared.layout.given)}
        return defined(self._prepared.whole, names)["run"]  # type: ignore[no-any-return]

    @cached_property
    def steps(self) -> tuple[Callable[..., Any] | None, ...]:
        """What computes one slot from the others."""
        found = defined(self._prepared.steps, self._names(None))
        return tuple(found.get(f"step{slot.number}") for slot in self._prepared.layout.slots)

    def _names(self, read: Reader | None) -> dict[str, object]:
        layout = self._prepared.layout
        names: dict[str, object] = {"B": self.start, "situate": self.situate, **layout.constants}
        names |= {name: self.constant(node) for name, node in layout.dated.items()}
        for slot, table in self.tables.items():
            names[f"S{slot}"] = table.select
            names[f"M{slot}"] = table.by_value
            names[f"W{slot}"], names[f"L{slot}"] = table.whole, table.zones
            names[f"T{slot}"], names[f"F{slot}"] = table.by_value.get(True), table.by_value.get(False)
        for given in layout.slots if read is not None else ():
            if given.question is not None and read is not None:
                names[f"R{given.number}"] = functools.partial(read, given.question)
                names.setdefault(f"M{given.number}", dict.fromkeys(given.question.type.choices or ()))
        return names
