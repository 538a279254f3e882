"""Runs everything and writes docs/performance.md: `python -m benchmarks.side_by_side [--quick] [--output FOLDER]`."""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import attrs
from benchmarks.side_by_side import batches, form, measures, report, shipped, starting
from benchmarks.side_by_side.batch import c, duckdb, polars
from benchmarks.side_by_side.batch import openfisca as openfisca_batch
from benchmarks.side_by_side.batch import ours as ours_batch
from benchmarks.side_by_side.machine import machine, versions
from benchmarks.side_by_side.measures import QUICK, Scale
from benchmarks.side_by_side.one_case import cel, clips, durable, openfisca, ours, publicodes, python, rule_engine, zen
from benchmarks.side_by_side.results import Results

ONE_CASE = (
    python.ENGINE,
    ours.COMPILED,
    ours.CENTS,
    ours.SESSION,
    ours.EVALUATOR,
    zen.ENGINE,
    clips.ENGINE,
    durable.EXTENSION,
    durable.PUBLIC,
    rule_engine.ENGINE,
    cel.ENGINE,
    openfisca.ENGINE,
    publicodes.ENGINE,
)
BATCHES = (
    c.ENGINE,
    ours_batch.COLUMNS,
    ours_batch.TABLE,
    ours_batch.SQL,
    polars.ENGINE,
    openfisca_batch.ENGINE,
    duckdb.ENGINE,
)
RULES = 300
"""Rules of the rule set on which batches are compared."""

T = TypeVar("T")


def measure(scale: Scale) -> Results:
    """Return all that is measured, told on the way."""
    results = Results(f"{dt.date.today()}", machine(), versions(), {one.name: one.form for one in ONE_CASE})  # noqa: DTZ011
    results.forms |= {f"{one.name} (batch)": one.form for one in BATCHES}
    results.described = {rules: measures.size_of(form.generate(rules)) for rules in scale.rules}
    results.partial = _told("partial cases", lambda: measures.partial_cases(60, scale))
    for rules in scale.rules:
        results.one_case.append(_told(f"one case, {rules} rules", lambda: measures.one_case(ONE_CASE, rules, scale)))  # noqa: B023
        results.changed.append(_told("one changed answer", lambda: measures.changed_answer(rules, scale)))  # noqa: B023
        results.explained.append(_told("explanations", lambda: measures.explanations(rules, scale)))  # noqa: B023
    at = RULES if RULES in scale.rules else scale.rules[-1]
    for count in scale.batches:
        results.growth[count] = _told(f"{count} cases", lambda: batches.batches(BATCHES, at, count, scale))  # noqa: B023
    results.batch_count = scale.batches[-1]
    results.batch = results.growth[results.batch_count]
    results.unknown = _told("15 % unknown", lambda: batches.with_unknown(BATCHES, at, results.batch_count, scale))
    results.by_rules_count = scale.batches[-2]
    results.by_rules = [
        _told(f"batch, {rules} rules", lambda: batches.batches(BATCHES, rules, results.by_rules_count, scale))  # noqa: B023
        for rules in scale.rules
    ]
    results.shipped = _told("the rule sets that are shipped", lambda: shipped.shipped(scale))
    results.imports = _told("imports", lambda: starting.imports(scale))
    results.loading = _told("loading", lambda: starting.loading(at, scale))
    results.batch_start = _told("the start of a batch", lambda: starting.batch_start(scale))
    return results


def _told(what: str, run: Callable[[], T]) -> T:
    started = time.perf_counter()
    found = run()
    print(f"{what}: {time.perf_counter() - started:.0f} s", flush=True)
    return found


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, few rounds: a look, no figures to quote")
    parser.add_argument("--output", type=Path, default=Path(__file__).parents[2] / "docs")
    parser.add_argument("--rounds", type=int, help="repetitions of each measure")
    arguments = parser.parse_args()
    scale = QUICK if arguments.quick else Scale()
    if arguments.rounds:
        scale = attrs.evolve(scale, rounds=arguments.rounds, batch_rounds=arguments.rounds)
    results = measure(scale)
    report.write(results, arguments.output)
    print((arguments.output / "performance.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
