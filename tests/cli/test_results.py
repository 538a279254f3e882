"""What `evaluate` and `ask` tell of lists, of values and points that are not settled, or not checked law."""

import io
from pathlib import Path

import pytest

from ruleset.cli import main

RULES = """
ruleset: shop
title: Boutique
version: '1'
questions:
  open: {ask: Ouvre-t-elle ?, type: yes_no}
  staff: {ask: Combien de personnes ?, type: integer, min: 0}
  area: {ask: Quelle surface ?, type: integer}
options: {score: Préparation}
definitions:
  staff_points: 3 if staff >= 5 else 1 if staff >= 1 else 0
  double: {value: area * 2, label: Surface double, mark: design}
  triple: {value: area * 3, label: Surface triple, mark: unchecked}
  ready: {value: open and staff > 0, label: Prête}
rules:
  OPENS: {when: open, then: {favour: {score: 2}, say: Elle ouvre., mark: design}}
  STAFF: {when: staff >= 1, then: {favour: {score: staff_points}, say: "{staff} {staff:personne|personnes}."}}
"""


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RULESET_LANG", "fr")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.yaml").write_text(RULES, encoding="utf-8")

    def told(answers: str) -> str:
        (tmp_path / "case.yaml").write_text(f"ruleset: ./shop\non: 2026-11-23\nanswers: {answers}\n", encoding="utf-8")
        assert main(["evaluate", str(tmp_path / "case.yaml")]) == 0
        return capsys.readouterr().out

    return told


def test_values_that_are_not_settled_are_told_with_what_they_wait_for(told) -> None:
    assert (
        "\nValeurs encore ouvertes, et ce qui les préciserait\n"
        "- Surface double · Surface triple : « Quelle surface ? »\n"
        "- Prête : « Ouvre-t-elle ? » et « Combien de personnes ? »\n"
    ) in told("{}")
    assert "Valeurs encore ouvertes" not in told("{open: true, staff: 3, area: 20}")
    assert "- Prête : non\n" in told("{open: false}")


def test_a_value_that_is_not_checked_law_says_so(told) -> None:
    out = told("{area: 20}")
    assert "- Surface double : 40 (choix de l'outil)\n" in out
    assert "- Surface triple : 60 (à vérifier)\n" in out


def test_points_have_their_reasons_and_what_is_open_their_bounds(told) -> None:
    assert "- Préparation : 2 points (entre 2 et 5 selon les réponses qui manquent)\n" in told("{open: true}")
    assert "- Préparation : 5 points\n    2 : Elle ouvre. (choix de l'outil)\n    3 : 6 personnes.\n" in told(
        "{open: true, staff: 6}"
    )


LIST = """
ruleset: shelf
title: Étagère
version: '1'
records:
  box:
    title: Boîte
    why: On les pèse.
    help: Une par ligne.
    plural: boxes
    questions: {heavy: {ask: Lourde ?, type: yes_no}}
rules: {HEAVY: {for: box, when: box.heavy, then: {finding: advice, say: Allégez.}}}
"""


def test_a_list_says_what_it_is_for_and_may_be_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text(LIST, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("?\naucun\n"))
    assert main(["ask", str(tmp_path), "--lang", "fr"]) == 0
    out = capsys.readouterr().out
    assert "  On les pèse.\n  Une par ligne.\n" in out
    assert "Avis : rien à signaler" in out
