"""The session engine gives what the reference evaluator gives, whatever the rule set, the case and its order."""

import datetime as dt
import logging
import subprocess
import sys

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("durable_rules_engine", reason="durable_rules is not installed")

from ruleset.engines import Evaluator, default_engine, session
from ruleset.engines.forward import LOCK, Forward, ForwardError
from ruleset.engines.plan import Network, Production, make_plan
from ruleset.engines.session import SessionEngine
from ruleset.engines.subset import Probe, prove
from ruleset.engines.verifying import Difference, EngineDisagreementError, VerifyingEngine, differences, verify
from ruleset.expressions.functions import Function
from ruleset.loading.cases import make_case
from ruleset.model import Case
from ruleset.program import compile_program
from ruleset.testing import rule_set
from ruleset.testing.strategies import cases, rule_sets
from ruleset.types import UNKNOWN, YES_NO

DAY = dt.date(2026, 11, 23)
drawn = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

RULES = """
questions:
  a: {ask: A, type: yes_no}
  b: {ask: B, type: yes_no, ask_when: a}
  n: {ask: N, type: integer, optional: true}
definitions:
  share: 1 / n
rules:
  BOTH: {when: a and b, then: {finding: risk, say: S, source: S}}
  MORE: {when: n > 5, unless: 'holds("BOTH")', then: {finding: caution, say: S, source: S}}
  SAFE: {when: n != 0 and share > 2, then: {finding: info, say: S, source: S}}
"""


@pytest.fixture
def engine():
    return SessionEngine()


def solve(engine, rules, answers, records=None, on=DAY):
    program = compile_program(rules)
    situation = engine.solve(program, make_case(rules, answers, records, on))
    return {rule: situation.rule_status(rule, None) for rule in rules.rules if not rules.rules[rule].record}


def test_holds_ruled_out_and_open(engine):
    rules = rule_set(RULES)
    assert solve(engine, rules, {}) == {"BOTH": UNKNOWN, "MORE": UNKNOWN, "SAFE": UNKNOWN}
    assert solve(engine, rules, {"a": False})["BOTH"] is False
    assert solve(engine, rules, {"a": False, "n": 6}) == {"BOTH": False, "MORE": True, "SAFE": False}
    assert solve(engine, rules, {"a": False, "n": "none"}) == {"BOTH": False, "MORE": False, "SAFE": False}
    assert solve(engine, rules, {"a": True, "b": True, "n": 6})["MORE"] is False


def test_every_rule_is_settled_by_durable_rules_not_by_the_evaluator(engine, monkeypatch):
    monkeypatch.setattr("ruleset.situation.Situation.rule_status", lambda self, id, number: self._statuses[id, number])
    rules = rule_set(RULES)
    situation = engine.solve(compile_program(rules), make_case(rules, {"a": False, "n": 6}, None, DAY))
    assert situation._statuses == {("BOTH", None): False, ("MORE", None): True, ("SAFE", None): False}


@drawn
@given(rule_sets(), st.data())
def test_statuses_values_and_diagnostics_are_those_of_the_evaluator(text, data):
    rules = rule_set(text, header="")
    program, engine = compile_program(rules), SessionEngine()
    for _ in range(3):
        assert verify(program, data.draw(cases(rules)), engine) == ()
    assert engine.handed_over == 0


@settings(drawn, max_examples=25)
@given(rule_sets(size=8), st.data())
def test_larger_rule_sets_too(text, data):
    rules = rule_set(text, header="")
    program, engine = compile_program(rules), SessionEngine()
    for _ in range(3):
        assert verify(program, data.draw(cases(rules, most=3)), engine) == ()


@drawn
@given(rule_sets(), st.data())
def test_the_order_of_answers_and_earlier_cases_change_nothing(text, data):
    rules = rule_set(text, header="")
    program, engine = compile_program(rules), SessionEngine()
    case = data.draw(cases(rules))
    other = data.draw(cases(rules))
    shuffled = attrs.evolve(case, answers=dict(data.draw(st.permutations(list(case.answers.items())))))
    first = engine.solve(program, case)
    engine.solve(program, other)
    assert differences(engine.solve(program, shuffled), first) == ()


def test_one_registered_program_serves_every_date_of_law(engine):
    rules = rule_set(
        "parameters:\n  limit: {type: integer, values: {2025-01-01: 3, 2026-06-01: 9}, until: 2026-12-31, source: S}\n"
        "questions:\n  n: {ask: N, type: integer}\n  since: {ask: D, type: date}\n"
        "rules:\n  R: {when: n > limit, valid: {from: 2025-06-01}, then: {finding: info, say: S, source: S}}\n"
        "  B: {when: n > limit, valid: {from: 2025-06-01, by: since}, then: {finding: info, say: S, source: S}}\n"
    )
    days = [DAY.replace(year=year, month=month) for year in (2024, 2025, 2026, 2027) for month in (3, 9)]
    found = [solve(engine, rules, {"n": 5}, on=day)["R"] for day in days]
    assert found == [False, False, False, True, True, False, False, False]
    assert len(engine._registered) == 1
    program = compile_program(rules)
    for day in days:
        for answers in ({}, {"n": 5}, {"n": 5, "since": "2025-07-01"}, {"since": "2024-07-01"}):
            assert verify(program, make_case(rules, answers, None, day), engine) == ()


def test_rules_for_records_have_a_status_for_each(engine):
    rules = rule_set(
        "questions:\n  top: {ask: M, type: integer}\n"
        "records:\n  fiche: {title: F, plural: fiches, questions: {n: {ask: N, type: integer}}}\n"
        "definitions:\n  double: {for: fiche, value: fiche.n * 2}\n"
        "rules:\n  R: {for: fiche, when: fiche.n > 5 or fiche.double > top, then: {finding: risk, say: S, source: S}}\n"
        "  ANY: {when: 'holds(\"R\")', then: {finding: risk, say: S, source: S}}\n"
    )
    program = compile_program(rules)
    case = make_case(rules, {"top": 4}, {"fiche": [{"n": 6}, {"n": 1}, {"n": 3}, {}]}, DAY)
    situation = engine.solve(program, case)
    assert [situation.rule_status("R", n) for n in range(4)] == [True, False, True, UNKNOWN]
    assert situation.rule_status("ANY", None) is True
    assert verify(program, case, engine) == ()
    assert verify(program, make_case(rules, {"top": 4}, None, DAY), engine) == ()
    assert verify(program, make_case(rules, {"top": 4}, {"fiche": []}, DAY), engine) == ()


def test_diagnostics_are_those_of_the_evaluator(engine):
    rules = rule_set(RULES)
    program = compile_program(rules)
    situation = engine.solve(program, make_case(rules, {"n": 0}, None, DAY))
    assert [(one.where, one.message) for one in situation.diagnostics] == [("share", "division par zéro")]
    guarded = rule_set(RULES.replace("share > 2", "1 / n > 2").replace("  share: 1 / n\n", "  share: n\n"))
    program = compile_program(guarded)
    assert engine.solve(program, make_case(guarded, {"n": 0}, None, DAY)).diagnostics == []


def test_plug_in_functions_that_fail_are_reported_once(engine):
    def fail(_):
        raise ValueError("cassé")

    functions = {"oops": Function("oops", ("integer",), YES_NO, fail)}
    rules = rule_set(
        "questions:\n  n: {ask: N, type: integer}\n"
        "rules:\n  R: {when: oops(n), then: {finding: info, say: S, source: S}}\n",
        functions=functions,
    )
    program, case = compile_program(rules), make_case(rules, {"n": 1}, None, DAY)
    assert [one.message for one in engine.solve(program, case).diagnostics] == ["oops : cassé"]
    assert verify(program, case, engine) == ()


def test_a_value_that_no_question_allows_goes_to_the_evaluator(engine):
    rules = rule_set(
        "questions:\n  n: {ask: N, type: integer}\nrules:\n  R: {when: n > 5, then: {task: T, source: S}}\n"
    )
    program = compile_program(rules)
    assert verify(program, Case(answers={"n": None}), engine) == ()
    assert engine.handed_over == 1


def test_a_rule_that_does_not_fit_goes_to_the_evaluator(engine):
    clauses = " and ".join(f"(q{n} or r{n})" for n in range(7))
    questions = "".join(f"  {id}{n}: {{ask: Q, type: yes_no}}\n" for n in range(7) for id in "qr")
    rules = rule_set(
        f"questions:\n{questions}rules:\n  WIDE: {{when: {clauses}, then: {{finding: info, say: S, source: S}}}}\n"
        "  PLAIN: {when: q0, then: {finding: info, say: S, source: S}}\n"
        "  ALWAYS: {when: true, then: {finding: info, say: S, source: S}}\n"
    )
    program = compile_program(rules)
    for answers in ({}, dict.fromkeys(rules.questions, True), {"q0": False, "r0": False}):
        assert verify(program, make_case(rules, answers, None, DAY), engine) == ()
    report = engine.explain_plan(program)
    assert (report.rules, report.productions, report.native, report.computed) == (3, 2, 0, 1)
    assert dict(report.evaluated) == {"WIDE": "trop d'alternatives", "ALWAYS": "constante"}
    assert str(report) == "1 règles sur 3 par durable_rules (2 productions, 1 réseaux) ; par l'évaluateur : 2"


def test_programs_are_kept_by_content_and_forgotten_in_turn():
    engine = SessionEngine(kept=2)
    for content in "abccb":
        solve(engine, attrs.evolve(rule_set(RULES), content=content), {"a": True})
    assert list(engine._registered) == [("essai", "c"), ("essai", "b")]


def test_a_rule_set_without_content_is_kept_by_identity(engine):
    rules = attrs.evolve(rule_set(RULES), content="")
    solve(engine, rules, {"a": True})
    solve(engine, rules, {"a": False})
    assert list(engine._registered) == [rules]


def test_a_fault_of_durable_rules_is_told_and_the_evaluator_answers(engine, monkeypatch, caplog):
    rules = rule_set(RULES)
    program, case = compile_program(rules), make_case(rules, {"a": True}, None, DAY)
    broken = iter([True, False])

    def fire(self, fact, fire=Forward.fire):
        if next(broken, False) and "w0" not in fact:
            raise ForwardError("état 2")
        return fire(self, fact)

    engine.explain_plan(program)
    monkeypatch.setattr(Forward, "fire", fire)
    with caplog.at_level(logging.WARNING):
        assert verify(program, case, engine) == ()
    assert "état 2" in caplog.text
    assert engine.handed_over == 1
    assert verify(program, case, engine) == ()
    assert engine.handed_over == 1  # registered anew


def test_after_several_faults_a_program_is_left_to_the_evaluator(engine, monkeypatch):
    rules = rule_set(RULES)
    program, case = compile_program(rules), make_case(rules, {"a": True}, None, DAY)
    tried = []

    def refuse(_):
        tried.append(1)
        raise ForwardError("rien")

    monkeypatch.setattr(session, "_registered", refuse)
    for _ in range(10):
        assert verify(program, case, engine) == ()
    assert (len(tried), engine.handed_over) == (session.FAULTS + 1, 10)


def forward(patterns):
    """A registered network of patterns that are within the bounds."""
    prove(patterns, {probe.property for pattern in patterns.values() for probe in pattern})
    productions = {name: Production(name, True, pattern) for name, pattern in patterns.items()}
    guards = tuple(dict.fromkeys(pattern[0].property for pattern in patterns.values()))
    network = Network("", productions, tuple(patterns), (), (), guards)
    with LOCK:
        return network, Forward(network)


@pytest.mark.parametrize(("groups", "size"), [(1, 64), (64, 1), (30, 30), (40, 22), (35, 25)])
def test_networks_at_the_bounds_fire_completely(groups, size):
    patterns = {
        f"{g}-{n}": (Probe(f"g{g}", "==", 1), Probe(f"b{n}", "==", True)) for g in range(groups) for n in range(size)
    }
    network, registered = forward(patterns)
    fact = network.prefix + "".join(f',"b{n}":true' for n in range(size)) + "}"
    with LOCK:
        for _ in range(3):
            assert sorted(registered.fire(fact)) == sorted(patterns)
            assert registered.fire(network.prefix + "}") == []


@pytest.mark.parametrize(
    ("probe", "matching", "others"),
    [
        (Probe("v0", "==", "é'\"\\/x"), ['"\\u00e9\'\\"\\\\/x"'], ['"e"', '"\\u00e9"', '"\\u00e9\'\\"\\\\/xy"', '""']),
        (Probe("v0", "!=", "ab"), ['"a"', '"abc"', '"~"', '""'], ['"ab"']),
        (Probe("v0", "<=", -5), ["-5", "-6", str(-(2**53))], ["-4", "0", str(2**53)]),
        (Probe("v0", ">", 2**53 - 1), [str(2**53)], [str(2**53 - 1), "0", "-1"]),
        (Probe("v0", "<", 1 - 2**53), [str(-(2**53))], [str(1 - 2**53), "0", "1"]),
        (Probe("v0", "==", 0), ["0"], ["1", "-1"]),
        (Probe("v0", "==", False), ["false"], ["true"]),
        (Probe("v0", "==", "x" * 64_990), ['"' + "x" * 64_990 + '"'], ['"x"', '"' + "x" * 64_989 + '"']),
    ],
)
def test_each_kind_of_test(probe, matching, others):
    network, registered = forward({"R": (Probe("g0", "==", 1), probe)})
    with LOCK:
        for code in matching:
            assert registered.fire(f'{network.prefix},"v0":{code}}}') == ["R"], code
        for code in others:
            assert registered.fire(f'{network.prefix},"v0":{code}}}') == [], code
        assert registered.fire(f"{network.prefix}}}") == []


def test_durable_rules_refusing_is_told():
    network, registered = forward({"R": (Probe("g0", "==", 1),)})
    with LOCK:
        with pytest.raises(ForwardError, match="error code"):
            registered.fire(network.prefix)  # no end
        assert registered.fire(f"{network.prefix}}}") == ["R"]
        unreadable = Probe("g0", "==", [])  # type: ignore[arg-type]
        with pytest.raises(ForwardError, match="102"):
            Forward(attrs.evolve(network, productions={"R": Production("R", True, (unreadable,))}))


def test_contradicting_productions_are_a_fault(engine, monkeypatch):
    rules = rule_set(RULES)
    program, case = compile_program(rules), make_case(rules, {"a": True, "b": True}, None, DAY)
    engine.explain_plan(program)
    monkeypatch.setattr(Forward, "fire", lambda self, _: list(self.names))
    plan = make_plan(program)
    monkeypatch.setattr(Forward, "names", [*plan.networks[0].productions], raising=False)
    engine.solve(program, case)
    assert engine.handed_over == 1


def test_differences_are_named():
    rules = rule_set(RULES)
    program = compile_program(rules)
    one = Evaluator().solve(program, make_case(rules, {"a": False}, None, DAY))
    other = Evaluator().solve(program, make_case(rules, {"a": False, "n": 0}, None, DAY))
    found = differences(other, one)
    assert Difference("MORE", None, False, UNKNOWN) in found
    assert [str(one) for one in found] == [
        "MORE : faux au lieu de ouvert",
        "SAFE : faux au lieu de ouvert",
        "share : aucun au lieu de ouvert",
        "diagnostics : Diagnostic(where='share', message='division par zéro') au lieu de ",
    ]
    assert str(Difference("R", 2, True, False)) == "R[2] : vrai au lieu de faux"


def test_a_verifying_engine_passes_or_raises():
    rules = rule_set(RULES)
    program, case = compile_program(rules), make_case(rules, {"a": True}, None, DAY)
    assert VerifyingEngine(SessionEngine()).solve(program, case).rule_status("BOTH", None) is UNKNOWN
    assert VerifyingEngine(SessionEngine()).name == "durable_rules (vérifié)"

    @attrs.frozen
    class Wrong:
        name: str = "faux moteur"

        def solve(self, program, case):
            return Evaluator().solve(program, attrs.evolve(case, answers={}))

    with pytest.raises(EngineDisagreementError, match="faux moteur") as caught:
        VerifyingEngine(Wrong()).solve(program, make_case(rules, {"a": False}, None, DAY))
    assert [one.id for one in caught.value.differences] == ["BOTH"]


def test_the_default_engine_is_this_one():
    assert default_engine().name == "durable_rules"


def run(script, *arguments):
    """What a script prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_thread_is_started():
    script = f"""
import os, sys, threading
from ruleset.engines.session import SessionEngine
from ruleset.model import Case
from ruleset.program import compile_program
from ruleset.testing import rule_set
rules = rule_set({RULES!r})
SessionEngine().solve(compile_program(rules), Case(answers={{"a": True}}))
assert threading.enumerate() == [threading.main_thread()]
tasks = "/proc/self/task"
print(len(os.listdir(tasks)) if os.path.isdir(tasks) else 1, "durable" in sys.modules)
"""
    assert run(script).split() == ["1", "False"]


@pytest.mark.parametrize("kept", ["16", "1"])
def test_memory_stays_flat(kept):
    """Solving costs nothing, and neither does registering again what was forgotten."""
    script = f"""
import sys
from pathlib import Path
from ruleset.engines.session import SessionEngine
from ruleset.model import Case
from ruleset.program import compile_program
from ruleset.testing import rule_set

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4

kept = int(sys.argv[1])
programs = [compile_program(rule_set({RULES!r}.replace("n > 5", f"n > {{limit}}"))) for limit in range(2)]
engine = SessionEngine(kept)
times = 4_000 if kept > 1 else 600
cases = [Case(answers={{"a": n % 2 == 0, "n": n % 9}}) for n in range(18)]
for turn in range(2 * times):
    if turn == times:
        before = resident()
    engine.solve(programs[turn % 2], cases[turn % 18])
print(resident() - before)
"""
    if not sys.platform.startswith("linux"):
        pytest.skip("resident memory is read from /proc")
    assert int(run(script, kept)) < 1024  # KB
