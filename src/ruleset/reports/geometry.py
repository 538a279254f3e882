"""Where things stand: the days of a scale, columns, the points of a map, and those too near to be told apart."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence

import attrs

from ruleset.reports.sections import Map, Place, Table

MOST_TICKS = 12
LONGEST_WORD = 64
"""A digest; what is longer is broken."""
_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_LEAST_SPAN = 0.5
_BINDING = re.compile(r"(?<=«) | (?=[»?:;!])")


def ticks(start: dt.date, end: dt.date) -> Iterator[tuple[dt.date, str]]:
    """Yield first days of months or years inside a period, twelve at most, with how a scale names them."""
    months = (end.year - start.year) * 12 + end.month - start.month
    step = next((step for step in _STEPS if months <= step * MOST_TICKS), 12_000)
    for number in range(start.year * 12 + start.month, end.year * 12 + end.month):
        if number % step == 0:
            year, month = divmod(number, 12)
            yield dt.date(year, month + 1, 1), f"{year}" if step >= 12 else f"{month + 1:02}/{year}"


def bound(text: str) -> str:
    """Return a text whose French signs (« » : ; ? !) stay on the line of their word."""
    return _BINDING.sub("\u00a0", text)


def column_widths(table: Table, room: int) -> list[int]:
    """Return the widths of the columns of a table, in letters: as wide as they want while there is room, then the
    widest give way first, but none below its longest word. Where even that is too much, the sum is more than the room.
    """
    columns = list(zip(table.headings, *table.rows, strict=True))
    natural = [max(map(len, column)) for column in columns]
    words = [[len(word) for cell in column for word in bound(cell).split(" ")] for column in columns]
    least = [min(max(lengths), LONGEST_WORD) for lengths in words]
    most = max(natural)
    while most > 1 and sum(max(min(one, most), word) for one, word in zip(natural, least, strict=True)) > room:
        most -= 1
    return [max(min(one, most), word, 1) for one, word in zip(natural, least, strict=True)]


@attrs.frozen
class Frame:
    """The part of the world that a map shows, and how it is laid on a sheet of some width (a plate carrée whose degrees
    of longitude are as long as they are in the middle of the map). Lengths are in the unit of the width.
    """

    west: float
    south: float
    east: float
    north: float
    width: float

    @classmethod
    def around(cls, shown: Map, width: float) -> Frame:
        """Return the frame of the places of a map, with a margin; its outlines may go beyond it."""
        longitudes = [place.longitude for place in shown.places] or [0.0]
        latitudes = [place.latitude for place in shown.places] or [0.0]
        across = max(max(longitudes) - min(longitudes), _LEAST_SPAN) * 0.08
        along = max(max(latitudes) - min(latitudes), _LEAST_SPAN) * 0.12
        return cls(
            max(min(longitudes) - across, -180),
            max(min(latitudes) - along, -90),
            min(max(longitudes) + across, 180),
            min(max(latitudes) + along, 90),
            width,
        )

    @property
    def height(self) -> float:
        """The height of the sheet, at most one and a half times its width."""
        narrowing = max(math.cos(math.radians((self.south + self.north) / 2)), 0.05)
        height = self.width * (self.north - self.south) / ((self.east - self.west) * narrowing)
        return min(max(height, self.width * 0.2), self.width * 1.5)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return where a point is on the sheet: from its left, from its top."""
        return (
            (longitude - self.west) / (self.east - self.west) * self.width,
            (self.north - latitude) / (self.north - self.south) * self.height,
        )

    def degrees(self) -> tuple[range, range]:
        """Return the whole degrees of longitude and of latitude that a graticule shows, ten or fewer each."""
        return _whole(self.west, self.east), _whole(self.south, self.north)


def _whole(low: float, high: float) -> range:
    step = next((step for step in (1, 2, 5, 10, 20) if (high - low) / step <= 10), 45)
    return range(math.ceil(low / step) * step, math.floor(high) + 1, step)


@attrs.frozen
class Cluster:
    """Places too near to one another for marks of their own, at the first of them."""

    x: float
    y: float
    places: tuple[Place, ...]

    @property
    def towns(self) -> tuple[str, ...]:
        """Their towns, each once."""
        return tuple(dict.fromkeys(place.town for place in self.places))


def clusters(places: Sequence[Place], frame: Frame, near: float) -> list[Cluster]:
    """Return the places of a map gathered: each joins the first cluster nearer than `near`, or begins its own."""
    found: list[Cluster] = []
    for place in places:
        x, y = frame.at(place.longitude, place.latitude)
        for number, one in enumerate(found):
            if math.hypot(one.x - x, one.y - y) < near:
                found[number] = attrs.evolve(one, places=(*one.places, place))
                break
        else:
            found.append(Cluster(x, y, (place,)))
    return found
