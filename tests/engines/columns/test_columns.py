"""The engine of batches gives what the reference evaluator gives, whatever the rule set and the cases beside a case."""

import datetime as dt
import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset.engines import Evaluator
from ruleset.engines.columns import ColumnsEngine
from ruleset.engines.verifying import differences
from ruleset.expressions.functions import Function, round_to
from ruleset.loading.cases import make_case
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.testing import rule_set
from ruleset.testing.strategies import cases, rule_sets
from ruleset.testing.values import random_cases
from ruleset.types import UNKNOWN, YES_NO

DAY = dt.date(2026, 11, 23)
drawn = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def unlike(rules, some):
    """Return what the engine says otherwise than the evaluator of cases computed together."""
    program, judge = compile_program(rules), Evaluator()
    return [
        (number, str(difference))
        for number, (case, found) in enumerate(zip(some, ColumnsEngine().solve_all(program, some), strict=True))
        for difference in differences(found, judge.solve(program, case))
    ]


@drawn
@given(rule_sets(), st.data())
def test_cases_of_any_rule_set_computed_together_are_as_the_evaluator_has_them(text, data):
    rules = rule_set(text, header="")
    assert unlike(rules, data.draw(st.lists(cases(rules), min_size=1, max_size=8))) == []


@pytest.mark.no_cover
@pytest.mark.parametrize("id", registry().ids())
def test_cases_of_the_shipped_rule_sets(id):
    rules = registry().get(id)
    assert rules is not None
    some = [*itertools.islice(random_cases(rules, random.Random(id)), 60), *(one.case for one in rules.cases[:40])]
    assert unlike(rules, some) == []


@pytest.mark.no_cover
def test_a_case_does_not_depend_on_the_cases_beside_it():
    rules = registry().get("retention")
    assert rules is not None
    program = compile_program(rules)
    some = list(itertools.islice(random_cases(rules, random.Random(7)), 20))
    together = list(ColumnsEngine().solve_all(program, some))
    backwards = list(ColumnsEngine().solve_all(program, some[::-1]))[::-1]
    assert [differences(one, other) for one, other in zip(together, backwards, strict=True)] == [()] * 20


def test_numbers_beyond_64_bits_are_exact():
    rules = rule_set("""
questions:
  n: {ask: N, type: integer}
  m: {ask: M, type: integer}
definitions:
  power: n * n * n * n
  share: power / (m + 1)
rules:
  ODD: {when: power == n * n * n * n and power + 1 > power, then: {finding: info, say: S, source: S}}
  NEAR: {when: share > m, then: {finding: info, say: S, source: S}}
""")
    some = [
        make_case(rules, {"n": n, "m": m}, on=DAY)
        for n, m in itertools.product((0, 3, -(10**14), 999_999_999_999_999), (-1, 0, 7, 10**14))
    ]
    assert unlike(rules, some) == []
    last = list(ColumnsEngine().solve_all(compile_program(rules), some))[-2]
    assert last.computed("power") == 999_999_999_999_999**4
    assert last.computed("share") == round_to(Fraction(999_999_999_999_999**4, 8), 12)


def test_what_goes_wrong_inside_is_reported_as_the_evaluator_reports_it():
    def failing(day: dt.date) -> bool:
        if day.year == 2026:
            raise ValueError("année sans calendrier")
        return True

    rules = rule_set(
        """
questions:
  n: {ask: N, type: integer}
  d: {ask: D, type: date}
definitions:
  share: 1 / n
rules:
  SHARE: {when: share > 1, then: {finding: info, say: S, source: S}}
  DAY: {when: strange(d), then: {finding: info, say: S, source: S}}
  LATE: {when: d + years(9000) > d, then: {finding: info, say: S, source: S}}
""",
        functions={"strange": Function("strange", ("date",), YES_NO, failing)},
    )
    some = [
        make_case(rules, {"n": n, "d": d}, on=DAY)
        for n, d in itertools.product((0, 1), ("2026-01-01", "2025-12-31", "0900-02-28"))
    ]
    assert unlike(rules, some) == []
    situations = list(ColumnsEngine().solve_all(compile_program(rules), some))
    assert [len(one.diagnostics) for one in situations] == [3, 2, 1, 2, 1, 0]
    assert situations[0].rule_status("DAY", None) is UNKNOWN


def test_a_parameter_of_a_day_that_is_unknown_in_some_cases_and_none_in_the_others():
    rules = rule_set(
        "questions:\n"
        "  since: {ask: Depuis quand ?, type: date, optional: true}\n"
        "parameters:\n"
        "  limit: {type: integer, values: {2020-01-01: 1, 2024-01-01: 2}, source: S}\n"
        "rules:\n"
        "  R: {when: limit.at(since) > 1, then: {finding: info, say: S, source: S}}\n"
    )
    some = [make_case(rules, answers, on=DAY) for answers in ({"since": "none"}, {})]
    assert unlike(rules, some) == []


def test_the_vector_form_of_a_function_gives_what_the_function_gives():
    called = []

    def plain(day, flag, count):
        return (day.year + count) % 2 == 0 and flag

    def vector(days, flags, counts):
        called.append((days.dtype, flags.dtype, counts.dtype, len(days)))
        return ((days.astype("datetime64[Y]").astype(int) + 1970 + counts) % 2 == 0) & flags

    text = """
questions:
  d: {ask: D, type: date, optional: true}
  f: {ask: F, type: yes_no}
  n: {ask: N, type: integer}
rules:
  EVEN: {when: "even(d, f, n)", then: {finding: info, say: S, source: S}}
"""
    parameters = ("date", "yes_no", "integer")
    rules = rule_set(text, functions={"even": Function("even", parameters, YES_NO, plain, vector=vector)})
    answers = itertools.product((None, "none", "2026-02-28", "2025-01-01"), (None, True, False), (None, 1, 2))
    some = [make_case(rules, dict(zip("dfn", each, strict=True)), on=DAY) for each in answers]
    assert unlike(rules, some) == []
    assert [(str(day), str(flag), str(count), size) for day, flag, count, size in called] == [
        ("datetime64[D]", "bool", "int64", 8)
    ]
    for wrong in (lambda *_: 1 / 0, lambda *_: np.array([True]), lambda days, *_: days):
        rules = rule_set(text, functions={"even": Function("even", parameters, YES_NO, plain, vector=wrong)})
        assert unlike(rules, some) == []
