"""The report of `statut/temps`: what takes points away."""

from __future__ import annotations

from collections.abc import Iterator

from ruleset import BarChart, Outcome, Section, Voice
from ruleset_plugins.statut.bars import bars_of


def sections(outcome: Outcome, voice: Voice) -> Iterator[Section]:
    """Yield a bar for each deduction."""
    _ = voice.own
    ids = [id for id in voice.ruleset.definitions if id.startswith("retrait_")]
    bars = sorted(bars_of(ids, outcome, voice), key=lambda bar: -bar.value)
    if bars:
        yield Section(_("Ce qui pèse sur votre temps"), [BarChart(bars)])
