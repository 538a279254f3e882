"""One case at full speed: the Program as bit vectors over its clauses, and generated Python for values."""

from __future__ import annotations

from ruleset.engines.compiled.decision import Decision
from ruleset.engines.compiled.embedding import Compiled, compiled
from ruleset.engines.compiled.engine import CompiledEngine
from ruleset.engines.compiled.program import Reason
from ruleset.engines.compiled.session import Change, Session

__all__ = ["Change", "Compiled", "CompiledEngine", "Decision", "Reason", "Session", "compiled"]
