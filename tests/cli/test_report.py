"""The command report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ruleset.cli import main

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULESET_LANG", "fr")
    monkeypatch.setenv("COLUMNS", "60")
    return str(DATA / "stall-case.yaml")


def test_a_report_is_shown_in_the_terminal(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", case]) == 0
    shown = capsys.readouterr()
    assert "- Bloquant : Une vitrine réfrigérée est exigée." in shown.out.splitlines()
    assert max(len(line) for line in shown.out.splitlines() if "http" not in line) <= 60
    assert shown.err == ""


@pytest.mark.parametrize("name", ["r.html", "r.md", "r.pdf", "r.json", "r.txt"])
def test_a_report_is_written(case: str, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["report", case, "-o", name]) == 0
    first = Path(name).read_bytes()
    assert main(["report", case, "-o", name]) == 0
    assert Path(name).read_bytes() == first
    assert capsys.readouterr().out == f"Écrit : {name}\n" * 2


def test_the_day_of_law_and_the_language_are_asked_for(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", case, "-o", "r.json", "--on", "2019-06-01", "--lang", "en"]) == 0
    found = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert (found["outcome"]["on"], found["outcome"]["lang"]) == ("2019-06-01", "en")
    assert found["sections"][0]["title"] == "This report"
    assert capsys.readouterr().out == "Written: r.json\n"


def test_a_wrong_name_is_said_before_the_case_is_read(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "nowhere.yaml", "-o", "r.doc"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("r.doc: la fin du nom dit le format du rapport")
    assert "nowhere" not in told


def test_a_case_that_cannot_be_read_writes_nothing(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "nowhere.yaml", "-o", "r.html"]) == 2
    assert capsys.readouterr().err == "nowhere.yaml: fichier introuvable\n"
    assert not Path("r.html").exists()


def test_a_part_that_is_missing_is_told(
    case: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ruleset.plugins.registry.Registry.sections", lambda *_: ((), ("x : panne",)))
    assert main(["report", case, "-o", "r.md"]) == 0
    assert capsys.readouterr().err == "Une partie du rapport manque : x : panne\n"
    assert "- x : panne" in Path("r.md").read_text(encoding="utf-8").splitlines()


def test_the_help_names_the_formats(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--help"]) == 0
    assert ".html, .pdf, .md, .txt ou .json" in " ".join(capsys.readouterr().out.split())
