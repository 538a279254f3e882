"""The function that a programmer would write: straightforward, short-circuiting, no checks and no provenance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from benchmarks.side_by_side.form import Base, Value, plain
from benchmarks.side_by_side.one_case import Engine, Local
from benchmarks.side_by_side.written import Syntax


def source(base: Base) -> str:
    """Return the text of a module with the function `decide(case) -> list of the rules that hold`."""
    days: dict[str, dt.date] = {}

    def constant(value: Value) -> str:
        if not isinstance(value, dt.date):
            return repr(plain(value))
        name = f"DAY_{value:%Y_%m_%d}"
        days[name] = value
        return name

    syntax = Syntax(constant)
    body = [f"    {one.id} = case[{one.id!r}]" for one in base.inputs]
    body += [f"    {id_} = {syntax.condition(condition)}" for id_, condition in base.definitions.items()]
    body.append("    held = []")
    for id_, condition in base.rules.items():
        body += [f"    if {syntax.condition(condition)}:", f"        held.append({id_!r})"]
    constants = [f"{name} = date({day.year}, {day.month}, {day.day})" for name, day in days.items()]
    return "\n".join(
        ["from datetime import date", "", *constants, "", "def decide(case):", *body, "    return held", ""]
    )


def function(base: Base) -> Callable[[dict[str, Value]], list[str]]:
    """Return the function."""
    names: dict[str, Any] = {}
    exec(source(base), names)  # noqa: S102  a generated program is what is measured
    decide: Callable[[dict[str, Value]], list[str]] = names["decide"]
    return decide


ENGINE = Engine(
    "hand-written Python",
    lambda base: Local(function(base)),
    "one function of `if` statements over the answers; complete cases only, no checks, no provenance",
)
