"""What is aimed at, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
from benchmarks.side_by_side.charts import number
from benchmarks.side_by_side.measures import COMPILED, FUNCTION, Measured
from benchmarks.side_by_side.results import UNKNOWN_MARK, Results
from benchmarks.side_by_side.timing import median, ratio

COLUMNS: Final = "ours, columns"
ONE_CASE: Final = {10: 8.0, 60: 4.0, 300: 1.2, 1000: 0.7}


@attrs.frozen
class Aim:
    """An aim: `found` is at most `aim` (at least, where `more`); None was not measured."""

    text: str
    aim: float
    found: float | None
    unit: str = "×"
    more: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it is met; None where nothing was measured."""
        if self.found is None:
            return None
        return self.found >= self.aim if self.more else self.found <= self.aim


def aims(results: Results) -> Iterator[Aim]:
    """Yield every aim with what was found."""
    one = {measured.size: measured for measured in results.one_case}
    for rules, most in ONE_CASE.items():
        yield Aim(f"one case, {rules} rules, to the hand-written function", most, _ratio(one.get(rules), COMPILED))
    for other, least in (("zen-engine", 5.0), ("CLIPS", 10.0)):
        found = _ratio(one.get(300), other, COMPILED)
        yield Aim(f"one case, 300 rules: faster than {other}", least, found, more=True)
    changed = {measured.size: measured for measured in results.changed}
    yield Aim("one changed answer, 1 000 rules, to the function", 0.6, _ratio(changed.get(1000), COMPILED))
    yield Aim("loading 300 rules, from the cache", 25, _milliseconds(_of_300(results.loading), "from the cache"), "ms")
    yield Aim("loading 300 rules, from the files", 25, _milliseconds(_of_300(results.loading), "from the files"), "ms")
    yield Aim("`import ruleset`, without NumPy", 30, _milliseconds(results.imports, "ours, `import ruleset`"), "ms")
    everything = "ours, `from ruleset import load, evaluate, Interview`"
    yield Aim("`from ruleset import load, evaluate, Interview`", 30, _milliseconds(results.imports, everything), "ms")
    complete, unknown = _of_300(results.batch), _of_300(results.unknown)
    growth = {count: one for count, one in results.growth.items() if _of_300(one)}
    for other, least in (("OpenFisca", 5.0), ("Polars", 1.3), ("hand-written DuckDB SQL", 12.0)):
        yield Aim(
            f"batch of 300 rules, complete: faster than {other}", least, _ratio(complete, other, COLUMNS), more=True
        )  # fmt: skip
    vectors = results.machine.get("Vector instructions", "")
    yield Aim(
        f"the same, to packed-bit C ({vectors} here; the aim is with AVX-512)",
        3.0,
        _ratio(complete, COLUMNS, "generated C"),
    )
    yield Aim("15 % unknown, to complete cases", 2.5, _ratio(unknown, f"{COLUMNS}{UNKNOWN_MARK}", COLUMNS))
    counts = sorted(growth)
    if len(counts) > 1:
        small, large = (median(growth[count].times, COLUMNS) for count in counts[-2:])
        dearer = large / small / (counts[-1] / counts[-2]) if small and large else None
        yield Aim(f"linear: a case of {number(counts[-1])} to one of {number(counts[-2])}", 1.2, dearer)
    yield Aim("a batch starts", 500, _milliseconds(results.batch_start, "ruleset batch"), "ms")
    explained = {measured.size: measured for measured in results.explained}.get(1000)
    spent = median(explained.times, COMPILED) if explained else None
    yield Aim("all explanations of a case, 1 000 rules", 100, spent and spent * 1e6, "µs")


def _of_300(measured: Measured | None) -> Measured | None:
    return measured if measured and measured.size == 300 else None


def _ratio(measured: Measured | None, name: str, to: str = FUNCTION) -> float | None:
    return ratio(measured.times, name, to) if measured else None


def _milliseconds(measured: Measured | None, name: str) -> float | None:
    spent = median(measured.times, name) if measured else None
    return None if spent is None else spent * 1000
