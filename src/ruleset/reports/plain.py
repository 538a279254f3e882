"""A report as lines of text, for a terminal of any width, with or without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ruleset.reports.contents import Report
from ruleset.reports.geometry import bound, column_widths
from ruleset.reports.plain_pictures import picture_lines
from ruleset.reports.sections import BarChart, Block, Item, Items, Map, Paragraphs, Plan, Section, Table, Timeline
from ruleset.reports.tables import named
from ruleset.wording import Voice

WIDTH: Final = 80
LEAST: Final = 20
GAP: Final = 2


def to_text(report: Report, width: int = WIDTH) -> str:
    """Return a report as plain text; a width below twenty columns is taken as twenty."""
    width = max(width, LEAST)
    lines = [*wrapped(report.title, width), "=" * min(len(report.title), width)]
    for section in report.sections:
        lines += ["", *section_lines(section, report.voice, width)]
    return "\n".join(lines) + "\n"


def section_lines(section: Section, voice: Voice, width: int = WIDTH) -> Iterator[str]:
    """Yield a section: its title, underlined, then its parts, an empty line between them."""
    width = max(width, LEAST)
    yield from wrapped(section.title, width)
    yield "-" * min(len(section.title), width)
    for number, block in enumerate(section.body):
        yield from ([""] if number else [])
        yield from block_lines(block, voice, width)


def block_lines(block: Block, voice: Voice, width: int = WIDTH) -> Iterator[str]:
    """Yield one part of a section."""
    match block:
        case Paragraphs(texts):
            for text in texts:
                yield from wrapped(text, width)
        case Items(items):
            for item in items:
                yield from _item(item, voice, width)
        case Table():
            yield from _table(block, voice, width)
        case Timeline() | BarChart() | Map() | Plan():
            yield from picture_lines(block, voice, width)


def wrapped(text: str, width: int, first: str = "", indent: str = "", *, cut: bool = True) -> list[str]:
    """Return a text in lines of at most so many columns, at least one. Without `cut`, longer words stay whole."""
    lines = textwrap.wrap(
        bound(text), width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False, break_long_words=cut
    )
    return [line.replace("\u00a0", " ") for line in lines] or [first]


def _item(item: Item, voice: Voice, width: int) -> Iterator[str]:
    text = named(item.label, item.text, voice) if item.label else item.text
    yield from wrapped(text, width, "- ", "  ")
    for detail in item.details:
        yield from wrapped(detail, width, "  ", "    ")
    for link in item.links:
        yield from wrapped(" ".join(filter(None, (link.text, link.url))), width, "  § ", "    ", cut=False)


def _table(table: Table, voice: Voice, width: int) -> Iterator[str]:
    """Yield a table in columns where they are wide enough, else row by row."""
    rows = [table.headings, *table.rows] if any(table.headings) else list(table.rows)
    if not rows:
        return
    room = width - GAP * (len(table.headings) - 1)
    widths = column_widths(table, room)
    if sum(widths) > room:
        yield from _records(table, voice, width)
        return
    for number, row in enumerate(rows):
        yield from _row(row, widths)
        if number == 0 and any(table.headings):
            yield (" " * GAP).join("-" * one for one in widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    parts = [_cell(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, parts))):
        line = (part[number] if number < len(part) else "" for part in parts)
        yield (" " * GAP).join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()


def _cell(text: str, width: int) -> list[str]:
    return [line.replace("\u00a0", " ") for line in textwrap.wrap(bound(text), width)] or [""]


def _records(table: Table, voice: Voice, width: int) -> Iterator[str]:
    for first, *cells in table.rows:
        yield from wrapped(first, width, "- ", "  ")
        yield from _pairs(table.headings[1:], cells, voice, width)


def _pairs(headings: Iterable[str], cells: Iterable[str], voice: Voice, width: int) -> Iterator[str]:
    for heading, cell in zip(headings, cells, strict=True):
        yield from wrapped(named(heading, cell, voice) if heading else cell, width, "  ", "    ")
