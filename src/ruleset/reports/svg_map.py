"""A map as SVG: a graticule, outlines, a mark for each place by category, the names of towns where there is room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from ruleset.reports.geometry import Cluster, Frame, clusters
from ruleset.reports.sections import Map
from ruleset.reports.svg import ACROSS, BLUE, GREY, INK, LEFT, LETTER, PALE, cut, line, write

NEAR: Final = 17
SMALL: Final = 0.85
"""Names are written in 11 units: their letters are so much narrower than those of 13."""

MARKS: Final = (
    (BLUE, "circle"), ("#a51d2d", "diamond"), ("#26714a", "triangle"),
    ("#8a5300", "square"), (GREY, "ring"), (INK, "cross"),
)  # fmt: skip
_SHAPES: Final = {
    "diamond": "M0 -7 L7 0 L0 7 L-7 0 Z",
    "triangle": "M0 -7 L6.5 5 L-6.5 5 Z",
    "square": "M-5 -5 L5 -5 L5 5 L-5 5 Z",
    "cross": "M-5 -5 L5 5 M-5 5 L5 -5",
    "circle": "M-5.5 0 A5.5 5.5 0 0 1 5.5 0 A5.5 5.5 0 0 1 -5.5 0 Z",
    "ring": "M-5 0 A5 5 0 0 1 5 0 A5 5 0 0 1 -5 0 Z",
}
_Box = tuple[float, float, float, float]


def draw_map(root: ET.Element, shown: Map) -> float:
    """Draw a map and return the height it takes."""
    frame = Frame.around(shown, ACROSS)
    top = 26.0
    sheet = ET.SubElement(root, "g", {"transform": f"translate({LEFT} {top:.0f})"})
    _graticule(sheet, frame)
    for outline in shown.outlines:
        _outline(sheet, frame, outline.points)
    gathered = clusters(shown.places, frame, NEAR)
    taken = [_marks(sheet, shown, cluster) for cluster in gathered]
    for cluster in gathered:
        _name(sheet, frame, cluster, taken)
    return _legend(root, shown, top + frame.height + 34)


def _graticule(root: ET.Element, frame: Frame) -> None:
    longitudes, latitudes = frame.degrees()
    for degree in longitudes:
        x, _ = frame.at(degree, frame.south)
        line(root, (x, 0), (x, frame.height), "#e4e4e4")
        write(root, x, frame.height + 14, f"{degree}°", **_FAINT)
    for degree in latitudes:
        _, y = frame.at(frame.west, degree)
        line(root, (0, y), (frame.width, y), "#e4e4e4")
        write(root, -4, y + 4, f"{degree}°", **(_FAINT | {"text_anchor": "end"}))
    edge = f"M0 0 H{frame.width:.0f} V{frame.height:.1f} H0 Z"
    ET.SubElement(root, "path", {"d": edge, "fill": "none", "stroke": PALE})


_FAINT: Final = {"fill": GREY, "text_anchor": "middle", "font_size": "10"}


def _outline(root: ET.Element, frame: Frame, points: tuple[tuple[float, float], ...]) -> None:
    """Draw the part of a line that is inside the frame."""
    runs: list[list[str]] = [[]]
    for longitude, latitude in points:
        if frame.west <= longitude <= frame.east and frame.south <= latitude <= frame.north:
            x, y = frame.at(longitude, latitude)
            runs[-1].append(f"{x:.1f} {y:.1f}")
        elif runs[-1]:
            runs.append([])
    for run in runs:
        if len(run) > 1:
            style = {"fill": "none", "stroke": "#9fc0e6", "stroke-width": "5", "stroke-linejoin": "round"}
            ET.SubElement(root, "path", {"d": "M" + " L".join(run)} | style)


def _marks(root: ET.Element, shown: Map, cluster: Cluster) -> _Box:
    """Draw the marks of a cluster side by side, and return the room that they take."""
    width = 14.0 * len(cluster.places)
    x = cluster.x - width / 2 + 7
    for place in cluster.places:
        _mark(root, shown.categories.index(place.category), x, cluster.y, marked=place.marked)
        x += 14
    return cluster.x - width / 2, cluster.y - 8, cluster.x + width / 2, cluster.y + 8


def _mark(root: ET.Element, category: int, x: float, y: float, *, marked: bool = False) -> None:
    colour, shape = MARKS[category % len(MARKS)]
    hollow = shape in ("ring", "cross")
    style = {"fill": "none" if hollow else colour, "stroke": colour if hollow else "#ffffff"}
    style["stroke-width"] = "2" if hollow else "0.8"
    at = {"transform": f"translate({x:.1f} {y:.1f})"}
    if marked:
        ring = "M-9 0 A9 9 0 0 1 9 0 A9 9 0 0 1 -9 0 Z"
        ET.SubElement(root, "path", {"d": ring, "fill": "none", "stroke": INK, "stroke-width": "1.8"} | at)
    ET.SubElement(root, "path", {"d": _SHAPES[shape]} | style | at)


def _name(root: ET.Element, frame: Frame, cluster: Cluster, taken: list[_Box]) -> None:
    """Write the towns of a cluster where no mark or name is in the way; else they stand in the table only."""
    towns = cluster.towns
    name = cut(", ".join(towns[:2]) + (f" +{len(towns) - 2}" if len(towns) > 2 else ""), 230)
    width = len(name) * LETTER * SMALL
    for place in _around(cluster, width):
        inside = place[0] >= 0 and place[1] >= 0 and place[2] <= frame.width and place[3] <= frame.height
        if inside and not any(_overlap(place, other) for other in taken):
            taken.append(place)
            write(root, place[0], place[3] - 3, name, font_size="11")
            return


def _around(cluster: Cluster, width: float) -> Iterator[_Box]:
    x, y, half = cluster.x, cluster.y, 7.0 * len(cluster.places) + 4
    for left, top in ((x + half, y - 7), (x - half - width, y - 7), (x - width / 2, y - 24), (x - width / 2, y + 10)):
        yield left, top, left + width, top + 14


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(root: ET.Element, shown: Map, y: float) -> float:
    for number, category in enumerate(shown.categories):
        count = sum(place.category == category for place in shown.places)
        _mark(root, number, LEFT + 8, y)
        write(root, LEFT + 24, y + 4, cut(f"{category} ({count})", ACROSS - 24))
        y += 22
    if shown.mark and any(place.marked for place in shown.places):
        ring = {"cx": f"{LEFT + 8}", "cy": f"{y:.1f}", "r": "8", "fill": "none", "stroke": INK, "stroke-width": "1.8"}
        ET.SubElement(root, "circle", ring)
        write(root, LEFT + 24, y + 4, cut(shown.mark, ACROSS - 24))
        y += 22
    return y
