"""A campaign of random partial cases of every installed rule set: all engines give the same values and statuses.

    python tests/conformance/campaign.py [--cases 100000] [--seed N] [--judge 100] [--ruleset ID …]

Columns are compared with the compiled engine on every case, and the evaluator judges one case in so many (`--judge 1`
for all). Differences are printed with the case; exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import time

from ruleset.engines import Evaluator
from ruleset.engines.columns import ColumnsEngine
from ruleset.engines.compiled import CompiledEngine
from ruleset.engines.verifying import differences
from ruleset.model import Case, RuleSet
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.saved import case_form
from ruleset.testing.values import random_cases

BLOCK = 2_000
MOST_SHOWN = 5


def unlike(rules: RuleSet, cases: list[Case], judge: int) -> list[str]:
    """Return what the engines say differently of some cases."""
    program, compiled, reference = compile_program(rules), CompiledEngine(), Evaluator()
    found = []
    for number, (case, columns) in enumerate(zip(cases, ColumnsEngine().solve_all(program, cases), strict=True)):
        other = compiled.solve(program, case)
        said = [f"colonnes et compilé : {one}" for one in differences(columns, other)]
        if number % judge == 0:
            said += [f"compilé et évaluateur : {one}" for one in differences(other, reference.solve(program, case))]
        if said:
            found.append(f"{'; '.join(said[:3])}\n{json.dumps(case_form(case, rules), ensure_ascii=False)}")
    return found


def main() -> int:
    """Run the campaign and return its exit status."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--judge", type=int, default=100)
    options.add_argument("--ruleset", nargs="*", default=registry().ids())
    given = options.parse_args()
    failed = False
    for id in given.ruleset:
        rules = registry().get(id)
        assert rules is not None, id
        cases = random_cases(rules, random.Random(f"{given.seed} {id}"))
        started, wrong = time.monotonic(), []
        for start in range(0, given.cases, BLOCK):
            block = list(itertools.islice(cases, min(BLOCK, given.cases - start)))
            wrong += unlike(rules, block, given.judge)
        print(f"{id}: {given.cases} cases, {len(wrong)} differ, {time.monotonic() - started:.0f} s", flush=True)
        for one in wrong[:MOST_SHOWN]:
            print(one)
        failed = failed or bool(wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
