"""A report as one HTML page that needs nothing else: its own style, its pictures inside, readable on paper and aloud.

It is built as a tree: what people typed can only be text in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from ruleset.reports.contents import Report
from ruleset.reports.markdown import web_address
from ruleset.reports.sections import BarChart, Block, Item, Items, Map, Paragraphs, Plan, Table, Timeline
from ruleset.reports.splitting import parts
from ruleset.reports.svg import COLOURS, element
from ruleset.reports.tables import as_table
from ruleset.wording import Voice

STYLE: Final = f"""
:root {{ color-scheme: light; }}
body {{ font: 1rem/1.55 "DejaVu Sans", Verdana, sans-serif; color: #1f1f1f; background: #fff; margin: 0 auto;
  max-width: 60rem; padding: 1.5rem; overflow-wrap: anywhere; }}
h1 {{ font-size: 1.6rem; line-height: 1.25; }}
h2 {{ font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 2px solid #d5d5d5; padding-bottom: .2rem; }}
nav ul {{ columns: 2; padding-left: 1.2rem; }}
a {{ color: #1a5fb4; }}
ul.items {{ padding-left: 0; list-style: none; }}
ul.items > li {{ border-left: 4px solid {COLOURS["plain"]}; padding-left: .8rem; margin: .9rem 0; }}
{"".join(f"ul.items > li.{tone} {{ border-color: {colour}; }}" for tone, colour in COLOURS.items())}
ul.items ul {{ padding-left: 1.1rem; margin: .2rem 0; font-size: .92rem; color: #444; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: .92rem; overflow-wrap: normal; }}
th, td {{ text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d5d5d5; }}
thead th {{ border-bottom: 2px solid #8a8a8a; }}
tbody th {{ font-weight: normal; }}
figure {{ margin: 1rem 0; overflow-x: auto; }}
svg {{ width: 100%; min-width: 36rem; height: auto; }}
summary {{ cursor: pointer; color: #444; }}
@media print {{
  @page {{ margin: 16mm; }}
  body {{ max-width: none; padding: 0; font-size: 10pt; }}
  nav, details:not([open]), summary {{ display: none; }}
  svg {{ min-width: 0; }}
  h2 {{ break-after: avoid; }}
  li, tr, figure {{ break-inside: avoid; }}
  a {{ color: inherit; }}
  a[href^="http"]::after {{ content: " (" attr(href) ")"; font-size: .8em; }}
}}
"""


def to_html(report: Report) -> bytes:
    """Return a report as an HTML page, UTF-8."""
    _ = report.voice.ui
    root = ET.Element("html", {"lang": report.voice.locale.replace("_", "-")})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "meta", {"charset": "utf-8"})
    ET.SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    ET.SubElement(head, "title").text = report.title
    ET.SubElement(head, "style").text = STYLE
    main = ET.SubElement(ET.SubElement(root, "body"), "main")
    ET.SubElement(main, "h1").text = report.title
    places = ET.SubElement(ET.SubElement(main, "nav", {"aria-label": _("Sommaire")}), "ul")
    for number, section in enumerate(report.sections, 1):
        ET.SubElement(ET.SubElement(places, "li"), "a", {"href": f"#s{number}"}).text = section.title
        part = ET.SubElement(main, "section", {"aria-labelledby": f"s{number}"})
        ET.SubElement(part, "h2", {"id": f"s{number}"}).text = section.title
        for place, block in enumerate(section.body, 1):
            part.extend(_block(block, section.title, f"s{number}-{place}", report.voice))
    page: bytes = ET.tostring(root, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + page + b"\n"


def _block(block: Block, title: str, id: str, voice: Voice) -> Iterator[ET.Element]:
    match block:
        case Paragraphs(texts):
            for text in texts:
                yield _of("p", text)
        case Items(items):
            found = ET.Element("ul", {"class": "items"})
            found.extend(_item(item) for item in items)
            yield found
        case Table():
            yield _table(block)
        case Timeline() | BarChart() | Map() | Plan():
            for number, part in enumerate(parts(block)):
                figure = ET.Element("figure", {"tabindex": "0"})
                figure.append(element(part, title, voice, f"{id}-{number}"))
                yield figure
            # On paper too, the names of a map's places are in its table.
            details = ET.Element("details", {"open": ""} if isinstance(block, Map) else {})
            ET.SubElement(details, "summary").text = voice.ui("Les mêmes données en tableau")
            details.append(_table(as_table(block, voice)))
            yield details


def _of(name: str, text: str, **attributes: str) -> ET.Element:
    found = ET.Element(name, attributes)
    found.text = text
    return found


def _item(item: Item) -> ET.Element:
    found = ET.Element("li", {"class": item.tone})
    if item.label:
        label = ET.SubElement(found, "strong")
        label.text, label.tail = item.label, f" — {item.text}"
    else:
        found.text = item.text
    if item.details or item.links:
        below = ET.SubElement(found, "ul")
        below.extend(_of("li", detail) for detail in item.details)
        for link in item.links:
            url = web_address(link.url)
            line = ET.SubElement(below, "li")
            if url:
                line.append(_of("a", link.text, href=url))
            else:
                line.text = " ".join(filter(None, (link.text, link.url)))
    return found


def _table(table: Table) -> ET.Element:
    found = ET.Element("div", {"class": "scroll", "tabindex": "0"})
    grid = ET.SubElement(found, "table")
    if any(table.headings):
        heading = ET.SubElement(ET.SubElement(grid, "thead"), "tr")
        heading.extend(_of("th", text, scope="col") for text in table.headings)
    body = ET.SubElement(grid, "tbody")
    for first, *cells in table.rows:
        row = ET.SubElement(body, "tr")
        row.append(_of("th", first, scope="row"))
        row.extend(_of("td", cell) for cell in cells)
    return found
