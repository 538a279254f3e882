"""A case that follows another: what the answers that differ cannot reach is taken over, and nothing else."""

import datetime as dt

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ruleset
from ruleset.changes import touched
from ruleset.engines import Engine, Evaluator, follow
from ruleset.engines.session import SessionEngine
from ruleset.engines.verifying import differences
from ruleset.interview import Interview
from ruleset.model import Case, Definition
from ruleset.outcome import outcome, to_json
from ruleset.program import compile_program
from ruleset.relevance import Wanted, relevance
from ruleset.testing import rule_set
from ruleset.testing.strategies import cases, rule_sets
from ruleset.types import UNKNOWN, Value
from ruleset.wording import Voice

DAY = dt.date(2026, 11, 23)
ENGINES: dict[str, Engine] = {"evaluator": Evaluator(), "durable_rules": SessionEngine()}


@st.composite
def changed(draw, rules, case):
    """Another case, most of which is the case given: some answers and fields differ, records come and go."""
    other = draw(cases(rules))
    answers = {
        id: value
        for id in rules.questions
        if (value := (other if draw(st.booleans()) else case).answers.get(id, UNKNOWN)) is not UNKNOWN
    }
    records = {}
    for id, rows in case.records.items():
        new = list(rows)
        given = other.records.get(id, ())
        how = draw(st.sampled_from(("same", "field", "field", "more", "less", "unknown", "other")))
        if how == "field" and new and given:
            number, field = draw(st.integers(0, len(new) - 1)), draw(st.sampled_from(sorted(rules.records[id].fields)))
            row = {name: value for name, value in new[number].items() if name != field}
            new[number] = row | ({field: given[0][field]} if field in given[0] else {})
        elif how == "more":
            new += given
        elif how == "less":
            new = new[:-1]
        elif how == "other":
            new = list(given)
        if how != "unknown":
            records[id] = tuple(new)
    for id in other.records.keys() - case.records.keys():
        if draw(st.booleans()):
            records[id] = other.records[id]
    return attrs.evolve(case, answers=answers, records=records, on=draw(st.sampled_from((case.on, case.on, other.on))))


@pytest.mark.parametrize("name", ENGINES)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(text=rule_sets(), data=st.data())
def test_following_gives_what_computing_anew_gives(name, text, data):
    engine, rules = ENGINES[name], rule_set(text, header="")
    program, voice = compile_program(rules), Voice.of(rules, "fr")
    case = data.draw(cases(rules))
    situation = engine.solve(program, case)
    for _ in range(3):
        relevance(situation), outcome(situation, voice)
        case = data.draw(changed(rules, case))
        situation, anew = follow(engine, situation, program, case), engine.solve(program, case)
        assert differences(situation, anew) == ()
        assert relevance(situation) == relevance(anew)
        assert to_json(outcome(situation, voice), rules) == to_json(outcome(anew, voice), rules)


RULES = """
questions:
  strict: {ask: S ?, type: yes_no}
  limit: {ask: L ?, type: integer}
records:
  box:
    title: Boîte
    plural: boxes
    questions:
      weight: {ask: W ?, type: integer}
      full: {ask: F ?, type: yes_no, ask_when: box.weight > 1}
definitions:
  heavy: {for: box, value: box.weight > 20}
  many: count(b for b in boxes if b.heavy) > 1
rules:
  HEAVY: {for: box, when: box.heavy and strict, then: {finding: risk, say: X}}
  SHUT: {for: box, when: box.full, then: {finding: risk, say: X}}
  MANY: {when: many, then: {finding: risk, say: X}}
  LIMIT: {when: limit > 1, then: {finding: risk, say: X}}
"""


def reached(before, after):
    rules = rule_set(RULES)
    case, other = (ruleset.make_case(rules, answers, {"box": boxes}, DAY) for answers, boxes in (before, after))
    found = touched(compile_program(rules), case, other)
    assert found is not None
    return {id: sorted(n for n in numbers if n is not None and n >= 0) for (_, id), numbers in found.items()}


def test_an_answer_about_a_record_reaches_that_record_and_what_speaks_of_all() -> None:
    boxes = [{"weight": 1}, {"weight": 2}, {"weight": 3}]
    found = reached(({}, boxes), ({}, [boxes[0], {"weight": 30}, boxes[2]]))
    assert found == {
        "box.weight": [1],
        "box.full": [1],
        "heavy": [1],
        "HEAVY": [1],
        "SHUT": [1],
        "many": [],
        "MANY": [],
    }


def test_an_answer_about_the_case_reaches_every_record_that_reads_it_and_no_other_rule() -> None:
    boxes = [{"weight": 1}, {"weight": 2}]
    assert reached(({"strict": True}, boxes), ({}, boxes)) == {"strict": [], "HEAVY": [0, 1]}


def test_a_record_that_goes_reaches_what_counts_them() -> None:
    boxes = [{"weight": 1}, {"weight": 2}]
    found = reached(({}, boxes), ({}, boxes[:1]))
    assert found["heavy"] == [1]
    assert {"many", "MANY"} <= found.keys()
    assert "LIMIT" not in found


def test_another_date_of_law_reaches_everything() -> None:
    program = compile_program(rule_set(RULES))
    assert touched(program, Case(on=DAY), Case(on=DAY + dt.timedelta(days=1))) is None


def test_a_following_situation_computes_only_what_the_answer_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = rule_set(RULES)
    boxes = [{"weight": number} for number in range(50)]
    interview = Interview.start(rules, ruleset.make_case(rules, {"strict": True}, {"box": boxes}, DAY))
    assert interview.situation.rule_status("HEAVY", 7) is False
    computed = []

    def watched(definition: Definition, value: Value) -> Value:
        computed.append(definition.id)
        return value

    monkeypatch.setattr("ruleset.situation.rounded", watched)
    assert interview.answer(Wanted("weight", "box", 7), 70).situation.rule_status("HEAVY", 7) is True
    assert computed == ["heavy", "many"]
