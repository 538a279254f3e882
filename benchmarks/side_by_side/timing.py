"""Interleaved repetitions: each round measures every engine once, so that what slows the machine slows them alike."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Times: TypeAlias = dict[str, list[float]]
"""Seconds, by engine, round after round."""


def interleaved(runs: Mapping[str, Callable[[], float]], rounds: int, budget: float = math.inf) -> Times:
    """Return what each run measured in each round, after one round that is not counted.

    What has taken more than `budget` seconds in all is measured no more, once it has been twice.
    """
    found: Times = {name: [] for name in runs}
    taken = dict.fromkeys(runs, 0.0)
    for number in range(rounds + 1):
        for name, run in runs.items():
            if taken[name] > budget and len(found[name]) > 1:
                continue
            started = time.perf_counter()
            spent = run()
            taken[name] += time.perf_counter() - started
            if number:
                found[name].append(spent)
    return found


def processor(run: Callable[[], Any]) -> Callable[[], float]:
    """Return what runs once and gives the processor time of this process: other programs share the machine."""

    def measured() -> float:
        gc.collect()
        started = time.process_time()
        run()
        return time.process_time() - started

    return measured


def median(times: Times, name: str) -> float | None:
    """Return the median of an engine, in seconds; None where it was not measured."""
    return statistics.median(times[name]) if times.get(name) else None


def ratio(times: Times, name: str, to: str) -> float | None:
    """Return the median of the ratios of the rounds; None where one of the two was not measured."""
    if not times.get(name) or not times.get(to):
        return None
    return statistics.median(one / other for one, other in zip(times[name], times[to], strict=False))
