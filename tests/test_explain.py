"""Explanations: few answers that decide alone, the questions that keep a finding open, the law on the way."""

import datetime as dt
import itertools
import re
from pathlib import Path

import attrs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ruleset import load, make_case
from ruleset.explain import explain
from ruleset.explanation import as_dict, as_text
from ruleset.expressions import tree
from ruleset.expressions.evaluate import truth
from ruleset.model import Case
from ruleset.program import compile_program
from ruleset.relevance import waiting_for
from ruleset.situation import Situation
from ruleset.testing import rule_set
from ruleset.types import UNKNOWN, YES_NO, Type
from ruleset.wording import Voice

DATA = Path(__file__).parent / "data"
DAY = dt.date(2026, 11, 23)
STALL = load(DATA / "stall")
WITHOUT_ASSUMPTIONS = attrs.evolve(
    STALL, questions={id: attrs.evolve(question, assume=UNKNOWN) for id, question in STALL.questions.items()}
)

# random conditions

SIZE = 6
TEXT = "questions:\n" + "".join(
    f"  b{n}: {{ask: B{n} ?, type: yes_no, optional: true}}\n  i{n}: {{ask: I{n} ?, type: integer, optional: true}}\n"
    for n in range(SIZE)
)
BASE = rule_set(TEXT + "rules:\n  R: {when: b0, then: {finding: risk, say: Oui., source: S}}\n")


def yes_no(n):
    return tree.Answer(YES_NO, f"b{n}")


def above(n, limit):
    return tree.Compare(YES_NO, ">", tree.Answer(Type("integer"), f"i{n}"), tree.Literal(Type("integer"), limit))


def missing(n):
    return tree.IsNone(YES_NO, tree.Answer(Type("integer"), f"i{n}"))


@st.composite
def conditions(draw, names):
    """A random condition over atoms named by a list; an atom named once is used at most once."""
    if len(names) == 1:
        kind = draw(st.sampled_from([yes_no, lambda n: above(n, draw(st.integers(0, 2))), missing]))
        leaf = kind(names[0])
        return tree.negation(leaf) if draw(st.booleans()) else leaf
    cut = draw(st.integers(1, len(names) - 1))
    parts = (draw(conditions(names[:cut])), draw(conditions(names[cut:])))
    node = draw(st.sampled_from([tree.And, tree.Or]))(YES_NO, parts)
    return tree.negation(node) if draw(st.booleans()) else node


@st.composite
def answers(draw, unknown=1):
    """Some answers; a larger `unknown` leaves more questions without one."""
    nothing = [UNKNOWN] * unknown
    booleans = {f"b{n}": draw(st.sampled_from([*nothing, True, False, None])) for n in range(SIZE)}
    integers = {f"i{n}": draw(st.sampled_from([*nothing, 0, 1, 2, 3, None])) for n in range(SIZE)}
    return {id: value for id, value in (booleans | integers).items() if value is not UNKNOWN}


def situation_of(condition, given):
    rule = attrs.evolve(BASE.rules["R"], condition=condition, when=condition)
    ruleset = attrs.evolve(BASE, rules={"R": rule})
    return Situation(compile_program(ruleset), Case(ruleset.id, DAY, given))


def settles(condition, given, leaves, status):
    situation = situation_of(condition, {id: value for id, value in given.items() if id in leaves})
    return truth(condition, situation) is status


@given(conditions(list(range(SIZE))), answers())
def test_what_is_shown_is_enough_needed_and_the_fewest_there_can_be(condition, given):
    situation = situation_of(condition, given)
    status = truth(condition, situation)
    assume(status is not UNKNOWN)
    leaves = explain(situation, "R").answers
    assert settles(condition, given, leaves, status)
    assert not any(settles(condition, given, set(leaves) - {leaf}, status) for leaf in leaves)
    used = [node.id for node in condition.walk() if isinstance(node, tree.Answer) and node.id in given]
    fewer = itertools.combinations(used, max(len(leaves) - 1, 0))
    assert not leaves or not any(settles(condition, given, one, status) for one in fewer)


@given(conditions([0, 1, 0, 2, 1, 0]), answers())
def test_where_answers_are_shared_each_one_shown_is_still_needed(condition, given):
    situation = situation_of(condition, given)
    status = truth(condition, situation)
    assume(status is not UNKNOWN)
    leaves = explain(situation, "R").answers
    assert settles(condition, given, leaves, status)
    assert not any(settles(condition, given, set(leaves) - {leaf}, status) for leaf in leaves)


@given(conditions([0, 1, 0, 2, 1, 3]), answers(unknown=12))
def test_an_open_finding_names_exactly_the_questions_it_waits_for(condition, given):
    situation = situation_of(condition, given)
    assume(truth(condition, situation) is UNKNOWN)
    found = explain(situation, "R")
    waiting = {str(one) for one in waiting_for(situation, situation.ruleset.rules["R"], None)}
    assert (set(found.ask), set(found.unanswered)) == (waiting, waiting)


# a rule set with every construct

SAMPLES = {
    "resident": st.booleans(),
    "food": st.booleans(),
    "cold": st.booleans(),
    "kind": st.sampled_from(["table", "truck"]),
    "tools": st.sets(st.sampled_from(["oven", "scale"])).map(list),
    "turnover": st.sampled_from([0, 25000, 50000, "none"]),
    "opening": st.sampled_from(["2026-11-30", "2027-01-15"]),
    "length_m": st.sampled_from([0, 2]),
    "days_open": st.integers(0, 7),
    "name": st.sampled_from(["none", "Chez Léa"]),
}
HELPERS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"born": st.sampled_from(["2012-05-01", "1950-01-01"]), "family": st.booleans()}
    ),
    max_size=3,
)


def stall(given, helpers=None, on=DAY, ruleset=STALL):
    records = None if helpers is None else {"helper": helpers}
    return Situation(compile_program(ruleset), make_case(ruleset, given, records, on)).compute()


def part_of(case, leaves):
    """Return the case with the answers that an explanation names, and the others unknown."""
    records = {}
    for id, rows in case.records.items():
        if any(re.match(rf"{id}(\[|$)", leaf) for leaf in leaves):
            named = [
                {name: v for name, v in row.items() if f"{id}[{n}].{name}" in leaves} for n, row in enumerate(rows)
            ]
            records[id] = tuple(named)
    return attrs.evolve(case, answers={id: v for id, v in case.answers.items() if id in leaves}, records=records)


@given(st.fixed_dictionaries({}, optional=SAMPLES), st.none() | HELPERS, st.sampled_from([dt.date(2024, 5, 1), DAY]))
@example({"resident": True, "food": False}, [], DAY)  # its severity alone rules out what OVER-LIMIT would say
def test_every_construct_is_explained_by_answers_that_decide_alone(given, helpers, on):
    situation = stall(given, helpers, on, WITHOUT_ASSUMPTIONS)
    for rule in STALL.rules.values():
        if rule.record or rule.about_knowledge:
            continue
        found = explain(situation, rule.id)
        status = situation.rule_status(rule.id, None)
        if found.status == "open":
            assert set(found.unanswered) >= set(found.ask)
            continue
        alone = Situation(situation.program, part_of(situation.case, found.answers))
        assert alone.rule_status(rule.id, None) is status, (rule.id, found.answers)
        for leaf in found.answers:
            rest = {other for other in found.answers if other != leaf and not other.startswith(f"{leaf}[")}
            less = Situation(situation.program, part_of(situation.case, rest))
            shown = situation.finding_status(rule, None), situation.variants(rule, None)[:1]
            assert (less.finding_status(rule, None), less.variants(rule, None)[:1]) != shown, (rule.id, leaf)


@given(st.fixed_dictionaries({}, optional=SAMPLES), HELPERS)
def test_a_finding_about_a_record_is_explained_record_by_record(given, helpers):
    situation = stall(given, helpers)
    found = explain(situation, "MINOR-HELPER")
    assert len(found.children) == len(helpers)
    for number, child in enumerate(found.children):
        assert all(leaf.startswith(f"helper[{number}].") for leaf in (*child.answers, *child.unanswered))
        assert child == explain(situation, "MINOR-HELPER", number)


def test_while_the_list_of_records_is_not_given_it_is_what_is_waited_for():
    found = explain(stall({}), "MINOR-HELPER")
    assert (found.status, found.unanswered) == ("open", ("helper",))


def kinds(found):
    return {part.kind for part in found.walk()}


def test_a_parameter_shows_its_value_in_force_since_when_and_its_source():
    found = explain(stall({"turnover": 50000, "kind": "truck", "resident": False}), "OVER-LIMIT")
    (parameter,) = [part for part in found.walk() if part.kind == "parameter"]
    assert (parameter.value, parameter.since, [one.id for one in parameter.sources]) == (
        "40\u202f000\xa0€",
        dt.date(2025, 1, 1),
        ["A1"],
    )


def test_what_decides_the_variant_of_a_finding_is_part_of_why():
    found = explain(stall({"turnover": 50000, "kind": "truck", "resident": True}), "OVER-LIMIT")
    assert "variant" in kinds(found)
    assert "resident" in found.answers


def test_the_row_that_decided_a_value_is_shown():
    given = {"days_open": 3, "food": False, "opening": "2026-11-30"}
    found = explain(stall(given), "REGISTER")
    rows = [part.text for part in found.walk() if part.kind == "row"]
    assert rows == ["ligne 1 : Vendez-vous de la nourriture ? : non"]


def test_a_finding_used_by_another_is_explained_inside():
    found = explain(stall({"food": True, "cold": False, "kind": "truck"}, []), "FOLLOW")
    inner = [part for part in found.walk() if part.kind == "finding"][1:]
    assert [(one.id, one.status) for one in inner] == [("FOOD-COLD", "holds")]


def test_an_assumption_is_named_as_one_and_serves_only_where_no_answer_does():
    found = explain(stall({"food": True, "cold": False, "kind": "truck"}), "FOOD-COLD")
    assert "assumption" not in kinds(found)
    found = explain(stall({"food": True, "cold": False, "kind": "table"}), "FOOD-COLD")
    assert "assumption" in kinds(found)
    assert "length_m" not in found.answers


def test_a_question_without_object_says_why_it_is_not_asked():
    found = explain(stall({"food": False}), "FOOD-COLD")
    assert found.answers == ("food",)


def test_a_rule_that_is_not_in_force_says_so():
    found = explain(stall({"food": True, "cold": False}, on=dt.date(2019, 5, 1)), "FOOD-COLD")
    assert (found.status, [part.kind for part in found.walk()][1:]) == ("ruled_out", ["period", "condition"])


def test_sources_come_with_title_address_days_and_mark():
    found = explain(stall({"turnover": 50000, "kind": "truck", "resident": False}), "OVER-LIMIT")
    assert as_dict(found)["sources"][1] == {
        "id": "A2",
        "title": "Règlement du marché, art. 2",
        "url": "",
        "since": "2020-01-01",
        "until": None,
        "mark": "unchecked",
    }


def test_the_text_says_what_is_true_in_indented_lines():
    situation = stall({"food": True, "cold": False, "kind": "truck"})
    text = as_text(explain(situation, "FOOD-COLD"), Voice.of(STALL, "fr")).splitlines()
    assert text[0] == "FOOD-COLD (établi, bloquant) : Une vitrine réfrigérée est exigée."
    assert "    - la date de droit (23 novembre 2026) est au plus tôt le 1er janvier 2020" in text
    assert "    - Quel stand voulez-vous ? : autre que Une table" in text


@pytest.mark.parametrize(("rule", "number", "error"), [("NOPE", None, KeyError), ("MINOR-HELPER", 4, IndexError)])
def test_what_does_not_exist_is_refused(rule, number, error):
    with pytest.raises(error):
        explain(stall({}, []), rule, number)
