"""What one answer costs when a case has many records: `python benchmarks/register.py [rows …]`.

The sample register of `examples/retention`, its rows repeated with other names and dates. Measured is what the terminal
application computes after an answer to a question of one row: statuses and values, the next question, the words shown
beside it; then the screen of results, an answer that may reach every row, and once the whole from nothing. Times are
medians of a few answers, in milliseconds of processor time; what counts is how they grow with the rows.
"""

# ruff: noqa: INP001, T201

from __future__ import annotations

import datetime as dt
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import sets

from ruleset import Case, Interview, RuleSet, load
from ruleset.loading.cases import finish_case, read_case_file
from ruleset.relevance import Wanted
from ruleset_tui.conclusions import conclusions, results
from ruleset_tui.findings_pane import findings_content
from ruleset_tui.view import Picture, progress_text

SAMPLE = Path(__file__).parents[1] / "examples" / "retention" / "registre.json"
EDITS: tuple[tuple[str, object], ...] = (
    ("base_legale", "contrat"),
    ("duree_annoncee_mois", 36),
    ("statut", "archivee"),
    ("gel_depuis", "2026-01-15"),
    ("decision_auto", True),
)
OF_THE_CASE: tuple[tuple[str, object], ...] = (
    ("g_lbcft", "FR"),
    ("g_cloture_mois", 6),
    ("g_dpo", True),
)


def register(ruleset: RuleSet, rows: int) -> Case:
    """Return the sample with so many rows, each with its own name and dates."""
    case = finish_case(read_case_file(SAMPLE), ruleset)
    sample = itertools.cycle(case.records["donnee"])
    varied = tuple(_varied(row, number) for number, row in zip(range(rows), sample, strict=False))
    return attrs.evolve(case, records={**case.records, "donnee": varied})


def _varied(row: Any, number: int) -> dict[str, Any]:
    moved = {id: one - dt.timedelta(days=number) if isinstance(one, dt.date) else one for id, one in row.items()}
    return {**moved, "d_id": f"r{number}", "sujet": f"s{number}"}


def answers(interview: Interview, rows: int) -> Iterator[tuple[float, ...]]:
    """Yield the milliseconds of each of some answers, part by part."""
    for position, (field, raw) in enumerate(EDITS):
        interview = interview.answer(Wanted(field, "donnee", position * rows // len(EDITS)), raw)
        yield parts(interview)


def case_answers(interview: Interview) -> Iterator[float]:
    """Yield the milliseconds of answers to questions of the whole case, which may reach every row."""
    for id, raw in OF_THE_CASE:
        interview = interview.answer(id, raw)
        yield sum(parts(interview)[:3])


def parts(interview: Interview) -> tuple[float, ...]:
    """Return the milliseconds of the conclusions, the next question, the words beside it, and the results."""
    picture = Picture(interview)
    return (
        timed(lambda: interview.situation),
        timed(lambda: progress_text(picture)),
        timed(lambda: list(findings_content(conclusions(picture), str))),
        timed(lambda: results(picture)),
    )


def timed(run: Callable[[], object]) -> float:
    """Return how long something takes, in milliseconds of processor time."""
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1000


def main() -> None:
    """Print the table."""
    print(f"{sets.machine()} ; une réponse dans un registre, en millisecondes de temps processeur")
    heads = ("constats", "suivante", "textes", "réponse", "résultats", "globale", "à froid", "rapport")
    print(f"{'lignes':>7}" + "".join(f"{head:>11}" for head in heads))
    ruleset = load("retention")
    first = 0.0
    for rows in [int(word) for word in sys.argv[1:]] or [1, 10, 100]:
        interview = Interview.start(ruleset, register(ruleset, rows))
        cold = sum(parts(interview)[:3])
        *answer, screen = map(statistics.median, zip(*answers(interview, rows), strict=True))
        first = first or sum(answer)
        figures = (*answer, sum(answer), screen, statistics.median(case_answers(interview)), cold, sum(answer) / first)
        print(f"{rows:>7}" + "".join(f"{one:>11.1f}" for one in figures))


if __name__ == "__main__":
    main()
