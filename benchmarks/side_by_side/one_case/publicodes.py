"""Publicodes, in node: the situation is set, then each rule is evaluated. The timing loop is in node too."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.side_by_side.form import Base, Comparison, Condition, Literal_, Value, plain
from benchmarks.side_by_side.one_case import Engine
from benchmarks.side_by_side.one_case.child import Child

FOLDER = Path(__file__).parents[3] / "build" / "publicodes"
"""Where `make bench` installs it with npm."""
PROGRAM = Path(__file__).with_suffix(".mjs")


def constant(value: Value) -> str:
    """Return an answer or constant as Publicodes writes it; a day is its number."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return f"'{value}'" if isinstance(value, str) else str(plain(value))


def test(literal: Literal_) -> str:
    """Return a comparison."""
    if not isinstance(literal, Comparison):
        return f"{literal.definition} = non" if literal.negated else literal.definition
    operator = "=" if literal.operator == "==" else literal.operator
    return f"{literal.input.id} {operator} {constant(literal.value)}"


def formula(condition: Condition) -> dict[str, object]:
    """Return a condition."""
    return {
        "toutes ces conditions": [
            test(clause[0]) if len(clause) == 1 else {"une de ces conditions": [test(one) for one in clause]}
            for clause in condition
        ]
    }


def model(base: Base) -> dict[str, object]:
    """Return a rule set as Publicodes takes it."""
    found: dict[str, object] = {}
    for one in base.inputs:
        default: Value = False if one.kind == "yes_no" else one.choices[0] if one.choices else 0
        found[one.id] = {"par défaut": constant(default)}
    return found | {id_: formula(condition) for id_, condition in (base.definitions | base.rules).items()}


def prepare(base: Base) -> Child:
    """Load a rule set."""
    node = shutil.which("node")
    if node is None:
        raise ImportError("node is not installed")
    if not (FOLDER / "node_modules" / "publicodes").is_dir():
        raise ImportError("npm has not installed publicodes")
    program = FOLDER / PROGRAM.name  # node looks for packages from where the program is
    shutil.copyfile(PROGRAM, program)
    return Child(
        [node, str(program)],
        {"model": model(base), "rules": list(base.rules)},
        lambda case: {id_: constant(value) for id_, value in case.items()},
        str(FOLDER),
    )


ENGINE = Engine("Publicodes", prepare, "`setSituation`, then `evaluate` for each rule; in node", slow=True)
