"""The meaning of expressions: strong Kleene logic, none that blocks nothing, exact numbers."""
# ruff: noqa: E501  one case a line reads best

import datetime as dt
import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ruleset
from ruleset.expressions.evaluate import all_of, any_of, opposite
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.types import UNKNOWN, Period

U = "unknown"
NONE = "none"
DAY = dt.date(2026, 11, 23)
TRUTHS = (True, False, UNKNOWN)
QUESTIONS = """questions:
  a: {ask: A, type: yes_no, optional: true}
  b: {ask: B, type: yes_no, optional: true}
  c: {ask: C, type: yes_no, optional: true}
  x: {ask: X, type: number, optional: true}
  y: {ask: Y, type: number, optional: true}
  n: {ask: N, type: integer, optional: true}
  d: {ask: D, type: date, optional: true}
  e: {ask: E, type: date, optional: true}
  k: {ask: K, type: choice, choices: [red, blue], optional: true}
  m: {ask: M, type: choices, choices: [red, blue], optional: true}
records:
  row: {title: R, plural: rows, questions: {v: {ask: V, type: number, optional: true}, ok: {ask: O, type: yes_no, optional: true}}}
parameters:
  rate: {type: number, values: {2020-01-01: 1, 2026-01-01: 2}, until: 2026-12-31, source: S}
  key: {type: number, keys: [red, blue], values: {2020-01-01: {red: 1, blue: 2}}, source: S}
"""
LOADED: dict[str, ruleset.RuleSet] = {}


def value(expression, records=None, on=DAY, **answers):
    """The value of an expression; what is not said is unknown."""
    if expression not in LOADED:
        LOADED[expression] = rule_set(f"{QUESTIONS}definitions:\n  found: |-\n    {expression}\n")
    rules = LOADED[expression]
    rows = None if records is None else {"row": records}
    case = ruleset.make_case(rules, answers, rows, on)
    return Situation(compile_program(rules), case).compute().computed("found")


def kleene(one, other, absorbing):
    if absorbing in (one, other):
        return absorbing
    return UNKNOWN if UNKNOWN in (one, other) else not absorbing


@pytest.mark.parametrize(("one", "other"), itertools.product(TRUTHS, TRUTHS))
def test_truth_tables(one, other):
    answers = {"a": U if one is UNKNOWN else one, "b": U if other is UNKNOWN else other}
    assert value("a and b", **answers) is all_of([one, other]) is kleene(one, other, absorbing=False)
    assert value("a or b", **answers) is any_of([one, other]) is kleene(one, other, absorbing=True)
    assert value("not a", **answers) is opposite(one) is (UNKNOWN if one is UNKNOWN else not one)


@given(st.lists(st.sampled_from(TRUTHS)))
def test_conjunction_and_disjunction_are_dual(truths):
    assert opposite(all_of(truths)) is any_of(opposite(one) for one in truths)
    assert all_of(reversed(truths)) is all_of(truths)


MEANINGS = [
    # a tautology over an unknown stays unknown; a known part decides
    ("x > 5 or x <= 5", {}, UNKNOWN), ("x > 5 and x > 5", {}, UNKNOWN), ("y <= 20 <= 10", {}, False),
    ("y <= 2 <= 10", {}, UNKNOWN), ("1 <= x <= 10", {"x": 0}, False), ("0 * x", {}, UNKNOWN), ("x - x", {}, UNKNOWN),
    # members
    ("x in [1, 2]", {}, UNKNOWN), ("5 in [1, x, 5]", {}, True), ("5 in [1, x]", {}, UNKNOWN), ("x in [1, y]", {"x": 1}, True),
    ("x not in [1, y]", {"x": 2}, UNKNOWN), ("x not in [1, 2]", {"x": NONE}, True), ("x in [1, 2]", {"x": NONE}, False),
    ('"red" in m', {"m": ["red"]}, True), ('"red" in m', {"m": []}, False), ('"red" in m', {"m": NONE}, False),
    ('"red" not in m', {"m": NONE}, True), ('"red" in m', {}, UNKNOWN), ('k in ["red"]', {"k": "red"}, True),
    # none is an answer: comparisons with it are false, their negations true
    ("x > 5", {"x": NONE}, False), ("x <= 5", {"x": NONE}, False), ("not x > 5", {"x": NONE}, True),
    ("x != 5", {"x": NONE}, False), ("not x == 5", {"x": NONE}, True), ("x == y", {"x": NONE}, False),
    ("x == y", {"x": NONE, "y": NONE}, False), ("x is none", {"x": NONE}, True), ("x is none", {}, UNKNOWN),
    ("x is none", {"x": 0}, False), ("x is not none", {"x": NONE}, False), ("known(x)", {"x": NONE}, True),
    ("known(x)", {}, False), ("known(x)", {"x": 1}, True), ("known(x > 5 and a)", {"x": 1}, True),
    ("a", {"a": NONE}, None), ("not a", {"a": NONE}, True), ("a or b", {"a": NONE, "b": NONE}, False),
    ("1 if a else 2", {"a": NONE}, 2), ("a == b", {"a": NONE, "b": True}, False), ("a == b", {"a": True, "b": True}, True),
    # arithmetic with none is none, unknown or not
    ("x + 1", {"x": NONE}, None), ("x + y", {"x": NONE}, None), ("x + 1 > 0", {"x": NONE}, False), ("-x", {"x": NONE}, None),
    ("x * y", {"y": NONE}, None), ("x + y", {"x": 1}, UNKNOWN), ("-x", {"x": 2}, -2), ("x / y", {"y": 0}, None),
    ("1 / x", {"x": 0}, None), ("x / y", {"x": NONE}, None), ("x / 4", {"x": 1}, Fraction(1, 4)),
    ("round(x)", {"x": NONE}, None), ("days_between(d, e)", {"d": NONE}, None), ("days_between(d, e)", {"d": DAY}, UNKNOWN),
    ("min(x, y)", {"x": NONE, "y": 2}, 2), ("max(x, y)", {"x": NONE, "y": NONE}, None), ("min(x, y)", {"x": 1}, UNKNOWN),
    ("min(x, 3)", {"x": 5}, 3), ("len(m)", {"m": ["red", "blue"]}, 2), ("len(m)", {"m": NONE}, None), ("abs(x)", {"x": -2}, 2),
    # conditionals agree or stay open
    ("1 if a else 1", {}, 1), ("1 if a else 2", {}, UNKNOWN), ("x if a else 1", {}, UNKNOWN), ("1 if a else x", {"a": True}, 1),
    ("true if a else b", {"a": True}, True), ("none if a else none", {}, None),
    # dates
    ("d + days(1)", {"d": "2026-02-28"}, dt.date(2026, 3, 1)), ("d + months(1)", {"d": "2026-01-31"}, dt.date(2026, 2, 28)),
    ("d + months(1) + months(1)", {"d": "2026-01-31"}, dt.date(2026, 3, 31)), ("(d + months(1)) + days(1)", {"d": "2026-01-31"}, dt.date(2026, 3, 1)),
    ("d + days(1) + months(1)", {"d": "2026-01-31"}, dt.date(2026, 3, 1)), ("d - months(1)", {"d": "2026-03-31"}, dt.date(2026, 2, 28)),
    ("d + years(1)", {"d": "2024-02-29"}, dt.date(2025, 2, 28)), ("d - e", {"d": "2026-03-01", "e": "2026-02-28"}, 1),
    ("d + months(n)", {"d": DAY}, UNKNOWN), ("d + months(n)", {"d": NONE}, None), ("d + months(n)", {"d": DAY, "n": NONE}, None),
    ("d + days(n)", {"d": DAY, "n": 10**9}, None), ("d + months(n)", {"d": DAY, "n": -10**9}, None),
    ("months(2) - months(3) + days(1)", {}, Period(-1, 1)), ("on", {}, DAY), ("d < e", {"d": "2026-01-01", "e": "2026-01-02"}, True),
    ("date(n, 2, 30)", {"n": 2026}, UNKNOWN), ("year(d) * 100 + month(d)", {"d": "2026-03-09"}, 202603),
    # parameters: none before the first day and after the last
    ("rate", {}, 2), ("rate.at(d)", {"d": "2025-12-31"}, 1), ("rate.at(d)", {"d": "2026-01-01"}, 2), ("rate.at(d)", {"d": "2019-12-31"}, None),
    ("rate.at(d)", {"d": "2026-12-31"}, 2), ("rate.at(d)", {"d": "2027-01-01"}, None), ("rate.at(d)", {}, UNKNOWN), ("rate.at(d)", {"d": NONE}, None),
    ("key[k]", {"k": "blue"}, 2), ("key[k]", {}, UNKNOWN), ("key[k]", {"k": NONE}, None), ("key.at(d)[k]", {"d": "2019-01-01", "k": "red"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "answers", "expected"), MEANINGS)
def test_meaning(expression, answers, expected):
    found = value(expression, **answers)
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)
    assert (found is UNKNOWN) == (expected is UNKNOWN)


ROWS: list[tuple[str, list[dict[str, object]] | None, object]] = [
    ("any(r.ok for r in rows)", None, UNKNOWN), ("any(r.ok for r in rows)", [], False), ("all(r.ok for r in rows)", [], True),
    ("any(r.ok for r in rows)", [{}, {"ok": True}], True), ("any(r.ok for r in rows)", [{}, {"ok": False}], UNKNOWN),
    ("all(r.ok for r in rows)", [{}, {"ok": False}], False), ("all(r.ok for r in rows)", [{}, {"ok": True}], UNKNOWN),
    ("all(r.ok for r in rows)", [{"ok": "none"}], False), ("any(r.v > 1 for r in rows if r.ok)", [{"v": 2}], UNKNOWN),
    ("any(r.v > 1 for r in rows if r.ok)", [{"v": 1}], False), ("all(r.v > 1 for r in rows if r.ok)", [{"v": 2}], True),
    ("all(r.v > 1 for r in rows if r.ok)", [{"ok": False}], True), ("all(r.v > 1 for r in rows if r.ok)", [{"v": 0}], UNKNOWN),
    ("count(r for r in rows)", [{}, {}], 2), ("count(r for r in rows)", None, UNKNOWN), ("count(r for r in rows if r.ok)", [{"ok": True}, {}], UNKNOWN),
    ("count(r for r in rows if r.ok)", [{"ok": "none"}, {"ok": True}], 1), ("sum(r.v for r in rows)", [], 0),
    ("sum(r.v for r in rows)", [{"v": "0.1"}, {"v": "0.2"}], Fraction(3, 10)), ("sum(r.v for r in rows)", [{"v": "none"}, {"v": 2}], 2),
    ("sum(r.v for r in rows)", [{"v": "none"}], 0), ("sum(r.v for r in rows)", [{"v": 1}, {}], UNKNOWN),
    ("sum(r.v for r in rows if r.ok)", [{"ok": False}, {"v": 2, "ok": True}], 2), ("min(r.v for r in rows)", [], None),
    ("min(r.v for r in rows)", [{"v": 3}, {"v": "none"}], 3), ("max(r.v for r in rows)", [{"v": 3}, {}], UNKNOWN),
    ("max(r.v for r in rows)", [{"v": "none"}], None), ("any(r.v > max(s.v for s in rows) for r in rows)", [{"v": 3}, {"v": 4}], False),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "records", "expected"), ROWS)
def test_meaning_over_records(expression, records, expected):
    found = value(expression, records)
    assert found == expected
    assert (found is UNKNOWN) == (expected is UNKNOWN)


def table(policy, rows, otherwise="", **answers):
    more = f", otherwise: {otherwise}" if otherwise else ""
    text = f"{QUESTIONS}tables:\n  found: {{policy: {policy}, inputs: [n], rows: [{rows}]{more}}}\n"
    situation = Situation(compile_program(rules := rule_set(text)), ruleset.make_case(rules, answers, on=DAY)).compute()
    return situation.computed("found"), [one.message for one in situation.diagnostics]


LOW, HIGH, ANY = "{when: ['<= 1'], value: 10}", "{when: ['>= 1'], value: 20}", "{when: ['-'], value: 10}"
UNSURE = "{when: ['-'], if: a, value: 15}"
TABLES = [
    ("first", f"{LOW}, {HIGH}", "", {"n": 1}, 10), ("first", f"{LOW}, {HIGH}", "", {}, UNKNOWN), ("first", f"{LOW}, {ANY}", "", {}, 10),
    ("first", LOW, "7", {"n": 5}, 7), ("first", LOW, "", {"n": 5}, None), ("first", LOW, "10", {}, 10), ("first", LOW, "", {"n": NONE}, None),
    ("unique", f"{LOW}, {HIGH}", "", {"n": 0}, 10), ("any", f"{LOW}, {ANY}", "", {"n": 1}, 10), ("any", f"{HIGH}, {ANY}", "", {"n": 0}, 10),
    ("highest", f"{LOW}, {HIGH}", "", {"n": 1}, 20), ("highest", f"{HIGH}, {UNSURE}", "", {"n": 1}, 20), ("highest", f"{LOW}, {UNSURE}", "", {"n": 1}, UNKNOWN),
    ("highest", UNSURE, "3", {}, UNKNOWN), ("highest", UNSURE, "3", {"a": False}, 3), ("lowest", f"{LOW}, {UNSURE}", "", {"n": 1}, 10),
    ("lowest", f"{HIGH}, {UNSURE}", "", {"n": 1}, UNKNOWN), ("sum", f"{LOW}, {HIGH}", "", {"n": 1}, 30), ("sum", f"{LOW}, {UNSURE}", "", {"n": 1}, UNKNOWN),
    ("sum", LOW, "", {"n": 5}, 0), ("sum", f"{LOW}, {{when: ['-'], if: a, value: 0}}", "", {"n": 1}, 10), ("sum", f"{LOW}, {{when: ['-'], value: none}}", "", {"n": 1}, 10),
    ("collect", f"{LOW}, {HIGH}", "", {"n": 1}, (10, 20)), ("collect", f"{LOW}, {UNSURE}", "", {"n": 1}, UNKNOWN), ("collect", LOW, "", {"n": 5}, ()),
    ("first", "{when: ['0 .. 2'], value: 1}, {when: ['not 5'], value: 2}", "3", {"n": 4}, 2), ("first", "{when: [none], value: 1}", "2", {"n": NONE}, 1),
    ("first", "{when: ['1 | 3'], value: 1}", "2", {"n": 3}, 1), ("first", "{when: ['not 5'], value: 1}", "2", {"n": NONE}, 1),
    ("first", "{when: ['-'], value: 1, until: 2026-01-01}, {when: ['-'], value: 2, from: 2026-11-23}", "", {}, 2),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "rows", "otherwise", "answers", "expected"), TABLES)
def test_tables(policy, rows, otherwise, answers, expected):
    found, diagnostics = table(policy, rows, otherwise, **answers)
    assert found == expected
    assert (found is UNKNOWN) == (expected is UNKNOWN)
    assert diagnostics == []


@pytest.mark.parametrize(("policy", "reported"), [("unique", True), ("any", True), ("first", False)])
def test_rows_that_conflict_are_reported_and_the_first_prevails(policy, reported):
    found, diagnostics = table(policy, f"{LOW}, {HIGH}", n=1)
    assert found == 10
    assert bool(diagnostics) == reported


def test_rows_that_agree_are_a_conflict_for_unique_only():
    assert table("any", f"{LOW}, {ANY}", n=1)[1] == []
    assert table("unique", f"{LOW}, {ANY}", n=1)[1] != []


def test_a_table_collects_exact_numbers_that_can_be_written():
    text = f"{QUESTIONS}tables:\n  found: {{policy: collect, label: F, rows: [{{value: n / 3}}]}}\n"
    rules = rule_set(text)
    found = ruleset.evaluate(rules, ruleset.make_case(rules, {"n": 1}, on=DAY))
    assert ruleset.to_json(found, rules)["values"]["found"] == ["0.333333333333"]


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_arithmetic_is_exact(one, other, divisor):
    assert value("(x + y) / n * n - y", x=one, y=other, n=divisor) == one


def test_tenths_add_up():
    assert value("x + y == 0.3", x="0.1", y="0.2") is True
