"""A report as a file: whole, or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ruleset import LoadError, Report, RulesetError
from ruleset.reports.writing import FORMATS, write_report

FIRST = {".html": b"<!DOCTYPE html>", ".md": b"# Tenir", ".pdf": b"%PDF-1", ".json": b"{\n", ".txt": b"Tenir un stand"}


@pytest.mark.parametrize("end", [*FORMATS, ".HTML"])
def test_the_end_of_the_name_says_the_format(every_kind: Report, tmp_path: Path, end: str) -> None:
    write_report(every_kind, tmp_path / f"r{end}")
    assert (tmp_path / f"r{end}").read_bytes().startswith(FIRST[end.lower()])
    assert [path.name for path in tmp_path.iterdir()] == [f"r{end}"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("r.docx", "« .docx » n'en est pas un"),
        ("r.htm", "vouliez-vous dire « .html »"),
        ("r", "ce nom n'en a pas"),
        ("no/r.html", "impossible d'écrire ici"),
        ("folder.html", "ce n'est pas un fichier"),
    ],
)
def test_what_cannot_be_written_is_said(every_kind: Report, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(LoadError) as raised:
        write_report(every_kind, tmp_path / name)
    (problem,) = raised.value.problems
    assert told in problem.message
    assert problem.where.file == str(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]


def test_without_fpdf2_a_pdf_is_refused_in_words_and_the_old_one_stays(
    every_kind: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    (tmp_path / "r.pdf").write_bytes(b"old")
    with pytest.raises(RulesetError, match="pip install fpdf2"):
        write_report(every_kind, tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes() == b"old"
