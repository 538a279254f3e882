"""Computed values as bars, under the labels that the rule set gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from ruleset import Bar, Outcome, Voice


def bars_of(ids: Iterable[str], outcome: Outcome, voice: Voice) -> Iterator[Bar]:
    """Yield a bar for each value that is known and above zero."""
    for id in ids:
        value = outcome.values.get(id)
        if isinstance(value, int | Fraction) and value > 0:
            definition = voice.ruleset.definitions[id]
            yield Bar(voice.own(definition.label), value, voice.value(value, definition.type, unit=definition.unit))
