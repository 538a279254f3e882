"""The sections as data: what is refused when they are made, and what becomes of odd texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleset import (
    Bar,
    BarChart,
    Event,
    Item,
    Items,
    Link,
    Outline,
    Paragraphs,
    Place,
    Plan,
    Section,
    Stage,
    Table,
    Timeline,
)

ONE_DAY = dt.date(2026, 1, 1)
WRONG: dict[str, tuple[Callable[[Any], object], Any, str]] = {
    "a number as a text": (lambda x: Paragraphs([x]), 3, "un texte est attendu, pas 3"),
    "one text for several": (Paragraphs, "abc", "une suite de textes est attendue"),
    "none for several": (Items, None, "une suite de valeurs est attendue"),
    "a text as an item": (lambda x: Items([x]), "a", "une valeur Item est attendue"),
    "a text as a link": (lambda x: Item("a", links=[x]), "a", "une valeur Link est attendue"),
    "a text as a part": (lambda x: Section("a", [x]), "a", "une valeur Paragraphs ou Items"),
    "an unknown tone": (lambda x: Item("a", tone=x), "red", "ton inconnu : 'red'"),
    "no title": (lambda x: Section(x, []), " ", "une section a un titre"),
    "no column": (lambda x: Table(x, []), [], "au moins une colonne"),
    "too few cells": (lambda x: Table(["a", "b"], [x]), ["c"], "2 cellules sont attendues"),
    "a text as a row": (lambda x: Table(["a", "b"], [x]), "cd", "une suite de textes"),
    "a text as a day": (lambda x: Event(x, "a"), "2026-01-01", "un jour (datetime.date)"),
    "an instant as a day": (lambda x: Event(x, "a"), dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "un jour (datetime.date)"),
    "a float": (lambda x: Bar("a", x, "b"), 1.5, "un nombre exact"),
    "yes as a number": (lambda x: Bar("a", x, "b"), True, "un nombre exact"),
    "below zero": (lambda x: Bar("a", x, "b"), -1, "n'est pas négative"),
    "a number as a goal": (lambda x: BarChart([], x), 3, "Bar"),
    "too far east": (lambda x: Place(x, 0, "a", "b", "c"), 181, "de -180 à 180"),
    "too far north": (lambda x: Place(0, x, "a", "b", "c"), Decimal("90.1"), "de -90 à 90"),
    "not a number": (lambda x: Place(0, x, "a", "b", "c"), float("nan"), "de -90 à 90"),
    "degrees in words": (lambda x: Place(x, 0, "a", "b", "c"), "-73", "un nombre de degrés"),
    "marked by a word": (lambda x: Place(0, 0, "a", "b", "c", x), "yes", "oui ou non"),
    "points in words": (lambda x: Outline("a", x), "ab", "une suite de points"),
    "an unknown phase": (lambda x: Plan(["a"], [Stage("s", [x])]), "b", "phase inconnue 'b'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_in_words(name: str) -> None:
    make, value, told = WRONG[name]
    with pytest.raises((TypeError, ValueError)) as raised:
        make(value)
    assert told in str(raised.value)


@given(st.text())
def test_a_text_is_one_line_that_every_format_can_hold(text: str) -> None:
    kept = Item(text).text
    assert len(kept.splitlines()) <= 1
    kept.encode()
    assert not any(ord(sign) < 32 for sign in kept)
    assert Item(kept).text == kept


def test_no_break_spaces_stay() -> None:
    assert Link("1\u202f500\xa0€").text == "1\u202f500\xa0€"


def test_any_iterable_will_do() -> None:
    assert Table(iter(["a"]), (iter([one]) for one in "bc")).rows == (("b",), ("c",))
    assert Timeline(Event(ONE_DAY, one) for one in "ab").events[1].label == "b"


def test_the_longest_bar_is_one_and_the_goal_counts() -> None:
    chart = BarChart([Bar("a", 1, "1"), Bar("b", Fraction(3, 2), "1,5")], Bar("goal", 3, "3"))
    assert [chart.share(bar) for bar in chart.bars] == [1 / 3, 0.5]
    assert BarChart([Bar("a", 0, "0")]).share(Bar("a", 0, "0")) == 0
