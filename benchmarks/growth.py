"""How one evaluation grows with the records of a case, and whether memory does over many evaluations.

    python benchmarks/growth.py [--evaluations N]

Times are the least of three rounds; memory is the resident set of this process, read from the system.
"""

# ruff: noqa: INP001, T201

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import resource
import tempfile
import time
from pathlib import Path

from ruleset import RuleSet, make_case
from ruleset.loading.folder import load_folder
from ruleset.program import compile_program
from ruleset.situation import Situation

RULES = """
ruleset: growth
title: Croissance
version: '1'
sources: {S: {title: Source}}
questions: {limit: {ask: Limite ?, type: integer}}
records:
  row:
    title: Ligne
    plural: rows
    questions:
      allowed: {ask: Mois ?, type: integer}
      open: {ask: Ouverte ?, type: yes_no}
      since: {ask: Depuis ?, type: date}
definitions:
  late: {for: row, value: "full_months(row.since, on) > row.allowed"}
  all_late: {value: count(r for r in rows if r.late), label: En retard}
rules:
  LATE: {for: row, when: row.late and not row.open, then: {finding: risk, say: En retard., source: S}}
  MANY: {when: all_late > limit, then: {finding: caution, say: Trop., source: S}}
  OPEN: {for: row, when: row.open, then: {finding: info, say: Ouverte., source: S}}
"""
DAY = dt.date(2026, 11, 23)


def evaluate(ruleset: RuleSet, records: int) -> float:
    """Return the least time of one evaluation of so many records, in seconds."""
    rows = [{"allowed": n % 40, "open": n % 3 == 0, "since": DAY - dt.timedelta(days=n % 2000)} for n in range(records)]
    case = make_case(ruleset, {"limit": 5}, {"row": rows}, DAY)
    program = compile_program(ruleset)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        Situation(program, case).compute()
        times.append(time.perf_counter() - start)
    return min(times)


def resident() -> float:
    """Return the memory of this process, in MB."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--evaluations", type=int, default=100_000)
    evaluations = parser.parse_args().evaluations
    print(f"# {platform.platform()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "rules.yaml").write_text(RULES, encoding="utf-8")
        ruleset = load_folder(folder)
    print("records      one evaluation    for each record")
    for records in (10, 100, 1_000, 10_000):
        elapsed = evaluate(ruleset, records)
        print(f"{records:7} {elapsed * 1000:14.2f} ms {elapsed / records * 1e6:14.1f} µs")
    program, case = compile_program(ruleset), make_case(ruleset, {"limit": 5}, {"row": [{"allowed": 3}]}, DAY)
    print("evaluations      memory")
    for turn in range(5):
        if turn:
            for _ in range(evaluations // 4):
                Situation(program, case).compute()
        print(f"{turn * evaluations // 4:11} {resident():8.1f} MB")


if __name__ == "__main__":
    main()
