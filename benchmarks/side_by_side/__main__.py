"""Runs everything and writes docs/performance.md: `python -m benchmarks.side_by_side [--quick] [--output FOLDER]`."""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable
from functools import partial
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
ROOT = Path(__file__).parents[2]
RULES = 300
"""Rules of the rule set on which batches are compared."""

T = TypeVar("T")


def measure(scale: Scale, keep: Callable[[Results], None]) -> None:
    """Measure everything, told on the way; `keep` is given all there is after each measure: some take minutes."""
    results = Results(f"{dt.date.today()}", machine(), versions(), {one.name: one.form for one in ONE_CASE})  # noqa: DTZ011
    results.forms |= {f"{one.name} (batch)": one.form for one in BATCHES}
    results.described = {rules: measures.size_of(form.generate(rules)) for rules in scale.rules}

    def told(what: str, run: Callable[[], T], put: Callable[[T], object]) -> None:
        started = time.perf_counter()
        put(run())
        keep(results)
        print(f"{what}: {time.perf_counter() - started:.0f} s", flush=True)

    told("partial cases", partial(measures.partial_cases, 60, scale), results.partial.update)
    for rules in scale.rules:
        told(f"one case, {rules} rules", partial(measures.one_case, ONE_CASE, rules, scale), results.one_case.append)
        told("one changed answer", partial(measures.changed_answer, rules, scale), results.changed.append)
        told("explanations", partial(measures.explanations, rules, scale), results.explained.append)
    at = RULES if RULES in scale.rules else scale.rules[-1]
    results.batch_count, results.by_rules_count = scale.batches[-1], scale.batches[-2]
    for count in scale.batches:
        told(
            f"{count} cases",
            partial(batches.batches, BATCHES, at, count, scale),
            partial(results.growth.__setitem__, count),
        )
    results.batch = results.growth[results.batch_count]
    told(
        "15 % unknown",
        partial(batches.with_unknown, BATCHES, at, results.batch_count, scale),
        partial(setattr, results, "unknown"),
    )
    told("imports", partial(starting.imports, scale), partial(setattr, results, "imports"))
    told("loading", partial(starting.loading, at, scale), partial(setattr, results, "loading"))
    told("the start of a batch", partial(starting.batch_start, scale), partial(setattr, results, "batch_start"))
    told("the shipped rule sets", partial(shipped.shipped, scale), results.shipped.update)
    for rules in scale.rules:
        run = partial(batches.batches, BATCHES, rules, results.by_rules_count, scale)
        told(f"batch, {rules} rules", run, results.by_rules.append)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, few rounds: a look, no figures to quote")
    parser.add_argument("--output", type=Path, help="folder of performance.md: docs, or build/side-by-side when quick")
    parser.add_argument("--rounds", type=int, help="repetitions of each measure")
    arguments = parser.parse_args()
    output = arguments.output or ROOT / ("build/side-by-side" if arguments.quick else "docs")
    scale = QUICK if arguments.quick else Scale()
    if arguments.rounds:
        scale = attrs.evolve(scale, rounds=arguments.rounds, batch_rounds=arguments.rounds)
    measure(scale, partial(report.write, folder=output))
    print((output / "performance.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
