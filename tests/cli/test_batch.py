"""The command batch: a table in, a table out, and every problem in words."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ruleset.cli import main

RULES = """
ruleset: shop
title: Boutique
version: '1'
questions:
  n: {ask: Combien ?, type: integer}
  seen: {ask: Vu ?, type: yes_no}
records:
  row: {title: Ligne, plural: rows, questions: {late: {ask: En retard ?, type: yes_no}}}
rules:
  MANY: {when: n > 10, then: {finding: risk, say: Beaucoup., do: Triez.}}
  LATE: {for: row, when: row.late, then: {finding: caution, say: En retard., do: Effacez.}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "cases.csv").write_text("case_id;n\na;1\nb;20\nc;beaucoup\n", encoding="utf-8")
    (tmp_path / "rows.csv").write_text("case_id;late\na;oui\na;non\nz;oui\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULESET_LANG", "fr")
    return tmp_path


def batch(*more: str) -> int:
    return main(["batch", "shop", "cases.csv", "-o", "out.parquet", "--rules", "shop", "--on", "2026-11-23", *more])


def test_a_table_in_a_table_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch("--table", "rows.csv", "--summary") == 0
    said = capsys.readouterr()
    assert "Cas évalués : 2\n" in said.out
    assert "MANY ████████████············ 1 / 0" in said.out
    assert "Cas mis à part : 1 ; lignes sans cas : 1 ; raisons dans out.rejects.csv" in said.err
    assert "Questions sans colonne, donc sans réponse partout : 1 (seen)" in said.err
    assert pq.read_table("out.parquet")["finding.MANY"].to_pylist() == ["ruled_out", "holds"]
    assert pq.read_table("out.row.parquet")["finding.LATE"].to_pylist() == ["holds", "ruled_out"]
    rejects = (folder / "out.rejects.csv").read_text(encoding="utf-8").splitlines()
    assert rejects[1:] == [
        "cases.csv,3,c,n,beaucoup,« beaucoup » n'est pas un nombre",
        "rows.csv,3,z,case_id,z,aucun cas n'a cet identifiant",
    ]


def test_counts_for_a_program(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch("--json") == 0
    counted = json.loads(capsys.readouterr().out)
    assert (counted["evaluated"], counted["rejected"], counted["files"]) == (2, 1, ["out.parquet", "out.rejects.csv"])
    assert counted["findings"] == {"MANY": {"holds": 1, "ruled_out": 1, "open": 0}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--table", "piece=rows.csv"], "dites de quelles fiches : --table TYPE=rows.csv ; types : row"),
        (["--table", "row=rows.csv", "--table", "rows.csv"], "deux tables de fiches « row »"),
        (["--table", "row=none.csv"], "none.csv : fichier introuvable"),
        (["--jobs", "0"], "--jobs"),
    ],
)
def test_words_that_do_not_fit(folder: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch(*words) == 2
    assert said in capsys.readouterr().err
    assert not (folder / "out.parquet").exists()


def test_columns_that_answer_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases.csv").write_text("case_id;N\na;1\n", encoding="utf-8")
    assert batch() == 2
    assert "cases.csv : colonne inconnue : « N »" in capsys.readouterr().err
    assert batch("--extra") == 0


def test_the_bar(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert batch() == 0
    assert "100 %" in capsys.readouterr().err


def test_without_its_packages(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ruleset.batch", None)
    assert batch() == 2
    assert "pip install 'ruleset[batch]'" in capsys.readouterr().err
