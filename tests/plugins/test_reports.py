"""What the built-in plug-ins add to a report: exact amounts, every row, every centre, every mission."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import pytest

from ruleset import BarChart, Case, Map, Outcome, Plan, Report, Section, Table, Timeline, Voice, load, make_case, report
from ruleset.model import RuleSet
from ruleset.reports.plain import to_text

ROOT = Path(__file__).parents[2]
DAY = dt.date(2026, 11, 23)
Part = TypeVar("Part")
NAMES = ("ci", "portfolio", "retention", "statut/aides", "statut/faisabilite", "statut/forme", "statut/temps")


def section(found: Report, title: str) -> Section:
    return next(one for one in found.sections if one.title == title)


def only(kind: type[Part], shown: Section) -> Part:
    (found,) = (block for block in shown.body if isinstance(block, kind))
    return found


def worked(rules: RuleSet, most: int) -> list[Case]:
    """Return some worked cases, far apart."""
    return [one.case for one in rules.cases[:: max(1, len(rules.cases) // most)]]


@pytest.mark.parametrize("name", [*NAMES, "ingenierie"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_worked_case_has_a_part_missing(name: str, lang: str) -> None:
    rules = load(name)
    for case in worked(rules, 8):
        found = report(rules, Case(case.ruleset, case.on, case.answers, case.records, lang))
        assert found.missing == ()
        assert to_text(found)


def titles(rules: RuleSet, case: Case, lang: str) -> list[str]:
    return [one.title for one in report(rules, Case(case.ruleset, case.on, case.answers, case.records, lang)).sections]


@pytest.mark.parametrize("name", [*NAMES, "ingenierie"])
def test_the_titles_of_every_section_are_translated(name: str) -> None:
    rules = load(name)
    case = worked(rules, 4)[0]
    french, english = titles(rules, case, "fr"), titles(rules, case, "en")
    assert len(french) == len(english) > 2
    assert set(french).isdisjoint(english)


# portfolio

INCOME: dict[str, object] = {
    "package_income": "30000.01", "hourly_rate": 80, "billable_hours": 10, "grant_expected": 40000,
}  # fmt: skip


def test_income_today_with_the_advice_and_at_the_target_is_exact() -> None:
    rules = load("portfolio")
    found = section(report(rules, make_case(rules, INCOME, on=DAY)), "Vers votre cible de revenus")
    chart = only(BarChart, found)
    today, hours, packages, grant = chart.bars
    assert chart.goal is not None
    assert (chart.goal.value, today.value) == (Fraction(60000), Fraction("30800.01"))
    gap = chart.goal.value - today.value
    assert hours.value == today.value + -(-gap // 80) * 80
    assert packages.value == today.value + -(-gap // 12000) * 12000
    assert min(hours.value, packages.value, grant.value) >= chart.goal.value
    assert grant.value == today.value + 40000
    assert today.text.replace("\xa0", " ") == "30 800,01 $"
    parts = only(Table, found)
    assert [(name, amount.replace("\xa0", " ")) for name, amount, _kind in parts.rows] == [
        ("Pige : heures facturées", "800 $"),
        ("Forfaits", "30 000,01 $"),
    ]


def test_a_target_that_is_reached_asks_for_nothing_more() -> None:
    rules = load("portfolio")
    found = report(rules, make_case(rules, {"salary": 70000, "target_income": 65000}, on=DAY))
    chart = only(BarChart, section(found, "Vers votre cible de revenus"))
    assert [(int(bar.value), bar.tone) for bar in chart.bars] == [(70000, "good")]
    assert chart.goal is not None
    assert chart.goal.value == 65000


def test_without_an_amount_there_is_no_projection() -> None:
    rules = load("portfolio")
    assert "Vers votre cible de revenus" not in titles(rules, make_case(rules, {}, on=DAY), "fr")


# retention


def test_every_row_of_a_register_is_in_the_table_and_every_day_in_the_picture() -> None:
    rules = load("retention")
    sample = json.loads((ROOT / "examples" / "retention" / "registre.json").read_text(encoding="utf-8"))
    rows = [*sample["records"]["donnee"], {"categorie": "logs", "pays": "FR"}]
    found = report(rules, make_case(rules, sample["answers"], {**sample["records"], "donnee": rows}, on=DAY))
    table = only(Table, section(found, "Le registre, ligne par ligne"))
    names = [row[0] for row in table.rows]
    assert len(names) == len(rows)
    assert names[:2] == ["d1 · Compte", "d2 · Profil (identité et coordonnées)"]
    assert names[-1] == f"{len(rows)} · Journaux techniques"
    decided = [row.get("effacer_le") for row in found.outcome.record_values["donnee"]]
    events = only(Timeline, section(found, "Quand effacer chaque ligne")).events
    assert [event.day for event in events] == [day for day in decided if isinstance(day, dt.date)]
    late = {name for name, decision, *_ in table.rows if decision == "Effacer"}
    assert {event.label for event in events if event.tone == "danger"} == late
    assert "d1 · Compte" in late


def test_a_register_that_is_not_given_adds_nothing() -> None:
    rules = load("retention")
    assert "Le registre, ligne par ligne" not in titles(rules, make_case(rules, {}, on=DAY), "fr")


# ci


def test_every_centre_is_on_the_map_and_the_comparable_ones_are_marked() -> None:
    rules = load("ci")
    found = report(rules, make_case(rules, {"region": "bas_saint_laurent"}, on=DAY))
    shown = only(Map, section(found, "Carte des centres et des zones"))
    rows = rules.records["centre"].rows or ()
    assert sorted(place.label for place in shown.places) == sorted(str(row["name"]) for row in rows)
    ranked = {
        str(row["name"]): values["comparable_rank"]
        for row, values in zip(rows, found.outcome.record_values["centre"], strict=True)
        if values.get("comparable_rank") is not None
    }
    assert {place.label for place in shown.places if place.marked} == set(ranked)
    table = only(Table, section(found, "Centres à comparer au vôtre"))
    assert {row[1]: int(row[0]) for row in table.rows} == ranked
    assert all(row[-1] for row in table.rows)
    assert all(-80 < place.longitude < -57 and 44 < place.latitude < 53 for place in shown.places)


# statut


def test_the_six_dimensions_are_parts_of_their_weight() -> None:
    rules = load("statut/faisabilite")
    case = next(one.case for one in rules.cases if "points_contrat" in str(one.expect))
    found = report(rules, case)
    chart = only(BarChart, section(found, "Les six dimensions de la faisabilité"))
    weights = rules.parameters["poids"].period(case.on)
    assert weights is not None
    assert isinstance(weights.value, dict)
    assert len(chart.bars) == len(weights.value) == 6
    for bar, (name, weight) in zip(chart.bars, weights.value.items(), strict=True):
        points = found.outcome.values[f"points_{name}"]
        assert isinstance(points, int | Fraction)
        assert isinstance(weight, int)
        assert bar.value == Fraction(points) / weight
        assert bar.text.endswith(f"sur {weight}")


def test_what_weighs_on_time_is_what_the_score_loses() -> None:
    rules = load("statut/temps")
    checked = 0
    for case in worked(rules, 12):
        found = report(rules, case)
        score = found.outcome.values.get("score_temps")
        if isinstance(score, int | Fraction) and 0 < score < 100:
            chart = only(BarChart, section(found, "Ce qui pèse sur votre temps"))
            assert 100 - sum(bar.value for bar in chart.bars) == score
            assert list(chart.bars) == sorted(chart.bars, key=lambda bar: -bar.value)
            checked += 1
    assert checked


def test_the_forms_are_compared_criterion_by_criterion() -> None:
    rules = load("statut/forme")
    case = max((one.case for one in rules.cases), key=lambda case: len(case.answers))
    found = report(rules, case)
    compared = section(found, "Options comparées")
    ranked = [one for one in found.outcome.options if not one.excluded]
    assert [bar.value for bar in only(BarChart, compared).bars] == [max(one.score, 0) for one in ranked]
    table = only(Table, compared)
    assert table.headings[1:] == tuple(rules.options[one.id].label for one in ranked)
    assert table.rows[-1][1:] == tuple(str(one.score) for one in ranked)


# ingenierie


def test_every_mission_that_holds_is_in_the_plan_in_its_phase() -> None:
    rules = load("ingenierie")
    phases = [*rules.questions["phase_actuelle"].labels.values()]
    seen = 0
    for case in worked(rules, 10):
        found = report(rules, case)
        held = [one for one in found.outcome.tasks if one.status == "holds" and one.phase]
        if not held:
            continue
        plan = only(Plan, section(found, "Le plan, mission par mission"))
        assert list(plan.phases) == phases
        told = sorted(f"{stage.group} : {stage.label}".removeprefix(" : ").lower() for stage in plan.stages)
        assert told == sorted(one.label.lower() for one in held)
        names = {one.label.lower(): rules.questions["phase_actuelle"].labels[one.phase] for one in held}
        for stage in plan.stages:
            assert stage.phases == (names[f"{stage.group} : {stage.label}".removeprefix(" : ").lower()],)
        parties = only(Plan, section(found, "Qui intervient, et quand"))
        assert {one.label for one in parties.stages} == {one.group for one in plan.stages if one.group}
        for party in parties.stages:
            assert set(party.phases) == {one.phases[0] for one in plan.stages if one.group == party.label}
        seen += 1
    assert seen


def test_a_plugin_answers_for_its_own_rule_set_only() -> None:
    from ruleset.plugins.registry import registry

    rules = load("loyalty")
    case = make_case(rules, {}, on=DAY)
    other: Outcome = report(rules, case).outcome
    assert registry().sections(other, case, Voice.of(rules, "fr")) == ((), ())
