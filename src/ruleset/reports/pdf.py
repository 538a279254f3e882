"""A report as PDF, with fpdf2 (the extra `ruleset[report]`), its own fonts and the same pictures as the web page."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from ruleset.loading.problems import RulesetError
from ruleset.reports.contents import Report
from ruleset.reports.geometry import column_widths
from ruleset.reports.markdown import web_address
from ruleset.reports.sections import (
    PICTURES,
    BarChart,
    Block,
    Item,
    Items,
    Map,
    Paragraphs,
    Picture,
    Plan,
    Table,
    Timeline,
)
from ruleset.reports.splitting import parts
from ruleset.reports.svg import COLOURS, GREY, INK, element
from ruleset.reports.tables import as_table, named, summary

if TYPE_CHECKING:
    from fpdf import FPDF

FONT: Final = "DejaVu"
MARGIN: Final = 18
BODY: Final = 9.5
SMALL: Final = 8.5
WIDEST_TABLE: Final = 9
PAGE_LETTERS: Final = 96
PADDING: Final = 3
TALL_ROW: Final = 20
"""A row of more lines may be broken between two pages."""
"""About so many letters of a table stand side by side."""
_LEADING: Final = 1.4
_POINT: Final = 25.4 / 72


def to_pdf(report: Report) -> bytes:
    """Return a report as PDF (A4). The same report gives the same bytes: it is dated by its day of law.

    Raises:
        RulesetError: fpdf2 is not installed.
    """
    try:
        import fpdf
    except ImportError:
        raise RulesetError(
            report.voice.ui(
                "un rapport PDF demande la bibliothèque fpdf2, qui n'est pas installée (essayez : pip install fpdf2) ;"
                " sinon, faites un rapport .html et imprimez-le en PDF depuis votre navigateur"
            )
        ) from None
    document = fpdf.FPDF(format="A4")
    page = _Page(document, report)
    page.write()
    return bytes(document.output())


class _Page:
    """Writes one report, from top to bottom."""

    def __init__(self, document: FPDF, report: Report) -> None:
        self.document, self.report, self.voice = document, report, report.voice
        self.widths: dict[tuple[str, str, float], float] = {}
        fonts = resources.files("ruleset.reports") / "fonts"
        with (
            resources.as_file(fonts / "DejaVuSans.ttf") as regular,
            resources.as_file(fonts / "DejaVuSans-Bold.ttf") as bold,
        ):
            document.add_font(FONT, "", regular)
            document.add_font(FONT, "B", bold)
        document.set_margin(MARGIN)
        document.set_auto_page_break(auto=True, margin=MARGIN)
        document.set_title(report.title)
        document.set_lang(report.voice.locale.replace("_", "-"))
        document.set_producer("ruleset")
        document.set_creation_date(dt.datetime.combine(report.outcome.on, dt.time(), dt.UTC))

    def write(self) -> None:
        """Write the title, then each section."""
        self.document.add_page()
        self.text(self.report.title, 16, bold=True)
        for section in self.report.sections:
            self.document.ln(4)
            first = section.body[0] if section.body else None
            self.keep(12 + self.height(first, section.title) if isinstance(first, PICTURES) else 24)
            self.document.start_section(section.title)
            self.text(section.title, 12.5, bold=True)
            self.document.ln(1)
            for block in section.body:
                self.block(block, section.title)
                self.document.ln(2)

    def block(self, block: Block, title: str) -> None:
        """Write one part of a section."""
        match block:
            case Paragraphs(texts):
                for text in texts:
                    self.text(text)
            case Items(items):
                for item in items:
                    self.item(item)
            case Table():
                self.table(block)
            case Timeline() | BarChart() | Map() | Plan():
                for part in parts(block):
                    picture = element(part, title, self.voice)
                    self.picture(picture, summary(part, self.voice))
                if isinstance(block, Map):
                    self.table(as_table(block, self.voice))

    def text(
        self, text: str, size: float = BODY, *, bold: bool = False, indent: float = 0, colour: str = INK, link: str = ""
    ) -> None:
        """Write a text in lines of its own."""
        document = self.document
        document.set_font(FONT, "B" if bold else "", size)
        document.set_text_color(colour)
        across = document.epw - indent
        for line in self.lines(text, across - 2 * document.c_margin):
            document.set_x(MARGIN + indent)
            document.cell(across, size * _LEADING * _POINT, line, link=link or None, new_x="LMARGIN", new_y="NEXT")

    def lines(self, text: str, across: float) -> Iterator[str]:
        """Yield a text in lines of at most so many millimetres.

        fpdf2 can do it, and tables too, but measures each line again at every space: half a minute for 100 records.
        """
        space = self.width(" ")
        line: list[str] = []
        used = 0.0
        for word in text.split(" "):
            width = self.width(word)
            if line and used + space + width > across:
                yield " ".join(line)
                line, used = [], 0.0
            while width > across:
                most = next(n for n in range(len(word), 0, -1) if n == 1 or self.width(word[:n]) <= across)
                yield word[:most]
                word = word[most:]  # noqa: PLW2901  what is left of it
                width = self.width(word)
            used += width + (space if line else 0)
            line.append(word)
        yield " ".join(line)

    def width(self, word: str) -> float:
        """Return how wide a word is in the font of now, in millimetres."""
        key = (word, self.document.font_style, self.document.font_size_pt)
        if key not in self.widths:
            self.widths[key] = self.document.get_string_width(word)
        return self.widths[key]

    def keep(self, height: float) -> None:
        """Go to the next page where less room is left than so many millimetres."""
        if self.document.will_page_break(height):
            self.document.add_page()

    def item(self, item: Item) -> None:
        """Write a point, its word in its colour, its details smaller below."""
        self.keep(12)
        if item.label:
            self.text(item.label, bold=True, colour=COLOURS[item.tone])
        self.text(item.text, indent=3 if item.label else 0)
        for detail in item.details:
            self.text(detail, SMALL, indent=6, colour=GREY)
        for link in item.links:
            url = web_address(link.url)
            words = link.text if url else " ".join(filter(None, (link.text, link.url)))
            self.text(f"§ {words}", SMALL, indent=6, colour=COLOURS["plain"] if url else GREY, link=url)
            if url:
                self.text(url, 7, indent=9, colour=GREY)
        self.document.ln(1.5)

    def table(self, table: Table) -> None:
        """Write a table, its headings again on each page; one with very many columns is written row by row."""
        if len(table.headings) > WIDEST_TABLE:
            for first, *cells in table.rows:
                pairs = zip(table.headings[1:], cells, strict=True)
                self.item(Item(first, details=[named(heading, cell, self.voice) for heading, cell in pairs]))
            return
        letters = _letters(table)
        widths = [self.document.epw * one / sum(letters) for one in letters]
        headings = table.headings if any(table.headings) else ()
        self.keep(16)
        self.row(headings, widths, bold=True)
        for row in table.rows:
            self.row(row, widths, headings)

    def row(
        self, cells: Sequence[str], widths: Sequence[float], headings: Sequence[str] = (), *, bold: bool = False
    ) -> None:
        """Write a row and a line below it; where a page ends, the headings come first on the next one."""
        document, height = self.document, SMALL * _LEADING * _POINT
        style = (FONT, "B" if bold else "", SMALL)
        document.set_font(*style)
        columns = [
            list(self.lines(cell, width - 2 * document.c_margin)) for cell, width in zip(cells, widths, strict=False)
        ]
        lines = max(map(len, columns), default=0)
        for number in range(lines):
            if document.will_page_break(height * (min(lines, TALL_ROW) if number == 0 else 1) + 1):
                document.add_page()
                self.row(headings, widths, bold=True)
                document.set_font(*style)
            document.set_text_color(INK)
            document.set_x(MARGIN)
            for column, width in zip(columns, widths, strict=True):
                document.cell(width, height, column[number] if number < len(column) else "")
            document.ln(height)
        if lines:
            below = document.get_y() + 0.5
            document.set_draw_color("#c8c8c8")
            document.line(MARGIN, below, MARGIN + document.epw, below)
            document.set_y(below + 0.6)

    def height(self, block: Picture, title: str) -> float:
        """Return how high a picture is, in millimetres, so that its title stays with it."""
        first = next(parts(block), None)
        return _size(element(first, title, self.voice), self.document)[1] if first else 0

    def picture(self, picture: ET.Element, alternative: str) -> None:
        """Draw a picture over the width of the page, or less where it would be higher than one."""
        for name in ("title", "desc"):
            for found in picture.findall(name):
                picture.remove(found)
        picture.set("font-family", FONT)
        picture.set("xmlns", "http://www.w3.org/2000/svg")
        width, height = _size(picture, self.document)
        self.keep(height)
        self.document.set_font(FONT, "", BODY)
        self.document.image(io.BytesIO(ET.tostring(picture)), w=width, alt_text=alternative)


def _size(picture: ET.Element, document: FPDF) -> tuple[float, float]:
    """Return how large a picture is drawn: as wide as the page, or less so that it is no higher than one."""
    across, along = (float(number) for number in picture.attrib["viewBox"].split()[2:])
    width = min(document.epw, (document.eph - 20) * across / along)
    return width, width * along / across


def _letters(table: Table) -> list[int]:
    """Return the widths of the columns, about in letters: the narrow ones have what they need."""
    room = PAGE_LETTERS - PADDING * len(table.headings)
    return [width + PADDING for width in column_widths(table, room)]
