"""The pictures of a report in the results, and the report written from there."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from ruleset import Event, Paragraphs, Section, Timeline
from ruleset.reports.contents import pictures_of
from ruleset.reports.generic import calendar_of
from ruleset_tui.view import Picture

RESULTS = ("enter", "f6")
DAY = dt.date(2026, 11, 23)
SHOWN = (
    Section("Une frise", [Timeline([Event(DAY, "Déclarer <b>[i]"), Event(dt.date(2027, 1, 1), "Payer")], DAY)]),
    Section("Un mot", [Paragraphs(["Deux mots"])]),
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ruleset_tui.results_screen.pictures_of", lambda *_: SHOWN)


async def to_tab(here: Any, title: str) -> str:
    """Press the key of the next tab until that one is shown."""
    text: str = here.text
    for _ in range(6):
        if title in text:
            return text
        text = await here.press("f2")
    return text


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (120, 40)])
async def test_pictures_are_drawn_for_the_width(make_app, hand, shown: None, size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        here = hand(pilot)
        await here.press(*RESULTS)
        text = await to_tab(here, "Une frise")
        assert "Une frise" in text
        assert "●" in text
        assert max(len(line) for line in here.lines) <= size[0]


async def test_another_width_draws_them_again(make_app, hand, shown: None) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.press(*RESULTS)
        before = await to_tab(here, "Une frise")
        await pilot.resize_terminal(60, 24)
        await here.settle()
        after = here.text
        assert before.count("─") > after.count("─")
        assert "Déclarer <b>[i]" in after


async def test_without_pictures_there_is_no_tab(make_app, hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ruleset_tui.results_screen.pictures_of", lambda *_: ())
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        assert "En images" not in await here.press(*RESULTS)


@pytest.mark.parametrize(("name", "start"), [("r.html", b"<!DOCTYPE html>"), ("r.pdf", b"%PDF"), ("r.txt", b"Louer")])
async def test_a_report_is_written_where_one_says(make_app, hand, tmp_path: Path, name: str, start: bytes) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.press(*RESULTS, "f4")
        app.screen.query_one(Input).value = str(tmp_path / name)
        text = await here.press("enter")
        assert "Le rapport est écrit" in text
        assert (tmp_path / name).read_bytes().startswith(start)
        assert "Résultats" in await here.press("escape")


def written(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(("r.", ".r."))]


async def test_a_report_that_cannot_be_written_says_why(
    make_app, hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.press(*RESULTS, "f4")
        for typed, told in (("r.doc", "Finissez"), ("no/r.html", "Impossible"), ("r.pdf", "fpdf2")):
            app.screen.query_one(Input).value = str(tmp_path / typed)
            assert told in await here.press("enter")
        assert written(tmp_path) == []


def test_the_pictures_of_an_outcome_begin_with_its_calendar(answered) -> None:
    shown = Picture(answered(professional=True, start="2027-01-01").interview)
    first, *_ = pictures_of(shown.outcome, shown.interview.situation, shown.voice)
    (calendar,) = first.body
    assert first.title == "Calendrier"
    assert isinstance(calendar, Timeline)
    assert calendar.events == calendar_of(shown.outcome).events
    assert calendar.today == DAY
