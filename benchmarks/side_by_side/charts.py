"""Pictures of growth: lines on two logarithmic axes, each named at its end, as SVG that any browser shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, SubElement, indent, tostring

Line: TypeAlias = Sequence[tuple[float, float]]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 480, 84, 230, 54, 52
END: Final = WIDTH - RIGHT
FOOT: Final = HEIGHT - BOTTOM
ROW: Final = 15
"""Points between two names."""
COLOURS: Final = (
    "#0072b2", "#b07400", "#009e73", "#a8578a", "#2a8fc4", "#8c6d31", "#5b3fa0", "#666666", "#111111", "#6b8e00",
)  # fmt: skip
"""Told apart by colour-blind readers too, dark enough to be read on white."""
OURS: Final = "#b00020"
INK: Final = "#444444"


def chart(title: str, across: str, up: str, lines: Mapping[str, Line]) -> str:
    """Return a picture; a line whose name begins with « ours » stands out."""
    shown = {name: line for name, line in lines.items() if line}
    xs = [x for line in shown.values() for x, _ in line] or [1]
    ys = [y for line in shown.values() for _, y in line] or [1]
    low, high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    x_of = _scale(math.log10(min(xs)), math.log10(max(xs)), LEFT, END)
    y_of = _scale(low, max(high, low + 1), FOOT, TOP)
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img"})
    svg.attrib |= {"aria-label": title, "font-family": "sans-serif", "font-size": "12"}
    SubElement(svg, "rect", {"width": f"{WIDTH}", "height": f"{HEIGHT}", "fill": "#ffffff"})
    _text(svg, LEFT, 20, title, fill="#222222", size="15")
    _text(svg, LEFT, TOP - 12, up)
    _text(svg, (LEFT + END) / 2, HEIGHT - 12, across, anchor="middle")
    for power in range(low, max(high, low + 1) + 1):
        _line(svg, [(LEFT, y_of(power)), (END, y_of(power))], "#dddddd", 1)
        _text(svg, LEFT - 8, y_of(power) + 4, number(10**power), anchor="end")
    for x in sorted(set(xs)):
        _text(svg, x_of(math.log10(x)), FOOT + 20, number(x), anchor="middle")
    places = _apart({name: y_of(math.log10(line[-1][1])) for name, line in shown.items()})
    colours = dict(zip((name for name in places if not name.startswith("ours")), COLOURS * len(places), strict=False))
    for name, place in places.items():
        colour = colours.get(name, OURS)
        points = [(x_of(math.log10(x)), y_of(math.log10(y))) for x, y in shown[name]]
        _line(svg, points, colour, 1.6 if name in colours else 3)
        for x, y in points:
            SubElement(svg, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "3", "fill": colour})
        _line(svg, [points[-1], (END + 22, place)], colour, 0.5)
        _text(svg, END + 26, place + 4, name, fill=colour, weight="normal" if name in colours else "bold")
    indent(svg, " ")
    return tostring(svg, encoding="unicode") + "\n"


def number(value: float) -> str:
    """Return a number as an axis shows it.

    >>> [number(x) for x in (0.001, 0.5, 10, 1_000_000)]
    ['0.001', '0.5', '10', '1 000 000']
    """
    return f"{value:,.0f}".replace(",", " ") if value >= 1 else f"{value:.6f}".rstrip("0")


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    step = (end - start) / (high - low or 1)
    return lambda power: start + (power - low) * step


def _apart(ends: Mapping[str, float]) -> dict[str, float]:
    """Return where names stand: near the ends of their lines, none on another, from the top."""
    places: dict[str, float] = {}
    free = float(TOP)
    for name, y in sorted(ends.items(), key=lambda item: item[1]):
        places[name] = max(y, free)
        free = places[name] + ROW
    limit = float(FOOT)
    for name in reversed(list(places)):
        places[name] = min(places[name], limit)
        limit = places[name] - ROW
    return places


def _text(
    svg: Element,
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    size: str = "12",
    weight: str = "normal",
) -> None:
    given = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "fill": fill, "font-size": size}
    SubElement(svg, "text", {**given, "font-weight": weight}).text = text


def _line(svg: Element, points: Line, colour: str, width: float) -> None:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    SubElement(svg, "polyline", {"points": path, "fill": "none", "stroke": colour, "stroke-width": f"{width}"})
