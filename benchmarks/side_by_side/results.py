"""All that one run has measured."""

from __future__ import annotations

from typing import Final

import attrs
from benchmarks.side_by_side.measures import Measured

UNKNOWN_MARK: Final = ", 15 % unknown"


@attrs.define
class Results:
    """What was measured; `growth` by the number of cases, lists by the number of rules."""

    day: str
    machine: dict[str, str]
    versions: dict[str, str]
    forms: dict[str, str]
    described: dict[int, dict[str, int]] = attrs.field(factory=dict)
    partial: dict[str, str] = attrs.field(factory=dict)
    one_case: list[Measured] = attrs.field(factory=list)
    changed: list[Measured] = attrs.field(factory=list)
    explained: list[Measured] = attrs.field(factory=list)
    batch: Measured | None = None
    batch_count: int = 0
    by_rules: list[Measured] = attrs.field(factory=list)
    by_rules_count: int = 0
    growth: dict[int, Measured] = attrs.field(factory=dict)
    unknown: Measured | None = None
    shipped: dict[str, Measured] = attrs.field(factory=dict)
    imports: Measured | None = None
    loading: Measured | None = None
    batch_start: Measured | None = None
