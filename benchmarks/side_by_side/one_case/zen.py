"""GoRules Zen: the whole rule set as one compiled expression that gives an array.

Tried at 300 rules, per case: this form 52 µs; two compiled expressions, definitions first, 62; a filtered array 85; a
decision of two expression nodes or with a collecting decision table, precompiled (`ZenDecisionContent`), 350 to 510;
one compiled expression for each rule 940. JSON text instead of a dictionary is no faster.
"""

from __future__ import annotations

import json
from itertools import compress

from benchmarks.side_by_side.form import Base, Value, plain
from benchmarks.side_by_side.one_case import Engine, Local
from benchmarks.side_by_side.written import Syntax


def plain_case(case: dict[str, Value]) -> dict[str, bool | int | str]:
    """Return a case with days as numbers."""
    return {id_: plain(value) for id_, value in case.items()}


def inlined(base: Base, syntax: Syntax) -> str:
    """Return the list of all rules' conditions, each definition written out where it is read."""
    definitions = {id_: f"({syntax.condition(condition)})" for id_, condition in base.definitions.items()}
    within = Syntax(
        syntax.constant, syntax.name, definitions.__getitem__, syntax.both, syntax.either, syntax.negation
    )  # fmt: skip
    return f"[{', '.join(within.condition(condition) for condition in base.rules.values())}]"


def quoted(value: Value) -> str:
    """Return a constant as JSON writes it."""
    return json.dumps(plain(value))


def prepare(base: Base) -> Local:
    """Load a rule set."""
    import zen

    expression = zen.compile_expression(inlined(base, Syntax(quoted)))
    return Local(expression.evaluate, plain_case, lambda found: set(compress(base.rules, found)))


ENGINE = Engine("zen-engine", prepare, "one compiled expression that gives an array of all rules", "zen-engine")
