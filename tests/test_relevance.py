"""Which questions can still change an outcome: none is dropped, none without effect is asked."""

import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ruleset
from ruleset.program import compile_program
from ruleset.relevance import relevance
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.testing.conclusions import conclusions
from ruleset.testing.strategies import cases, rule_sets
from ruleset.testing.values import completions
from ruleset.types import UNKNOWN

MOST_COMPLETIONS = 64


def seen(rules, case):
    return conclusions(Situation(compile_program(rules), case).compute())


def changing(outcomes, without):
    """Whether two completions that differ only in what `without` leaves out conclude differently."""
    groups: dict[str, object] = {}
    for case, found in outcomes:
        key = repr(without(case))
        if groups.setdefault(key, found) != found:
            return True
    return False


def sorted_items(mapping, left_out=""):
    return sorted((id, repr(value)) for id, value in mapping.items() if id != left_out)


PROFILE = settings.get_current_profile_name()


@settings(
    max_examples=10_000 if PROFILE == "fuzz" else 300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(rule_sets(), st.data())
def test_a_question_that_can_still_change_something_is_never_dropped(text, data):
    rules = rule_set(text, header="")
    case = data.draw(cases(rules))
    full = list(itertools.islice(completions(rules, case), MOST_COMPLETIONS + 1))
    assume(len(full) <= MOST_COMPLETIONS)
    found = relevance(Situation(compile_program(rules), case).compute())
    reached = {str(wanted) for wanted in (*found.now, *found.later)}
    outcomes = [(complete, seen(rules, complete)) for complete in full]
    for id, question in rules.questions.items():
        if id not in reached and id not in case.answers and question.assume is UNKNOWN:
            assert not changing(
                outcomes, lambda one, id=id: (sorted_items(one.answers, id), sorted_items(one.records))
            ), id
    for id, rows in case.records.items():
        for number, row in enumerate(rows):
            for field in rules.records[id].fields:
                assumed = rules.records[id].fields[field].assume is not UNKNOWN
                if f"{id}[{number}].{field}" not in reached and field not in row and not assumed:
                    assert not changing(outcomes, lambda one, at=(id, number, field): _without_field(one, *at)), field
    for id in rules.records:
        if id not in case.records and id not in reached:
            assert not changing(outcomes, lambda one, id=id: (sorted_items(one.answers), sorted_items(one.records, id)))


def _without_field(case, record, number, field):
    rows = {id: [dict(row) for row in rows] for id, rows in case.records.items()}
    del rows[record][number][field]
    return sorted_items(case.answers), sorted_items(rows)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets(), st.data())
def test_what_is_asked_is_open_unanswered_and_of_use(text, data):
    rules = rule_set(text, header="")
    case = data.draw(cases(rules))
    situation = Situation(compile_program(rules), case).compute()
    found = relevance(situation)
    assert not set(found.now) & set(found.later)
    for wanted in found.now:
        if wanted.record:
            continue
        assert case.answers.get(wanted.id, UNKNOWN) is UNKNOWN
        assert wanted.id not in situation.ignored()
    if case_is_complete(rules, case):
        assert found.now == found.later == ()


def case_is_complete(rules, case):
    answered = rules.questions.keys() <= case.answers.keys() and rules.records.keys() <= case.records.keys()
    return answered and all(
        rules.records[id].fields.keys() <= row.keys() for id, rows in case.records.items() for row in rows
    )


QUESTIONS = """
questions:
  a: {ask: A, type: yes_no}
  b: {ask: B, type: yes_no}
  c: {ask: C, type: yes_no}
  n: {ask: N, type: integer}
  m: {ask: M, type: integer}
  waits: {ask: W, type: yes_no, ask_when: a}
  guess: {ask: G, type: integer, assume: 3}
records:
  piece: {title: Pièce, plural: pieces, questions: {ok: {ask: Ok, type: yes_no},
    kind: {ask: K, type: choice, choices: [x, y]}}}
"""


def asked(condition, answers=None, records=None, more=""):
    rules = rule_set(
        f"{QUESTIONS}{more}rules:\n  R:\n    when: {condition}\n    then: {{finding: risk, say: X, source: S}}\n"
    )
    case = ruleset.make_case(rules, answers, records, dt.date(2026, 1, 1))
    found = relevance(Situation(compile_program(rules), case).compute())
    return {str(wanted) for wanted in found.now}, {str(wanted) for wanted in found.later}


@pytest.mark.parametrize(
    ("condition", "answers", "now"),
    [
        ("a and b", {}, {"a", "b"}),
        ("a and b", {"a": True}, {"b"}),
        ("a and b", {"a": False}, set()),
        ("a or b", {"a": True}, set()),
        ("(a and b) or c", {"a": False}, {"c"}),
        ("(a and b) or c", {"c": True}, set()),
        ("b if a else c", {"a": True}, {"b"}),
        ("b if a else c", {}, {"a", "b", "c"}),
        ("b if a else b", {"b": True}, set()),
        ("n > 3 and m > 3", {"n": 2}, set()),
        ("n / 0 > m", {}, set()),
        ("n in [1, m]", {"n": 1}, set()),
        ("waits", {}, {"a"}),
        ("waits", {"a": True}, {"waits"}),
        ("waits", {"a": False}, set()),
        ("guess > 2", {}, {"guess"}),
        ("guess > 2", {"guess": 3}, set()),
        ("known(a) and b", {}, {"a", "b"}),
        ("known(a) and b", {"a": False}, {"b"}),
        ("known(a)", {"a": False}, set()),
        ("any(p.ok for p in pieces)", {}, {"piece"}),
        ("a and any(p.ok and b for p in pieces)", {}, {"a", "piece"}),
    ],
)
def test_only_what_can_still_decide_is_asked(condition, answers, now):
    assert asked(condition, answers)[0] == now


@pytest.mark.parametrize(
    ("condition", "records", "now"),
    [
        ("any(p.ok for p in pieces)", [], set()),
        ("any(p.ok for p in pieces)", [{}, {"ok": False}], {"piece[0].ok"}),
        ("any(p.ok for p in pieces)", [{}, {"ok": True}], set()),
        ("all(p.ok for p in pieces)", [{}, {"ok": False}], set()),
        ('any(p.ok for p in pieces if p.kind == "x")', [{"kind": "y"}, {"ok": True}], {"piece[1].kind"}),
        (
            'count(p for p in pieces if p.ok and p.kind == "x") > 0',
            [{"ok": False}, {}],
            {"piece[1].ok", "piece[1].kind"},
        ),
    ],
)
def test_only_what_can_still_decide_is_asked_of_records(condition, records, now):
    assert asked(condition, {}, {"piece": records})[0] == now


def test_what_waits_for_another_answer_comes_later():
    assert asked("waits and b") == ({"a", "b"}, {"waits"})
    assert asked("any(p.ok and b for p in pieces)") == ({"piece"}, {"b"})


@pytest.mark.parametrize(
    ("policy", "rows", "answers", "now"),
    [
        ("first", "[{when: [1], value: 10}, {when: [2], value: 10}]", {}, {"n"}),
        ("sum", "[{when: [1], value: 0}, {when: [2], if: b, value: 5}]", {"b": False}, set()),
        ("highest", "[{when: ['-'], value: 9}, {when: [2], value: 5}]", {}, set()),
        ("lowest", "[{when: ['-'], value: 9}, {when: [2], value: 5}]", {}, {"n"}),
        ("first", "[{when: ['-'], value: 1}, {when: [2], value: m}]", {}, set()),
    ],
)
def test_rows_without_effect_ask_nothing(policy, rows, answers, now):
    table = f"tables:\n  t: {{policy: {policy}, inputs: [n], rows: {rows}, otherwise: 0}}\n".replace(
        ", otherwise: 0" if policy == "sum" else "\0", ""
    )
    assert asked("t > 1", answers, more=table)[0] == now


@pytest.mark.parametrize(
    ("policy", "rows"),
    [
        ("sum", "[{when: [1], value: 0}, {when: ['-'], value: m}]"),
        ("highest", "[{when: ['-'], value: m}, {when: ['-'], value: 9}, {if: 'n > 5', value: 3}]"),
    ],
)
def test_an_open_row_that_cannot_change_the_result_asks_nothing(policy, rows):
    rows = rows.replace("{if: 'n > 5'", "{when: ['> 5']")
    table = f"tables:\n  t: {{policy: {policy}, inputs: [n], rows: {rows}}}\n"
    assert asked("t > 1", {}, more=table)[0] == {"m"}


def test_the_question_that_settles_most_comes_first():
    rules = rule_set(
        QUESTIONS
        + "rules:\n"
        + "".join(
            f"  R{n}: {{when: {condition}, then: {{finding: {severity}, say: X, source: S}}}}\n"
            for n, (condition, severity) in enumerate([("a", "info"), ("b", "blocking"), ("b and c", "risk")])
        )
    )
    found = relevance(Situation(compile_program(rules), ruleset.make_case(rules)).compute())
    assert [str(wanted) for wanted in found.now] == ["b", "c", "a"]
