"""The order in which a rule set can be computed."""

import pytest
from hypothesis import HealthCheck, given, settings

from ruleset.program import about_knowledge, compile_program
from ruleset.testing import rule_set
from ruleset.testing.strategies import rule_sets

TEXT = """questions:
  a: {ask: A, type: yes_no}
  b: {ask: B, type: yes_no, ask_when: d}
definitions:
  d: a
  seen: known(a)
  more: seen or a
rules:
  R1: {when: b, then: {finding: risk, say: X, source: S}}
  R2: {when: 'holds("R1")', then: {finding: risk, say: X, source: S}}
  K1: {when: more, then: {finding: info, say: X, source: S}}
  K2: {when: 'open_findings("risk")', then: {finding: info, say: X, source: S}}
  K3: {when: 'holds("K2")', then: {finding: info, say: X, source: S}}
"""


def test_everything_comes_after_what_it_needs():
    program = compile_program(rule_set(TEXT))
    place = {step: number for number, step in enumerate(program.sequence)}
    assert all(place[need] < place[step] for step, needs in program.needs.items() for need in needs)
    assert place["definition", "d"] < place["question", "b"] < place["rule", "R1"]
    assert [step for step in program.sequence if step[0] != "question"] == list(program.order)


def test_strata_refer_only_to_earlier_ones():
    program = compile_program(rule_set(TEXT))
    stratum = {id: number for number, ids in enumerate(program.strata) for id in ids}
    assert stratum["R1"] < stratum["R2"] < stratum["K2"] < stratum["K3"]


def test_what_speaks_of_knowledge_is_known_with_what_uses_it():
    rules = rule_set(TEXT)
    assert about_knowledge(rules) == {
        ("definition", "seen"),
        ("definition", "more"),
        ("rule", "K1"),
        ("rule", "K2"),
        ("rule", "K3"),
    }
    assert [id for id, rule in rules.rules.items() if rule.about_knowledge] == ["K1", "K2", "K3"]


@pytest.mark.parametrize("condition", ["known(a)", 'open_findings("risk")', "least(n) > 1"])
def test_a_question_asked_by_what_is_known_spreads_it(condition):
    rules = rule_set(
        "questions:\n  a: {ask: A, type: yes_no}\n  n: {ask: N, type: integer}\n"
        f"  q: {{ask: Q, type: yes_no, ask_when: '{condition}'}}\n"
        "rules:\n  R: {when: q, then: {finding: info, say: X, source: S}}\n"
    )
    assert ("rule", "R") in about_knowledge(rules)


def test_what_another_rule_set_knows_spreads_too():
    other = rule_set(TEXT)
    for use, spoken in (
        ("o.more", True),
        ("o.K1", True),
        ("o.R1", False),
        ('o.verdict == "risk"', True),
        ("o.d", False),
    ):
        rules = rule_set(f"uses: [o]\ndefinitions:\n  mine: '{use}'\n", resolve=lambda _: other)
        assert (("definition", "mine") in about_knowledge(rules)) == spoken


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(rule_sets())
def test_any_rule_set_is_ordered(text):
    program = compile_program(rule_set(text, header=""))
    place = {step: number for number, step in enumerate(program.sequence)}
    assert all(place[need] < place[step] for step, needs in program.needs.items() for need in needs)
    assert sorted(id for ids in program.strata for id in ids) == sorted(program.ruleset.rules)
