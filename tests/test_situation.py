"""What a situation concludes from what is known: never more than all its completions share, whatever the order."""

import datetime as dt
import itertools
import json

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ruleset
from ruleset.expressions.evaluate import same
from ruleset.model import Case
from ruleset.program import about_knowledge, compile_program
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.testing.conclusions import conclusions
from ruleset.testing.strategies import answers, cases, rule_sets
from ruleset.testing.values import completions, constants
from ruleset.types import UNKNOWN

DAY = dt.date(2026, 11, 23)
MOST_COMPLETIONS = 64
drawn = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def seen(rules, case):
    return conclusions(Situation(compile_program(rules), case).compute())


def knowing(rules):
    """The ids of what may be taken back when one more answer comes."""
    return {id for _, id in about_knowledge(rules)}


@drawn
@given(rule_sets(), st.data())
def test_a_partial_case_never_says_more_than_all_its_completions_share(text, data):
    rules = rule_set(text, header="")
    case = data.draw(cases(rules))
    full = list(itertools.islice(completions(rules, case), MOST_COMPLETIONS + 1))
    assume(len(full) <= MOST_COMPLETIONS)
    certain = {key: value for key, value in seen(rules, case).items() if value is not UNKNOWN}
    spoken = knowing(rules)
    for complete in full:
        found = seen(rules, complete)
        assert {
            key: (value, found.get(key))
            for key, value in certain.items()
            if key[1] not in spoken and not (key in found and same(found[key], value))
        } == {}


@drawn
@given(rule_sets(assume=False), st.data())
def test_one_more_answer_takes_nothing_back(text, data):
    rules = rule_set(text, header="")
    case = data.draw(cases(rules))
    open_questions = [question for id, question in rules.questions.items() if id not in case.answers]
    assume(open_questions)
    question = data.draw(st.sampled_from(open_questions))
    answered = attrs.evolve(case, answers={**case.answers, question.id: data.draw(answers(question, constants(rules)))})
    before, after, spoken = seen(rules, case), seen(rules, answered), knowing(rules)
    for key, value in before.items():
        if value is not UNKNOWN and key[1] not in spoken:
            assert same(after[key], value), key


@drawn
@given(rule_sets(), st.data())
def test_the_order_of_answers_changes_nothing_and_twice_is_byte_identical(text, data):
    rules = rule_set(text, header="")
    case = data.draw(cases(rules))
    shuffled = attrs.evolve(case, answers=dict(data.draw(st.permutations(list(case.answers.items())))))
    outcomes = [
        json.dumps(ruleset.to_json(ruleset.evaluate(rules, one), rules), ensure_ascii=False)
        for one in (case, case, shuffled)
    ]
    assert outcomes[0] == outcomes[1] == outcomes[2]


def value_of(definition, answers=None, records=None, on=DAY, **parts):
    """The value of `d: definition` in a rule set with the questions and sections given."""
    text = "".join(f"{name}:\n{body}" for name, body in parts.items()) + f"definitions:\n  d: {definition}\n"
    rules = rule_set(text)
    case = ruleset.make_case(rules, answers, records, on)
    situation = Situation(compile_program(rules), case).compute()
    return situation.computed("d"), situation


def test_a_question_that_is_not_asked_is_none_and_its_answer_is_ignored():
    questions = "  a: {ask: A, type: yes_no}\n  b: {ask: B, type: yes_no, ask_when: a}\n"
    value, situation = value_of("b is none", {"a": False, "b": True}, questions=questions)
    assert value is True
    assert situation.ignored() == ("b",)


def test_a_question_whose_condition_is_unknown_is_unknown():
    questions = "  a: {ask: A, type: yes_no}\n  b: {ask: B, type: yes_no, ask_when: a}\n"
    assert value_of("b is none", {"b": True}, questions=questions)[0] is UNKNOWN


def test_an_assumption_stands_until_there_is_an_answer_and_is_listed():
    questions = "  h: {ask: H, type: integer, assume: 35}\n"
    value, situation = value_of("h + 1", {}, questions=questions)
    assert (value, situation.assumed()) == (36, ("h",))
    value, situation = value_of("h + 1", {"h": 10}, questions=questions)
    assert (value, situation.assumed()) == (11, ())


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("{value: m / 3, type: money}", "33.33"),
        ("{value: m / 8, type: money}", "12.5"),
        ("{value: m / 16, type: money}", "6.25"),
        ("{value: m / 800, type: money}", "0.13"),  # 0.125: half up
        ("{value: -m / 800, type: money}", "-0.13"),
        ("{value: m / 800, type: money, rounding: half_even}", "0.12"),
        ("{value: m / 800, type: money, rounding: down}", "0.12"),
        ("{value: m / 3, currency: EUR, rounding: up}", "33.34"),
    ],
)
def test_money_is_rounded_to_the_cent_at_the_definition(definition, expected):
    from ruleset.types import decimal_text

    value, _ = value_of(definition, {"m": 100}, questions="  m: {ask: M, type: money}\n")
    assert decimal_text(value) == expected


def test_a_number_keeps_twelve_decimals_or_those_asked():
    from fractions import Fraction

    questions = "  n: {ask: N, type: number}\n"
    assert value_of("n / 3", {"n": 1}, questions=questions)[0] == Fraction(333333333333, 10**12)
    assert value_of("{value: n / 3, decimals: 1}", {"n": 1}, questions=questions)[0] == Fraction(3, 10)
    assert value_of("n / 3 * 3", {"n": 1}, questions=questions)[0] == 1


def test_division_by_zero_is_none_with_a_diagnostic():
    value, situation = value_of("10 / n", {"n": 0}, questions="  n: {ask: N, type: number}\n")
    assert value is None
    assert [(one.where, one.message) for one in situation.diagnostics] == [("d", "division par zéro")]


def test_a_function_that_fails_is_reported_and_gives_unknown():
    def broken(_):
        raise RuntimeError("panne")

    function = ruleset.Function("broken", ("integer",), ruleset.Type("integer"), broken)
    rules = rule_set("definitions:\n  d: broken(1)\n", functions={"broken": function})
    situation = Situation(compile_program(rules), Case("essai", DAY)).compute()
    assert situation.computed("d") is UNKNOWN
    assert [one.message for one in situation.diagnostics] == ["broken : panne"]


@pytest.mark.parametrize("result", [0.5, "x", None, object(), True])
def test_a_function_that_returns_another_type_than_it_declares_is_reported(result):
    function = ruleset.Function("odd", ("integer",), ruleset.Type("integer"), lambda _: result)
    rules = rule_set("definitions:\n  d: odd(1)\n", functions={"odd": function})
    situation = Situation(compile_program(rules), Case("essai", DAY)).compute()
    if result is None:  # none is a value of every type
        assert situation.computed("d") is None
    else:
        assert situation.computed("d") is UNKNOWN
        assert "odd" in situation.diagnostics[0].message


def test_a_long_chain_of_definitions_is_computed_without_deep_recursion():
    links = "".join(f"  d{n}: d{n - 1} + 1\n" for n in range(1, 2000))
    rules = rule_set("questions:\n  q: {ask: Q, type: integer}\ndefinitions:\n  d0: q + 1\n" + links)
    assert Situation(compile_program(rules), ruleset.make_case(rules, {"q": 0})).compute().computed("d1999") == 2000
    assert ruleset.evaluate(rules, ruleset.make_case(rules, {})).ask == ()
    rules = rule_set(
        "questions:\n  q: {ask: Q, type: integer}\ndefinitions:\n  d0: q + 1\n" + links
        + "rules:\n  R: {when: d1999 > 3, then: {finding: risk, say: X, source: S}}\n"
    )  # fmt: skip
    assert ruleset.evaluate(rules, ruleset.make_case(rules, {})).ask == ("q",)


def test_a_long_chain_of_questions_is_asked_without_deep_recursion():
    links = "".join(f"  q{n}: {{ask: Q, type: yes_no, ask_when: q{n - 1}}}\n" for n in range(1, 2000))
    rules = rule_set(
        "questions:\n  q0: {ask: Q, type: yes_no}\n" + links
        + "rules:\n  R: {when: q1999, then: {finding: risk, say: X, source: S}}\n"
    )  # fmt: skip
    assert ruleset.evaluate(rules, ruleset.make_case(rules, {})).ask == ("q0",)
    known = ruleset.make_case(rules, {f"q{n}": True for n in range(2000)})
    assert ruleset.evaluate(rules, known).holding[0].id == "R"
