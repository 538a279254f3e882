"""cel-python: the whole rule set as one expression, in its compiling runner (half the time of a program for each rule,
a fifth of that of the interpreting runner).
"""

from __future__ import annotations

from itertools import compress
from typing import Any

from benchmarks.side_by_side.form import Base, Value
from benchmarks.side_by_side.one_case import Engine, Local
from benchmarks.side_by_side.one_case.zen import inlined, plain_case, quoted
from benchmarks.side_by_side.written import Syntax


def prepare(base: Base) -> Local:
    """Load a rule set."""
    import celpy
    from celpy import celtypes

    environment = celpy.Environment(runner_class=celpy.CompiledRunner)
    text = inlined(base, Syntax(quoted, both=" && ", either=" || ", negation="!{}"))
    program = environment.program(environment.compile(text))
    kinds: dict[type, Any] = {bool: celtypes.BoolType, int: celtypes.IntType, str: celtypes.StringType}

    def given(case: dict[str, Value]) -> dict[str, Any]:
        return {id_: kinds[type(value)](value) for id_, value in plain_case(case).items()}

    return Local(program.evaluate, given, lambda found: set(compress(base.rules, found)))


ENGINE = Engine("cel-python", prepare, "one list expression, `CompiledRunner`", "cel-python", slow=True)
