"""The report of `statut/faisabilite`: how far each of the six dimensions is filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from ruleset import Bar, BarChart, Outcome, Paragraphs, Section, Tone, Type, Voice


def sections(outcome: Outcome, voice: Voice) -> Iterator[Section]:
    """Yield a bar for each dimension, as long as the part of its points that is reached."""
    _ = voice.own
    weights = voice.ruleset.parameters["poids"].period(outcome.on)
    bars = list(_bars(weights.value if weights else None, outcome, voice))
    if bars:
        told = _("Une barre pleine a tous les points de sa dimension. Les points sont un choix de l'outil, pas la loi.")
        yield Section(_("Les six dimensions de la faisabilité"), [BarChart(bars), Paragraphs([told])])


def _bars(weights: object, outcome: Outcome, voice: Voice) -> Iterator[Bar]:
    _ = voice.own
    for name, weight in weights.items() if isinstance(weights, Mapping) else ():
        points = outcome.values.get(f"points_{name}")
        if not isinstance(points, int | Fraction) or not isinstance(weight, int) or not weight:
            continue
        share = Fraction(points) / weight
        tone: Tone = "good" if share >= Fraction(7, 10) else "warning" if share >= Fraction(4, 10) else "danger"
        label = _(voice.ruleset.definitions[f"points_{name}"].label)
        text = _("{points} sur {weight}").format(points=voice.value(points, Type("number")), weight=weight)
        yield Bar(label, share, text, tone)
