"""A long picture in parts that each fit on a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from ruleset.reports.sections import Picture, Plan, Timeline

EVENTS: Final = 26
STAGES: Final = 40


def parts(picture: Picture) -> Iterator[Picture]:
    """Yield the parts of a picture, in order; a part of a timeline has its own scale."""
    match picture:
        case Timeline(events):
            ordered = sorted(events, key=lambda event: event.day)
            for first in range(0, len(ordered), EVENTS):
                yield attrs.evolve(picture, events=ordered[first : first + EVENTS])
        case Plan(stages=stages):
            for first in range(0, len(stages), STAGES):
                yield attrs.evolve(picture, stages=stages[first : first + STAGES])
        case _:
            yield picture
