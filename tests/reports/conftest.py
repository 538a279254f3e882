"""Reports to render: any sections, and those of the imaginary market."""
# ruff: noqa: E501  one value a line reads best

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import strategies as st

from ruleset import (
    Bar,
    BarChart,
    Event,
    Item,
    Items,
    Link,
    Map,
    Outline,
    Paragraphs,
    Place,
    Plan,
    Report,
    Section,
    Stage,
    Table,
    Timeline,
    Voice,
    evaluate,
    make_case,
)
from ruleset.loading.folder import load_folder
from ruleset.model import RuleSet
from ruleset.reports.sections import TONES

STALL = Path(__file__).parents[1] / "data" / "stall"
RULES = load_folder(STALL)
DAY = dt.date(2026, 11, 23)

HOSTILE = (
    "<script>alert(1)</script>", "a | b", "& < > \" '", "](javascript:x)", "*gras* _x_ `y`", "# titre", "1. liste", "- x",
    "\x00\x1b[31mrouge\x1b[0m", "deux\nlignes\r\n\u2028trois", "\ud800", "x" * 200, "", "  ", "\u202e renversé", "日本語 😀 ŋ", "--> ]]> ?>",
    "{name} %s \\n \\", "=====", "+1", "~~x~~ $a$", "https://example.org/?a=<b>&c=|",
)  # fmt: skip

texts = st.sampled_from(HOSTILE) | st.text(max_size=30) | st.sampled_from(["Un mot", "Dépôt du dossier à la mairie"])
days = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)) | st.dates(dt.date(2020, 1, 1), dt.date(2032, 1, 1))
tones = st.sampled_from(TONES)
amounts = st.integers(0, 10**9) | st.fractions(0, 10**6, max_denominator=100)


def lists(of: st.SearchStrategy[object], most: int = 4) -> st.SearchStrategy[list[object]]:
    return st.lists(of, max_size=most)


links = st.builds(
    Link, texts, st.sampled_from(["", "javascript:alert(1)", "https://example.org/a b", "HTTP://x.org/<>"])
)
items = st.builds(Items, lists(st.builds(Item, texts, texts, lists(texts, 2), lists(links, 2), tones)))
tables = st.integers(1, 11).flatmap(
    lambda width: st.builds(Table, lists_of(texts, width), lists(lists_of(texts, width), 3))
)
timelines = st.builds(Timeline, lists(st.builds(Event, days, texts, tones), 30), st.none() | days)
bars = st.builds(Bar, texts, amounts, texts, tones)
charts = st.builds(BarChart, lists(bars), st.none() | bars)
places = st.builds(
    Place, st.floats(-180, 180), st.floats(-90, 90), texts, texts, st.sampled_from(["A", "<b>", "|"]), st.booleans()
)
outlines = st.builds(Outline, texts, lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90))))
maps = st.builds(Map, lists(places, 6), texts, lists(outlines, 1))
PHASES = (
    "Esquisse",
    "<i>Projet</i>",
    "Travaux | réception",
    "Parfait achèvement, une année entière après la réception",
)
stages = st.builds(Stage, texts, st.lists(st.sampled_from(PHASES), max_size=3), texts)
plans = st.builds(Plan, st.just(PHASES), lists(stages, 5))
blocks = st.one_of(st.builds(Paragraphs, lists(texts)), items, tables, timelines, charts, maps, plans)
titles = texts.map(lambda text: f"Partie {text}")
sections = st.builds(Section, titles, st.lists(blocks, max_size=3))


def lists_of(of: st.SearchStrategy[str], size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(of, min_size=size, max_size=size)


def report_with(shown: Iterable[Section], lang: str = "fr") -> Report:
    """Return a report of just these sections."""
    outcome = evaluate(RULES, make_case(RULES, {}, on=DAY), ask=False)
    return Report(Voice.of(RULES, lang), outcome, tuple(shown))


reports = st.lists(sections, max_size=3).map(report_with)

EVERY_KIND = Section(
    "Tout <b>&</b> |",
    [
        Paragraphs(["Un <script>alert(1)</script> & deux | trois"]),
        Items([Item("Constat <i>", "Risque", ["Détail |"], [Link("Art. 1", "https://example.org/1?a=1&b=<2>")], "danger")]),
        Table(["Nom |", "<b>Montant"], [["A | B", "1 500 $"], ["C", ""]]),
        Timeline([Event(dt.date(2026, 1, 1), "Avant <x>", "danger"), Event(dt.date(2028, 5, 1), "Après")], DAY),
        BarChart([Bar("Aujourd'hui <x>", 30000, "30 000 $"), Bar("Conseil", Fraction(1, 3), "un tiers", "good")], Bar("Cible", 60000, "60 000 $")),
        Map([Place(-71.2, 46.8, "Un <x>", "Québec", "Reconnu", marked=True), Place(-73.5, 45.5, "Deux", "Montréal", "Projet |")], "entouré : le vôtre", [Outline("Fleuve", [(-73.5, 45.5), (-71.2, 46.8)])]),
        Plan(["ESQ", "PRO <x>"], [Stage("Étudier |", ["ESQ", "PRO <x>"], "Structure"), Stage("Dessiner", [], "")]),
    ],
)  # fmt: skip


@pytest.fixture
def every_kind() -> Report:
    """A report with every kind of part, full of signs that formats give a meaning to."""
    return report_with([EVERY_KIND])


@pytest.fixture
def stall() -> RuleSet:
    return RULES
