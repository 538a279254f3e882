"""What an open number can still be."""

from __future__ import annotations

import datetime as dt
import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruleset import UNKNOWN, RuleSet, make_case
from ruleset.loading.folder import load_folder
from ruleset.program import compile_program
from ruleset.situation import Situation

QUESTIONS = """
ruleset: demo
title: Démo
version: '1'
options: {micro: Micro, sasu: SASU}
questions:
  a: {ask: A ?, type: integer, min: 0, max: 3}
  b: {ask: B ?, type: integer, min: -2, max: 2}
  c: {ask: C ?, type: yes_no}
"""
DOMAINS = {"a": range(4), "b": range(-2, 3), "c": (True, False)}
FORMULAS = [
    "a + b", "a - 2 * b", "a * b", "a / (b + 3)", "a if c else b", "min(a, b)", "max(a, 2)", "-a", "abs(b)", "5",
]  # fmt: skip


def load(folder: Path, definitions: str) -> RuleSet:
    (folder / "a.yaml").write_text(QUESTIONS + definitions, encoding="utf-8")
    return load_folder(folder)


def computed(rules: RuleSet, answers: dict[str, object], name: str) -> Any:
    return Situation(compile_program(rules), make_case(rules, answers, on=dt.date(2026, 1, 1))).computed(name)


@pytest.fixture(scope="module")
def formulas(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    lines = [
        f"  d{n}: {{value: {text!r}}}\n  low{n}: {{value: least(d{n})}}\n  high{n}: {{value: most(d{n})}}\n"
        for n, text in enumerate(FORMULAS)
    ]
    return load(tmp_path_factory.mktemp("bounds"), "definitions:\n" + "".join(lines))


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(list(domain)) for name, domain in DOMAINS.items()}))
def test_no_completion_leaves_the_bounds(formulas: RuleSet, answers: dict[str, object]) -> None:
    free = [name for name in DOMAINS if name not in answers]
    for number in range(len(FORMULAS)):
        low, high = (computed(formulas, answers, f"{name}{number}") for name in ("low", "high"))
        for values in itertools.product(*(DOMAINS[name] for name in free)):
            value = computed(formulas, answers | dict(zip(free, values, strict=True)), f"d{number}")
            assert isinstance(value, (int, Fraction))
            assert low is UNKNOWN or low <= value
            assert high is UNKNOWN or value <= high


def test_the_bounds_of_what_is_known_are_its_value(formulas: RuleSet) -> None:
    assert computed(formulas, {"a": 1, "b": 2}, "low0") == computed(formulas, {"a": 1, "b": 2}, "high0") == 3


OPTIONS = """
rules:
  X: {when: c, then: {exclude: micro}}
  F: {when: not c, then: {favour: {micro: 2, sasu: 1}}}
  G: {then: {favour: {sasu: a}}}
definitions:
  best: best_option()
  out: excluded("micro")
  points: score("sasu")
  at_most: most(score("sasu"))
"""


@pytest.mark.parametrize(
    ("answers", "best", "out", "points", "at_most"),
    [
        ({}, UNKNOWN, UNKNOWN, UNKNOWN, 4),
        ({"c": True}, "sasu", True, UNKNOWN, 3),
        ({"c": False}, UNKNOWN, False, UNKNOWN, 4),
        ({"c": False, "a": 1}, "micro", False, 2, 2),
        ({"c": False, "a": 2}, "sasu", False, 3, 3),
        ({"a": 3}, "sasu", UNKNOWN, UNKNOWN, 4),
    ],
)
def test_options_are_ranked_as_far_as_is_known(
    tmp_path: Path, answers: dict[str, object], best: object, out: object, points: object, at_most: object
) -> None:
    rules = load(tmp_path, OPTIONS)
    found = [computed(rules, answers, name) for name in ("best", "out", "points", "at_most")]
    assert found == [best, out, points, at_most]
