"""CLIPS through clipspy: one fact with a slot for each input, definitions as facts asserted first (salience)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from benchmarks.side_by_side.form import Base, Comparison, Condition, Literal_, Reference, Value, plain
from benchmarks.side_by_side.one_case import Engine, Local


def symbol(value: Value) -> str:
    """Return a constant as CLIPS writes it."""
    return str(plain(value)).upper() if isinstance(value, bool) else str(plain(value))


def pattern(conjunction: Sequence[Literal_]) -> str:
    """Return the patterns of a conjunction of literals."""
    slots = []
    for one in conjunction:
        if not isinstance(one, Comparison):
            continue
        name, value = one.input.id, symbol(one.value)
        if one.input.kind in {"yes_no", "choice"}:
            slots.append(f"({name} {'~' if one.operator == '!=' else ''}{value})")
        else:
            slots.append(f"({name} ?{name}&:({one.operator} ?{name} {value}))")
    facts = [f"(case {' '.join(slots)})"] if slots else []
    facts += [
        f"(not ({one.definition}))" if one.negated else f"({one.definition})"
        for one in conjunction
        if isinstance(one, Reference)
    ]
    return facts[0] if len(facts) == 1 else f"(and {' '.join(facts)})"


def left_side(condition: Condition) -> str:
    """Return what a rule waits for."""
    alternatives = [pattern(one) for one in product(*condition)]
    return alternatives[0] if len(alternatives) == 1 else f"(or {' '.join(alternatives)})"


def prepare(base: Base) -> Local:
    """Load a rule set."""
    import clips

    environment = clips.Environment()
    environment.build(f"(deftemplate case {' '.join(f'(slot {one.id})' for one in base.inputs)})")
    environment.build("(defglobal ?*held* = (create$))")
    environment.build("(deffunction held () (implode$ ?*held*))")  # one text costs less to take out than many symbols
    for id_, condition in base.definitions.items():
        environment.build(f"(defrule {id_} (declare (salience 10)) {left_side(condition)} => (assert ({id_})))")
    for id_, condition in base.rules.items():
        environment.build(f"(defrule {id_} {left_side(condition)} => (bind ?*held* ?*held* {id_}))")
    case, held = environment.find_template("case"), environment.find_function("held")

    def run(slots: dict[str, Any]) -> set[str]:
        environment.reset()
        case.assert_fact(**slots)
        environment.run()
        return set(held().split())

    def given(case: dict[str, Value]) -> dict[str, Any]:
        return {
            id_: clips.Symbol(value) if isinstance(value, str) else plain(value) for id_, value in case.items()
        }  # fmt: skip

    return Local(run, given)


ENGINE = Engine("CLIPS", prepare, "production rules over one fact; reset, assert, run, read", "clipspy")
