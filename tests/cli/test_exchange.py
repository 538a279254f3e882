"""The commands template and tasks, and cases that are spreadsheets."""

from __future__ import annotations

from pathlib import Path

import icalendar
import openpyxl
import pytest

from ruleset.cli import main

RULES = """
ruleset: shop
title: Boutique
version: '1'
questions:
  start: {ask: Début ?, type: date}
records:
  row: {title: Ligne, plural: rows, questions: {name: {ask: Nom ?, type: text}, late: {ask: En retard ?, type: yes_no}}}
rules:
  DUE: {when: start is not none, then: {task: Déclarer, due: start + months(1)}}
  LATE: {for: row, when: row.late, then: {finding: risk, say: "{row.name} est en retard.", do: Effacez.}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "case.yaml").write_text(
        "ruleset: shop\non: 2026-11-23\nanswers: {start: 2026-12-31}\n", encoding="utf-8"
    )
    (tmp_path / "rows.csv").write_text("Nom ?;En retard ?\nA;oui\nB;non\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULESET_LANG", "fr")
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def test_a_template_filled_in_is_a_case(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "shop", "--rules", "shop", "-o", "t.xlsx"]) == 0
    book = openpyxl.load_workbook("t.xlsx")
    book["Questions"]["C3"] = "23/11/2026"
    book["row"]["A2"], book["row"]["B2"] = "C", "oui"
    book.save("t.xlsx")
    assert main(["evaluate", "t.xlsx", "--rules", "shop"]) == 0
    assert "C est en retard." in capsys.readouterr().out


@pytest.mark.parametrize("table", ["rows.csv", "row=rows.csv"])
def test_records_come_from_a_table(folder: Path, capsys: pytest.CaptureFixture[str], table: str) -> None:
    assert main(["evaluate", "case.yaml", "--rules", "shop", "--table", table]) == 0
    out = capsys.readouterr().out
    assert "A est en retard." in out
    assert "B est en retard." not in out


def test_tasks_are_listed_and_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tasks", "case.yaml", "--rules", "shop"]) == 0
    assert capsys.readouterr().out == f"{'─' * 19}●  31/01/2027  Déclarer\n"
    assert (
        main(["tasks", "case.yaml", "--rules", "shop", "--ics", "t.ics", "--csv", "t.csv", "--picture", "t.svg"]) == 0
    )
    [event] = icalendar.Calendar.from_ical(Path("t.ics").read_bytes()).walk("VEVENT")
    assert str(event["summary"]) == "Déclarer"
    assert "31/01/2027 — Déclarer" in Path("t.svg").read_text(encoding="utf-8")
    assert "DUE,Déclarer,2027-01-31" in Path("t.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["template", "shop", "-o", "t.ods"], "donnez un nom en .xlsx"),
        (["template", "shop", "-o", "nowhere/t.xlsx"], "impossible d'écrire ici"),
        (["evaluate", "case.yaml", "--table", "ligne=rows.csv"], "type de fiche inconnu"),
        (["evaluate", "case.yaml", "--table", "none.csv"], "fichier introuvable"),
        (["evaluate", "none.xlsx"], "fichier introuvable"),
    ],
)
def test_a_wrong_file_gets_one_clear_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main([*arguments, "--rules", "shop"]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert "Traceback" not in err


def test_a_table_becomes_an_interview_to_resume(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RULESET_HOME", str(folder / "home"))
    assert main(["sessions", "import", "case.yaml", "--rules", "shop", "--table", "rows.csv"]) == 0
    assert capsys.readouterr().out.startswith("Entretien 1 :")
    assert main(["sessions", "show", "1", "--rules", "shop"]) == 0
    assert "A est en retard." in capsys.readouterr().out
