"""Every rule set by SQL, on many partial cases: each value and status that DuckDB computes, and what has no SQL form.

`python bulk.py [CASES [RULESET …]]`; exits with 1 where one is not the reference evaluator's.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))


from ruleset.engines.sql.cases import decimals_in
from ruleset.engines.sql.inputs import Layout
from ruleset.engines.sql.running import DuckDbEngine
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing.values import random_cases


def differences(id: str, count: int) -> int:
    """Compare a rule set on so many cases, and return how many values and statuses differ."""
    rules = registry().get(id)
    assert rules is not None
    engine, program, given = (
        DuckDbEngine(),
        compile_program(rules),
        [*itertools.islice(random_cases(rules, random.Random(1)), count)],
    )
    started = time.monotonic()
    found = engine.computed(program, given)
    elapsed = time.monotonic() - started
    bad = compared = 0
    for case, (values, statuses) in zip(given, found, strict=True):
        reference = Situation(program, case).compute()
        compared += len(values) + len(statuses)
        bad += sum(reference.value(*place) != value for place, value in values.items())
        bad += sum(reference.rule_status(*place) is not status for place, status in statuses.items())
    failed = engine.compiled(rules, Layout(decimals=decimals_in(rules, given))).failed
    steps = len(program.order)
    print(f"{id:20} {len(given):6} cases {compared:9} compared {bad:5} differ {elapsed:6.1f} s", end="")
    print(f"   {steps - len(failed)} of {steps} steps in SQL")
    return bad


if __name__ == "__main__":
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    sys.exit(sum(differences(id, cases) for id in sys.argv[2:] or registry().ids()) > 0)
