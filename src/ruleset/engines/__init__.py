"""Engines: what computes the statuses and values of one situation. All mean the same (architecture, section 4)."""

from __future__ import annotations

import functools
from typing import Protocol

import attrs

from ruleset.model import Case
from ruleset.program import Program
from ruleset.situation import Situation


class Engine(Protocol):
    """Computes a case."""

    @property
    def name(self) -> str:
        """The name shown by `ruleset doctor`."""

    def solve(self, program: Program, case: Case) -> Situation:
        """Return the case with every value and status computed."""


@attrs.frozen
class Evaluator:
    """The reference: the short three-valued evaluator of `expressions`."""

    name: str = "evaluator"

    def solve(self, program: Program, case: Case) -> Situation:
        """Return the case computed by the definition of the semantics."""
        return Situation(program, case).compute()


@functools.cache
def default_engine() -> Engine:
    """Return the engine of interviews: durable_rules where it can be imported, else the evaluator."""
    try:
        from ruleset.engines.session import SessionEngine
    except ImportError:
        return Evaluator()
    return SessionEngine()
