"""The dated tasks of an outcome as a picture: lines of text for a terminal, or an SVG file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

import attrs

from ruleset.exchange.tasks import holding
from ruleset.model import Outcome, TaskResult
from ruleset.texts import format_date

_WIDTH: Final = 960
_LEFT: Final = 40
_ROW: Final = 34
_TOP: Final = 56


@attrs.frozen
class Timeline:
    """The tasks with a day, in order, between the day of the outcome and the last of them."""

    start: dt.date
    end: dt.date
    tasks: tuple[tuple[dt.date, TaskResult], ...]

    def share(self, day: dt.date) -> float:
        """Return how far a day is between the start and the end, from 0 to 1."""
        span = (self.end - self.start).days
        return (day - self.start).days / span if span else 0.0

    def years(self) -> Iterator[dt.date]:
        """Yield the first days of the years between the start and the end."""
        for year in range(self.start.year + 1, self.end.year + 1):
            yield dt.date(year, 1, 1)


def timeline(outcome: Outcome) -> Timeline:
    """Return the timeline of an outcome; the day of law is always on it."""
    tasks = tuple((task.due, task) for task in holding(outcome) if task.due is not None)
    days = [outcome.on, *(day for day, _ in tasks)]
    return Timeline(min(days), max(days), tasks)


def to_lines(outcome: Outcome, locale: str, width: int = 80) -> list[str]:
    """Return the timeline as text: a bar for each task, its day, its label.

    Args:
        outcome: whose tasks they are.
        locale: how days are written.
        width: columns of the terminal; labels are cut to it.
    """
    shown = timeline(outcome)
    bar = max(10, width // 4)
    lines = []
    for day, task in shown.tasks:
        place = round(shown.share(day) * (bar - 1))
        late = "!" if day < outcome.on else "●"
        axis = "─" * place + late + "─" * (bar - 1 - place)
        text = f"{axis}  {format_date(day, locale, 'short')}  {task.label}"
        lines.append(text if len(text) <= width else text[: width - 1] + "…")
    return lines


def to_svg(outcome: Outcome, title: str, locale: str) -> bytes:
    """Return the timeline as an SVG picture: years, the day of law, a mark and a line of text for each task."""
    shown = timeline(outcome)
    height = _TOP + _ROW * max(len(shown.tasks), 1) + 20
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {height}",
            "role": "img",
            "font-family": "sans-serif",
            "font-size": "13",
        },
    )
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "rect", {"width": str(_WIDTH), "height": str(height), "fill": "#ffffff"})

    def across(day: dt.date) -> str:
        return f"{_LEFT + shown.share(day) * (_WIDTH - 2 * _LEFT):.1f}"

    for day in shown.years():
        _rule(root, across(day), height, "#cccccc", str(day.year))
    _rule(root, across(outcome.on), height, "#1a5fb4", format_date(outcome.on, locale, "short"), above=True)
    for number, (day, task) in enumerate(shown.tasks):
        _mark(root, shown, across, (day, task), _TOP + _ROW * number, late=day < outcome.on, locale=locale)
    picture: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return picture


def _rule(root: ET.Element, x: str, height: int, colour: str, text: str, *, above: bool = False) -> None:
    ET.SubElement(root, "line", {"x1": x, "x2": x, "y1": "34", "y2": str(height - 10), "stroke": colour})
    place = {"x": x, "y": "14" if above else "28", "fill": colour if above else "#555555", "text-anchor": "middle"}
    ET.SubElement(root, "text", place).text = text


def _mark(
    root: ET.Element,
    shown: Timeline,
    across: Callable[[dt.date], str],
    one: tuple[dt.date, TaskResult],
    y: int,
    *,
    late: bool,
    locale: str,
) -> None:
    day, task = one
    colour = "#a51d2d" if late else "#26714a"
    ET.SubElement(root, "circle", {"cx": across(day), "cy": str(y + 10), "r": "5", "fill": colour})
    after = shown.share(day) < 0.5
    shift = 10 if after else -10
    place = {
        "x": f"{float(across(day)) + shift:.1f}",
        "y": str(y + 14),
        "fill": "#222222",
        "text-anchor": "start" if after else "end",
    }
    ET.SubElement(root, "text", place).text = f"{format_date(day, locale, 'short')} — {task.label}"
