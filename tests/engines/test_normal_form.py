"""Negation normal form: what is certain stays certain, and nothing else becomes so."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset.engines.normal_form import Noneness, TooManyAlternativesError, alternatives, normal_form
from ruleset.expressions import tree
from ruleset.expressions.evaluate import truth
from ruleset.expressions.tree import FALSE, TRUE, conjunction, disjunction, negation
from ruleset.model import Case
from ruleset.program import compile_program
from ruleset.situation import Situation, bound_to
from ruleset.testing import rule_set
from ruleset.testing.strategies import cases, rule_sets
from ruleset.types import YES_NO, Type

A, B, C, D = (tree.Answer(YES_NO, id) for id in "abcd")
X = tree.Answer(Type("integer"), "x")
FIVE = tree.Literal(Type("integer"), 5)


def form(node, *, negated=False, none=(), opens=True):
    return normal_form(node, opens=lambda _: opens, may_be_none=lambda side: side in none, negated=negated)


def compare(operator, left=X, right=FIVE):
    return tree.Compare(YES_NO, operator, left, right)


def test_the_negation_of_a_comparison_is_the_opposite_one_or_none():
    absent = tree.IsNone(YES_NO, X)
    assert form(negation(compare(">")), none={X}) == disjunction(compare("<="), absent)
    assert form(negation(compare(">"))) == compare("<=")
    assert form(negation(negation(compare(">"))), none={X}) == compare(">")


@pytest.mark.parametrize(
    ("operator", "opposite"), [("==", "!="), ("!=", "=="), ("<", ">="), (">=", "<"), (">", "<="), ("<=", ">")]
)
def test_each_comparison_has_its_opposite(operator, opposite):
    assert form(compare(operator), negated=True) == compare(opposite)


def test_a_comparison_that_stays_closed_is_an_atom():
    assert form(compare(">"), negated=True, none={X}, opens=False) == negation(compare(">"))


def test_both_sides_may_be_none():
    other = tree.Answer(Type("integer"), "y")
    absent = [tree.IsNone(YES_NO, side) for side in (X, other)]
    node = compare("<", X, other)
    assert form(node, negated=True, none={X, other}) == disjunction(compare(">=", X, other), *absent)


def test_negation_goes_through_and_and_or():
    node = conjunction(A, disjunction(B, negation(C)))
    assert form(node, negated=True) == disjunction(negation(A), conjunction(negation(B), C))


def test_constants_and_a_none_condition():
    assert form(TRUE, negated=True) == FALSE
    assert form(tree.Literal(YES_NO, None)) == FALSE
    assert form(tree.Literal(YES_NO, None), negated=True) == TRUE
    assert alternatives(TRUE, 1) == ((),)
    assert alternatives(FALSE, 1) == ()


def test_alternatives_are_the_disjunctive_form():
    node = conjunction(A, disjunction(B, C))
    assert alternatives(node, 9) == ((A, B), (A, C))


def test_what_another_alternative_implies_and_what_cannot_hold_is_left_out():
    assert alternatives(disjunction(A, conjunction(A, B)), 9) == ((A,),)
    assert alternatives(conjunction(A, disjunction(negation(A), B)), 9) == ((A, B),)
    assert alternatives(conjunction(A, negation(A)), 9) == ()
    assert alternatives(disjunction(conjunction(A, B), conjunction(B, A)), 9) == ((A, B),)


def test_too_many_alternatives_are_refused():
    pairs = [disjunction(tree.Answer(YES_NO, f"a{n}"), tree.Answer(YES_NO, f"b{n}")) for n in range(6)]
    assert len(alternatives(conjunction(*pairs), 64)) == 64
    with pytest.raises(TooManyAlternativesError):
        alternatives(conjunction(*pairs), 63)
    with pytest.raises(TooManyAlternativesError):
        alternatives(disjunction(A, B, C, D), 3)


def certain(alternative, situation, bound):
    return all(truth(literal, situation, bound) is True for literal in alternative)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets(), st.data())
def test_an_alternative_is_certain_exactly_when_the_condition_is(text, data):
    rules = rule_set(text, header="")
    noneness = Noneness(rules)
    situation = Situation(compile_program(rules), data.draw(cases(rules))).compute()
    for rule in rules.rules.values():
        for number in situation.numbers(rule.record):
            bound = bound_to(rule, number)
            status = truth(rule.condition, situation, bound)
            for opens in (lambda _: True, lambda _: False):
                for negated in (False, True):
                    made = normal_form(rule.condition, opens=opens, may_be_none=noneness.may_be_none, negated=negated)
                    assert truth(made, situation, bound) is (status if not negated else truth_of_not(status))
                    holds = any(certain(one, situation, bound) for one in alternatives(made, 500))
                    assert holds is (status is (not negated))


def truth_of_not(status):
    return (not status) if isinstance(status, bool) else status


QUESTIONS = """
questions:
  plain: {ask: P, type: integer}
  may: {ask: M, type: integer, optional: true}
  when: {ask: W, type: integer, ask_when: plain > 1}
  guessed: {ask: G, type: integer, assume: may}
  born: {ask: D, type: date}
definitions:
  sum_: plain + 1
  other: may + 1
  share: plain / 2
  chosen: "may if plain > 1 else plain"
  both: "plain if plain > 1 else 2"
  negative: -plain
  later: born + days(1)
  counted: count(f for f in fiches)
  largest: max(f.n for f in fiches)
records:
  fiche: {title: F, plural: fiches, questions: {n: {ask: N, type: integer}}}
tables:
  known_: {policy: sum, inputs: [plain], rows: [{when: ["1"], value: 2}]}
  first_: {policy: first, inputs: [plain], rows: [{when: ["1"], value: 2}]}
  sure: {policy: first, inputs: [plain], rows: [{when: ["1"], value: 2}], otherwise: 0}
"""


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("sum_", False), ("other", True), ("share", True), ("chosen", True), ("both", False), ("negative", False),
        ("later", True), ("counted", False), ("largest", True), ("known_", False), ("first_", True), ("sure", False),
    ],
)  # fmt: skip
def test_which_definitions_can_be_none(id, expected):
    rules = rule_set(QUESTIONS)
    definition = rules.definitions[id]
    assert Noneness(rules).may_be_none(tree.Computed(definition.type, id)) is expected


@pytest.mark.parametrize(("id", "expected"), [("plain", False), ("may", True), ("when", True), ("guessed", True)])
def test_which_questions_can_be_none(id, expected):
    rules = rule_set(QUESTIONS)
    assert Noneness(rules).may_be_none(tree.Answer(rules.questions[id].type, id)) is expected


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets(), st.data())
def test_what_is_said_never_to_be_none_never_is(text, data):
    rules = rule_set(text, header="")
    noneness = Noneness(rules)
    situation = Situation(compile_program(rules), data.draw(cases(rules))).compute()
    for definition in rules.definitions.values():
        if not noneness.may_be_none(tree.Computed(definition.type, definition.id)):
            for number in situation.numbers(definition.record):
                assert situation.value(definition.id, number) is not None


def test_an_empty_case_is_still_a_case():
    rules = rule_set(QUESTIONS)
    assert Situation(compile_program(rules), Case(rules.id)).compute().answer("may") is not None
