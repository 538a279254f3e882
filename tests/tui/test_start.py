"""The first screen while the questionnaires are being read: what opens is the line that was chosen."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from ruleset.interview import Interview
from ruleset.model import Case, RuleSet
from ruleset.plugins.registry import Registry, build_registry
from ruleset.storage import Storage
from ruleset_tui.app import RulesetApp
from ruleset_tui.question_screen import QuestionScreen
from ruleset_tui.start_screen import StartScreen

Make = Callable[..., RulesetApp]
DEMO = Path(__file__).parent / "demo"
OTHER = "ruleset: autre\ntitle: Autre chose\nversion: 1.0.0\nquestions: {q: {ask: Autre question ?, type: yes_no}}\n"
OTHER += "rules: {R: {when: q, then: {finding: risk, say: X}}}\n"


class Slow:
    """A registry that reads a questionnaire when it is let."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.reports = registry.reports
        self.gates = {id: threading.Event() for id in registry.ids()}

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted(self.registry.ids()))

    def get(self, id: str) -> RuleSet | None:
        assert self.gates[id].wait(30)
        return self.registry.get(id)


class Brings:
    """A plug-in with two folders."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders

    def ruleset_rulesets(self) -> list[Path]:
        return list(self.folders)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Slow]:
    other = tmp_path / "autre"
    other.mkdir()
    (other / "rules.yaml").write_text(OTHER, encoding="utf-8")
    found = Slow(build_registry([("two", "t", "1", lambda: Brings(other, DEMO))]))
    yield found
    for gate in found.gates.values():
        gate.set()


async def until(pilot: Pilot[int], done: Callable[[], bool]) -> None:
    for _ in range(200):
        await pilot.pause(0.02)
        if done():
            return
    raise AssertionError("waited in vain")


def listed(app: RulesetApp) -> OptionList:
    return app.screen.query_one("#offers", OptionList)


async def ready(pilot: Pilot[int], app: RulesetApp) -> None:
    await until(pilot, lambda: isinstance(app.screen, StartScreen) and app.screen.offers is not None)


def under_cursor(app: RulesetApp) -> str | None:
    option = listed(app).highlighted_option
    return option.id if option else None


async def test_a_saved_interview_chosen_while_its_questionnaire_is_read_is_resumed(
    make_app: Make, slow: Slow, demo: RuleSet, tmp_path: Path
) -> None:
    with Storage(tmp_path / "home") as storage:
        interview = Interview.start(demo, Case("demo", dt.date(2026, 11, 23))).answer("professional", True)
        number = storage.save(interview)
    app = make_app(only=None, registry=slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        assert under_cursor(app) == f"saved-{number}"
        await pilot.press("enter")
        for gate in slow.gates.values():
            gate.set()
        await until(pilot, lambda: isinstance(app.screen, QuestionScreen) and bool(app.screen.query("#submit")))
        assert app.session is not None
        assert app.session.id == number
        assert app.session.interview.case.answers == {"professional": True}


async def test_nothing_opens_once_the_cursor_has_left_the_line_that_was_chosen(make_app: Make, slow: Slow) -> None:
    app = make_app(only=None, registry=slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        assert under_cursor(app) == "offer-autre"
        await pilot.press("enter", "down")
        assert under_cursor(app) == "offer-demo"
        for gate in slow.gates.values():
            gate.set()
        screen = app.screen
        assert isinstance(screen, StartScreen)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen is screen
        assert under_cursor(app) == "offer-demo"


async def test_the_line_chosen_last_is_the_one_that_opens(make_app: Make, slow: Slow) -> None:
    app = make_app(only=None, registry=slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await pilot.press("enter", "down", "enter")
        for gate in slow.gates.values():
            gate.set()
        await until(pilot, lambda: isinstance(app.screen, QuestionScreen) and bool(app.screen.query("#submit")))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.session is not None
        assert app.session.interview.ruleset.id == "demo"
        assert sum(isinstance(screen, QuestionScreen) for screen in app.screen_stack) == 1
