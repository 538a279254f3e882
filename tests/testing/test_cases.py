"""Worked cases: every key of `expect`, met and not met."""

from pathlib import Path

import pytest

from ruleset import load
from ruleset.testing import rule_set
from ruleset.testing.cases import run_case, split_place

STALL = Path(__file__).parents[1] / "data" / "stall"
RULES = """
questions:
  age: {ask: Âge ?, type: integer}
  pay: {ask: Salaire ?, type: money}
  kind: {ask: Genre ?, type: choice, choices: {a: A, b: B}}
records:
  piece: {title: Pièce, plural: pieces, questions: {made: {ask: Année ?, type: integer}}}
definitions:
  double: {value: pay * 2, label: Double}
  turns: age - 1
  since: {for: piece, value: 2026 - piece.made, label: Depuis}
  later: date(2026, 1, 31) + months(1)
options: {one: Une, two: Deux}
rules:
  OLD: {when: age > 60, then: {finding: risk, say: "À {age} ans, l'âge compte.", source: S}}
  YOUNG: {when: age < 20, then: {finding: info, say: Jeune., source: S}}
  AGED: {for: piece, when: piece.made < 2000, then: {finding: caution, say: "De {piece.made}.", source: S}}
  PAPERS: {when: age > 18, then: {task: Papiers, due: later, source: S}}
  NOT-ONE: {when: kind == "b", then: {exclude: one, say: Non., source: S}}
  TWO: {when: age > 18, then: {favour: {two: 2}, say: Deux., source: S}}
"""
GIVEN = "{age: 70, pay: 10.50, kind: b}"
PIECES = "{piece: [{made: 2020}, {made: 1990}]}"


def differences(expect, given=GIVEN, pieces=PIECES):
    case = f"cases:\n  - {{name: un, on: 2026-01-01, answers: {given}, records: {pieces}, expect: {expect}}}\n"
    ruleset = rule_set(RULES + case)
    return [str(one) for one in run_case(ruleset, ruleset.cases[0])]


MET = [
    "{verdict: risk}",
    "{holds: [OLD, {OLD: risk}, AGED, AGED@1]}",
    "{holds: [NOT-ONE, PAPERS]}",
    "{ruled_out: [YOUNG, AGED@0]}",
    "{absent: [YOUNG]}",
    "{only: [OLD, AGED]}",
    "{only: [OLD, AGED@1]}",
    "{values: {double: 21, turns: 69, later: 2026-02-28}}",
    "{values: {double: '21.00'}}",
    "{record_values: {piece: [{since: 6}, {since: 36}]}}",
    "{ranking: [two], excluded: {one: [NOT-ONE]}, scores: {two: 2}}",
    "{excluded: [one]}",
    "{tasks: [PAPERS, {PAPERS: 2026-02-28}]}",
    "{says: {OLD: 'À 70 ans', AGED@1: De 1 990}}",
    "{ask: []}",
]


@pytest.mark.parametrize("expect", MET)
def test_an_expectation_that_is_met_says_nothing(expect):
    assert differences(expect) == []


NOT_MET = [
    ("{verdict: ok}", "verdict : attendu ok ; obtenu risk"),
    ("{holds: [YOUNG]}", "holds YOUNG : attendu établi ; obtenu écarté"),
    ("{holds: [{OLD: blocking}]}", "holds OLD : attendu blocking ; obtenu risk"),
    ("{holds: [OLDE]}", "holds OLDE : attendu établi ; obtenu règle inconnue (vouliez-vous dire « OLD » ?)"),
    ("{ruled_out: [AGED]}", "ruled_out AGED : attendu écarté ; obtenu établi"),
    ("{holds: [AGED@5]}", "holds AGED@5 : attendu établi ; obtenu pas de fiche de ce numéro"),
    ("{only: [OLD]}", "only AGED : attendu non établi ; obtenu établi"),
    ("{only: [OLD, AGED, YOUNG]}", "only YOUNG : attendu établi (caution ou plus) ; obtenu non établi"),
    ("{values: {double: 20}}", "values double : attendu 20.00 ; obtenu 21.00"),
    ("{values: {double: unknown}}", "values double : attendu unknown ; obtenu 21.00"),
    ("{values: {double: none}}", "values double : attendu none ; obtenu 21.00"),
    (
        "{values: {doubel: 1}}",
        "values doubel : attendu 1 ; obtenu définition inconnue (vouliez-vous dire « double » ?)",
    ),
    ("{record_values: {piece: [{since: 6}]}}", "record_values piece : attendu 1 fiches ; obtenu 2 fiches"),
    (
        "{record_values: {piece: [{since: 6}, {since: 3}]}}",
        "record_values piece[1].since : attendu 3 ; obtenu 36",
    ),
    ("{ranking: [one, two]}", "ranking : attendu one, two ; obtenu two"),
    ("{excluded: {one: [TWO]}}", "excluded one : attendu TWO ; obtenu NOT-ONE"),
    ("{excluded: [two]}", "excluded two : attendu exclue ; obtenu non exclue"),
    ("{scores: {two: 3}}", "scores two : attendu 3 ; obtenu 2"),
    ("{tasks: [{PAPERS: 2026-03-01}]}", "tasks PAPERS : attendu 2026-03-01 ; obtenu 2026-02-28"),
    ("{tasks: [OLD]}", "tasks OLD : attendu à faire ; obtenu aucune tâche"),
    ("{says: {OLD: jeune}}", "says OLD : attendu « jeune » ; obtenu « À 70 ans, l'âge compte. »"),
    ("{says: {YOUNG: jeune}}", "says YOUNG : attendu « jeune » ; obtenu non établi"),
    ("{ask: [age]}", "ask : attendu age ; obtenu "),
]


@pytest.mark.parametrize(("expect", "difference"), NOT_MET)
def test_an_expectation_that_is_not_met_says_what_came_instead(expect, difference):
    assert differences(expect) == [difference]


def test_what_is_not_known_is_open_for_all_records_together():
    assert differences("{open: [OLD, AGED], values: {double: unknown}}", "{}", "{}") == []
    assert differences("{ruled_out: [AGED]}", "{}", "{piece: []}") == []


def test_a_difference_has_the_place_of_its_expectation():
    ruleset = rule_set(RULES + "cases:\n  - name: un\n    on: 2026-01-01\n    expect:\n      holds:\n        - OLD\n")
    (found,) = run_case(ruleset, ruleset.cases[0])
    assert found.where.line == len(RULES.splitlines()) + 12
    assert found.where.column == 11


def test_a_place_is_an_id_and_a_number():
    assert (split_place("A-B@12"), split_place("A-B"), split_place("A@b")) == (
        ("A-B", 12),
        ("A-B", None),
        ("A@b", None),
    )


def test_the_worked_cases_of_the_demonstration_pass():
    ruleset = load(STALL)
    assert [str(one) for worked in ruleset.cases for one in run_case(ruleset, worked)] == []
