"""The application by its keys alone: from the list of questionnaires to the explanation, and back another day."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from ruleset.loading.folder import load_folder
from ruleset.model import RuleSet
from ruleset.plugins.registry import Registry, build_registry
from ruleset.storage import Storage
from ruleset_tui.app import RulesetApp
from ruleset_tui.question_screen import QuestionScreen
from ruleset_tui.results_screen import ResultsScreen
from ruleset_tui.start_screen import StartScreen
from ruleset_tui.summary_screen import SummaryScreen

Make = Callable[..., RulesetApp]
DEMO = Path(__file__).parent / "demo"


class Brings:
    """A plug-in with some folders."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders

    def ruleset_rulesets(self) -> list[Path]:
        return list(self.folders)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "rules.yaml").write_text("ruleset: broken\ntitle: Cassé\nversion: 1.0.0\nrules:\n  R: {when: nothing}\n")

    def fail() -> object:
        raise ImportError("introuvable")

    return build_registry([("demo", "d", "1", lambda: Brings(DEMO, broken)), ("bad", "b", "1", fail)])


async def until(here, text: str, key: str) -> None:
    for _ in range(20):
        if text in here.text:
            return
        await here.press(key)
    raise AssertionError(here.text)


async def test_the_whole_way_by_keys_alone(make_app: Make, hand, registry: Registry) -> None:
    async with make_app(only=None, registry=registry).run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        assert "Louer un atelier partagé" in here.text
        assert "✗ broken" in here.text
        assert "L'extension « bad » est laissée de côté" in here.text
        text = await here.press("down", "enter")
        assert "Louez-vous l'atelier pour votre métier ?" in text
        text = await here.press("f1")
        assert "Pourquoi cette question ?" in text
        assert "https://example.org/reglement/3" in text
        await here.press("escape", "2", "enter")
        assert "1 réponse · encore" in here.text
        text = await here.press("text:1 200,50", "enter")
        assert "2 réponses" in text
        text = await here.press("f5")
        assert "1 200,50 €" in text.replace("\u202f", " ").replace("\xa0", " ")
        await here.press("home", "enter")
        assert "● 2 Non" in here.text
        text = await here.press("1", "enter")
        assert "Récapitulatif" in text
        assert "oui" in text
        await here.press("escape")
        text = await here.press("f6")
        assert "Prudence" in text
        assert "à vérifier" in text
        text = await here.press("enter", "end")
        assert "Pourquoi : ce qui suffit à l'établir" in text
        await here.press("f10")
    assert pilot.app.return_value == 0


async def test_quitting_and_coming_back_finds_the_same_question(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("1", "enter", "f2")
        asked = here.lines[4]
        done = here.lines[1]
        await here.press("ctrl+c")
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        assert "Reprendre" in here.text
        assert "2 réponses, le " in here.text
        await here.press("enter")
        assert (here.lines[4], here.lines[1]) == (asked, done)
        text = await here.press("alt+left")
        assert "Vous avez répondu : je ne sais pas." in text


async def test_rules_that_changed_are_told_with_the_answers_they_drop(
    make_app: Make, hand, demo: RuleSet, tmp_path: Path
) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("1", "enter", "text:500", "enter")
    text = (DEMO / "rules.yaml").read_text(encoding="utf-8")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "rules.yaml").write_text(
        text.replace("version: 1.0.0", "version: 2.0.0").replace("min: 0\n    max: 20000", "min: 600"), encoding="utf-8"
    )
    async with make_app(only=load_folder(tmp_path / "new")).run_test(size=(100, 30)) as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press("enter")
        assert "Les règles ont changé" in text
        assert "Quel loyer vous demande-t-on par mois ?" in text


async def test_a_saved_interview_is_erased_after_a_question(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("1", "enter", "escape")
        assert "Reprendre" in here.text
        await here.press("delete", "enter")
        assert "Reprendre" in here.text, "the safe answer has the focus"
        await here.press("delete", "tab", "enter")
        assert "Reprendre" not in here.text


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    folder = tmp_path / "spoilt"
    folder.mkdir()
    Storage(folder).path.write_bytes(b"nothing that SQLite knows" * 100)
    return folder


async def test_a_spoilt_store_is_told_and_the_interview_goes_on(make_app: Make, hand, spoilt: Path) -> None:
    async with make_app(folder=spoilt).run_test(size=(120, 30)) as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press("1", "enter")
        assert "Vos réponses ne sont pas enregistrées" in text
        assert "Quel loyer" in text
        await here.press("escape")
        assert "Vos réponses ne seront pas enregistrées" in here.text


async def test_an_error_stands_under_the_field_until_it_is_corrected(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press("enter")
        assert "✗ Choisissez une réponse" in text
        text = await here.press("1", "enter", "text:cher", "enter")
        assert "✗ « cher » n'est pas un nombre." in text
        text = await here.press("backspace")
        assert "✗" not in text


async def test_what_is_typed_is_echoed_in_words(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press("1", "enter", "text:1234,5")
        assert "→ 1 234,50 €" in text.replace("\u202f", " ").replace("\xa0", " ")


async def test_none_and_the_menu(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        assert "F3 Aucun" not in here.text
        await here.press("1", "enter")
        text = await here.press("ctrl+p")
        assert "F3       Aucun" in text
        await here.press("down", "down", "enter", "f9")
        await here.press("alt+left") if "loyer" not in here.text else None
        assert "Vous avez répondu : aucun." in here.text


async def test_another_date_of_law_reads_everything_again(make_app: Make, hand) -> None:
    async with make_app().run_test(size=(120, 40)) as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("2", "enter", "text:1200", "enter")
        assert "✗ Bloquant" in here.text
        text = await here.press("f7", "text:30/02/2020", "enter")
        assert "ce jour n'existe pas" in text
        await here.press("ctrl+a", "ctrl+k")
        text = await here.press("text:1er mars 2020", "enter")
        assert "droit au 1er mars 2020" in text
        assert "✗ Bloquant" not in text
        assert "! Risque" in text


async def test_the_language_changes_in_place_with_what_is_typed(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("1", "enter", "text:12")
        before = here.app.session.visit if here.app.session else None
        await here.press("f8", "f8")
        after = here.app.session.visit if here.app.session else None
        assert before
        assert after
        assert (before.here, before.interview.case) == (after.here, after.interview.case)
        assert "12" in here.text


async def test_records_are_added_changed_and_removed_by_keys(make_app: Make, hand, demo: RuleSet) -> None:
    async with make_app().run_test(size=(120, 40)) as pilot:
        here = hand(pilot)
        await here.settle()
        await until(here, "Liste à remplir", "f2")
        await here.press("enter", "text:Scie", "enter", "text:92", "enter", "2", "enter")
        assert "92 dB" in here.text
        assert "▲ Prudence" in here.text
        await here.press("insert", "text:Tour", "enter", "f2", "f2")
        await here.press("down", "delete")
        assert "Tour" not in here.text
        await here.press("enter", "enter", "ctrl+a", "ctrl+k", "text:60", "enter", "enter")
        assert "60 dB" in here.text
        await here.press("tab", "tab", "enter")
        assert "Liste à remplir" not in here.text
        assert here.app.session
        assert len(here.app.session.interview.case.records["machine"]) == 1


async def test_the_end_leads_to_the_results(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        for _ in range(20):
            await here.press("f2")
            if "Résultats —" in here.text:
                break
        assert "Avec ce que vous avez répondu, rien n'est encore établi." in here.text
        text = await here.press("escape")
        assert "Il n'y a plus rien à demander." in text


async def test_a_question_left_open_is_answered_from_the_results(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("f2", "f6")
        await until(here, "Questions encore utiles", "f2")
        await here.press("enter")
        assert "‹ Valider ›" in here.text


SCREENS = {
    "start": ("escape",),
    "question": (),
    "field": ("1", "enter"),
    "rows": ("f2",) * 3,
    "summary": ("1", "enter", "f5"),
    "results": ("1", "enter", "f6"),
}


async def _press_all(here, steps: tuple[str, ...]) -> None:
    """Go to a screen, then press each of its keys, coming back to it every time."""
    await here.press(*steps)
    screen = type(here.app.screen)
    keys = [key for key, active in here.app.screen.active_bindings.items() if active.enabled]
    assert {"f10", "ctrl+p"} <= set(keys)
    for key in keys:
        if key in ("f10", "ctrl+c", "super+c", "ctrl+q"):
            continue
        await here.press(key)
        assert here.app.is_running
        for _ in range(4):
            if isinstance(here.app.screen, screen):
                break
            if isinstance(here.app.screen, StartScreen):
                await here.press("enter")
            elif isinstance(here.app.screen, QuestionScreen):
                await here.press({SummaryScreen: "f5", ResultsScreen: "f6"}.get(screen, "escape"))
            else:
                await here.press("escape")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
@pytest.mark.parametrize("name", SCREENS)
async def test_every_key_of_every_screen_works(make_app: Make, hand, name: str, size: tuple[int, int]) -> None:
    async with make_app().run_test(size=size) as pilot:
        here = hand(pilot)
        await here.settle()
        await _press_all(here, SCREENS[name])


def test_today_is_the_default_date_of_law() -> None:
    assert RulesetApp("fr").today == dt.date.today()  # noqa: DTZ011  the law's day is the local one
