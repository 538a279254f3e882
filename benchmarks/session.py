"""One evaluation through the session engine: what durable_rules costs of it, and what is ours.

    python benchmarks/session.py [FOLDER OF A RULE SET] [--rounds N]

The cost of durable_rules alone is measured by giving it the very facts of those evaluations again. Each round measures
all three, one after another; times are medians, in microseconds for one case, and the ratio is the median of those of
the rounds, since other work on a shared machine slows whole rounds.
"""

# ruff: noqa: INP001, S311, T201

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from ruleset.engines import Engine, Evaluator, session
from ruleset.engines.forward import LOCK, Forward
from ruleset.engines.session import SessionEngine
from ruleset.loading.folder import load_folder
from ruleset.loading.problems import LoadError
from ruleset.model import Case, RuleSet
from ruleset.plugins.registry import registry
from ruleset.program import Program, compile_program
from ruleset.testing import rule_set

LOYALTY = Path(__file__).parents[1] / "rules" / "loyalty"
AIM = 3.0


def generated(rules: int = 60, questions: int = 30) -> RuleSet:
    """Return a rule set of so many rules of one to four comparisons, with cases that answer most questions."""
    rng = random.Random(1)
    kinds = {f"q{n}": rng.choice(("yes_no", "integer")) for n in range(questions)}
    asked = "".join(f"  {id}: {{ask: Q, type: {kind}}}\n" for id, kind in kinds.items())
    tests = {id: id if kind == "yes_no" else f"{id} > 5" for id, kind in kinds.items()}
    made = "".join(
        f"  R{n}: {{when: {rng.choice((' and ', ' or ')).join(rng.sample(list(tests.values()), rng.randint(1, 4)))}, "
        "then: {finding: info, say: S, source: S}}\n"
        for n in range(rules)
    )
    answers = [{id: "true" if kind == "yes_no" else n % 10 for id, kind in kinds.items() if rng.random() < 0.8}
               for n in range(20)]  # fmt: skip
    written = "".join(
        f"  - {{name: C{n}, on: 2026-11-23, answers: {one}, expect: {{}}}}\n" for n, one in enumerate(answers)
    )
    return rule_set(f"questions:\n{asked}rules:\n{made}cases:\n{written}".replace("'", ""))


def load(folder: Path) -> RuleSet:
    """Return the rule set of a folder; one generated where it does not load."""
    found = registry()
    try:
        return load_folder(folder, found.functions, found.get)
    except LoadError as error:
        print(f"{folder.name} ne se charge pas ({str(error).splitlines()[0]}) : jeu engendré")
        return generated()


class Shares:
    """Adds up the time spent in some functions, one not within another."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def watch(self, owner: object, name: str, label: str) -> Callable[[], None]:
        """Count a function's time under a label; return what undoes it."""
        function = getattr(owner, name)

        def counted(*arguments: object) -> object:
            started = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.spent[label] += time.perf_counter() - started

        setattr(owner, name, counted)
        return lambda: setattr(owner, name, function)


def timed(run: Callable[[], object], count: int) -> float:
    """Return the microseconds of one case."""
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) / count * 1e6


def solving(engine: Engine, program: Program, cases: list[Case]) -> Callable[[], object]:
    """Return what solves the cases one by one, keeping none."""

    def run() -> None:
        for case in cases:
            engine.solve(program, case)

    return run


def recorded(engine: SessionEngine, program: Program, cases: list[Case]) -> list[tuple[Forward, str]]:
    """Return every fact that the cases give to durable_rules, with its network."""
    facts: list[tuple[Forward, str]] = []
    fire = Forward.fire

    def record(self: Forward, fact: str) -> list[str]:
        facts.append((self, fact))
        return fire(self, fact)

    Forward.fire = record  # type: ignore[method-assign]
    for case in cases:
        engine.solve(program, case)
    Forward.fire = fire  # type: ignore[method-assign]
    return facts


def shares(engine: SessionEngine, program: Program, cases: list[Case], rounds: int) -> dict[str, float]:
    """Return where the time of one case goes, in microseconds."""
    found = Shares()
    undo = [
        found.watch(Forward, "fire", "durable_rules"),
        found.watch(session, "_compute_definitions", "définitions (référence)"),
        found.watch(session._Facts, "of", "encodage (lecture des atomes)"),  # noqa: SLF001
        found.watch(session._Settling, "settle", "statuts"),  # noqa: SLF001
    ]
    for _ in range(rounds):
        for case in cases:
            engine.solve(program, case)
    for one in undo:
        one()
    return {label: spent / rounds / len(cases) * 1e6 for label, spent in found.spent.items()}


def measure(ruleset: RuleSet, rounds: int) -> None:
    """Measure a rule set on its worked cases, and print the table."""
    program, engine = compile_program(ruleset), SessionEngine()
    cases = [worked.case for worked in ruleset.cases] or [Case(ruleset.id)]
    started = time.perf_counter()
    report = engine.explain_plan(program)
    registering = time.perf_counter() - started
    facts = recorded(engine, program, cases)

    def replay() -> int:
        with LOCK:
            return sum(len(forward.fire(fact)) for forward, fact in facts)

    firings = replay() / len(cases)
    runs = (solving(engine, program, cases), replay, solving(Evaluator(), program, cases))
    measured = [[timed(run, len(cases)) for run in runs] for _ in range(rounds)]
    total, raw, reference = (statistics.median(column) for column in zip(*measured, strict=True))
    ratio = statistics.median(one[0] / one[1] for one in measured)
    parts = shares(engine, program, cases, rounds)

    print(f"{ruleset.id} : {report} ; {len(ruleset.definitions)} définitions, {len(cases)} cas")
    print(f"  {firings:.0f} déclenchements et {len(facts) / len(cases):.1f} faits par cas ; "
          f"plan et enregistrement {registering * 1e3:.0f} ms, une fois")  # fmt: skip
    rows = [("une évaluation par session", total), ("durable_rules seul, mêmes faits", raw),
            ("une évaluation par l'évaluateur", reference)]  # fmt: skip
    for label, spent in rows:
        print(f"  {label:<38}{spent:>8.0f} µs")
    print(f"  {'rapport':<38}{ratio:>8.2f}    (visé : moins de {AIM:.0f})")
    print("  parts, instrumentées (durable_rules au milieu du reste, sans la mémoire cache d'une boucle serrée) :")
    whole = sum(parts.values())
    for label, spent in sorted(parts.items(), key=lambda item: -item[1]):
        print(f"    {label:<36}{spent:>8.0f} µs {spent / whole:>5.0%}")


def machine() -> str:
    """Return what the figures depend on."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    names = [line.split(":")[1].strip() for line in lines if "model name" in line]
    load_ = f", charge {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{names[0] if names else platform.processor()}, {os.cpu_count()} cœurs{load_}, {platform.system()}, "
        f"Python {platform.python_version()}, durable-rules {importlib.metadata.version('durable-rules')}"
    )


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=LOYALTY)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    print(machine())
    measure(load(arguments.folder), arguments.rounds)
    if arguments.folder == LOYALTY:
        measure(generated(), arguments.rounds)


if __name__ == "__main__":
    main()
