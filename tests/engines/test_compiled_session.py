"""Embedding: decisions, and cases that change answer by answer, which are as computed from scratch."""

import datetime as dt
import threading
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset.engines.compiled import compiled
from ruleset.expressions import tree
from ruleset.expressions.functions import Function
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.testing.strategies import answers, cases, rule_sets
from ruleset.testing.values import constants
from ruleset.types import UNKNOWN, YES_NO, BadValueError

DAY = dt.date(2026, 11, 23)
drawn = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

RULES = """
questions:
  a: {ask: A, type: yes_no}
  b: {ask: B, type: yes_no, ask_when: a}
  n: {ask: N, type: integer, optional: true, min: 0, max: 100}
  m: {ask: M, type: money, currency: EUR, min: 0}
  c: {ask: C, type: choice, choices: {x: X, y: Y}}
  d: {ask: D, type: date}
records:
  fiche: {title: F, plural: fiches, questions: {k: {ask: K, type: integer}}}
definitions:
  total: {value: sum(f.k for f in fiches), label: Total}
rules:
  BOTH: {when: a and b, then: {finding: risk, say: S, source: S}}
  MORE: {when: n > 5 and m >= 10, then: {finding: caution, say: S, source: S}}
  LATE: {when: 'd >= date(2026, 3, 1) or c == "x"', then: {finding: info, say: S, source: S}}
  MANY: {when: total > 10, then: {finding: info, say: S, source: S}}
"""


def as_raw(answers):
    """Answers as a program gives them."""
    return {id: "none" if value is None else value for id, value in answers.items()}


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
        scratch = ready.evaluate(as_raw(given_), case.on, case.records)
        assert decided(session.decision, rules) == decided(scratch, rules)
        assert set(change.added) == set(scratch.holds) - set(before.holds)
        assert set(change.removed) == set(before.holds) - set(scratch.holds)


@drawn
@given(rule_sets(), st.data())
def test_a_session_moved_to_another_day_is_that_of_the_day(text, data):
    rules = rule_set(text, header="")
    one, other = data.draw(cases(rules)), data.draw(cases(rules))
    raw = as_raw(one.answers)
    ready = compiled(rules)
    session = ready.session(raw, one.on, one.records)
    session.move(other.on)
    assert decided(session.decision, rules) == decided(ready.evaluate(raw, other.on, one.records), rules)


@pytest.mark.parametrize("id", registry().ids())
@settings(drawn, max_examples=3)
@given(data=st.data())
def test_the_rule_sets_answer_by_answer_are_as_computed_from_scratch(id, data):
    rules = registry().get(id)
    assert rules is not None
    ready, known = compiled(rules), constants(rules)
    case = data.draw(cases(rules))
    session, raw = ready.session(as_raw(case.answers), case.on, case.records), as_raw(case.answers)
    for _ in range(8):
        question = data.draw(st.sampled_from(list(rules.questions.values())))
        raw[question.id] = as_raw({"": data.draw(st.one_of(st.just(UNKNOWN), answers(question, known)))})[""]
        session.set(question.id, raw[question.id])
    assert decided(session.decision, rules) == decided(ready.evaluate(raw, case.on, case.records), rules)


def test_an_answer_says_what_it_adds_and_takes_away():
    session = compiled(rule_set(RULES)).session({"a": True}, DAY)
    change = session.set("b", True)
    assert (change.added, change.removed, session.decision.holds) == (("BOTH",), (), ("BOTH",))
    change = session.set("a", False)
    assert (change.added, change.removed, session.decision.ruled_out) == ((), ("BOTH",), ("BOTH",))
    assert session.take_back("a").removed == ()
    assert "BOTH" in session.decision.open
    assert session.set("a", True).added == ("BOTH",)
    same = session.set("a", True)
    assert same.before is same.after


def test_records_come_and_go():
    session = compiled(rule_set(RULES)).session({}, DAY)
    assert session.set_records("fiche", [{"k": 6}, {"k": 5}]).added == ("MANY",)
    assert session.decision.value("total") == 11
    assert session.set_records("fiche", [{"k": 6}, {}]).after.value("total") is UNKNOWN
    assert session.set_records("fiche", []).after.value("total") == 0
    assert session.set_records("fiche", None).after.rows("fiche") is None


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"a": "perhaps"}, "a : « perhaps » n'est ni oui (true) ni non (false)"),
        ({"a": 1}, "a : « 1 » n'est ni oui (true) ni non (false)"),
        ({"n": 101}, "n : « 101 » dépasse le maximum 100"),
        ({"n": -1}, "n : « -1 » est inférieur au minimum 0"),
        ({"n": True}, "n : « True » n'est pas un nombre"),
        ({"n": 1.5}, "n : « 1.5 » n'est pas un nombre entier"),
        ({"m": "1.005"}, "m : « 1.005 » a plus de 2 décimales"),
        ({"m": 10**15}, "m : « 1000000000000000 » a plus de 15 chiffres"),
        ({"c": "z"}, "c : « z » n'est pas un choix possible"),
        ({"c": ["x"]}, "c : « ['x'] » n'est pas un choix"),
        ({"d": "2026-02-30"}, "d : « 2026-02-30 » n'existe pas dans le calendrier"),
        ({"b": "none"}, "b : « none » (aucun) n'est pas une réponse possible ici"),
        ({"bb": True}, "question inconnue : « bb »"),
        ({3: True}, "question inconnue : « 3 »"),
        ({"d": dt.datetime(2026, 1, 1, 12)}, "d : « 2026-01-01 12:00:00 » n'est pas une date"),  # noqa: DTZ001
        ({"n": float("nan")}, "n : « nan » n'est pas un nombre"),
        ({"a": [True]}, "a : « [True] » n'est ni oui (true) ni non (false)"),
    ],
)
def test_an_answer_that_is_not_allowed_is_refused_with_the_name_of_its_question(answers, message):
    ready = compiled(rule_set(RULES))
    with pytest.raises(BadValueError) as caught:
        ready.evaluate(answers, DAY)
    assert str(caught.value).startswith(message)
    session = ready.session({}, DAY)
    before = session.decision
    with pytest.raises(BadValueError) as caught:
        session.set(*answers.popitem())
    assert str(caught.value).startswith(message)
    assert session.decision is before


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ({"fich": []}, "type de fiches inconnu : « fich »"),
        ({"fiche": [{}, {"q": 1}]}, "fiche[1] : question inconnue : « q »"),
        ({"fiche": [{"k": "x"}]}, "fiche[0].k : « x » n'est pas un nombre"),
    ],
)
def test_records_that_are_not_allowed_are_refused(records, message):
    with pytest.raises(BadValueError) as caught:
        compiled(rule_set(RULES)).evaluate({}, DAY, records)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("on", ["2026-11-23", dt.datetime(2026, 11, 23, 12)])  # noqa: DTZ001
def test_a_date_of_law_that_is_no_date_is_refused(on):
    ready = compiled(rule_set(RULES))
    session = ready.session({}, DAY)
    for ask in (lambda: ready.evaluate({}, on), lambda: ready.session({}, on), lambda: session.move(on)):
        with pytest.raises(BadValueError, match=r"^on : « .* » n'est pas une date"):
            ask()
    assert session.decision.on == session.on == DAY
    assert ready.evaluate({}).on == ready.session().on == dt.date.today()  # noqa: DTZ011


def test_answers_may_be_written_as_in_a_case_file():
    ready = compiled(rule_set(RULES))
    plain = ready.evaluate({"a": True, "b": False, "n": 7, "m": 12, "d": DAY, "c": "y"}, DAY)
    assert ready.evaluate({"m": Fraction(25, 2), "n": 7}, DAY).holds == ("MORE",)
    for m in ("12", "12.00", Decimal(12), Fraction(12), 12.0):
        other = ready.evaluate({"a": "oui", "b": "non", "n": "7", "m": m, "d": "2026-11-23", "c": "y"}, DAY)
        assert (other.holds, other.ruled_out, other.open) == (plain.holds, plain.ruled_out, plain.open)
    assert plain.holds == ("MORE", "LATE")
    assert "MORE" in ready.evaluate({"n": "unknown", "m": None}, DAY).open


def test_the_questions_most_waited_for_come_first():
    rules = rule_set(
        "questions:\n  a: {ask: A, type: yes_no}\n  b: {ask: B, type: yes_no, ask_when: g}\n"
        "  g: {ask: G, type: yes_no}\n  x: {ask: X, type: yes_no}\n"
        "rules:\n  R1: {when: a and b, then: {task: T, source: S}}\n  R2: {when: a and x, then: {task: T, source: S}}\n"
        "  R3: {when: a and not x, then: {task: T, source: S}}\n"
    )
    ready = compiled(rules)
    assert ready.evaluate({}, DAY).ask == ("a", "x", "g")
    assert ready.evaluate({"g": True}, DAY).ask == ("a", "x", "b")
    assert ready.evaluate({"a": True}, DAY).ask == ("x", "g")
    assert ready.evaluate({"a": True, "x": True, "g": False}, DAY).ask == ()
    assert ready.evaluate({"a": False}, DAY).ask == ()


def test_reasons_name_the_answers_that_made_a_rule_hold():
    ready = compiled(rule_set(RULES))
    decision = ready.evaluate({"a": True, "b": False, "n": 7, "m": 12, "c": "y", "d": DAY}, DAY)
    assert set(decision.reasons) == {"MORE", "LATE"}
    asked = {
        rule: [node.id for one in reason.literals for node in one.walk() if isinstance(node, tree.Answer)]
        for rule, reason in decision.reasons.items()
    }
    assert asked == {"MORE": ["n", "m"], "LATE": ["d"]}
    assert decision.reasons["MORE"].sources == ("S",)
    against = decision.reasons_against
    assert {rule: list(map(str, reason.literals)) for rule, reason in against.items()} == {
        "BOTH": [str(tree.Not(YES_NO, tree.Answer(YES_NO, "b")))]
    }


def test_threads_share_one_compiled_rule_set():
    rules = rule_set(RULES)
    ready = compiled(rules)
    wanted = [ready.evaluate({"n": n, "m": 20}, DAY.replace(year=2000 + n)).holds for n in range(20)]
    fresh = compiled(rule_set(RULES.replace("LATE", "LATER")))  # nothing of it has been made yet
    found: dict[int, list[bool]] = {}

    def work(number):
        found[number] = [
            fresh.evaluate({"n": n, "m": 20}, DAY.replace(year=2000 + n)).holds == wanted[n] for n in range(20)
        ]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [True] * 20 for number in range(8)}


def test_the_same_content_is_made_ready_once_but_never_with_other_functions():
    assert compiled(rule_set(RULES))._prepared is compiled(rule_set(RULES))._prepared
    text = "questions:\n  n: {ask: N, type: integer}\nrules:\n  R: {when: f(n), then: {task: T, source: S}}\n"
    yes, no = (
        rule_set(text, functions={"f": Function("f", ("integer",), YES_NO, lambda _, answer=answer: answer)})
        for answer in (True, False)
    )
    assert (compiled(yes).evaluate({"n": 1}, DAY).holds, compiled(no).evaluate({"n": 1}, DAY).holds) == (("R",), ())
