"""The engine of whole cases, beside the others: a Situation with everything computed."""

from __future__ import annotations

import attrs

from ruleset.engines.compiled.settled import solved
from ruleset.model import Case
from ruleset.program import Program
from ruleset.situation import Situation


@attrs.frozen
class CompiledEngine:
    """Computes whole cases with bit vectors and generated code; shared between threads."""

    name: str = "compiled"

    def solve(self, program: Program, case: Case) -> Situation:
        """Return the case with every value and status computed."""
        return solved(program, case)
