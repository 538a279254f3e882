"""The command table: the tables of a rule set, rows that are kept, files."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ruleset.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("RULESET_LANG", "fr")

    def run(*words: str) -> tuple[int, str, str]:
        status = main(["table", *words])
        return (status, *capfd.readouterr())

    return run


def test_without_a_table_the_tables_and_their_fields_are_listed(run: Run) -> None:
    status, out, err = run("ci")
    assert (status, err) == (0, "")
    assert out.startswith("centre : Centre du répertoire (15 lignes)\n  - name — Nom\n")
    assert "Mauricie\n      (mauricie)" in out or "Mauricie (mauricie)" in out
    assert run("portfolio") == (0, "Ce jeu de règles n'a pas de table de référence.\n", "")


def test_rows_are_shown_in_words_with_their_source(run: Run) -> None:
    status, out, _ = run("ci", "centre", "--where", "region=Mauricie", "--where", "niche=batterie|hydrogène")
    assert status == 0
    assert out.startswith("Centre du répertoire : 1 sur 15\n\n- District d'innovation Trois-Rivières (DI3R-VTE)\n")
    assert "Statut : Affilié à une zone" in out
    assert "§ Rapport sur les centres d'innovation du Québec" in out
    assert "Réserve" not in out
    _, out, _ = run("ci", "centre", "--where", "id=di3r", "--all")
    assert "    Réserve : Absent de l'annexe\n" in out
    assert "    Point sur la carte : centre de la ville\n" in out
    _, out, _ = run("ci", "centre", "--where", "id=di3r", "--all", "--lang", "en")
    assert "    Niche, according to the annex: Hydrogen; decarbonisation of industry" in out


def test_the_only_table_needs_no_name(run: Run) -> None:
    status, out, _ = run("ci", "--where", "id=hifa", "--csv")
    assert status == 0
    [row] = csv.DictReader(io.StringIO(out))
    assert (row["Région"], row["Latitude"], row["Statut"]) == ("Bas-Saint-Laurent", "47.83", "Reconnu")


def test_a_map_is_written_with_its_centres(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "centres.geojson"
    status, out, err = run("ci", "centres", "--where", "status=recognised", "-o", str(path))
    assert (status, out, err) == (0, f"Écrit : {path}\n", "")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [one["id"] for one in features] == ["hifa", "merinov", "cicd", "agtech", "cyber", "sept_iles"]
    assert {one["properties"]["place_precision"] for one in features} == {"centre de la ville"}


def test_the_form_that_is_asked_for_goes_before_the_name_of_the_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "centres.txt"
    assert run("ci", "--json", "-o", str(path))[0] == 0
    assert len(json.loads(path.read_text(encoding="utf-8"))["rows"]) == 15


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["cj"], "jeu de règles inconnu"),
        (["ci", "centers"], "table inconnue : « centers » (vouliez-vous dire « centres » ?) ; tables : centre"),
        (["portfolio", "--csv"], "ce jeu de règles n'a pas de table de référence"),
        (["ci", "--where", "regoin=x"], "champ inconnu : « regoin » (vouliez-vous dire « region » ?)"),
        (["ci", "--where", "status=recogniced", "--csv"], "(vouliez-vous dire « recognised » ?)"),
        (["ci", "-o", "centres.xls"], "finissez le nom par .csv, .geojson ou .json"),
        (["ci", "-o", "nowhere/centres.csv"], "nowhere/centres.csv: impossible d'écrire ici"),
    ],
)
def test_a_mistake_gets_one_clear_line_and_no_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
