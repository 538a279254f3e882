"""What is measured, each measure after the answers were checked."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
from benchmarks.side_by_side import form
from benchmarks.side_by_side.form import Base, Value
from benchmarks.side_by_side.one_case import Engine, OneCase, ours, python
from benchmarks.side_by_side.timing import Times, interleaved, processor

FUNCTION: Final = python.ENGINE.name
COMPILED: Final = ours.COMPILED.name
FAILURES: Final = Exception
"""Whatever an engine raises is told beside its name, and the others go on."""


@attrs.frozen
class Scale:
    """How much is measured."""

    rules: tuple[int, ...] = (10, 60, 300, 1000)
    rounds: int = 9
    cases: int = 64
    batch: int = 1_000_000
    batches: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    batch_rounds: int = 5
    seconds: float = 0.02
    """How long one engine is measured in one round, at least."""


QUICK: Final = Scale((10, 60), 2, 8, 5_000, (1_000, 5_000), 1, 0.001)


@attrs.define
class Measured:
    """The times of one size, what each engine needed to load, and why an engine is missing."""

    size: int
    times: Times = attrs.field(factory=dict)
    loading: dict[str, float] = attrs.field(factory=dict)
    missing: dict[str, str] = attrs.field(factory=dict)


def one_case(engines: Sequence[Engine], rules: int, scale: Scale) -> Measured:
    """Measure complete cases, one at a time."""
    base = form.generate(rules)
    cases = form.draw(base, scale.cases)
    found = Measured(rules)
    truths = ours.statuses(base, ours.loaded(base), cases)
    expected = [{id_ for id_, truth in zip(base.rules, row, strict=True) if truth} for row in truths]
    loaded: dict[str, OneCase] = {}
    for engine in engines:
        if rules > engine.most:
            found.missing[engine.name] = f"asked up to {engine.most} rules only"
            continue
        try:
            engine.prepare(form.generate(10))  # imports are measured elsewhere
            started = time.process_time()
            prepared = engine.prepare(base)
            found.loading[engine.name] = getattr(prepared, "loading", time.process_time() - started)
            wrong = disagreement(prepared, cases, expected, 4 if engine.slow else len(cases))
        except FAILURES as error:
            found.missing[engine.name] = said(error)
            continue
        if wrong:
            found.missing[engine.name] = wrong
        else:
            loaded[engine.name] = prepared
    runs = {name: _per_case(prepared, cases, scale.seconds) for name, prepared in loaded.items()}
    found.times = interleaved(runs, scale.rounds)
    return found


def disagreement(engine: OneCase, cases: Sequence[dict[str, Value]], expected: Sequence[set[str]], count: int) -> str:
    """Return in what an engine differs from the reference evaluator, if it does."""
    for number, (case, rules) in enumerate(zip(cases[:count], expected, strict=False)):
        different = sorted(engine.held(case) ^ rules)
        if different:
            return f"differs from the reference evaluator: case {number}, {', '.join(different[:5])}"
    return ""


def _per_case(engine: OneCase, cases: list[dict[str, Value]], least: float) -> Callable[[], float]:
    """Return what measures one case; so many cases at a time that it lasts long enough to be told."""
    once = engine.seconds(cases[:1])
    many = cases[: max(1, min(len(cases), math.ceil(5 * least / max(once, 1e-7))))]
    spent = max(engine.seconds(many), 1e-7)
    many = many * max(1, math.ceil(least / spent))
    return lambda: engine.seconds(many) / len(many)


def changed_answer(rules: int, scale: Scale) -> Measured:
    """Measure one changed answer: what it adds and takes away, against the whole function called again."""
    base, found = form.generate(rules), Measured(rules)
    function = python.function(base)
    (start, *_), chance = form.draw(base, 1), random.Random(3)  # noqa: S311
    changes = []
    for drawn in form.draw(base, 512, seed=13):
        name = chance.choice(base.inputs).id
        changes.append((name, drawn[name]))
    try:
        from ruleset import compiled

        session = compiled(ours.loaded(base)).session(start, ours.ON)
    except FAILURES as error:
        found.missing[COMPILED] = said(error)
        return found
    case, held = dict(start), set(session.decision.holds)
    for name, value in changes:
        case[name] = value
        change = session.set(name, value)
        held = (held - set(change.removed)) | set(change.added)
        if held != set(function(case)):
            found.missing[COMPILED] = f"differs from the function after {name} changed"
            return found

    def by_function() -> None:
        for name, value in changes:
            case[name] = value
            function(case)

    def by_session() -> None:
        for name, value in changes:
            change = session.set(name, value)
            _ = change.added, change.removed

    runs = {FUNCTION: processor(by_function), COMPILED: processor(by_session)}
    times = interleaved(runs, scale.rounds)
    found.times = {name: [spent / len(changes) for spent in column] for name, column in times.items()}
    return found


def explanations(rules: int, scale: Scale) -> Measured:
    """Measure what made each rule of a case hold, asked of its decision afterwards."""
    base, found = form.generate(rules), Measured(rules)
    try:
        from ruleset import compiled

        ready = compiled(ours.loaded(base))
        decisions = [ready.evaluate(case, ours.ON) for case in form.draw(base, scale.cases)]
        for decision in decisions:
            if set(decision.reasons) != set(decision.holds):
                found.missing[COMPILED] = "does not explain every rule that holds"
                return found
    except FAILURES as error:
        found.missing[COMPILED] = said(error)
        return found
    many = decisions * 8

    def run() -> None:
        for decision in many:
            _ = decision.reasons

    times = interleaved({COMPILED: processor(run)}, scale.rounds)
    found.times = {COMPILED: [spent / len(many) for spent in times[COMPILED]]}
    return found


def partial_cases(rules: int, scale: Scale) -> dict[str, str]:
    """Return what our engines answer differently from the reference evaluator when 15 % of the answers are missing."""
    base = form.generate(rules)
    cases = form.draw(base, scale.cases, seed=17, unknown=0.15)
    truths = ours.statuses(base, ours.loaded(base), cases)
    return {name: ours.differences(name, base, cases, truths) for name in ours.THREE_VALUED}


def said(error: Exception) -> str:
    """Return the first line of what went wrong."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}"


def size_of(base: Base) -> dict[str, Any]:
    """Return the figures that describe a generated rule set."""
    return {"definitions": len(base.definitions), "comparisons": len(base.comparisons())}
