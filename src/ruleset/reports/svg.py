"""Pictures as SVG: drawn from data, readable in grey, with a title and a description for who does not see them."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from ruleset import texts
from ruleset.reports.geometry import ticks
from ruleset.reports.sections import BarChart, Map, Picture, Plan, Timeline
from ruleset.reports.tables import named, summary
from ruleset.wording import Voice

WIDTH: Final = 960
LEFT: Final = 40
ACROSS: Final = WIDTH - 2 * LEFT
LETTER: Final = 7.4
"""The width of a letter of 13 units, on the safe side."""

INK: Final = "#1f1f1f"
GREY: Final = "#5c5c5c"
PALE: Final = "#d5d5d5"
BLUE: Final = "#1a5fb4"
COLOURS: Final = {"plain": BLUE, "good": "#26714a", "warning": "#8a5300", "danger": "#a51d2d"}


def to_svg(picture: Picture, title: str, voice: Voice) -> bytes:
    """Return a picture as an SVG file."""
    root = element(picture, title, voice)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def element(picture: Picture, title: str, voice: Voice, id: str = "p") -> ET.Element:
    """Return a picture as an element to put in a page, where `id` tells it from the others."""
    root = ET.Element(
        "svg",
        {
            "role": "img",
            "aria-labelledby": f"{id}-title {id}-desc",
            "font-family": "DejaVu Sans, Verdana, sans-serif",
            "font-size": "13",
        },
    )
    ET.SubElement(root, "title", {"id": f"{id}-title"}).text = title
    ET.SubElement(root, "desc", {"id": f"{id}-desc"}).text = summary(picture, voice)
    sheet = ET.SubElement(root, "rect", {"width": str(WIDTH), "fill": "#ffffff"})
    height = _draw(root, picture, voice)
    root.set("viewBox", f"0 0 {WIDTH} {height:.0f}")
    sheet.set("height", f"{height:.0f}")
    return root


def _draw(root: ET.Element, picture: Picture, voice: Voice) -> float:
    """Draw a picture and return its height."""
    match picture:
        case Timeline():
            return _timeline(root, picture, voice)
        case BarChart():
            return _bars(root, picture, voice)
        case Plan():
            return _plan(root, picture)
        case Map():
            from ruleset.reports.svg_map import draw_map

            return draw_map(root, picture)


def write(root: ET.Element, x: float, y: float, text: str, **style: str) -> None:
    """Add a text; a name of style with an underscore is one with a hyphen."""
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": style.pop("fill", INK)}
    ET.SubElement(root, "text", place | {name.replace("_", "-"): value for name, value in style.items()}).text = text


def line(root: ET.Element, start: tuple[float, float], end: tuple[float, float], colour: str, **style: str) -> None:
    """Add a straight line."""
    places = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    more = {name.replace("_", "-"): value for name, value in style.items()}
    ET.SubElement(root, "line", {name: f"{at:.1f}" for name, at in places.items()} | {"stroke": colour} | more)


def box(root: ET.Element, x: float, y: float, width: float, height: float, colour: str) -> None:
    """Add a filled rectangle."""
    places = {"x": x, "y": y, "width": width, "height": height}
    ET.SubElement(root, "rect", {name: f"{at:.1f}" for name, at in places.items()} | {"fill": colour})


def cut(text: str, width: float) -> str:
    """Return a text cut to a width; the whole of it stands in the table of the picture."""
    room = int(width / LETTER)
    return text if len(text) <= room else f"{text[: max(room - 1, 1)].rstrip()}…"


def _timeline(root: ET.Element, shown: Timeline, voice: Voice) -> float:
    top, row = 52, 40
    height = top + row * len(shown.events) + 16
    start, end = shown.days
    for day, name in ticks(start, end):
        x = LEFT + shown.share(day) * ACROSS
        line(root, (x, 36), (x, height - 8), PALE)
        write(root, x, 30, name, fill=GREY, text_anchor="middle")
    if shown.today:
        x = LEFT + shown.share(shown.today) * ACROSS
        line(root, (x, 18), (x, height - 8), BLUE, stroke_dasharray="4 3")
        today = texts.format_date(shown.today, voice.locale, "short")
        write(root, min(max(x, 4), WIDTH - 4), 13, today, fill=BLUE, text_anchor=_anchor(x))
    for number, event in enumerate(sorted(shown.events, key=lambda event: event.day)):
        y = top + row * number
        # A white band keeps the text readable where a line of the scale crosses it.
        text = cut(f"{texts.format_date(event.day, voice.locale, 'short')} — {event.label}", ACROSS)
        box(root, LEFT, y, min(len(text) * LETTER, ACROSS), 17, "#ffffff")
        write(root, LEFT, y + 13, text)
        line(root, (LEFT, y + 25), (LEFT + ACROSS, y + 25), PALE)
        _dot(root, LEFT + shown.share(event.day) * ACROSS, y + 25, event.tone)
    return height


def _anchor(x: float) -> str:
    return "start" if x < 120 else "end" if x > WIDTH - 120 else "middle"


def _dot(root: ET.Element, x: float, y: float, tone: str) -> None:
    """Add the mark of an event: a square where it is a danger or a warning, so that colour is not needed to see it."""
    if tone in ("danger", "warning"):
        box(root, x - 5, y - 5, 10, 10, COLOURS[tone])
    else:
        place = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "5", "fill": COLOURS[tone]}
        ET.SubElement(root, "circle", place)


def _bars(root: ET.Element, shown: BarChart, voice: Voice) -> float:
    row, top = 46, 12 if shown.goal is None else 34
    across = ACROSS - 260
    height = top + row * len(shown.bars) + 12
    for number, bar in enumerate(shown.bars):
        y = top + row * number
        length = shown.share(bar) * across
        write(root, LEFT, y + 12, cut(bar.label, ACROSS))
        box(root, LEFT, y + 18, max(length, 1), 16, COLOURS[bar.tone])
        write(root, LEFT + max(length, 1) + 8, y + 31, cut(bar.text, WIDTH - LEFT - length), font_weight="bold")
    if shown.goal is not None:
        x = LEFT + shown.share(shown.goal) * across
        line(root, (x, 22), (x, height - 6), INK, stroke_dasharray="5 3", stroke_width="1.5")
        goal = cut(named(shown.goal.label, shown.goal.text, voice), ACROSS)
        write(root, x, 16, goal, text_anchor="end" if x > WIDTH / 2 else "start")
    return height


def _plan(root: ET.Element, shown: Plan) -> float:
    label, row = 430.0, 24
    column = (WIDTH - LEFT - label) / max(len(shown.phases), 1)
    named = all(len(phase) * LETTER < column - 4 for phase in shown.phases)
    y = 20.0 if named else _legend(root, shown.phases)
    for number, phase in enumerate(shown.phases):
        name = phase if named else str(number + 1)
        write(root, label + column * (number + 0.5), y, name, text_anchor="middle", font_weight="bold")
    top = y + 6
    groups = [stage.group for stage in shown.stages]
    headings = sum(group != before for group, before in zip(groups, ["", *groups], strict=False))
    bottom = top + 4 + row * (len(groups) + headings)
    for number in range(len(shown.phases) + 1):
        x = label + column * number
        line(root, (x, top), (x, bottom), PALE)
    y, group = top + 4, ""
    for stage in shown.stages:
        if stage.group != group:
            group = stage.group
            write(root, LEFT, y + 16, cut(group, label - LEFT), font_weight="bold", fill=BLUE)
            y += row
        write(root, LEFT + 10, y + 15, cut(stage.label, label - LEFT - 10))
        line(root, (LEFT, y + 22), (WIDTH - LEFT, y + 22), "#eeeeee")
        for first, last in runs(shown, stage.phases):
            box(root, label + column * first + 3, y + 4, column * (last - first + 1) - 6, 14, BLUE)
        y += row
    return bottom + 10


def _legend(root: ET.Element, phases: tuple[str, ...]) -> float:
    """Number the phases, in three columns read downwards, and return where the plan begins."""
    down = -(-len(phases) // 3)
    for number, phase in enumerate(phases):
        across, along = divmod(number, down)
        text = cut(f"{number + 1}. {phase}", ACROSS / 3 - 10)
        write(root, LEFT + across * ACROSS / 3, 20 + 18 * along, text, fill=GREY)
    return 20.0 + 18 * down + 12


def runs(shown: Plan, phases: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the phases that follow one another, as the numbers (from 0) of the first and the last of each run."""
    found: list[tuple[int, int]] = []
    for number in sorted({shown.phases.index(phase) for phase in phases}):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
