"""Many cases at once: columns of answers, bit planes of truths (NumPy). The engine of batches.

Every distinct expression of a rule set is computed once for all rows; a comparison gives a bit plane, sixty-four cases
a word, and logic is done on words. Two planes hold three values; a column without unknowns needs one. The meaning is
that of `ruleset.expressions.evaluate`, and nothing here is approximate: numbers are integers over a denominator,
in 64 bits as long as they certainly fit, beyond in Python's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ruleset.engines.columns.cases import batch_of, situations
from ruleset.engines.columns.frames import Batch, Table
from ruleset.engines.columns.plan import make_plan
from ruleset.engines.columns.run import Run
from ruleset.engines.columns.values import Pool
from ruleset.model import Case
from ruleset.program import Program
from ruleset.situation import Situation

__all__ = ["Batch", "ColumnsEngine", "Pool", "Run", "Table", "make_plan"]


@attrs.frozen
class ColumnsEngine:
    """Computes cases in columns."""

    name: str = "columns"

    def solve(self, program: Program, case: Case) -> Situation:
        """Return the case with every value and status computed."""
        return next(self.solve_all(program, [case]))

    def solve_all(self, program: Program, cases: Sequence[Case]) -> Iterator[Situation]:
        """Yield cases with every value and status computed, together."""
        pool = Pool()
        run = Run(make_plan(program.ruleset), batch_of(cases, pool), pool)
        solved = list(situations(run))
        troubled = run.troubled_flags()
        for case, (values, statuses), trouble in zip(cases, solved, troubled, strict=True):
            situation = Situation(program, case, values, statuses)
            if trouble:
                situation.diagnostics[:] = Situation(program, case).compute().diagnostics
            yield situation
