"""A report as PDF, with fpdf2 (the extra `ruleset[report]`), its own fonts and the same pictures as the web page."""

from __future__ import annotations

import datetime as dt
import io
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
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
from ruleset.reports.tables import as_table, summary

if TYPE_CHECKING:
    from fpdf import FPDF

FONT: Final = "DejaVu"
MARGIN: Final = 18
BODY: Final = 9.5
SMALL: Final = 8.5
WIDEST_TABLE: Final = 9
PAGE_LETTERS: Final = 96
PADDING: Final = 3
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

    def text(self, text: str, size: float = BODY, *, bold: bool = False, indent: float = 0, **style: Any) -> None:
        """Write a text in lines of its own."""
        document = self.document
        document.set_font(FONT, "B" if bold else "", size)
        document.set_text_color(style.pop("colour", INK))
        document.set_x(MARGIN + indent)
        document.multi_cell(
            document.epw - indent,
            size * _LEADING * _POINT,
            text or " ",
            align="L",
            new_x="LMARGIN",
            new_y="NEXT",
            **style,
        )

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
            self.text(f"§ {words}", SMALL, indent=6, colour=COLOURS["plain"] if url else GREY, link=url or None)
            if url:
                self.text(url, 7, indent=9, colour=GREY)
        self.document.ln(1.5)

    def table(self, table: Table) -> None:
        """Write a table; one with very many columns is written row by row."""
        if not table.rows:
            return
        if len(table.headings) > WIDEST_TABLE:
            for first, *cells in table.rows:
                pairs = zip(table.headings[1:], cells, strict=True)
                self.item(Item(first, details=[f"{heading} : {cell}" for heading, cell in pairs]))
            return
        document = self.document
        document.set_font(FONT, "", SMALL)
        document.set_text_color(INK)
        document.set_draw_color("#c8c8c8")
        headed = any(table.headings)
        with document.table(
            col_widths=_widths(table),
            line_height=SMALL * _LEADING * _POINT,
            first_row_as_headings=headed,
            borders_layout="HORIZONTAL_LINES",
            text_align="LEFT",
            padding=0.8,
        ) as grid:
            for row in ([table.headings] if headed else []) + list(table.rows):
                grid.row(row)
        document.set_x(MARGIN)

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


def _widths(table: Table) -> tuple[int, ...]:
    """Return the shares of the columns, about in letters: the narrow ones have what they need."""
    room = PAGE_LETTERS - PADDING * len(table.headings)
    return tuple(width + PADDING for width in column_widths(table, room))
