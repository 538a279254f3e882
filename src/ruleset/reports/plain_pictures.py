"""Pictures as lines of text: block characters for bars and plans, an axis for each date, a map of signs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from ruleset import texts
from ruleset.reports.geometry import Frame, clusters
from ruleset.reports.sections import BarChart, Map, Picture, Plan, Timeline
from ruleset.reports.svg import runs
from ruleset.reports.tables import named
from ruleset.wording import Voice

SIGNS: Final = "●◆▲■○◇△□"
"""One for each category of a map, in order; a marked place stands between brackets."""
_ASPECT: Final = 0.5
"""A character is twice as high as wide."""


def picture_lines(picture: Picture, voice: Voice, width: int) -> Iterator[str]:
    """Yield a picture as lines of at most so many columns."""
    match picture:
        case Timeline():
            return _timeline(picture, voice, width)
        case BarChart():
            return _bars(picture, voice, width)
        case Plan():
            return _plan(picture, width)
        case Map():
            return _map(picture, width)


def _timeline(shown: Timeline, voice: Voice, width: int) -> Iterator[str]:
    yield from timeline_lines(shown, voice.locale, width)
    if shown.today is not None and any(event.day < shown.today for event in shown.events):
        today = texts.format_date(shown.today, voice.locale)
        yield from _wrapped(voice.ui("! : avant le {day} ; ● : ce jour-là ou après").format(day=today), width, "")


def timeline_lines(shown: Timeline, locale: str, width: int) -> Iterator[str]:
    """Yield an axis for each event (`!` before today, `●` after), its day and what it is."""
    axis = max(10, width // 4)
    for event in sorted(shown.events, key=lambda event: event.day):
        place = round(shown.share(event.day) * (axis - 1))
        sign = "!" if shown.today is not None and event.day < shown.today else "●"
        head = f"{'─' * place}{sign}{'─' * (axis - 1 - place)}  {texts.format_date(event.day, locale, 'short')}  "
        room = width - len(head)
        if room < 12:
            yield head.rstrip()[:width]
            yield from _wrapped(event.label, width, "  ")
        else:
            first, *rest = textwrap.wrap(event.label, room) or [""]
            yield (head + first).rstrip()
            yield from (" " * len(head) + line for line in rest)


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)


def _bars(shown: BarChart, voice: Voice, width: int) -> Iterator[str]:
    longest = max((len(bar.text) for bar in shown.bars), default=0)
    room = max(width - min(longest, width // 2) - 3, 5)
    goal = min(round(shown.share(shown.goal) * room), room - 1) if shown.goal else -1
    for bar in shown.bars:
        yield from _wrapped(bar.label, width, "") or [""]
        length = round(shown.share(bar) * room)
        line = "█" * length if length or not bar.value else "▏"
        if goal >= 0:
            padded = line.ljust(goal + 1)
            line = f"{padded[:goal]}│{padded[goal + 1 :]}"
        text = f"{line} {bar.text}"
        yield from [text] if len(text) <= width else [line, *_wrapped(bar.text, width, "  ")]
    if shown.goal is not None:
        yield from textwrap.wrap(f"│ {named(shown.goal.label, shown.goal.text, voice)}", width, subsequent_indent="  ")


def _plan(shown: Plan, width: int) -> Iterator[str]:
    for number, phase in enumerate(shown.phases, 1):
        yield from textwrap.wrap(f"{number}. {phase}", width, subsequent_indent="   ")
    cell = 3
    label = width - cell * len(shown.phases) - 1
    if label < 16:
        for stage in shown.stages:
            who = f" ({stage.group})" if stage.group else ""
            yield from textwrap.wrap(f"- {stage.label}{who} : {', '.join(stage.phases)}", width, subsequent_indent="  ")
        return
    yield " " * label + " " + "".join(f"{number:>{cell}}" for number in range(1, len(shown.phases) + 1))
    group = ""
    for stage in shown.stages:
        if stage.group != group:
            group = stage.group
            yield from _wrapped(group, width, "")
        cells = [" · "] * len(shown.phases)
        for first, last in runs(shown, stage.phases):
            for number in range(first, last + 1):
                cells[number] = "━━━"
        lines = textwrap.wrap(stage.label, label, initial_indent="  ", subsequent_indent="  ") or [""]
        yield f"{lines[0].ljust(label)} {''.join(cells)}".rstrip()
        yield from lines[1:]


def _map(shown: Map, width: int) -> Iterator[str]:
    frame = Frame.around(shown, width - 2)
    height = max(round(frame.height * _ASPECT), 4)
    grid = [[" "] * (width - 2) for _ in range(height)]
    for cluster in clusters(shown.places, frame, 1.5):
        signs = "".join(_sign(shown, place.category, marked=place.marked) for place in cluster.places)
        _lay(grid, round(cluster.x), round(cluster.y * _ASPECT), signs, cluster.towns)
    edge = "─" * (width - 2)
    yield f"┌{edge}┐"
    yield from (f"│{''.join(row)}│" for row in grid)
    yield f"└{edge}┘"
    for category in shown.categories:
        count = sum(place.category == category for place in shown.places)
        sign = _sign(shown, category)
        yield from textwrap.wrap(f"{sign} {category} ({count})", width, subsequent_indent="  ")
    if shown.mark and any(place.marked for place in shown.places):
        yield from textwrap.wrap(f"(…) {shown.mark}", width, subsequent_indent="    ")
    for place in shown.places:
        name = f"{_sign(shown, place.category, marked=place.marked)} {place.label}, {place.town}"
        yield from textwrap.wrap(name, width, subsequent_indent="  ")


def _sign(shown: Map, category: str, *, marked: bool = False) -> str:
    sign = SIGNS[shown.categories.index(category) % len(SIGNS)]
    return f"({sign})" if marked else sign


def _lay(grid: list[list[str]], x: int, y: int, signs: str, towns: tuple[str, ...]) -> None:
    """Put the signs of a cluster where they belong, and the name of its first town where there is room."""
    row = grid[min(max(y, 0), len(grid) - 1)]
    signs = signs if len(signs) <= 9 else f"{signs[:8]}+"
    start = min(max(x - len(signs) // 2, 0), max(len(row) - len(signs), 0))
    while start + len(signs) < len(row) and any(one != " " for one in row[start : start + len(signs)]):
        start += 1
    row[start : start + len(signs)] = signs[: len(row) - start]
    name = towns[0]
    for left in (start + len(signs) + 1, start - len(name) - 1):
        around = row[max(left - 1, 0) : left + len(name) + 1]
        if left >= 0 and left + len(name) <= len(row) and sum(one != " " for one in around) <= 0:
            row[left : left + len(name)] = name
            return
