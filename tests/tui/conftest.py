"""The fixed rule set of these tests, an application around it, and what its screen shows as plain text."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from ruleset.interview import Interview
from ruleset.loading.folder import load_folder
from ruleset.model import Case, RuleSet
from ruleset_tui import visit as way
from ruleset_tui.app import RulesetApp
from ruleset_tui.view import Picture
from ruleset_tui.visit import Visit

DEMO = Path(__file__).parent / "demo"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing moves by itself: no blinking cursor, no animation."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _: None)
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("textual.app.App.animation_level", "none", raising=False)


@pytest.fixture(scope="session")
def demo() -> RuleSet:
    return load_folder(DEMO)


@pytest.fixture
def fresh(demo: RuleSet) -> Visit:
    return way.begin(Interview.start(demo, Case(demo.id, TODAY)))


@pytest.fixture
def make_app(demo: RuleSet, tmp_path: Path) -> Callable[..., RulesetApp]:
    def make(lang: str = "fr", folder: Path | None = None, **given: object) -> RulesetApp:
        given.setdefault("only", demo)
        return RulesetApp(lang, folder=folder or tmp_path / "home", today=TODAY, **given)  # type: ignore[arg-type]

    return make


@attrs.frozen
class Hand:
    """Presses keys only, and reads the screen only."""

    pilot: Pilot[int]

    @property
    def app(self) -> RulesetApp:
        assert isinstance(self.pilot.app, RulesetApp)
        return self.pilot.app

    async def settle(self) -> None:
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def press(self, *keys: str) -> str:
        """Press keys (`text:…` types a text) and return what is then on the screen."""
        for key in keys:
            await self.pilot.press(*(key[5:] if key.startswith("text:") else (key,)))
            await self.settle()
        return self.text

    @property
    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@pytest.fixture
def hand() -> Callable[[Pilot[int]], Hand]:
    return Hand


def picture(visit: Visit) -> Picture:
    return Picture(visit.interview)


@pytest.fixture
def answered(fresh: Visit) -> Callable[..., Visit]:
    """Return a visit with answers given by question id (`None`: je ne sais pas)."""

    def answer(**answers: object) -> Visit:
        interview = fresh.interview
        for id, raw in answers.items():
            interview = interview.dont_know(id) if raw is None else interview.answer(id, raw)
        return way.begin(interview)

    return answer
