"""Our own engines on one case: answers checked, and what made each rule hold kept in what is returned."""

from __future__ import annotations

import datetime as dt
import importlib
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
from benchmarks.side_by_side.form import Base, Value
from benchmarks.side_by_side.one_case import Engine, Local
from benchmarks.side_by_side.written import folder

from ruleset.loading.folder import load_folder
from ruleset.model import Case, RuleSet
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.types import UNKNOWN

ON = dt.date(2026, 11, 23)
KEPT = tempfile.TemporaryDirectory(prefix="side-by-side-")


def path(base: Base) -> Path:
    """Return the rule set's folder, written once."""
    found = Path(KEPT.name, base.name)
    return found if found.exists() else folder(base, found)


def load(base: Base) -> RuleSet:
    """Return the rule set, read from its folder."""
    return load_folder(path(base))


def loaded(base: Base) -> RuleSet:
    """Return the rule set, read once in a run."""
    if base.name not in _LOADED:
        _LOADED[base.name] = load(base)
    return _LOADED[base.name]


_LOADED: Final[dict[str, RuleSet]] = {}


def statuses(base: Base, ruleset: RuleSet, cases: list[dict[str, Value]]) -> list[list[bool | None]]:
    """Return what the reference evaluator says of each rule in each case: it holds, is ruled out, or is open (None)."""
    program, found = compile_program(ruleset), []
    for case in cases:
        situation = Situation(program, Case(ruleset.id, ON, case))
        truths = [situation.rule_status(id_, None) for id_ in base.rules]
        found.append([None if truth is UNKNOWN else bool(truth) for truth in truths])
    return found


def with_cents(base: Base) -> Any:
    """Return how a case is given with its amounts as decimals."""
    money = {one.id for one in base.inputs if one.kind == "money"}
    return lambda case: {id_: Decimal(value) if id_ in money else value for id_, value in case.items()}


def by_evaluator(base: Base) -> Local:
    """The reference evaluator."""
    ruleset = load(base)
    program = compile_program(ruleset)

    def run(case: Case) -> Situation:
        return Situation(program, case).compute()

    return Local(run, lambda case: Case(ruleset.id, ON, case), lambda found: held(base, found))


def by_session(base: Base) -> Local:
    """The interactive engine, on durable_rules."""
    from ruleset.engines.session import SessionEngine

    ruleset, engine = load(base), SessionEngine()
    program = compile_program(ruleset)

    def run(case: Case) -> Situation:
        return engine.solve(program, case)

    return Local(run, lambda case: Case(ruleset.id, ON, case), lambda found: held(base, found))


def by_compiled(base: Base) -> Local:
    """The compiled engine: a decision, with the rules that hold; the bits tell what made each hold."""
    from ruleset import compiled

    ready = compiled(load(base))

    def run(case: dict[str, Any]) -> tuple[str, ...]:
        return ready.evaluate(case, ON).holds

    return Local(run)


def by_compiled_with_cents(base: Base) -> Local:
    """The compiled engine given amounts as `Decimal`."""
    return attrs.evolve(by_compiled(base), given=with_cents(base))


def held(base: Base, situation: Situation) -> set[str]:
    """Return the rules that hold."""
    return {id_ for id_ in base.rules if situation.rule_status(id_, None) is True}


COMPILED = Engine("ours, compiled", by_compiled, "`compiled(rule set).evaluate(answers).holds`, answers checked")
CENTS = Engine("ours, compiled, `Decimal`", by_compiled_with_cents, "the same, its amounts given as decimals")
SESSION = Engine("ours, session", by_session, "the interactive engine: durable_rules and our own part", slow=True)
EVALUATOR = Engine(
    "ours, evaluator", by_evaluator, "the reference evaluator: what every engine must agree with", slow=True
)


def differences(name: str, base: Base, cases: list[dict[str, Value]], truths: list[list[bool | None]]) -> str:
    """Return in what an engine's statuses of partial cases differ from the reference evaluator's, if they do."""
    ruleset = loaded(base)
    program = compile_program(ruleset)
    try:
        engine = THREE_VALUED[name]()
    except ImportError as error:
        return f"not installed: {error}"
    for number, (case, expected) in enumerate(zip(cases, truths, strict=True)):
        situation = engine.solve(program, Case(ruleset.id, ON, case))
        for id_, truth in zip(base.rules, expected, strict=True):
            status = situation.rule_status(id_, None)
            if (None if status is UNKNOWN else status) != truth:
                return f"case {number}, {id_}: {status} instead of {truth}"
    return ""


def _engine(module: str, name: str) -> Any:
    def make() -> Any:
        return getattr(importlib.import_module(f"ruleset.engines.{module}"), name)()

    return make


THREE_VALUED: Final[dict[str, Callable[[], Any]]] = {
    "session": _engine("session", "SessionEngine"),
    "compiled": _engine("compiled", "CompiledEngine"),
    "columns": _engine("columns", "ColumnsEngine"),
    "sql": _engine("sql.running", "DuckDbEngine"),
}
