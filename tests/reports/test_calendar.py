"""The picture of dated tasks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ruleset import Outcome, RuleSet, Voice, evaluate, make_case
from ruleset.loading.folder import load_folder
from ruleset.reports.generic import calendar_of
from ruleset.reports.geometry import ticks
from ruleset.reports.plain_pictures import timeline_lines
from ruleset.reports.svg import to_svg

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
def rules(tmp_path: Path) -> RuleSet:
    (tmp_path / "a.yaml").write_text(RULES, encoding="utf-8")
    return load_folder(tmp_path)


@pytest.fixture
def outcome(rules: RuleSet) -> Outcome:
    return evaluate(rules, make_case(rules, {"start": "2026-01-01"}, on=dt.date(2026, 12, 31)))


def test_the_day_of_law_is_between_what_is_late_and_what_comes(outcome: Outcome) -> None:
    shown = calendar_of(outcome)
    assert shown.days == (dt.date(2026, 1, 1), dt.date(2028, 1, 1))
    assert [shown.share(day) for day in shown.days] == [0.0, 1.0]
    assert [event.tone for event in shown.events] == ["danger", "good"]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_lines_fit_the_terminal_say_everything_and_mark_what_is_late(outcome: Outcome, width: int) -> None:
    lines = list(timeline_lines(calendar_of(outcome), "fr_FR", width))
    assert max(map(len, lines)) <= width
    assert lines[0].startswith("!")
    assert any("●" in line for line in lines)
    assert "Écrire <vite> & bien" in " ".join(" ".join(lines).split())


def test_the_picture_is_well_formed_and_names_every_task(outcome: Outcome, rules: RuleSet) -> None:
    root = ET.fromstring(to_svg(calendar_of(outcome), "Démarches & dates", Voice.of(rules, "fr")))
    texts = [element.text for element in root.iter() if element.text]
    assert "Démarches & dates" in texts
    assert "01/01/2026 — Écrire <vite> & bien" in texts
    assert "01/01/2028 — Revenir" in texts


def test_without_a_dated_task_there_is_still_a_picture(rules: RuleSet) -> None:
    nothing = calendar_of(evaluate(rules, make_case(rules, {}, on=dt.date(2026, 12, 31))))
    assert list(timeline_lines(nothing, "fr_FR", 80)) == []
    assert ET.fromstring(to_svg(nothing, "x", Voice.of(rules, "fr"))).tag.endswith("svg")


@pytest.mark.parametrize(
    ("start", "end", "names"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 1, 1), []),
        (dt.date(2026, 1, 15), dt.date(2026, 4, 2), ["02/2026", "03/2026", "04/2026"]),
        (dt.date(2025, 12, 31), dt.date(2027, 1, 1), ["01/2026", "04/2026", "07/2026", "10/2026", "01/2027"]),
        (dt.date(2016, 3, 1), dt.date(2032, 1, 1), ["2018", "2020", "2022", "2024", "2026", "2028", "2030", "2032"]),
    ],
)  # fmt: skip
def test_the_scale_names_months_or_years_whichever_are_few(start: dt.date, end: dt.date, names: list[str]) -> None:
    assert [name for _day, name in ticks(start, end)] == names


def test_a_scale_of_any_length_has_few_marks() -> None:
    for days in (1, 40, 400, 4_000, 40_000, 400_000):
        start = dt.date(900, 5, 7)
        assert len(list(ticks(start, start + dt.timedelta(days)))) <= 13
