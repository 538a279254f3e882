"""The compiled engine gives what the reference evaluator gives, on whole cases and answer by answer."""

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ruleset
from ruleset import api
from ruleset.engines import default_engine
from ruleset.engines.compiled import CompiledEngine, compiled
from ruleset.engines.verifying import EngineDisagreementError, VerifyingEngine, verify
from ruleset.expressions.evaluate import truth
from ruleset.expressions.functions import Function
from ruleset.loading.cases import make_case
from ruleset.model import Case
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.testing.strategies import cases, rule_sets
from ruleset.types import UNKNOWN, YES_NO

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
  SAFE: {when: 'n != 0 and share > 2', then: {finding: info, say: S, source: S}}
  LARGE: {when: large or c == "x", then: {finding: info, say: S, source: S}}
  LATE: {when: 'd >= date(2026, 3, 1)', then: {finding: info, say: S, source: S}}
  HOURS: {when: h > 35.5, then: {finding: info, say: S, source: S}}
"""


def solve(rules, answers, records=None, on=DAY):
    situation = ENGINE.solve(compile_program(rules), make_case(rules, answers, records, on))
    return {rule: situation.rule_status(rule, None) for rule in rules.rules if not rules.rules[rule].record}


def as_raw(answers):
    """Answers as a program gives them."""
    return {id: "none" if value is None else value for id, value in answers.items()}


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


@pytest.mark.no_cover
@pytest.mark.parametrize("id", registry().ids())
def test_worked_cases_of_the_rule_sets_are_computed_alike(id):
    rules = registry().get(id)
    assert rules is not None
    program = compile_program(rules)
    for worked in rules.cases:
        assert verify(program, worked.case, ENGINE) == (), worked.name


@drawn
@given(rule_sets(), st.data())
def test_every_rule_written_as_clauses_has_reasons_and_all_are_true(text, data):
    rules = rule_set(text, header="")
    case = data.draw(cases(rules))
    decision = compiled(rules).evaluate(as_raw(case.answers), case.on, case.records)
    situation = Situation(compile_program(rules), case).compute()
    clauses = compiled(rules)._prepared.layout.clauses.of
    for reasons, holding in ((decision.reasons, decision.holds), (decision.reasons_against, decision.ruled_out)):
        assert set(reasons) == {id for id in holding if ("rule", id) in clauses}
        for reason in reasons.values():
            assert all(truth(literal, situation) is True for literal in reason.literals)


def test_holds_ruled_out_and_open():
    rules = rule_set(RULES)
    unknown = dict.fromkeys(rules.rules, UNKNOWN)
    assert solve(rules, {}) == unknown | {"HOURS": False}  # the hours are assumed
    assert solve(rules, {"a": False})["BOTH"] is False
    found = solve(rules, {"a": True, "b": True, "n": 6, "m": "1000.51", "d": "2026-03-01", "h": "35.51"})
    assert found == {"BOTH": True, "MORE": False, "SAFE": False, "LARGE": True, "LATE": True, "HOURS": True}
    found = solve(rules, {"a": False, "n": "none", "m": "1000.50", "c": "y", "d": "2026-02-28", "h": "35.5"})
    assert found == dict.fromkeys(rules.rules, False)


def test_statuses_come_from_bits_and_code_not_from_the_evaluator(monkeypatch):
    monkeypatch.setattr("ruleset.situation.evaluate", None)
    monkeypatch.setattr("ruleset.situation.truth", None)
    rules = rule_set(RULES)
    assert solve(rules, {"a": True, "b": True, "n": 6})["MORE"] is False


def test_a_rule_with_too_many_alternatives_is_computed_by_code():
    clauses = " and ".join(f"(q{n} or r{n})" for n in range(7))
    questions = "".join(f"  {id}{n}: {{ask: Q, type: yes_no}}\n" for n in range(7) for id in "qr")
    rules = rule_set(
        f"questions:\n{questions}rules:\n  WIDE: {{when: {clauses}, then: {{finding: info, say: S, source: S}}}}\n"
        "  PLAIN: {when: q0, then: {finding: info, say: S, source: S}}\n"
        "  ALWAYS: {when: true, then: {finding: info, say: S, source: S}}\n"
    )
    program, ready = compile_program(rules), compiled(rules)
    for answers in ({}, dict.fromkeys(rules.questions, True), {"q0": False, "r0": False}):
        assert verify(program, make_case(rules, answers, None, DAY), ENGINE) == ()
    decision = ready.evaluate(dict.fromkeys(rules.questions, True), DAY)
    assert (decision.holds, decision.ruled_out, decision.open) == (("WIDE", "PLAIN", "ALWAYS"), (), ())
    assert set(decision.reasons) == {"PLAIN", "ALWAYS"}


def test_one_program_serves_every_date_of_law():
    rules = rule_set(
        "parameters:\n  limit: {type: integer, values: {2025-01-01: 3, 2026-06-01: 9}, until: 2026-12-31, source: S}\n"
        "questions:\n  n: {ask: N, type: integer}\n  since: {ask: D, type: date}\n"
        "rules:\n  R: {when: n > limit, valid: {from: 2025-06-01}, then: {finding: info, say: S, source: S}}\n"
        "  B: {when: n > limit, valid: {from: 2025-06-01, by: since}, then: {finding: info, say: S, source: S}}\n"
    )
    days = [DAY.replace(year=year, month=month) for year in (2024, 2025, 2026, 2027) for month in (3, 9)]
    found = [solve(rules, {"n": 5}, on=day)["R"] for day in days]
    assert found == [False, False, False, True, True, False, False, False]
    edges = [dt.date(2024, 12, 31), dt.date(2025, 1, 1), dt.date(2025, 5, 31), dt.date(2025, 6, 1),
             dt.date(2026, 5, 31), dt.date(2026, 6, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1),
             dt.date.min, dt.date.max]  # fmt: skip
    for day in [*days, *edges]:
        for answers in ({}, {"n": 5}, {"n": 5, "since": "2025-07-01"}, {"since": "2024-07-01"}):
            assert verify(compile_program(rules), make_case(rules, answers, None, day), ENGINE) == ()


def test_an_unknown_value_against_a_parameter_that_is_not_set_is_false():
    rules = rule_set(
        "parameters:\n  limit: {type: integer, values: {2025-01-01: 3}, source: S}\n"
        "questions:\n  n: {ask: N, type: integer}\n"
        "rules:\n  R: {when: n > limit, then: {finding: info, say: S, source: S}}\n"
    )
    assert solve(rules, {}, on=dt.date(2024, 1, 1)) == {"R": False}
    assert compiled(rules).evaluate({}, dt.date(2024, 1, 1)).ruled_out == ("R",)


def test_rules_for_records_have_a_status_for_each():
    rules = rule_set(
        "questions:\n  top: {ask: M, type: integer}\n"
        "records:\n  fiche: {title: F, plural: fiches, questions: {n: {ask: N, type: integer}}}\n"
        "definitions:\n  double: {for: fiche, value: fiche.n * 2}\n"
        "rules:\n  R: {for: fiche, when: fiche.n > 5 or fiche.double > top, then: {finding: risk, say: S, source: S}}\n"
        "  ANY: {when: 'holds(\"R\")', then: {finding: risk, say: S, source: S}}\n"
    )
    rows = {"fiche": [{"n": 6}, {"n": 1}, {"n": 3}, {}]}
    decision = compiled(rules).evaluate({"top": 4}, DAY, rows)
    assert [decision.status("R", n) for n in range(4)] == [True, False, True, UNKNOWN]
    assert [decision.value("double", n) for n in range(4)] == [12, 2, 6, UNKNOWN]
    assert (decision.status("R"), decision.status("ANY"), decision.holds) == (True, True, ("R", "ANY"))
    assert compiled(rules).evaluate({"top": 4}, DAY).open == ("R", "ANY")
    assert compiled(rules).evaluate({"top": 4}, DAY, {"fiche": []}).ruled_out == ("R", "ANY")
    program = compile_program(rules)
    for case in (rows, None, {"fiche": list[dict[str, int]]()}):
        assert verify(program, make_case(rules, {"top": 4}, case, DAY), ENGINE) == ()


def test_diagnostics_are_those_of_the_evaluator():
    rules = rule_set(RULES)
    program = compile_program(rules)
    situation = ENGINE.solve(program, make_case(rules, {"n": 0}, None, DAY))
    assert [(one.where, one.message) for one in situation.diagnostics] == [("share", "division par zéro")]
    assert compiled(rules).evaluate({"n": 0}, DAY).failed
    assert not compiled(rules).evaluate({"n": 1}, DAY).failed


def test_plug_in_functions_that_fail_are_reported_once():
    def fail(_):
        raise ValueError("cassé")

    functions = {"oops": Function("oops", ("integer",), YES_NO, fail)}
    rules = rule_set(
        "questions:\n  n: {ask: N, type: integer}\n"
        "rules:\n  R: {when: oops(n), then: {finding: info, say: S, source: S}}\n",
        functions=functions,
    )
    program, case = compile_program(rules), make_case(rules, {"n": 1}, None, DAY)
    assert [one.message for one in ENGINE.solve(program, case).diagnostics] == ["oops : cassé"]
    assert verify(program, case, ENGINE) == ()


def test_a_value_that_no_question_allows_goes_to_the_evaluator():
    rules = rule_set(
        "questions:\n  n: {ask: N, type: integer}\n  c: {ask: C, type: choice, choices: {x: X}}\n"
        'rules:\n  R: {when: n > 5 or c != "x", then: {task: T, source: S}}\n'
    )
    program = compile_program(rules)
    for answers in ({"n": None}, {"c": "other"}, {"n": True}, {"c": None}, {"n": 10**30}):
        assert verify(program, Case(on=DAY, answers=answers), ENGINE) == (), answers


def test_a_long_chain_of_definitions_and_of_rules():
    lines = ["questions:", "  a: {ask: A, type: yes_no}", "  n: {ask: N, type: integer}", "definitions:", "  d0: a",
             "  e0: n", *(f"  d{n}: d{n - 1} and n > {n % 7}\n  e{n}: e{n - 1} + 1" for n in range(1, 1500)), "rules:",
             "  R0: {when: d1499 and e1499 > 1500, then: {finding: info, say: S, source: S}}",
             *(f"  R{n}: {{when: 'holds(\"R{n - 1}\") or not a', then: {{finding: info, say: S, source: S}}}}"
               for n in range(1, 300))]  # fmt: skip
    rules = rule_set("\n".join(lines) + "\n")
    program = compile_program(rules)
    for answers in ({}, {"a": True}, {"a": True, "n": 7}, {"a": False}):
        assert verify(program, make_case(rules, answers, None, DAY), ENGINE) == ()


def test_evaluate_gives_the_same_bytes_before_and_after_it_turns_to_the_compiled_engine():
    rules = rule_set(RULES)
    case = make_case(rules, {"a": True, "b": True, "n": 6, "d": "2026-03-01"}, None, DAY)
    found = {json.dumps(ruleset.to_json(ruleset.evaluate(rules, case), rules)) for _ in range(api.FEW + 3)}
    assert len(found) == 1


def test_an_engine_may_be_compared_with_the_compiled_one():
    class Wrong:
        name = "faux"

        def solve(self, program, case):
            return Situation(program, case, statuses={("LATE", None): True}).compute()

    rules = rule_set(RULES)
    program, case = compile_program(rules), make_case(rules, {"a": True}, None, DAY)
    judged = VerifyingEngine(default_engine(), judge=ENGINE)
    assert judged.solve(program, case).rule_status("LATE", None) is UNKNOWN
    with pytest.raises(EngineDisagreementError, match="faux et compiled diffèrent : LATE : vrai au lieu de ouvert"):
        VerifyingEngine(Wrong(), judge=ENGINE).solve(program, case)
