"""Engines that answer one case at a time, each translated from the same generated rule set."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import attrs
from benchmarks.side_by_side.form import Base, Value


class OneCase(Protocol):
    """A rule set loaded into an engine."""

    def held(self, case: dict[str, Value]) -> set[str]:
        """Return the rules that hold."""

    def seconds(self, cases: Sequence[dict[str, Value]]) -> float:
        """Return the processor time of all the cases, one after another, given in the engine's own types."""


@attrs.frozen
class Local:
    """An engine in this process: `given` and `read` translate, `run` is what is timed."""

    run: Callable[[Any], Any]
    given: Callable[[dict[str, Value]], Any] = lambda case: case
    read: Callable[[Any], set[str]] = set

    def held(self, case: dict[str, Value]) -> set[str]:
        """Return the rules that hold."""
        return self.read(self.run(self.given(case)))

    def seconds(self, cases: Sequence[dict[str, Value]]) -> float:
        """Return the processor time of all the cases."""
        given, run = [self.given(case) for case in cases], self.run
        gc.collect()
        gc.disable()
        started = time.process_time()
        for one in given:
            run(one)
        spent = time.process_time() - started
        gc.enable()
        return spent


@attrs.frozen
class Engine:
    """How an engine takes part.

    Args:
        name: how tables and pictures call it.
        prepare: loads a rule set; raises `ImportError` where the engine is not installed.
        form: in which form its rules are written: the fastest that its documentation has.
        package: the distribution whose version is told.
        most: the largest rule set it is asked for.
        slow: from 100 times slower on, it is measured on fewer cases.
    """

    name: str
    prepare: Callable[[Base], OneCase]
    form: str
    package: str | None = None
    most: int = 1000
    slow: bool = False
