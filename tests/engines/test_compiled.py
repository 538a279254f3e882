"""The compiled engine gives what the reference evaluator gives, on whole cases and answer by answer."""

import datetime as dt

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset.engines.compiled import CompiledEngine, compiled
from ruleset.engines.verifying import verify
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.testing.strategies import answers, cases, rule_sets
from ruleset.testing.values import constants
from ruleset.types import UNKNOWN

DAY = dt.date(2026, 11, 23)
ENGINE = CompiledEngine()
drawn = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

RULES = """
questions:
  a: {ask: A, type: yes_no}
  b: {ask: B, type: yes_no, ask_when: a}
  n: {ask: N, type: integer, optional: true}
  m: {ask: M, type: money, currency: EUR, min: 0}
  d: {ask: D, type: date}
  c: {ask: C, type: choice, choices: {x: X, y: Y, z: Z}}
  h: {ask: H, type: number, assume: 35}
definitions:
  both: a and b
  share: 1 / n
  large: m > 1000.5
rules:
  BOTH: {when: both, then: {finding: risk, say: S, source: S}}
  MORE: {when: n > 5, unless: 'holds("BOTH")', then: {finding: caution, say: S, source: S}}
  SAFE: {when: n != 0 and share > 2, then: {finding: info, say: S, source: S}}
  LARGE: {when: large or c == "x", then: {finding: info, say: S, source: S}}
  LATE: {when: d >= date(2026, 3, 1), then: {finding: info, say: S, source: S}}
  HOURS: {when: h > 35.5, then: {finding: info, say: S, source: S}}
"""


def exactly(situation):
    """Every status, value, answer and diagnostic of a situation."""
    return situation._statuses, situation._values, situation._answers, situation.diagnostics


def decided(decision, rules):
    """Every status and value of a decision."""
    statuses = {id: decision.status(id) for id in rules.rules}
    values = {id: decision.value(id) for id, one in rules.definitions.items() if not one.record}
    records = {
        (id, number): decision.value(id, number)
        for id, one in rules.definitions.items()
        if one.record
        for number in range(decision.rows(one.record) or 0)
    }
    return statuses, values, records, decision.holds, decision.ruled_out, decision.open, decision.failed


@drawn
@given(rule_sets(), st.data())
def test_statuses_values_and_diagnostics_are_those_of_the_evaluator(text, data):
    rules = rule_set(text, header="")
    program = compile_program(rules)
    for _ in range(3):
        case = data.draw(cases(rules))
        assert verify(program, case, ENGINE) == ()
        found, expected = ENGINE.solve(program, case), Situation(program, case).compute()
        assert found._answers == expected._answers


@settings(drawn, max_examples=25)
@given(rule_sets(size=8), st.data())
def test_larger_rule_sets_too(text, data):
    rules = rule_set(text, header="")
    program = compile_program(rules)
    for complete in (True, False, False):
        assert verify(program, data.draw(cases(rules, most=3, complete=complete)), ENGINE) == ()


@pytest.mark.parametrize("id", registry().ids())
def test_worked_cases_of_the_rule_sets_are_computed_alike(id):
    rules = registry().get(id)
    assert rules is not None
    program = compile_program(rules)
    for worked in rules.cases:
        assert verify(program, worked.case, ENGINE) == (), worked.name


@drawn
@given(rule_sets(), st.data())
def test_answers_set_changed_and_taken_back_are_as_computed_from_scratch(text, data):
    rules = rule_set(text, header="")
    ready, known = compiled(rules), constants(rules)
    case = data.draw(cases(rules))
    session = ready.session({}, case.on, case.records)
    given_ = {}
    for _ in range(6):
        question = data.draw(st.sampled_from(list(rules.questions.values())))
        value = data.draw(st.one_of(st.just(UNKNOWN), answers(question, known)))
        before = session.decision
        change = session.set(question.id, "none" if value is None else value)
        given_[question.id] = value
        program = compile_program(rules)
        expected = Situation(program, attrs.evolve(case, answers=given_)).compute()
        assert {id: session.decision.status(id) for id in rules.rules if not rules.rules[id].record} == {
            id: expected.rule_status(id, None) for id in rules.rules if not rules.rules[id].record
        }
        raw = {id: "none" if value is None else value for id, value in given_.items()}
        scratch = ready.evaluate(raw, case.on, case.records)
        assert decided(session.decision, rules) == decided(scratch, rules)
        assert set(change.added) == set(scratch.holds) - set(before.holds)
        assert set(change.removed) == set(before.holds) - set(scratch.holds)


@drawn
@given(rule_sets(), st.data())
def test_a_session_moved_to_another_day_is_that_of_the_day(text, data):
    rules = rule_set(text, header="")
    one, other = data.draw(cases(rules)), data.draw(cases(rules))
    raw = {id: "none" if value is None else value for id, value in one.answers.items()}
    ready = compiled(rules)
    session = ready.session(raw, one.on, one.records)
    session.move(other.on)
    assert decided(session.decision, rules) == decided(ready.evaluate(raw, other.on, one.records), rules)


@drawn
@given(rule_sets(), st.data())
def test_the_reasons_of_a_rule_are_true_and_enough(text, data):
    """With nothing but its reasons known, a rule holds still (is ruled out still)."""
    from ruleset.expressions.evaluate import truth

    rules = rule_set(text, header="")
    case = data.draw(cases(rules))
    raw = {id: "none" if value is None else value for id, value in case.answers.items()}
    decision = compiled(rules).evaluate(raw, case.on, case.records)
    situation = Situation(compile_program(rules), case).compute()
    clauses = compiled(rules)._prepared.layout.clauses.of
    for reasons, holding in ((decision.reasons, decision.holds), (decision.reasons_against, decision.ruled_out)):
        assert set(reasons) == {id for id in holding if ("rule", id) in clauses}
        for reason in reasons.values():
            assert all(truth(literal, situation) is True for literal in reason.literals)
