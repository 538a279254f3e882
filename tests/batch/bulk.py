"""Every rule set as a batch in a database, on many partial cases: each cell is that of the columns engine.

`python bulk.py ENGINE [--database ADDRESS] [--cases N] [RULESET …]`; exits with 1 where one is not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import pyarrow as pa

from ruleset.batch import Database, evaluate_table, open_database, tables_of
from ruleset.plugins.registry import registry
from ruleset.testing.values import random_cases

DAY = dt.date(2026, 11, 23)


def differences(id: str, database: Database, count: int) -> int:
    """Compare the tables of a rule set, and return how many columns differ."""
    rules = registry().get(id)
    assert rules is not None
    cases, records = tables_of(
        rules,
        {f"k{n}": case for n, case in enumerate([*itertools.islice(random_cases(rules, random.Random(1)), count)])},
    )
    started = time.monotonic()
    one, wanted, rejects = evaluate_table(rules, cases, records, DAY)
    between = time.monotonic()
    other, found, same = evaluate_table(rules, cases, records, DAY, database=database, mixed=True)
    ended = time.monotonic()
    pairs = [(one, other), *((wanted[kind], found[kind]) for kind in wanted)]
    bad = sum(_differing(*pair) for pair in pairs) + (rejects != same)
    columns = sum(table.num_columns for table, _ in pairs)
    print(f"{id:20} {cases.num_rows:7} cases {columns:4} columns {bad:4} differ", end="")
    print(f"   columns {between - started:6.2f} s   {database.name} {ended - between:6.2f} s", flush=True)
    return bad


def _differing(one: pa.Table, other: pa.Table) -> int:
    if one.schema != other.schema:
        return one.num_columns  # type: ignore[no-any-return]
    differing = [name for name in one.column_names if one[name].to_pylist() != other[name].to_pylist()]
    return len(differing)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("engine")
    parser.add_argument("rulesets", nargs="*")
    parser.add_argument("--database")
    parser.add_argument("--cases", type=int, default=400)
    given = parser.parse_args()
    opened = open_database(given.engine, given.database, 2)
    sys.exit(sum(differences(id, opened, given.cases) for id in given.rulesets or registry().ids()) > 0)
