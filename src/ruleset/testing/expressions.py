"""Random well-typed expressions over given names, as text. Needs Hypothesis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import attrs

Draw: TypeAlias = Callable[..., Any]
T = TypeVar("T")
NUMBERS = ("0", "1", "2", "3")
DAYS = ("date(2026, 1, 1)", "date(2026, 6, 1)", "on")


@attrs.define
class Scope:
    """The names that expressions may use, by kind: `yes_no`, `number`, `money`, `date`, `choice` and so on.

    Names of choices carry their ids. `plurals` are lists of records with the names of their fields, by kind.
    """

    names: dict[str, list[str]] = attrs.field(factory=dict)
    choices: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    keyed: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    plurals: dict[str, Scope] = attrs.field(factory=dict)
    rules: list[str] = attrs.field(factory=list)
    knowledge: bool = False

    def add(self, kind: str, name: str, choices: Sequence[str] = ()) -> None:
        """Add a name; integers and numbers are one kind."""
        kind = "number" if kind == "integer" else kind
        self.names.setdefault(kind, []).append(name)
        if choices:
            self.choices[name] = tuple(choices)

    def of(self, variable: str) -> Scope:
        """Return the scope of the fields of a record, read on a variable."""
        return Scope(
            {kind: [f"{variable}.{name}" for name in names] for kind, names in self.names.items()},
            {f"{variable}.{name}": choices for name, choices in self.choices.items()},
        )

    def joined(self, other: Scope) -> Scope:
        """Return a scope with the names of both, and the lists of this one."""
        kinds = {*self.names, *other.names}
        names = {kind: [*self.names.get(kind, ()), *other.names.get(kind, ())] for kind in kinds}
        return attrs.evolve(self, names=names, choices=self.choices | other.choices)


@attrs.define
class Writer:
    """Writes expressions of a kind, drawing every choice; `depth` bounds how deep they nest."""

    draw: Draw
    scope: Scope

    def pick(self, options: Sequence[T]) -> T:
        """Return one of some options, the first being the simplest."""
        from hypothesis import strategies as st

        found: T = self.draw(st.sampled_from(options))
        return found

    def write(self, kind: str, depth: int = 2) -> str:
        """Return an expression of a kind."""
        writers = {"yes_no": self.truth, "number": self.number, "money": self.number, "date": self.date}
        if kind in ("number", "money"):
            return self.number(kind, depth)
        return writers[kind](depth) if kind in writers else self.choice(depth)  # type: ignore[operator]

    def any_name(self, kinds: Sequence[str] = ()) -> tuple[str, str] | None:
        """Return a name and its kind."""
        found = [(n, kind) for kind, names in self.scope.names.items() if not kinds or kind in kinds for n in names]
        return self.pick(found) if found else None

    def truth(self, depth: int) -> str:
        """Return a condition."""
        simple = [self.comparison, self.comparison, self.name_test]
        if depth <= 0:
            return self.pick(simple)(depth)
        return self.pick(
            [*simple, self.junction, self.junction, self.negated, self.quantifier, self.rule_test, self.either]
        )(depth)

    def name_test(self, depth: int) -> str:
        found = self.any_name()
        if found is None:
            return self.pick(("true", "false"))
        name, kind = found
        tests = [f"{name} is none"]
        if self.scope.knowledge:
            tests.append(f"known({name})")
        if kind == "yes_no":
            return self.pick([name, name, *tests])
        return self.pick([self.comparison(depth), *tests])

    def comparison(self, depth: int) -> str:
        found = self.any_name()
        if found is None:
            return f"on >= {self.pick(DAYS[:2])}"
        name, kind = found
        sign = self.pick((">", "<=", "==", "!=", "<", ">="))
        if kind == "choice":
            ids = self.scope.choices[name]
            return self.pick((f'{name} == "{self.pick(ids)}"', f'{name} not in ["{ids[0]}", "{self.pick(ids)}"]'))
        if kind == "choices":
            return f'"{self.pick(self.scope.choices[name])}" in {name}'
        if kind == "text":
            return f'{name} == "{self.pick(("a", "é b"))}"'
        if kind in ("number", "money"):
            other = self.number(kind, depth - 1)
            return self.pick((f"{name} {sign} {other}", f"0 <= {name} < {other}", f"{name} in [1, {other}]"))
        if kind == "date":
            return f"{name} {sign} {self.date(depth - 1)}"
        if kind == "yes_no":
            return f"{name} {self.pick(('==', '!='))} {self.pick(('true', f'({self.name_test(depth - 1)})'))}"
        return f"1 in {name}"

    def junction(self, depth: int) -> str:
        word = self.pick((" and ", " or "))
        return "(" + word.join(self.truth(depth - 1) for _ in range(self.pick((2, 3)))) + ")"

    def negated(self, depth: int) -> str:
        return f"not ({self.truth(depth - 1)})"

    def either(self, depth: int) -> str:
        return f"({self.truth(depth - 1)} if {self.truth(depth - 1)} else {self.truth(depth - 1)})"

    def rule_test(self, depth: int) -> str:
        tests = [f'holds("{rule}"{more})' for rule in self.scope.rules for more in ("", ', "risk"')]
        if self.scope.knowledge:
            tests.append(f'open_findings("{self.pick(("caution", "risk"))}")')
        return self.pick(tests) if tests else self.truth(depth - 1)

    def rows(self) -> tuple[str, Writer, str] | None:
        """Return a variable, the writer of what is said of each record, and `for … in …`."""
        if not self.scope.plurals:
            return None
        plural = self.pick(sorted(self.scope.plurals))
        inner = attrs.evolve(self.scope.joined(self.scope.plurals[plural].of("r")), plurals={})
        return "r", Writer(self.draw, inner), f"for r in {plural}"

    def quantifier(self, depth: int) -> str:
        found = self.rows()
        if found is None:
            return self.truth(depth - 1)
        variable, inner, loop = found
        test = f" if {inner.truth(0)}" if self.pick((False, True)) else ""
        if self.pick((False, False, True)):
            return f"count({variable} {loop}{test}) >= {self.pick(NUMBERS[:3])}"
        return f"{self.pick(('any', 'all'))}({inner.truth(depth - 1)} {loop}{test})"

    def number(self, kind: str, depth: int) -> str:
        """Return a number; `money` and plain numbers are never mixed."""
        names = self.scope.names.get(kind, [])
        leaves = [*names, *names, *NUMBERS] or list(NUMBERS)
        leaves += [f'{name}["{self.pick(keys)}"]' for name, keys in self.scope.keyed.items() if kind == "number"]
        if depth <= 0:
            return self.pick(leaves)
        shape = self.pick(("leaf", "sum", "times", "over", "extreme", "if", "round", "rows", "days"))
        one = self.number(kind, depth - 1)
        if shape == "sum":
            return f"({one} {self.pick(('+', '-'))} {self.number(kind, depth - 1)})"
        if shape == "times":
            return f"{one} * {self.pick(NUMBERS)}"
        if shape == "over":
            return f"{one} / {self.pick(('2', '3')) if kind == 'money' else self.number(kind, 0)}"
        if shape == "extreme":
            return f"{self.pick(('min', 'max'))}({one}, {self.number(kind, depth - 1)})"
        if shape == "if":
            return f"({one} if {self.truth(depth - 1)} else {self.pick((self.number(kind, 0), 'none'))})"
        if shape == "round":
            return f"round({one}, {self.pick(('0', '1'))})"
        if shape == "days" and kind == "number" and self.scope.names.get("date"):
            return f"full_months({self.pick(self.scope.names['date'])}, on)"
        found = self.rows() if shape == "rows" else None
        if found is not None:
            _, inner, loop = found
            return f"{self.pick(('sum', 'min', 'max'))}({inner.number(kind, 0)} {loop} if {inner.truth(0)})"
        return one

    def date(self, depth: int) -> str:
        """Return a date."""
        day = self.pick([*self.scope.names.get("date", []), *DAYS])
        if depth <= 0:
            return day
        moved = f"{day} + {self.pick(('months', 'days'))}({self.pick(NUMBERS)})"
        return self.pick(
            (day, moved, f"end_of_month({day})", f"({day} if {self.truth(depth - 1)} else {self.pick(DAYS)})")
        )

    def choice(self, depth: int) -> str:
        """Return one of the choices `a`, `b`, `c`."""
        names = [name for name, ids in self.scope.choices.items() if name in self.scope.names.get("choice", ())]
        leaf = self.pick([*names, '"a"', '"b"'])
        return leaf if depth <= 0 else self.pick((leaf, f'("a" if {self.truth(depth - 1)} else {leaf})'))
