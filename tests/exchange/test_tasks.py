"""Tasks for calendars and tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import icalendar
import pytest

from ruleset import Outcome, RuleSet, evaluate, make_case
from ruleset.exchange.tasks import CSV_HEADER, to_csv, to_icalendar
from ruleset.loading.folder import load_folder

RULES = """
ruleset: demo
title: Démarches
version: '1'
sources: {L1: {title: "Code, art. 1"}}
questions: {start: {ask: Début ?, type: date}}
rules:
  LATE: {then: {task: "Prévenir l'employeur ; à temps", due: start + months(2), phase: leave, source: L1}}
  SOON: {then: {task: Lire, due: start}}
  FREE: {then: {task: Réfléchir}}
  NEVER: {when: start < date(2000, 1, 1), then: {task: Rien, due: start}}
"""


@pytest.fixture
def ruleset(tmp_path: Path) -> RuleSet:
    (tmp_path / "a.yaml").write_text(RULES.replace("start < date(2000, 1, 1)", '"start < date(2000, 1, 1)"'), "utf-8")
    return load_folder(tmp_path)


@pytest.fixture
def outcome(ruleset: RuleSet) -> Outcome:
    return evaluate(ruleset, make_case(ruleset, {"start": "2026-12-31"}, on=dt.date(2026, 11, 23)))


def test_a_calendar_has_the_dated_tasks(ruleset: RuleSet, outcome: Outcome) -> None:
    data = to_icalendar(outcome, ruleset)
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert [(event.decoded("dtstart"), str(event["summary"])) for event in events] == [
        (dt.date(2026, 12, 31), "Lire"),
        (dt.date(2027, 2, 28), "Prévenir l'employeur ; à temps"),
    ]
    assert str(events[1]["description"]) == "Code, art. 1"
    assert to_icalendar(outcome, ruleset) == data
    assert len({str(event["uid"]) for event in events}) == 2


def test_a_table_has_all_of_them(outcome: Outcome) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(outcome))))
    assert tuple(rows[0]) == CSV_HEADER
    assert [row[0] for row in rows[1:]] == ["SOON", "LATE", "FREE"]
    assert rows[2] == ["LATE", "Prévenir l'employeur ; à temps", "2027-02-28", "leave", "", "L1", "0"]
