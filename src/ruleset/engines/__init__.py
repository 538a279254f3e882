"""Engines: what computes the statuses and values of one situation. All mean the same (architecture, section 4)."""

from __future__ import annotations

import functools
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class Following(Engine, Protocol):
    """An engine that computes a case faster from what it has computed of the case before an answer."""

    def follow(self, before: Situation, case: Case) -> Situation:
        """Return what `solve` returns for a case of the program of `before`, which this engine has computed."""


def follow(engine: Engine, before: Situation | None, program: Program, case: Case) -> Situation:
    """Return a case with every value and status computed, from an earlier one where the engine can."""
    if before is not None and before.program is program and isinstance(engine, Following):
        return engine.follow(before, case)
    return engine.solve(program, case)


@attrs.frozen
class Evaluator:
    """The reference: the short three-valued evaluator of `expressions`."""

    name: str = "evaluator"

    def solve(self, program: Program, case: Case) -> Situation:
        """Return the case computed by the definition of the semantics."""
        return Situation(program, case).compute()

    def follow(self, before: Situation, case: Case) -> Situation:
        """Return a case computed by the definition of the semantics, what the change cannot reach taken over."""
        return Situation(before.program, case).follow(before).compute()


@functools.cache
def default_engine() -> Engine:
    """Return the engine of interviews: durable_rules where it can be imported, else the evaluator."""
    try:
        from ruleset.engines.session import SessionEngine
    except ImportError:
        return Evaluator()
    return SessionEngine()
