"""Every kind of part in every format: nothing of what people typed becomes code, everything can be read back."""
# ruff: noqa: E501  one case a line reads best

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reports.conftest import (
    DAY,
    EVERY_KIND,
    charts,
    maps,
    plans,
    report_with,
    reports,
    sections,
    tables,
    timelines,
)

from ruleset import Report, Section, Table
from ruleset.reports.data import to_json
from ruleset.reports.html import to_html
from ruleset.reports.markdown import escaped, to_markdown
from ruleset.reports.pdf import to_pdf
from ruleset.reports.plain import block_lines, to_text
from ruleset.reports.sections import Map, Paragraphs, Picture, Place, Timeline
from ruleset.reports.splitting import EVENTS, parts
from ruleset.reports.svg import element, to_svg
from ruleset.reports.tables import as_table

pictures = timelines | charts | maps | plans
VOID = {"meta"}


class Page(HTMLParser):
    """Reads a page as browsers do, and holds that every element is closed where it should be."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)


def words(text: str) -> str:
    return " ".join(text.split())


@given(reports)
@settings(max_examples=150)
def test_a_page_is_well_formed_needs_nothing_else_and_runs_nothing(report: Report) -> None:
    page = Page(to_html(report))
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "b", "i"}
    for tag, given_ in page.tags:
        assert not any(name.startswith("on") for name in given_)
        assert "src" not in given_
        if "href" in given_:
            assert tag == "a"
            assert re.match(r"(#|https?:)", given_["href"] or "", re.IGNORECASE)
    ids = [given_["id"] for _, given_ in page.tags if "id" in given_]
    assert len(ids) == len(set(ids))
    pictured = [given_ for tag, given_ in page.tags if tag == "svg"]
    for given_ in pictured:
        assert set((given_["aria-labelledby"] or "").split()) <= set(ids)
    text = words(" ".join(page.texts))
    for section in report.sections:
        assert words(section.title) in text
        for block in section.body:
            if isinstance(block, Paragraphs):
                assert all(words(one) in text for one in block.texts)


@given(pictures, st.sampled_from(["fr", "en"]))
@settings(max_examples=200)
def test_a_picture_is_well_formed_and_says_what_it_shows(picture: Picture, lang: str) -> None:
    voice = report_with([], lang).voice
    root = ET.fromstring(to_svg(picture, "Titre <b> & |", voice))
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == "Titre <b> & |"
    assert root.findtext(f"{space}desc")
    _x, _y, width, height = (float(one) for one in root.attrib["viewBox"].split())
    assert width == 960
    assert 0 < height < 4_000
    assert not any("nan" in value or "inf" in value for one in root.iter() for value in one.attrib.values())


@given(reports)
@settings(max_examples=150)
def test_markdown_keeps_its_tables_and_has_no_markup_of_others(report: Report) -> None:
    text = to_markdown(report)
    assert "<script" not in text.replace("\\<", "")
    rows: list[int] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append(len(re.findall(r"(?<!\\)\|", line.replace("\\\\", ""))))
        elif rows:
            assert len(set(rows)) == 1
            rows = []
    assert sum(line.startswith("#") for line in text.splitlines()) == 1 + len(report.sections)


@pytest.mark.parametrize(
    ("text", "written"),
    [("a | b", r"a \| b"), ("- a", r"\- a"), ("1. a", r"1\. a"), ("12) a", r"12\) a"), ("# a", r"\# a"), ("a_b*c", r"a\_b\*c"), ("<b>", r"\<b\>"), ("[a](b)", r"\[a\](b)"), ("1.5", r"1\.5"), ("=", r"\="), ("", "")],
)  # fmt: skip
def test_signs_of_markdown_are_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


@given(reports, st.integers(20, 130))
@settings(max_examples=200)
def test_lines_fit_the_terminal(report: Report, width: int) -> None:
    for line in to_text(report, width).splitlines():
        assert len(line) <= width or "§" in line or "http" in line.lower() or "javascript" in line


@given(sections, st.integers(-1, 19))
def test_a_width_of_nothing_is_taken_as_twenty_columns(section: Section, width: int) -> None:
    report = report_with([section])
    assert to_text(report, width) == to_text(report, 20)


@given(tables, st.integers(40, 130))
def test_a_table_says_every_cell(table: Table, width: int) -> None:
    said = "".join("".join(block_lines(table, report_with([]).voice, width)).split())
    for row in table.rows:
        for cell in row:
            for word in cell.split():
                assert len(word) > 8 or word in said


def test_a_column_is_as_wide_as_a_word_with_its_french_sign() -> None:
    table = Table(["a | b"] * 10, [["x"] * 7 + ["0 :00", "<script>alert(1)</script>", "y"]])
    (line,) = (line for line in block_lines(table, report_with([]).voice, 102) if "script" in line)
    assert "0 :00" in line


@given(reports)
def test_json_can_be_read_back(report: Report) -> None:
    data = json.loads(to_json(report))
    assert [one["title"] for one in data["sections"]] == [section.title for section in report.sections]
    assert data["outcome"]["digest"] == report.outcome.digest


@given(reports)
@settings(max_examples=8)
def test_a_pdf_can_be_opened_and_has_the_titles(report: Report) -> None:
    content = to_pdf(report)
    book = pypdf.PdfReader(io.BytesIO(content))
    assert book.metadata is not None
    assert book.metadata.title == report.title
    assert len(book.outline) == len(report.sections)
    assert content == to_pdf(report)


@given(reports)
def test_the_same_report_is_the_same_bytes(report: Report) -> None:
    for render in (to_html, to_markdown, to_json, to_text):
        assert render(report) == render(report)


def test_the_page_has_each_part(every_kind: Report) -> None:
    page = Page(to_html(every_kind))
    names = [tag for tag, _ in page.tags]
    assert (names.count("svg"), names.count("details"), names.count("table")) == (4, 4, 5)
    text = " ".join(page.texts)
    for said in (
        "Un <script>alert(1)</script> & deux | trois",
        "Constat <i>",
        "A | B",
        "Avant <x>",
        "30 000 $",
        "Montréal",
    ):
        assert said in text
    (link,) = [given_["href"] for tag, given_ in page.tags if tag == "a" and "http" in (given_["href"] or "")]
    assert link == "https://example.org/1?a=1&b=%3C2%3E"


def test_markdown_has_each_part(every_kind: Report) -> None:
    text = to_markdown(every_kind)
    for line in (
        r"## Tout \<b\>\&\</b\> \|",
        r"Un \<script\>alert(1)\</script\> \& deux \| trois",
        r"- **Risque** — Constat \<i\>",
        "  - [Art. 1](<https://example.org/1?a=1&b=%3C2%3E>)",
        r"| A \| B | 1 500 \$ |",
        r"| 1er janvier 2026 | Avant \<x\> |",
        r"| Aujourd'hui \<x\> | 30 000 \$ | ██████████ |",
        r"| Deux | Montréal | Projet \| |",
        r"| Étudier \| | Structure | ESQ, PRO \<x\> |",
    ):
        assert line in text.splitlines()


def test_text_has_each_part(every_kind: Report) -> None:
    text = to_text(every_kind, 80)
    for line in (
        "Un <script>alert(1)</script> & deux | trois",
        "- Risque : Constat <i>",
        "  § Art. 1 https://example.org/1?a=1&b=<2>",
        "A | B  1 500 $",
        "!───────────────────  01/01/2026  Avant <x>",
        "! : avant le 23 novembre 2026 ; ● : ce jour-là ou après",
        "│ Cible : 60 000 $",
        "● Reconnu (1)",
        "(●) Un <x>, Québec",
    ):
        assert line in text.splitlines()
    assert re.search(r"Étudier \| +━━━━━━$", text, re.MULTILINE)


def test_a_pdf_has_each_part(every_kind: Report) -> None:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(every_kind))).pages)
    for said in (
        "<script>alert(1)</script>",
        "Constat <i>",
        "A | B",
        "Avant <x>",
        "30 000 $",
        "Montréal",
        "Étudier |",
        "https://example.org",
    ):
        assert said in text


def test_json_has_each_part(every_kind: Report) -> None:
    (section,) = json.loads(to_json(every_kind))["sections"]
    assert [part["kind"] for part in section["body"]] == [
        "paragraphs",
        "items",
        "table",
        "timeline",
        "barchart",
        "map",
        "plan",
    ]
    assert section["body"][4]["bars"][1]["value"] == "0.333333333333"
    assert section["body"][3]["today"] == "2026-11-23"


def test_english_is_english(every_kind: Report) -> None:
    report = report_with([EVERY_KIND], "en")
    assert "| Day | What |" in to_markdown(report)
    assert "The same data as a table" in to_html(report).decode()
    assert 'lang="en"' in to_html(report).decode()
    for line in ("- Risque: Constat <i>", "│ Cible: 60 000 $"):
        assert line in to_text(report).splitlines()


@given(timelines)
def test_a_long_timeline_is_cut_in_parts_without_losing_a_date(timeline: Timeline) -> None:
    cut = [part for part in parts(timeline) if isinstance(part, Timeline)]
    assert sorted(str(event) for part in cut for event in part.events) == sorted(map(str, timeline.events))
    assert all(0 < len(part.events) <= EVENTS for part in cut)


def test_places_of_one_town_stand_side_by_side() -> None:
    shown = Map([Place(-73.5, 45.5, name, "Montréal", "Reconnu") for name in "abc"])
    root = element(shown, "x", report_with([]).voice)
    marks = [one.attrib["transform"] for one in root.iter("path") if "transform" in one.attrib]
    assert len(set(marks)) == 4  # three places, and the legend
    assert [one.text for one in root.iter("text")].count("Montréal") == 1
    assert len(as_table(shown, report_with([]).voice).rows) == 3


def test_the_day_of_law_is_a_row_of_the_table() -> None:
    rows = as_table(Timeline([], DAY), report_with([]).voice).rows
    assert rows == (("23 novembre 2026", "jour du droit lu par ce rapport"),)
