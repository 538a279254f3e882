"""Our own engines on one case: answers checked, and what made each rule hold kept in what is returned."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.side_by_side.form import Base, Value
from benchmarks.side_by_side.one_case import Engine, Local
from benchmarks.side_by_side.written import answers, folder

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


def statuses(base: Base, ruleset: RuleSet, cases: list[dict[str, Value]]) -> list[list[bool | None]]:
    """Return what the reference evaluator says of each rule in each case: it holds, is ruled out, or is open (None)."""
    program, found = compile_program(ruleset), []
    for case in cases:
        situation = Situation(program, Case(ruleset.id, ON, answers(base, case)))
        truths = [situation.rule_status(id_, None) for id_ in base.rules]
        found.append([None if truth is UNKNOWN else bool(truth) for truth in truths])
    return found


def given(base: Base) -> Any:
    """Return how a case is put as a program holds it: money as decimals."""
    money = {one.id for one in base.inputs if one.kind == "money"}
    return lambda case: {id_: Decimal(value) / 100 if id_ in money else value for id_, value in case.items()}


def by_evaluator(base: Base) -> Local:
    """The reference evaluator."""
    ruleset = load(base)
    program = compile_program(ruleset)

    def run(case: Case) -> Situation:
        return Situation(program, case).compute()

    return Local(run, lambda case: Case(ruleset.id, ON, answers(base, case)), lambda found: held(base, found))


def by_session(base: Base) -> Local:
    """The interactive engine, on durable_rules."""
    from ruleset.engines.session import SessionEngine

    ruleset, engine = load(base), SessionEngine()
    program = compile_program(ruleset)

    def run(case: Case) -> Situation:
        return engine.solve(program, case)

    return Local(run, lambda case: Case(ruleset.id, ON, answers(base, case)), lambda found: held(base, found))


def by_compiled(base: Base) -> Local:
    """The compiled engine: a decision, with the rules that hold; the bits tell what made each hold."""
    from ruleset.engines.compiled import compiled

    ready = compiled(load(base))

    def run(case: dict[str, Any]) -> tuple[str, ...]:
        return ready.evaluate(case, ON).holds

    return Local(run, given(base))


def held(base: Base, situation: Situation) -> set[str]:
    """Return the rules that hold."""
    return {id_ for id_ in base.rules if situation.rule_status(id_, None) is True}


COMPILED = Engine("ours, compiled", by_compiled, "`compiled(rule set).evaluate(answers).holds`, answers checked")
SESSION = Engine("ours, session", by_session, "the interactive engine: durable_rules and our own part", slow=True)
EVALUATOR = Engine(
    "ours, evaluator", by_evaluator, "the reference evaluator: what every engine must agree with", slow=True
)
