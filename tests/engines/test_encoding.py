"""What a fact holds, which atoms durable_rules compares itself, and the proof that a network is safe."""

import datetime as dt
import json
from fractions import Fraction

import pytest

from ruleset.engines.encoding import ELSEWHERE, UnsafeValueError, constant_of
from ruleset.engines.plan import CONSTANT, GROUP_SIZE, SMALL_FACT, TOO_MANY, make_plan
from ruleset.engines.subset import (
    MAX_CHILDREN,
    MAX_INTEGER,
    MAX_PENDING,
    MAX_PROPERTIES,
    MAX_TEXT,
    OutsideSubsetError,
    Probe,
    fits_text,
    name_hash,
    prove,
)
from ruleset.expressions.evaluate import NOTHING_BOUND
from ruleset.loading.cases import make_case
from ruleset.model import Case
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing import rule_set

QUESTIONS = """
questions:
  yes: {ask: Y, type: yes_no}
  kind: {ask: K, type: choice, choices: {a: A, b: B, c: C}}
  several: {ask: S, type: choices, choices: {a: A, b: B}}
  n: {ask: N, type: integer}
  x: {ask: X, type: number}
  m: {ask: M, type: money}
  may: {ask: O, type: integer, optional: true}
  born: {ask: D, type: date}
  word: {ask: W, type: text}
parameters:
  limit: {type: money, values: {2025-01-01: 10, 2026-06-01: 20.5}, source: S}
  seuil: {type: integer, keys: [a, b], values: {2025-01-01: {a: 1, b: 2}}, source: S}
definitions:
  total: n + 1
"""


def plan_of(condition, more=""):
    """The plan of one rule over the questions above."""
    rules = rule_set(
        f"{QUESTIONS}{more}rules:\n  R: {{when: '{condition}', then: {{finding: info, say: S, source: S}}}}\n"
    )
    return make_plan(compile_program(rules)), rules


def patterns(plan):
    """The tests of each production, without its guard, with what the rule is when it fires."""
    productions = [one for network in plan.networks for one in network.productions.values()]
    return {(one.holds, tuple((t.property, t.operator, t.constant) for t in one.pattern[1:])) for one in productions}


def fact_of(condition, answers, on=dt.date(2026, 7, 1)):
    """What the fact of a case holds beside its guards."""
    plan, rules = plan_of(condition)
    situation = Situation(compile_program(rules), make_case(rules, answers, None, on))
    fragments = "".join(slot.fragment(situation, NOTHING_BOUND) for slot in plan.slots)
    return json.loads(f"{{{fragments[1:]}}}")


@pytest.mark.parametrize(
    ("condition", "holds", "ruled_out"),
    [
        ("n > 5", (">", 5), ("<=", 5)),
        ("5 > n", ("<", 5), (">=", 5)),
        ("n == 5", ("==", 5), ("!=", 5)),
        ("m >= 12.5", (">=", 1250), ("<", 1250)),
        ("born < date(2026, 1, 1)", ("<", 739617), (">=", 739617)),
        ("on < date(2026, 1, 1)", ("<", 739617), (">=", 739617)),
        ('kind == "a"', ("==", "a"), ("!=", "a")),
        ('kind != "a"', ("!=", "a"), ("==", "a")),
        ('word == "mot"', ("==", "mot"), ("!=", "mot")),
        ("total < 3", ("<", 3), (">=", 3)),
    ],
)  # fmt: skip
def test_a_plain_value_compared_with_a_constant_is_compared_by_durable_rules(condition, holds, ruled_out):
    plan, _ = plan_of(condition)
    assert patterns(plan) == {(True, (("v0", *holds),)), (False, (("v0", *ruled_out),))}


def test_the_negation_of_a_comparison_holds_on_none_too():
    plan, _ = plan_of("may > 5")
    assert patterns(plan) == {
        (True, (("v0", ">", 5),)),
        (False, (("v0", "<=", 5),)),
        (False, (("v0__none", "==", True),)),
    }


@pytest.mark.parametrize(
    "condition",
    [
        "n > total", "x > 1", "n > 2.5", "m > 0.125", "yes if known(n) else known(m)", '"a" in several',
        'kind in ["a", "b"]', "known(n)", "yes", "n + 1 > 2", "born + days(1) < on", 'word == "e\u0301"',
        "m > limit", "limit.at(born) > 10", "x is none", "n > 9007199254740992",
        f'word == "{ELSEWHERE}"',
    ],
)  # fmt: skip
def test_any_other_atom_is_computed_by_us(condition):
    plan, _ = plan_of(condition)
    assert patterns(plan) == {(True, (("b0", "==", True),)), (False, (("b0", "==", False),))}


def test_a_parameter_at_the_date_of_law_is_a_plain_value():
    assert fact_of("limit > 15", {}) == {"v0": 2050, "v0__none": False}
    assert fact_of("limit > 15", {}, dt.date(2024, 1, 1)) == {"v0__none": True}
    assert fact_of('seuil["b"] > 1', {}) == {"v0": 2, "v0__none": False}


def test_atoms_are_shared_between_rules():
    rules = rule_set(
        f"{QUESTIONS}rules:\n"
        "  R: {when: n > 5 and yes, then: {finding: info, say: S, source: S}}\n"
        "  Q: {when: n > 7 or not yes, then: {finding: info, say: S, source: S}}\n"
    )
    assert [slot.name for slot in make_plan(compile_program(rules)).slots] == ["v0", "b1"]


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        ("n > 5", {"n": 7}, {"v0": 7}),
        ("n > 5", {}, {}),
        ("n > 5", {"n": 10**15 - 1}, {"v0": 10**15 - 1}),
        ("m > 5", {"m": "12.5"}, {"v0": 1250}),
        ("m > 5", {"m": "-0.01"}, {"v0": -1}),
        ("born > on", {"born": "2026-08-01"}, {"b0": True}),
        ("born > date(2026, 1, 1)", {"born": "2026-01-02"}, {"v0": 739618}),
        ('kind == "a"', {"kind": "a"}, {"v0": "a"}),
        ('kind == "a"', {"kind": "b"}, {"v0": ELSEWHERE}),
        ('word == "é"', {"word": "é"}, {"v0": "é"}),
        ("may > 5", {"may": "none"}, {"v0__none": True}),
        ("may > 5", {"may": 5}, {"v0": 5, "v0__none": False}),
        ("yes", {"yes": False}, {"b0": False}),
        ("known(n)", {}, {"b0": False}),
        ("n > total", {}, {}),
    ],
)  # fmt: skip
def test_what_a_fact_holds(condition, answers, expected):
    assert fact_of(condition, answers) == expected


def test_facts_are_ascii():
    plan, rules = plan_of('word == "é"')
    situation = Situation(compile_program(rules), Case(answers={"word": "é"}))
    assert plan.slots[0].fragment(situation, NOTHING_BOUND).isascii()
    assert plan.networks[0].definition.isascii()


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("n > 5", Fraction(1, 2)), ("n > 5", True), ("n > 5", "5"), ("n > 5", None), ("m > 5", Fraction(1, 1000)),
        ("m > 5", dt.date(2026, 1, 1)), ("born > date(2026, 1, 1)", 5), ('kind == "a"', 5),
    ],
)  # fmt: skip
def test_a_value_that_its_question_does_not_allow_is_refused(condition, value):
    plan, rules = plan_of(condition)
    id = condition.split()[0]
    with pytest.raises(UnsafeValueError):
        plan.slots[0].fragment(Situation(compile_program(rules), Case(answers={id: value})), NOTHING_BOUND)


def test_an_integer_beyond_53_bits_compares_like_the_limit():
    plan, rules = plan_of("n > 5")
    for value, expected in ((10**30, MAX_INTEGER + 1), (-(10**30), -MAX_INTEGER - 1)):
        fragment = plan.slots[0].fragment(Situation(compile_program(rules), Case(answers={"n": value})), NOTHING_BOUND)
        assert fragment == f',"v0":{expected}'


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("integer", 5, 5), ("integer", Fraction(1, 2), None), ("integer", 2**53, None),
        ("integer", 2**53 - 1, 2**53 - 1), ("money", Fraction(25, 2), 1250),
        ("money", Fraction(1, 3), None), ("money", 2**50, None),
        ("date", dt.date(1, 1, 1), 1), ("date", 5, None), ("choice", "a", "a"), ("text", "x" * MAX_TEXT, None),
        ("text", "é" * (MAX_TEXT // 5), None), ("text", ELSEWHERE, None), ("text", 5, None),
    ],
)  # fmt: skip
def test_constants(kind, value, expected):
    assert constant_of(kind, value) == expected


def test_rules_that_are_left_to_the_evaluator_are_named_with_the_reason():
    clauses = " and ".join(f"(q{n} or r{n})" for n in range(7))
    many = " and ".join(f"a{n}" for n in range(MAX_PROPERTIES))
    names = [f"{id}{n}" for id in "qr" for n in range(7)] + [f"a{n}" for n in range(MAX_PROPERTIES)]
    questions = "".join(f"  {id}: {{ask: Q, type: yes_no}}\n" for id in names)
    conclusion = "then: {finding: info, say: S, source: S}"
    rules = rule_set(
        f"questions:\n{questions}rules:\n  ALWAYS: {{when: true, {conclusion}}}\n"
        f"  MANY: {{when: {clauses}, {conclusion}}}\n  WIDE: {{when: {many}, {conclusion}}}\n"
        f"  PLAIN: {{when: q0, {conclusion}}}\n"
    )
    plan = make_plan(compile_program(rules))
    assert plan.reasons == {"ALWAYS": CONSTANT, "MANY": TOO_MANY, "WIDE": TOO_MANY}
    assert [network.rules for network in plan.networks] == [("PLAIN",)]
    assert plan.stages[0].evaluated == ("ALWAYS", "MANY", "WIDE")


def test_a_rule_that_reads_too_many_properties_is_left_to_the_evaluator():
    """Few alternatives, but each of many comparisons, and as many questions."""
    fours = [" and ".join(f"{id}{n} > 1" for id in "abcd") for n in range(30)]
    questions = "".join(f"  {id}{n}: {{ask: Q, type: integer, optional: true}}\n" for n in range(30) for id in "abcd")
    chain = fours[0]
    for n, four in enumerate(fours[1:]):
        chain = f"({chain}) if a{n} is none else ({four})"
    rules = rule_set(
        f"questions:\n{questions}definitions:\n  wide: {chain}\n"
        "rules:\n  R: {when: wide, then: {finding: info, say: S, source: S}}\n"
    )
    plan = make_plan(compile_program(rules))
    assert plan.reasons == {}
    assert [slot.properties for slot in plan.slots] == [("b0",)]  # a definition is one property, whatever it reads


def test_comparisons_on_none_are_computed_by_us_where_that_spares_alternatives():
    numbers = " and ".join(f"n{n} != 1" for n in range(5))
    questions = "".join(f"  n{n}: {{ask: Q, type: integer, optional: true}}\n" for n in range(5))
    rules = rule_set(
        f"questions:\n{questions}rules:\n  R: {{when: not ({numbers}), then: {{finding: info, say: S, source: S}}}}\n"
        f"  Q: {{when: not ({numbers.replace('and', 'or')}), then: {{finding: info, say: S, source: S}}}}\n"
    )
    plan = make_plan(compile_program(rules))
    assert plan.reasons == {}
    assert len(plan.networks[0].productions) == 12  # 5 + 1 and 1 + 5, where `or none` would make 32 of 1


def test_large_facts_and_many_productions_are_split():
    questions = "".join(f"  q{n}: {{ask: Q, type: yes_no}}\n" for n in range(300))
    made = "".join(f"  R{n}: {{when: q{n}, then: {{finding: info, say: S, source: S}}}}\n" for n in range(300))
    networks = make_plan(compile_program(rule_set(f"questions:\n{questions}rules:\n{made}"))).networks
    assert [rule for network in networks for rule in network.rules] == [f"R{n}" for n in range(300)]
    for network in networks:
        assert len(network.case_slots) + len(network.guards) + 2 <= SMALL_FACT
        sizes = [sum(p.pattern[0].property == guard for p in network.productions.values()) for guard in network.guards]
        assert max(sizes) <= GROUP_SIZE


def test_strata_follow_what_rules_need():
    more = "  C: {when: 'holds(\"B\")', then: {finding: info, say: S, source: S}}\n"
    rules = rule_set(
        f'{QUESTIONS}  after: holds("R") and yes\nrules:\n{more}'
        "  B: {when: after, then: {finding: info, say: S, source: S}}\n"
        "  R: {when: yes, then: {finding: info, say: S, source: S}}\n"
    )
    stages = make_plan(compile_program(rules)).stages
    assert [[rule for network in stage.networks for rule in network.rules] for stage in stages] == [["R"], ["B"], ["C"]]
    assert stages[1].definitions == ("after",)


GUARD = Probe("g0", "==", 1)


def guarded(*tests, guard=0):
    return (Probe(f"g{guard}", "==", 1), *tests)


def filled(groups, size):
    return {f"{g}-{n}": guarded(Probe(f"b{n}", "==", True), guard=g) for g in range(groups) for n in range(size)}


def named(patterns):
    return {test.property for pattern in patterns.values() for test in pattern}


@pytest.mark.parametrize(("groups", "size"), [(1, 64), (64, 1), (30, 30), (41, 21), (35, 25)])
def test_what_is_at_the_bounds_is_safe(groups, size):
    made = filled(groups, size)
    prove(made, named(made))


@pytest.mark.parametrize(
    ("made", "bound"),
    [
        (filled(1, 65), "branches"),
        (filled(65, 1), "branches"),
        (filled(36, 30), "productions"),
        ({"r": (Probe("b0", "==", True),)}, "garde"),
        ({"r": ()}, "ne teste rien"),
        ({"r": (GUARD, Probe("g1", "==", 1))}, "plusieurs gardes"),
        ({"r": guarded(Probe("v0", "<", 2**53))}, "53 bits"),
        ({"r": guarded(Probe("v0", "<", "a"))}, "égalité"),
        ({"r": guarded(Probe("b0", "!=", True))}, "égalité"),
        ({"r": guarded(Probe("v0", "==", "x" * MAX_TEXT))}, "trop long"),
        ({"r": guarded(Probe("v0", "==", "e\u0301"))}, "NFC"),
        ({"r": guarded(Probe("v.x", "==", 1))}, "nom"),
    ],
)
def test_what_is_beyond_the_bounds_is_refused(made, bound):
    with pytest.raises(OutsideSubsetError, match=bound):
        prove(made, named(made))


def test_a_test_of_what_no_fact_holds_is_refused():
    with pytest.raises(OutsideSubsetError, match="aucun fait"):
        prove({"r": guarded(Probe("b0", "==", True))}, {"g0"})


def test_a_fact_of_too_many_properties_is_refused():
    made = {"r": guarded(Probe("b0", "==", True))}
    prove(made, {"g0", *(f"b{n}" for n in range(MAX_PROPERTIES - 3))})
    with pytest.raises(OutsideSubsetError, match="propriétés"):
        prove(made, {"g0", *(f"b{n}" for n in range(MAX_PROPERTIES - 2))})


def test_names_that_durable_rules_cannot_tell_apart_are_refused():
    one, two = "b997969", "b1003506"
    assert name_hash(one) == name_hash(two)
    made = {"r": guarded(Probe(one, "==", True), Probe(two, "==", True))}
    with pytest.raises(OutsideSubsetError, match="se confondent"):
        prove(made, named(made))


def test_hashes_are_those_of_durable_rules():
    assert (name_hash("sid"), name_hash("id"), name_hash("$neq")) == (3593476751, 926444256, 2488026869)


def test_within_the_bounds_no_node_has_512_children():
    values = {f"{g}-{n}": guarded(Probe("v0", "==", n), guard=g) for g in range(35) for n in range(25)}
    prove(values, named(values))
    assert MAX_PENDING < MAX_CHILDREN


def test_texts_fit_by_their_written_length():
    assert fits_text("é" * 10_000)
    assert not fits_text("é" * 11_000)  # six characters each, as a fact holds them
