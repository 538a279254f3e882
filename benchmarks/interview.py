"""What an interview costs and asks: `python benchmarks/interview.py [rules …]`.

First the time from one answer to the next question and the findings; then, on random complete cases, how many
questions are asked in the order of `next`, and on small sets how many the shortest order would need.
"""

# ruff: noqa: INP001, S311, T201

from __future__ import annotations

import datetime as dt
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sets

from ruleset.engines import Engine, Evaluator, default_engine
from ruleset.interview import Interview
from ruleset.loading.folder import load_folder
from ruleset.model import Case, RuleSet
from ruleset.program import compile_program
from ruleset.relevance import relevance
from ruleset.situation import Situation
from ruleset.testing.values import constants, values_of

DAY = dt.date(2026, 11, 23)
CASES = 20


def generated(rules: int, seed: int = 7) -> RuleSet:
    """Return a rule set of so many rules."""
    with tempfile.TemporaryDirectory() as folder:
        return load_folder(sets.write(Path(folder), rules, seed))


def full_case(ruleset: RuleSet, seed: int) -> Case:
    """Return a random complete case, each answer next to a threshold."""
    chance, known = random.Random(seed), constants(ruleset)
    return Case(ruleset.id, DAY, {id: chance.choice(values_of(one, known)) for id, one in ruleset.questions.items()})


def steps(ruleset: RuleSet, full: Case, engine: Engine) -> Iterator[float]:
    """Yield the processor time of each step of an interview, in milliseconds."""
    current = Interview.start(ruleset, Case(ruleset.id, DAY), engine=engine)
    while (wanted := current.next) is not None:
        start = time.process_time()
        current = current.answer(wanted, "none" if full.answers[wanted.id] is None else full.answers[wanted.id])
        _ = current.situation, current.next
        yield (time.process_time() - start) * 1000


def settled(ruleset: RuleSet, full: Case, ids: tuple[str, ...]) -> bool:
    """Return whether these answers alone leave nothing to ask."""
    case = Case(ruleset.id, DAY, {id: full.answers[id] for id in ids})
    return not relevance(Situation(compile_program(ruleset), case).compute()).now


def shortest(ruleset: RuleSet, full: Case) -> int:
    """Return how many answers of the case are enough to settle it: what the best order for this case would ask."""
    return next(
        count
        for count in range(len(ruleset.questions) + 1)
        for ids in itertools.combinations(ruleset.questions, count)
        if settled(ruleset, full, ids)
    )


def main() -> None:
    """Print the tables."""
    print(
        f"{sets.machine()} ; temps processeur d'une réponse aux conclusions et à la question suivante, en millisecondes"
    )
    print(f"{'règles':>7} {'moteur':>12} {'médiane':>9} {'au pire':>9}")
    for rules in [int(word) for word in sys.argv[1:]] or [30, 100, 300]:
        ruleset = generated(rules)
        for engine in (Evaluator(), default_engine()):
            times = sorted(
                itertools.chain.from_iterable(steps(ruleset, full_case(ruleset, n), engine) for n in range(3))
            )
            print(f"{rules:>7} {engine.name:>12} {statistics.median(times):>9.2f} {times[-1]:>9.2f}")
    print(f"\nquestions posées, {CASES} cas complets au hasard pour chaque jeu")
    print(f"{'règles':>7} {'questions':>10} {'posées':>8} {'au mieux':>9}")
    for rules in (5, 10, 20, 100):
        ruleset = generated(rules, seed=rules)
        cases = [full_case(ruleset, n) for n in range(CASES)]
        asked = [sum(1 for _ in steps(ruleset, case, Evaluator())) for case in cases]
        best = f"{statistics.mean(shortest(ruleset, case) for case in cases):.1f}" if rules <= 20 else "-"
        print(f"{rules:>7} {len(ruleset.questions):>10} {statistics.mean(asked):>8.1f} {best:>9}")


if __name__ == "__main__":
    main()
