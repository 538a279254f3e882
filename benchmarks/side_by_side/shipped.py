"""The rule sets that come with the library, on our own engines: their worked cases, one at a time and in columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.side_by_side.measures import FAILURES, Measured, Scale, said
from benchmarks.side_by_side.one_case.ours import THREE_VALUED
from benchmarks.side_by_side.timing import interleaved, processor

from ruleset.engines import Evaluator
from ruleset.model import Case, RuleSet
from ruleset.plugins.registry import registry
from ruleset.program import Program, compile_program
from ruleset.types import UNKNOWN

ENGINES: dict[str, Callable[[], Any]] = {
    "evaluator": Evaluator,
    "session": THREE_VALUED["session"],
    "compiled": THREE_VALUED["compiled"],
}
COPIES = 2_000
"""Cases of a batch, at least: the worked cases again and again."""


def shipped(scale: Scale) -> dict[str, Measured]:
    """Return what a case takes in each rule set; columns are one batch, its cells already read."""
    found = registry()
    rulesets = {id_: ruleset for id_ in found.ids() if (ruleset := found.get(id_)) is not None and ruleset.cases}
    return {id_: measured(ruleset, scale) for id_, ruleset in rulesets.items()}


def measured(ruleset: RuleSet, scale: Scale) -> Measured:
    """Return what a worked case of a rule set takes, engine by engine."""
    program, found = compile_program(ruleset), Measured(len(ruleset.rules))
    cases = [worked.case for worked in ruleset.cases][: scale.cases]
    expected = _statuses(Evaluator(), program, cases)
    runs, counts = {}, {}
    for name, make in ENGINES.items():
        try:
            engine = make()
            same = _statuses(engine, program, cases) == expected
        except FAILURES as error:
            found.missing[name] = said(error)
            continue
        if not same:
            found.missing[name] = "differs from the reference evaluator"
            continue
        runs[name] = processor(_solving(engine, program, cases))
        counts[name] = len(cases)
    try:
        columns = THREE_VALUED["columns"]()
        if [_told(ruleset, one) for one in columns.solve_all(program, cases)] != expected:
            found.missing["columns"] = "differs from the reference evaluator"
        else:
            many = cases * (COPIES // len(cases) + 1)
            runs["columns"], counts["columns"] = processor(_in_columns(ruleset, many)), len(many)
    except FAILURES as error:
        found.missing["columns"] = said(error)
    times = interleaved(runs, scale.batch_rounds)
    found.times = {name: [spent / counts[name] for spent in column] for name, column in times.items()}
    return found


def _solving(engine: Any, program: Program, cases: list[Case]) -> Callable[[], None]:
    def run() -> None:
        for case in cases:
            engine.solve(program, case)

    return run


def _in_columns(ruleset: RuleSet, cases: list[Case]) -> Callable[[], None]:
    from ruleset.engines.columns import Pool, Run, make_plan
    from ruleset.engines.columns.cases import batch_of

    pool = Pool()
    plan, batch = make_plan(ruleset), batch_of(cases, pool)

    def run() -> None:
        made = Run(plan, batch, pool)
        for id_, rule in ruleset.rules.items():
            if not rule.record or rule.record in batch.records:
                made.rule(id_)

    return run


def _statuses(engine: Any, program: Program, cases: list[Case]) -> list[list[Any]]:
    return [_told(program.ruleset, engine.solve(program, case)) for case in cases]


def _told(ruleset: RuleSet, situation: Any) -> list[Any]:
    return [
        UNKNOWN if rule.record and number is None else situation.rule_status(rule.id, number)
        for rule in ruleset.rules.values()
        for number in situation.places(rule)
    ]
