"""Reference tables in the application, by keys alone: reading, searching, filtering, saving."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ruleset.loading.folder import load_folder
from ruleset.model import RuleSet
from ruleset_tui.app import RulesetApp
from ruleset_tui.start_screen import StartScreen
from ruleset_tui.table_screen import TableScreen

Make = Callable[..., RulesetApp]

RULES = """
ruleset: places
title: Trouver un lieu
version: '1'
sources: {R: {title: Rapport sur les lieux, mark: unchecked}}
questions: {here: {ask: Habitez-vous ici ?, type: yes_no}}
rules: {R1: {when: here, then: {finding: ok, say: Vous êtes d'ici., source: R}}}
reference:
  place:
    title: Lieu
    plural: places
    name: name
    file: places.csv
    source: R
    fields:
      name: {type: text, ask: Nom}
      region: {type: choice, ask: Région, choices: {bsl: Bas-Saint-Laurent, sag: Saguenay, cn: Côte-Nord}}
      open: {type: yes_no, ask: Ouvert}
      staff: {type: integer, ask: Personnes}
      about: {type: text, translate: true, ask: Présentation}
      latitude: {type: number, min: -90, max: 90, ask: Latitude}
      longitude: {type: number, min: -180, max: 180, ask: Longitude}
"""
ROWS = """name,region,open,staff,about,latitude,longitude
Halles,bsl,true,12,Emballage,47.83,-69.54
Élan,sag,false,3,Aluminium vert,48.43,-71.07
Quai,cn,true,5,Pêche,50.22,-66.38
"""
OTHER = "  code: {title: Code postal, plural: codes, file: codes.csv, fields: {code: {type: text, ask: Code}}}\n"


@pytest.fixture
def places(tmp_path: Path) -> RuleSet:
    return build(tmp_path / "places", RULES)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "person"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


def build(folder: Path, rules: str) -> RuleSet:
    folder.mkdir()
    (folder / "a.yaml").write_text(rules, encoding="utf-8")
    (folder / "places.csv").write_text(ROWS, encoding="utf-8")
    (folder / "codes.csv").write_text("code\nG0C\n", encoding="utf-8")
    catalogue = folder / "locale" / "en" / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    (catalogue / "rules.po").write_text(
        'msgid "Côte-Nord"\nmsgstr "North Shore"\n\nmsgid "Pêche"\nmsgstr "Fishing"\n', encoding="utf-8"
    )
    return load_folder(folder)


def rows(here) -> list[str]:
    shown = [line[3:].strip() for line in here.lines[4:14]]
    return [name for name in ("Halles", "Élan", "Quai") if any(line.startswith(name) for line in shown)]


def saved(path: Path) -> list[str]:
    return [row["Nom"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_table_is_read_from_the_questions_and_back(make_app: Make, hand, places: RuleSet) -> None:
    async with make_app(only=places).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.settle()
        assert "Habitez-vous ici ?" in here.text
        text = await here.press("ctrl+r")
        assert "Lieu — Trouver un lieu" in text
        assert "3 sur 3" in text
        assert "▸  Halles" in text
        assert "Présentation : Emballage" in text
        text = await here.press("down", "down")
        assert "▸  Quai" in text
        assert "Région : Côte-Nord" in text
        assert "Rapport sur les lieux" in await here.press("enter", "end")
        await here.press("escape")
        assert isinstance(here.app.screen, TableScreen)
        assert "Habitez-vous ici ?" in await here.press("escape")


async def test_words_are_searched_while_they_are_typed(make_app: Make, hand, places: RuleSet) -> None:
    async with make_app(only=places).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.press("ctrl+r", "f3", "text:alu elan")
        assert rows(here) == ["Élan"]
        assert "1 sur 3" in here.text
        await here.press("text: rien")
        assert "Aucune ligne ne passe ces filtres. F4 les enlève." in here.text
        await here.press("f4")
        assert rows(here) == ["Halles", "Élan", "Quai"]


async def test_a_field_is_filtered_by_the_values_that_are_left(make_app: Make, hand, places: RuleSet) -> None:
    async with make_app(only=places).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        text = await here.press("ctrl+r", "f2")
        assert "Filtrer par quel champ ?" in text
        text = await here.press("down", "enter")  # open
        assert "oui (2)" in text
        await here.press("end", "enter")
        assert rows(here) == ["Halles", "Quai"]
        assert "2 sur 3 · Ouvert : oui" in here.text
        text = await here.press("f2", "enter")  # region
        assert "Bas-Saint-Laurent (1)" in text
        assert "Saguenay" not in text
        await here.press("end", "enter")
        assert rows(here) == ["Quai"]
        text = await here.press("f2", "enter", "home", "enter")
        assert rows(here) == ["Halles", "Quai"]


async def test_numbers_are_filtered_by_what_is_typed(make_app: Make, hand, places: RuleSet) -> None:
    async with make_app(only=places).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.press("ctrl+r", "f2", "down", "down", "down", "enter")
        text = await here.press("text:> beaucoup", "enter")
        assert "✗ Personnes : « beaucoup » n'est pas un nombre" in text
        await here.press("home", "shift+end", "text:>= 5", "enter")
        assert rows(here) == ["Halles", "Quai"]
        assert "Personnes : >= 5" in here.text


async def test_the_rows_that_are_shown_are_saved(make_app: Make, hand, places: RuleSet, home: Path) -> None:
    async with make_app(only=places).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        text = await here.press("ctrl+r", "f3", "text:quai", "f5")
        assert "Où enregistrer ces lignes (1) ?" in text
        await here.press("enter")
        assert saved(home / "places.csv") == ["Quai"]
        assert "Écrit :" in here.text
        text = await here.press("f4", "f5", "enter")
        assert "Ce fichier existe déjà." in text
        assert saved(home / "places.csv") == ["Quai"]
        await here.press("enter")
        assert saved(home / "places.csv") == ["Halles", "Élan", "Quai"]
        await here.press("f5", "tab", "tab", "enter")
        assert len(json.loads((home / "places.geojson").read_text(encoding="utf-8"))["features"]) == 3


@pytest.mark.parametrize(
    ("typed", "message"), [("x", "Finissez le nom"), ("/nowhere/x.csv", "Impossible d'écrire ici")]
)
async def test_a_file_that_cannot_be_written_is_told(
    make_app: Make, hand, places: RuleSet, home: Path, typed: str, message: str
) -> None:
    async with make_app(only=places).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        text = await here.press("ctrl+r", "f5", "home", "shift+end", f"text:{typed}", "enter")
        assert message in text
    assert files(home) == []


async def test_a_table_speaks_the_language_of_the_application(make_app: Make, hand, places: RuleSet) -> None:
    async with make_app(only=places).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.press("ctrl+r", "end")
        text = await here.press("f8")
        assert "▸  Quai" in text
        assert "North Shore" in text
        await here.press("f3", "text:fishing")
        assert rows(here) == ["Quai"]


async def test_among_several_tables_one_is_chosen(make_app: Make, hand, tmp_path: Path) -> None:
    async with make_app(only=build(tmp_path / "two", RULES + OTHER)).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        text = await here.press("ctrl+r")
        assert "Quelle table ?" in text
        text = await here.press("down", "enter")
        assert "G0C" in text


async def test_a_rule_set_without_a_table_offers_none(make_app: Make, hand) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.press("escape")
        assert isinstance(here.app.screen, StartScreen)
        assert "Tables de référence" not in here.text
        await here.press("ctrl+r")
        assert isinstance(here.app.screen, StartScreen)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
async def test_a_table_fits_the_terminal(make_app: Make, hand, places: RuleSet, size: tuple[int, int]) -> None:
    async with make_app(only=places).run_test(size=size) as pilot:
        here = hand(pilot)
        text = await here.press("ctrl+r")
        assert "▸  Halles" in text
        assert all(len(line) <= size[0] for line in here.lines)


RANKED = """definitions:
  rank: {for: place, value: 1 if place.region == "cn" else none, label: Rang, mark: design}
"""


async def test_the_results_show_the_rows_of_a_table_that_have_a_value(make_app: Make, hand, tmp_path: Path) -> None:
    async with make_app(only=build(tmp_path / "ranked", RULES.replace("rules:", RANKED + "rules:"))).run_test(
        size=(80, 24)
    ) as pilot:
        here = hand(pilot)
        text = await here.press("1", "enter", "f6", "f2")
        assert "Quai — Rang : 1 (choix de l'outil)" in text
        assert "Halles" not in text
