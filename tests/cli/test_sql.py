"""`ruleset sql`."""

from __future__ import annotations

import pytest

from ruleset.cli import main


def test_a_rule_set_is_written_as_queries_for_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "statut/depart", "--on", "2026-11-23", "--dialect", "postgres"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("-- statut/depart 1.0.0, postgres : une ligne par cas\nWITH ")
    assert '"law_day"' not in out
    assert err == ""


def test_what_has_no_sql_form_is_named_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "retention"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "finding.F-23 : à cause de la définition « delai_depasse » : la fonction « full_hours_between »" in err


def test_mixed_leaves_it_out_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "retention", "--mixed", "--compact"]) == 0
    out, err = capsys.readouterr()
    assert "une ligne par fiche « donnee »" in out
    assert "laissé de côté : finding.F-23 (" in err


def test_an_unknown_dialect_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "statut/depart", "--dialect", "oracle"]) == 2
    assert "duckdb" in capsys.readouterr().err
