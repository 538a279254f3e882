"""A report as Markdown (CommonMark with tables); a picture is a table there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from ruleset.reports.contents import Report
from ruleset.reports.sections import (
    BarChart,
    Block,
    Item,
    Items,
    Link,
    Map,
    Paragraphs,
    Plan,
    Table,
    Timeline,
)
from ruleset.reports.tables import as_table
from ruleset.wording import Voice

BAR: Final = 20
_SIGNS: Final = re.compile(r"([\\`*_\[\]<>#|~&$!{}])")
_START: Final = re.compile(r"^([-+=]|\d+(?=[.)]))")
_WEB: Final = re.compile(r"^https?://[^\s]+$", re.IGNORECASE)


def to_markdown(report: Report) -> str:
    """Return a report as Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {escaped(report.title)}"
    for section in report.sections:
        yield from ("", f"## {escaped(section.title)}")
        for block in section.body:
            yield ""
            yield from _block(block, report.voice)


def escaped(text: str) -> str:
    r"""Return a text whose signs mean nothing to Markdown.

    >>> print(escaped("2 * 3 | <b>"), escaped("1. un"))
    2 \* 3 \| \<b\> 1\. un
    """
    quiet = _SIGNS.sub(r"\\\1", text)
    found = _START.match(quiet)
    if found is None:
        return quiet
    return f"{found[0]}\\{quiet[found.end() :]}" if found[0].isdigit() else f"\\{quiet}"


def web_address(url: str) -> str:
    """Return an address that may be followed: http or https only; empty for any other."""
    return quote(url, safe="%/:?#@!$&'*+,;=~-._") if _WEB.match(url) else ""


def _block(block: Block, voice: Voice) -> Iterator[str]:
    match block:
        case Paragraphs(texts):
            for number, text in enumerate(texts):
                yield from ([""] if number else [])
                yield escaped(text)
        case Items(items):
            for item in items:
                yield from _item(item)
        case Table():
            yield from _table(block)
        case BarChart(bars=bars):
            table = as_table(block, voice)
            lengths = ["█" * max(1, round(block.share(bar) * BAR)) for bar in bars]
            lengths += ["│"] * (len(table.rows) - len(bars))
            rows = ((*row, length) for row, length in zip(table.rows, lengths, strict=True))
            yield from _table(Table((*table.headings, ""), rows))
        case Timeline() | Map() | Plan():
            yield from _table(as_table(block, voice))


def _table(table: Table) -> Iterator[str]:
    yield _row(table.headings)
    yield _row(["---"] * len(table.headings), str)
    yield from (_row(row) for row in table.rows)


def _row(cells: tuple[str, ...] | list[str], write: type[str] | None = None) -> str:
    return "| " + " | ".join(cell if write else escaped(cell) for cell in cells) + " |"


def _item(item: Item) -> Iterator[str]:
    label = f"**{escaped(item.label)}** — " if item.label else ""
    yield f"- {label}{escaped(item.text)}"
    yield from (f"  - {escaped(detail)}" for detail in item.details)
    yield from (f"  - {_link(link)}" for link in item.links)


def _link(link: Link) -> str:
    url = web_address(link.url)
    return f"[{escaped(link.text)}](<{url}>)" if url else escaped(" ".join(filter(None, (link.text, link.url))))
