"""The interview: it asks all that matters and nothing else, forwards and backwards."""

import datetime as dt

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ruleset
from ruleset.engines import Evaluator
from ruleset.interview import Interview
from ruleset.model import Case
from ruleset.program import compile_program
from ruleset.relevance import Wanted
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.testing.conclusions import conclusions
from ruleset.testing.strategies import cases, rule_sets
from ruleset.types import UNKNOWN, BadValueError

DAY = dt.date(2026, 11, 23)
QUESTIONS = """
questions:
  a: {ask: A ?, type: yes_no}
  b: {ask: B ?, type: yes_no}
  late: {ask: L ?, type: integer, min: 0, ask_when: a}
records:
  piece: {title: Pièce, plural: pieces, questions: {ok: {ask: Ok ?, type: yes_no}}}
"""


def start(rules, case=None):
    return Interview.start(rules, case or Case(rules.id, DAY), engine=Evaluator())


def interview(rules_text, answers=None):
    rules = rule_set(QUESTIONS + rules_text)
    return start(rules, ruleset.make_case(rules, answers, on=DAY))


def rule(condition, id="R"):
    return f"rules:\n  {id}: {{when: {condition}, then: {{finding: risk, say: X, source: S}}}}\n"


def asked_in_full(rules, full):
    """The interview in which every question asked is answered as in the full case."""
    current = start(rules, Case(rules.id, full.on))
    asked = []
    while (wanted := current.next) is not None:
        assert wanted not in asked, "asked twice"
        asked.append(wanted)
        if wanted.record and wanted.number is None:
            current = current.set_records(wanted.record, tuple({} for _ in full.records[wanted.record]))
            continue
        rows = full.records.get(wanted.record, ())
        given = rows[wanted.number] if wanted.number is not None else full.answers
        current = current._with(wanted, given[wanted.id])
    return current, asked


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets(), st.data())
def test_asking_until_nothing_is_left_concludes_as_the_full_case(text, data):
    rules = rule_set(text, header="")
    full = data.draw(cases(rules, complete=True))
    done, _ = asked_in_full(rules, full)
    expected = conclusions(Situation(compile_program(rules), full).compute())
    assert dict(conclusions(done.situation)) == dict(expected)
    assert done.progress.share == 1


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets(), st.data())
def test_progress_never_goes_back(text, data):
    rules = rule_set(text, header="")
    full = data.draw(cases(rules, complete=True))
    current = start(rules, Case(rules.id, full.on, records=full.records))
    share = current.progress.share
    while (wanted := current.next) is not None:
        if wanted.record or data.draw(st.integers(0, 3)) == 0:
            current = current.dont_know(wanted)
        else:
            current = current._with(wanted, full.answers[wanted.id])
        assert current.progress.share >= share
        share = current.progress.share
    assert share == 1


def test_an_interview_starts_with_what_the_case_brings():
    current = interview(rule("a and b"), {"a": True})
    assert [step.wanted.id for step in current.steps] == ["a"]
    assert current.next == Wanted("b")
    rules = current.ruleset
    assert start(rules, Case(rules.id, DAY, {"a": UNKNOWN})).steps == ()


def test_a_question_passed_is_not_asked_again_and_what_waits_for_it_neither():
    current = interview(rule("late > 3")).dont_know("a")
    assert current.next is None
    assert current.progress.share == 1
    assert current.outcome().findings[0].status == "open"


def test_an_answer_that_is_not_allowed_changes_nothing():
    current = interview(rule("late > 3"), {"a": True})
    with pytest.raises(BadValueError, match="inférieur au minimum"):
        current.answer("late", -1)
    with pytest.raises(KeyError):
        current.answer("nothing", 1)


def test_answers_no_longer_asked_come_back_with_their_question():
    current = interview(rule("late > 3")).answer("a", True).answer("late", 5)
    assert current.outcome().holding
    off = current.answer("a", False)
    assert not off.outcome().holding
    assert off.outcome().ignored == ("late",)
    assert off.answer("a", True).outcome().holding


def test_back_undoes_the_last_step_and_forget_any():
    first = interview(rule("a and b"))
    second = first.answer("a", True)
    third = second.answer("b", True)
    assert third.back().case == second.case
    assert third.back().back().case == first.case
    assert first.back() is first
    assert third.forget("a").value(Wanted("a")) is UNKNOWN
    assert third.forget("a").next == Wanted("a")


def test_changing_an_answer_keeps_its_place():
    current = interview(rule("a and b")).answer("a", True).answer("b", True).answer("a", False)
    assert [step.wanted.id for step in current.steps] == ["a", "b"]


def test_lists_of_records_are_given_answered_and_taken_back():
    current = interview(rule("any(p.ok for p in pieces)"))
    assert current.next == Wanted("", "piece")
    given = current.set_records("piece", ({}, {}))
    assert {str(one) for one in given.open_questions} == {"piece[0].ok", "piece[1].ok"}
    answered = given.answer(Wanted("ok", "piece", 1), True)
    assert answered.next is None
    assert answered.value(Wanted("ok", "piece", 1)) is True
    assert answered.back().case == given.case
    shorter = answered.set_records("piece", ({},))
    assert shorter.steps == ()
    assert shorter.back() is shorter
    assert answered.forget(Wanted("", "piece")).case == current.case
    assert current.dont_know(Wanted("", "piece")).next is None


def test_the_day_and_the_language_can_change_on_the_way():
    current = interview(rule("'on >= date(2027, 1, 1) and a'")).answer("a", True)
    assert not current.outcome().holding
    assert current.on(dt.date(2027, 1, 1)).outcome().holding
    assert current.speak("en").outcome().lang == "en"


def test_why_a_question_is_asked():
    current = interview(rule("a and b") + rule("b", "R2").removeprefix("rules:\n"))
    assert [one.id for one in current.concerned(Wanted("b"))] == ["R", "R2"]
    assert [one.id for one in current.concerned(Wanted("a"))] == ["R"]


OTHER = """
questions:
  a: {ask: A ?, type: yes_no}
  theirs: {ask: T ?, type: yes_no}
definitions:
  sum_up: a and theirs
rules:
  BAD: {when: theirs, then: {finding: caution, say: X, source: S, cases: [{when: a, finding: blocking}]}}
"""


def used(condition, own=""):
    other = rule_set(OTHER)
    text = f"questions:\n  mine: {{ask: M ?, type: yes_no}}\n{own}{rule(condition)}"
    return rule_set("uses: [other/aides]\n" + text, resolve=lambda _: other)


def test_questions_of_a_rule_set_that_is_used_are_asked_with_its_name():
    rules = used("mine and aides.sum_up")
    current = start(rules)
    assert set(current.open_questions) == {
        Wanted("mine"),
        Wanted("a", ruleset="aides"),
        Wanted("theirs", ruleset="aides"),
    }
    for wanted in current.open_questions:
        assert current.question(wanted).ask.endswith("?")
        current = current.answer(wanted, True)
    assert current.outcome().holding


def test_a_question_that_both_rule_sets_have_is_asked_once():
    current = start(used("mine and aides.sum_up", "  a: {ask: A ?, type: yes_no}\n"))
    assert {str(one) for one in current.open_questions} == {"mine", "a", "theirs"}
    assert Wanted("a") in current.open_questions
    assert current.dont_know("a").answer("mine", True).dont_know(Wanted("theirs", ruleset="aides")).next is None


def test_the_verdict_of_another_rule_set_asks_what_decides_its_severity():
    current = start(used('aides.verdict == "blocking"')).answer(Wanted("theirs", ruleset="aides"), True)
    assert current.next == Wanted("a", ruleset="aides")
    assert current.answer(Wanted("a", ruleset="aides"), True).outcome().holding


def test_questions_two_rule_sets_away_are_found():
    inner = rule_set(OTHER)
    middle = rule_set("uses: [other/aides]\ndefinitions:\n  far: aides.sum_up\n", resolve=lambda _: inner)
    outer = rule_set("uses: [middle]\n" + rule("middle.far"), resolve=lambda _: middle)
    current = start(outer)
    assert {one.ruleset for one in current.open_questions} == {"middle.aides"}
    while current.next is not None:
        assert current.question(current.next).ask
        current = current.answer(current.next, True)
    assert current.outcome().holding


def test_an_interview_is_a_value():
    current = interview(rule("a"))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        current.case = None
