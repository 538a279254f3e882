"""The picture of dated tasks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ruleset import Outcome, evaluate, make_case
from ruleset.exchange.timeline import timeline, to_lines, to_svg
from ruleset.loading.folder import load_folder

RULES = """
ruleset: demo
title: Démarches
version: '1'
questions: {start: {ask: Début ?, type: date}}
rules:
  FIRST: {then: {task: "Écrire <vite> & bien", due: start}}
  LAST: {then: {task: Revenir, due: start + years(2)}}
"""


@pytest.fixture
def outcome(tmp_path: Path) -> Outcome:
    (tmp_path / "a.yaml").write_text(RULES, encoding="utf-8")
    rules = load_folder(tmp_path)
    return evaluate(rules, make_case(rules, {"start": "2026-01-01"}, on=dt.date(2026, 12, 31)))


def test_the_day_of_law_is_between_what_is_late_and_what_comes(outcome: Outcome) -> None:
    shown = timeline(outcome)
    assert (shown.start, shown.end) == (dt.date(2026, 1, 1), dt.date(2028, 1, 1))
    assert [shown.share(day) for day in (shown.start, shown.end)] == [0.0, 1.0]
    assert [day.year for day in shown.years()] == [2027, 2028]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_lines_fit_the_terminal_and_mark_what_is_late(outcome: Outcome, width: int) -> None:
    late, later = to_lines(outcome, "fr_FR", width)
    assert max(map(len, (late, later))) <= width
    assert late.startswith("!")
    assert "●" in later


def test_the_picture_is_well_formed_and_names_every_task(outcome: Outcome) -> None:
    root = ET.fromstring(to_svg(outcome, "Démarches & dates", "fr_FR"))
    texts = [element.text for element in root.iter() if element.text]
    assert "Démarches & dates" in texts
    assert "01/01/2026 — Écrire <vite> & bien" in texts
    assert "01/01/2028 — Revenir" in texts


def test_without_a_dated_task_there_is_still_a_picture(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RULES, encoding="utf-8")
    rules = load_folder(tmp_path)
    nothing = evaluate(rules, make_case(rules, {}, on=dt.date(2026, 12, 31)))
    assert to_lines(nothing, "fr_FR") == []
    assert ET.fromstring(to_svg(nothing, "x", "fr_FR")).tag.endswith("svg")
