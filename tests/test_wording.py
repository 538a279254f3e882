"""Words: placeholders filled by type and format, values as people read them, in French and in English."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ruleset import LoadError, RuleSet, evaluate, make_case
from ruleset.loading.folder import load_folder
from ruleset.types import UNKNOWN, Period, Type
from ruleset.wording import Voice

RULES = """
ruleset: demo
title: Démo
version: '1'
jurisdiction: {jurisdiction}
currency: EUR
sources: {{L1: {{title: Loi, mark: unchecked}}}}
questions:
  d: {{ask: Jour ?, type: date}}
  n: {{ask: Combien ?, type: integer}}
  pay: {{ask: Salaire ?, type: money}}
  c: {{ask: Choix ?, type: choice, choices: {{x: Le premier, y: Le second}}}}
  m: {{ask: Lesquels ?, type: choices, choices: {{p: Pommes, q: Poires}}}}
rules:
  R: {{then: {{finding: info, say: "{say}"}}}}
  MARKED: {{then: {{finding: info, say: Peut-être, source: L1}}}}
"""


def load(folder: Path, say: str, jurisdiction: str = "FR") -> RuleSet:
    (folder / "a.yaml").write_text(RULES.format(say=say, jurisdiction=jurisdiction), encoding="utf-8")
    return load_folder(folder)


def said(rules: RuleSet, answers: dict[str, object], lang: str = "fr", rule: str = "R") -> str:
    outcome = evaluate(rules, make_case(rules, answers, on=dt.date(2026, 1, 1), lang=lang))
    [message] = [finding.message for finding in outcome.findings if finding.id == rule]
    return message.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("say", "answers", "french"),
    [
        ("Le {d}.", {"d": "2026-11-01"}, "Le 1er novembre 2026."),
        ("Le {d:short}.", {"d": "2026-11-01"}, "Le 01/11/2026."),
        ("{pay} net", {"pay": "77700.5"}, "77 700,50 € net"),
        ("{pay:number} net", {"pay": "77700.5"}, "77 700,5 net"),
        ("{n} {n:jour|jours}", {"n": 1}, "1 jour"),
        ("{n} {n:jour|jours}", {"n": 2000}, "2 000 jours"),
        ("en {n:plain}", {"n": 2026}, "en 2026"),
        ("{c}", {"c": "x"}, "Le premier"),
        ("{m}", {"m": ["q", "p"]}, "Pommes et Poires"),
        ("{m}", {"m": []}, "(aucun)"),
        ("{d} et {n} {n:jour|jours}", {}, "(à préciser) et (à préciser) (à préciser)"),
        ("{{n}} {n + 1}", {"n": 1}, "{n} 2"),
        ("{d + months(1)}", {"d": "2026-01-31"}, "28 février 2026"),
    ],
)
def test_placeholders_are_written_by_type_and_format(
    tmp_path: Path, say: str, answers: dict[str, object], french: str
) -> None:
    assert said(load(tmp_path, say), answers) == french


def test_money_and_dates_follow_the_country(tmp_path: Path) -> None:
    rules = load(tmp_path, "{pay}, {d:short}", "QC")
    answers: dict[str, object] = {"pay": 1500, "d": "2026-11-23"}
    assert said(rules, answers) == "1 500 €, 2026-11-23"
    assert said(rules, answers, "en") == "€1,500, 2026-11-23"


def test_a_translation_may_reorder_the_placeholders(tmp_path: Path) -> None:
    place = tmp_path / "locale" / "en" / "LC_MESSAGES"
    place.mkdir(parents=True)
    place.joinpath("rules.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{n} {n:jour|jours} avant le {d}"\nmsgstr "Before {d}, {n} {n:day|days}"\n',
        encoding="utf-8",
    )
    rules = load(tmp_path, "{n} {n:jour|jours} avant le {d}")
    assert said(rules, {"n": 1, "d": "2026-11-23"}, "en") == "Before November 23, 2026, 1 day"
    assert said(rules, {"n": 1, "d": "2026-11-23"}) == "1 jour avant le 23 novembre 2026"


def test_what_is_not_checked_says_so(tmp_path: Path) -> None:
    assert said(load(tmp_path, "x"), {}, rule="MARKED") == "Peut-être (à vérifier)"


@pytest.mark.parametrize(
    ("say", "message"),
    [("{n:nombre}", "format inconnu : « nombre » (vouliez-vous dire « number » ?)"), ("{nn}", "nom inconnu : « nn »")],
)
def test_a_wrong_placeholder_is_found_when_loaded(tmp_path: Path, say: str, message: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(tmp_path, say)
    assert message in str(caught.value)


def test_values_that_are_no_answers_have_words_too(tmp_path: Path) -> None:
    voice = Voice.of(load(tmp_path, "x"), "fr")
    assert voice.value(UNKNOWN, Type("text")) == "(à préciser)"
    assert voice.value(None, Type("text")) == "(aucun)"
    assert [voice.value(one, Type("yes_no")) for one in (True, False)] == ["oui", "non"]
    assert voice.value(Period(14, 3), Type("period")) == "14 mois et 3 jours"
