"""The page of the manual about reports: its plug-in does what it says, with its rule set."""

from __future__ import annotations

import re
import types
from pathlib import Path

import pytest

from ruleset import BarChart, report, write_report
from ruleset.loading.folder import load_folder
from ruleset.plugins.registry import build_registry

PAGE = (Path(__file__).parents[2] / "docs" / "manual" / "reports.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_plugin_of_the_page_adds_its_section(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deposit.yaml").write_text(block("yaml"), encoding="utf-8")
    rules = load_folder(tmp_path)
    plugin = types.ModuleType("deposit")
    exec(block("python"), plugin.__dict__)
    registry = build_registry([("deposit", "", "", lambda: plugin)])
    monkeypatch.setattr("ruleset.plugins.registry.registry", lambda: registry)
    found = report(rules, rules.cases[0].case)
    (section,) = (one for one in found.sections if one.title == "Le dépôt")
    chart, _paragraphs = section.body
    assert isinstance(chart, BarChart)
    assert [(bar.label, bar.text.replace("\xa0", " ")) for bar in chart.bars] == [
        ("Dépôt versé", "800 €"),
        ("Somme à rendre", "700 €"),
    ]
    assert found.missing == ()
    write_report(found, tmp_path / "r.html")
    assert "Le dépôt" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_every_value_of_the_page_is_public() -> None:
    import ruleset

    names = set(re.findall(r"`(?:ruleset\.)?([A-Z]\w+)\(", PAGE))
    assert names <= set(ruleset.__all__)
    assert len(names) > 10
