"""Files in the application: a table or a case is read whole or not at all, answers are written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from textual.widgets import Input

from ruleset.plugins.registry import build_registry
from ruleset.relevance import Wanted
from ruleset_tui import visit as way
from ruleset_tui.app import RulesetApp
from ruleset_tui.file_panels import READ, completed
from ruleset_tui.question_screen import QuestionScreen

GOOD = "Comment s'appelle cette machine ?;noise;shared\nScie;90;oui\nTour;70;non\n"
BAD = "label;noise;shared\nScie;fort;oui\nTour;70;peut-être\n"
CASE = {
    "ruleset": "demo",
    "on": "2025-03-02",
    "answers": {"professional": True, "rent": "1200"},
    "records": {"machine": [{"label": "Scie", "noise": 90}]},
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bon.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "mauvais.csv").write_text(BAD, encoding="utf-8")
    (tmp_path / "cas.json").write_text(json.dumps(CASE), encoding="utf-8")
    return tmp_path


def at_machines(app: RulesetApp) -> None:
    """Show the list of machines."""
    assert app.session is not None
    app.session.move(way.go(app.session.visit, Wanted("", "machine")))
    app.session.visit = way.Visit(app.session.interview, Wanted("", "machine"))


async def test_a_table_fills_the_list_that_is_shown(
    make_app: Callable[..., RulesetApp], hand: Any, files: Path
) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        me = hand(pilot)
        await me.settle()
        at_machines(me.app)
        assert isinstance(me.app.screen, QuestionScreen)
        await me.app.screen.refresh_view()
        await me.press("ctrl+o")
        assert "Quel tableau importer ?" in me.text
        shown = await me.press("text:bon.csv", "enter")
        assert "Importé — Machine : 2 fiches." in shown
        assert "Scie" in shown
        assert me.app.session is not None
        rows = me.app.session.interview.case.records["machine"]
        assert [(row["label"], row["noise"], row["shared"]) for row in rows] == [
            ("Scie", 90, True),
            ("Tour", 70, False),
        ]
        assert me.app.storage.list()[0].case["records"]["machine"][1]["label"] == "Tour"


async def test_every_bad_cell_is_named_and_nothing_is_imported(
    make_app: Callable[..., RulesetApp], hand: Any, files: Path
) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        me = hand(pilot)
        await me.settle()
        assert me.app.session is not None
        before = me.app.session.interview.case
        shown = await me.press("ctrl+o", "text:mauvais.csv", "enter")
        assert "Rien n'a été importé : 2 points à corriger." in shown
        assert "ligne 2, colonne 2" in shown
        assert "fort" in shown
        assert "ligne 3, colonne 3" in shown
        assert me.app.session.interview.case == before
        (files / "mauvais.csv").write_text(GOOD, encoding="utf-8")
        assert "Importé — Machine : 2 fiches." in await me.press("enter")


async def test_a_bad_cell_of_a_workbook_is_named_with_its_sheet(
    make_app: Callable[..., RulesetApp], hand: Any, files: Path
) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        me = hand(pilot)
        await me.settle()
        await me.press("ctrl+s")
        assert isinstance(me.app.focused, Input)
        me.app.focused.value = "modele.xlsx"
        shown = await me.press("tab", "tab", "enter")
        assert "Écrit : " in shown
        book = openpyxl.load_workbook("modele.xlsx")
        book["machine"]["A2"], book["machine"]["B2"] = "Scie", "fort"
        book.save("modele.xlsx")
        shown = await me.press("ctrl+o", "text:modele.xlsx", "enter")
        assert "Rien n'a été importé." in shown
        assert "feuille « machine », ligne 2, colonne B" in shown


async def test_a_case_is_taken_with_its_date_of_law_and_the_questions_go_on(
    make_app: Callable[..., RulesetApp], hand: Any, files: Path
) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        me = hand(pilot)
        await me.settle()
        shown = await me.press("ctrl+o", "text:cas.json", "enter")
        assert "Importé — 2 réponses ; Machine : 1 fiche." in shown
        assert "2 mars 2025" in shown
        assert me.app.session is not None
        assert me.app.session.visit.here == me.app.session.interview.next
        assert [str(step.wanted) for step in me.app.session.interview.steps] == ["professional", "rent", "machine"]


async def test_what_is_no_file_is_said_in_the_panel(
    make_app: Callable[..., RulesetApp], hand: Any, files: Path
) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        me = hand(pilot)
        await me.settle()
        assert "Écrivez le chemin du fichier" in await me.press("ctrl+o", "enter")
        assert "fichier introuvable" in await me.press("text:rien.xlsx", "enter")
        assert "Quel fichier importer ?" not in await me.press("escape")


async def test_answers_are_written_and_read_again(make_app: Callable[..., RulesetApp], hand: Any, files: Path) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        me = hand(pilot)
        await me.settle()
        await me.press("ctrl+o", "text:cas.json", "enter", "ctrl+s")
        assert me.app.session is not None
        assert isinstance(me.app.focused, Input)
        assert me.app.focused.value == "demo-2025-03-02.xlsx"
        me.app.focused.value = "cas.json"
        assert "existe déjà" in await me.press("enter")
        assert "Écrit : " in await me.press("enter")
        written = json.loads((files / "cas.json").read_text(encoding="utf-8"))
        assert written["answers"] == {"professional": True, "rent": "1200.00"}
        assert written["on"] == "2025-03-02"
        await me.press("ctrl+s")
        me.app.focused.value = "nulle/part.json"
        assert "impossible d'écrire ici" in await me.press("enter")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("b", "bon.csv"),
        ("mau", "mauvais.csv"),
        ("sous", "sous dossier/"),
        ("sous dossier/r", "sous dossier/registre.xlsx"),
        ("sous dossier/", "sous dossier/registre.xlsx"),
        ("z", None),
        ("", None),
        ("nulle/part/x", None),
    ],
)
def test_a_path_is_completed_with_what_can_be_read(files: Path, typed: str, found: str | None) -> None:
    (files / "sous dossier").mkdir()
    (files / "sous dossier" / "registre.xlsx").touch()
    (files / "sous dossier" / "notes.txt").touch()
    assert completed(typed, READ) == found


class Brings:
    """A plug-in with one folder."""

    def ruleset_rulesets(self) -> list[Path]:
        return [Path(__file__).parent / "demo"]


async def test_a_case_imported_on_the_first_screen_becomes_an_interview_that_is_kept(
    make_app: Callable[..., RulesetApp], hand: Any, files: Path
) -> None:
    registry = build_registry([("demo", "d", "1", Brings)])
    async with make_app(only=None, registry=registry).run_test(size=(80, 24)) as pilot:
        me = hand(pilot)
        await me.settle()
        assert "↥ Importer un fichier" in me.text
        await me.press("end", "enter")
        assert "ouvrez d'abord ce questionnaire" in " ".join(
            (await me.press("text:bon.csv", "enter")).replace("┃", " ").split()
        )
        assert isinstance(me.app.focused, Input)
        me.app.focused.value = "cas.json"
        shown = await me.press("enter")
        assert "Importé — 2 réponses ; Machine : 1 fiche." in shown
        assert [one.case["answers"] for one in me.app.storage.list()] == [{"professional": True, "rent": "1200.00"}]


async def test_a_case_of_another_questionnaire_is_refused(
    make_app: Callable[..., RulesetApp], hand: Any, files: Path
) -> None:
    (files / "autre.json").write_text('{"ruleset": "loyalty", "answers": {}}', encoding="utf-8")
    async with make_app().run_test(size=(80, 24)) as pilot:
        me = hand(pilot)
        await me.settle()
        shown = await me.press("ctrl+o", "text:autre.json", "enter")
        assert "ce cas est du questionnaire « loyalty », et non de « demo »" in " ".join(shown.split())
