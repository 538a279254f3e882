"""The report of `statut/aides`: a capital or an allowance, how much each can bring."""

from __future__ import annotations

from collections.abc import Iterator

from ruleset import BarChart, Outcome, Paragraphs, Section, Voice
from ruleset_plugins.statut.bars import bars_of

WAYS = ("arce_net", "plafond_cumul", "manque_financement")


def sections(outcome: Outcome, voice: Voice) -> Iterator[Section]:
    """Yield the two ways to use unemployment rights, beside the sum that is to be found."""
    _ = voice.own
    bars = list(bars_of(WAYS, outcome, voice))
    if bars:
        told = _("Le capital de l'Arce et l'allocation qui se cumule ne s'ajoutent pas : c'est l'un ou l'autre.")
        yield Section(_("Capital ou allocation"), [BarChart(bars), Paragraphs([told])])
