"""How long loading and evaluating take, by the number of rules: `python benchmarks/loading.py [rules …]`."""

# ruff: noqa: INP001, S311, T201

from __future__ import annotations

import datetime as dt
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import sets

from ruleset.loading.folder import load_folder
from ruleset.model import Case, RuleSet
from ruleset.program import Program, compile_program
from ruleset.situation import Situation
from ruleset.testing.values import constants, values_of

RUNS = 5


def best(action: Callable[[], object], runs: int = RUNS) -> float:
    """Return the shortest processor time of some runs, in milliseconds: other programs share the machine."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times) * 1000


def full_case(ruleset: RuleSet, seed: int = 1) -> Case:
    """Return a random complete case."""
    chance, known = random.Random(seed), constants(ruleset)
    answers = {id: chance.choice(values_of(question, known)) for id, question in ruleset.questions.items()}
    return Case(ruleset.id, dt.date(2026, 11, 23), answers)


def solve(program: Program, case: Case) -> Situation:
    """Return a case computed by the reference evaluator."""
    return Situation(program, case).compute()


def main() -> None:
    """Print the table."""
    print(f"{sets.machine()} ; temps processeur, meilleur de {RUNS}, en millisecondes")
    print(f"{'règles':>7} {'Ko':>6} {'charger':>9} {'évaluer':>9} {'par règle (µs)':>15}")
    for rules in [int(word) for word in sys.argv[1:]] or [30, 100, 300, 1000]:
        with tempfile.TemporaryDirectory() as folder:
            sets.write(Path(folder), rules)
            size = (Path(folder) / "rules.yaml").stat().st_size / 1000
            loading = best(partial(load_folder, folder))
            ruleset = load_folder(folder)
        program, case = compile_program(ruleset), full_case(ruleset)
        evaluating = best(partial(solve, program, case))
        print(f"{rules:>7} {size:>6.0f} {loading:>9.1f} {evaluating:>9.2f} {evaluating / rules * 1000:>15.1f}")


if __name__ == "__main__":
    main()
