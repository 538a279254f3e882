"""OpenFisca: a variable for each input, definition and rule, with a formula over arrays; here for a single case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.side_by_side.form import Base, Value, plain
from benchmarks.side_by_side.one_case import Engine, Local
from benchmarks.side_by_side.written import Syntax

PERIOD = "2026-01"


def system(base: Base) -> Any:
    """Return the tax and benefit system that a rule set is; days are numbers, choices their places."""
    from openfisca_core import periods, taxbenefitsystems, variables
    from openfisca_core.entities import Entity

    person = Entity("person", "persons", "", "")
    found = taxbenefitsystems.TaxBenefitSystem([person])
    month = periods.DateUnit.MONTH

    def add(name: str, type_: type, formula: Callable[..., Any] | None = None) -> None:
        parts: dict[str, Any] = {"value_type": type_, "entity": person, "definition_period": month, "label": name}
        if formula is not None:
            parts["formula"] = formula
        found.add_variable(type(name, (variables.Variable,), parts))

    for one in base.inputs:
        add(one.id, bool if one.kind == "yes_no" else int)
    for id_, formula in formulas(base).items():
        add(id_, bool, formula)
    return found


def formulas(base: Base) -> dict[str, Callable[..., Any]]:
    """Return the formula of each definition and rule, as its author would write it with NumPy's operators."""
    read = "person({!r}, period)".format
    syntax = Syntax(
        lambda value: str(ord(value) - 97 if isinstance(value, str) else plain(value)),
        read, read, " & ", " | ", "~{}",
    )  # fmt: skip
    made: dict[str, Callable[..., Any]] = {}
    for id_, condition in (base.definitions | base.rules).items():
        names: dict[str, Any] = {}
        # `&` binds more tightly than a comparison
        text = " & ".join(f"({' | '.join(f'({syntax.literal(one)})' for one in clause)})" for clause in condition)
        exec(f"def formula(person, period):\n    return {text}\n", names)  # noqa: S102  generated from our own form
        made[id_] = names["formula"]
    return made


def simulate(found: Any, columns: Mapping[str, Any], rules: list[str], count: int) -> list[Any]:
    """Return the array of each rule for so many cases."""
    from openfisca_core.simulation_builder import SimulationBuilder

    simulation = SimulationBuilder().build_default_simulation(found, count=count)
    for name, column in columns.items():
        simulation.set_input(name, PERIOD, column)
    return [simulation.calculate(id_, PERIOD) for id_ in rules]


def prepare(base: Base) -> Local:
    """Load a rule set."""
    import numpy as np

    found, rules = system(base), list(base.rules)

    def given(case: dict[str, Value]) -> dict[str, Any]:
        return {
            id_: np.array([ord(value) - 97 if isinstance(value, str) else plain(value)]) for id_, value in case.items()
        }

    def run(columns: dict[str, Any]) -> list[Any]:
        return simulate(found, columns, rules, 1)

    return Local(run, given, lambda arrays: {id_ for id_, one in zip(rules, arrays, strict=True) if one[0]})


ENGINE = Engine("OpenFisca", prepare, "a variable with a formula for each rule", "openfisca-core", slow=True)
