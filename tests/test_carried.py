"""An answer is given once: the same question of another questionnaire has it already."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruleset import load
from ruleset.carried import carried
from ruleset.interview import Interview
from ruleset.model import Case
from ruleset.relevance import Wanted
from ruleset.testing import rule_set
from ruleset.types import UNKNOWN

PARTS = ["statut/forme", "statut/aides", "statut/dossier", "statut/temps", "statut/depart", "statut/faisabilite"]
RULES = "rules:\n  R: {when: jobs > 1, then: {finding: risk, say: X, source: S}}\n"


def asking(words="Combien d'emplois ?", limits="min: 0"):
    return rule_set(f'questions:\n  jobs: {{ask: "{words}", type: integer, {limits}}}\n{RULES}')


def test_the_same_question_has_its_answer():
    found = carried(asking(), [(asking(), {"jobs": 2})])
    assert (found.answers, [count for _, count in found.origins]) == ({"jobs": 2}, [1])


@pytest.mark.parametrize("other", [asking(words="Combien ?"), asking(limits="min: 1")])
def test_another_question_of_the_same_id_has_not(other):
    assert not carried(asking(), [(other, {"jobs": 2})]).answers


@pytest.mark.parametrize("raw", [-1, "deux", None])
def test_what_is_no_answer_is_left_out(raw):
    assert not carried(asking(), [(asking(), {"jobs": raw})]).answers


def test_the_first_answer_found_is_the_one_that_counts():
    found = carried(asking(), [(asking(), {}), (asking(), {"jobs": 1}), (asking(), {"jobs": 2})])
    assert (found.answers, len(found.origins)) == ({"jobs": 1}, 1)


def test_an_answer_given_in_a_part_is_not_asked_again_in_the_synthesis():
    synthesis, part = load("statut/faisabilite"), load("statut/temps")
    found = carried(synthesis, [(part, {"jours_repos": 1})])
    interview = Interview.start(synthesis, Case(synthesis.id, dt.date(2026, 11, 23), found.answers))
    assert [(step.wanted, step.value) for step in interview.steps] == [(Wanted("jours_repos", ruleset="temps"), 1)]
    assert "jours_repos" not in {wanted.id for wanted in (*interview.relevance.now, *interview.relevance.later)}


@given(st.sampled_from(PARTS), st.sampled_from(PARTS), st.data())
@settings(max_examples=25)
def test_what_is_carried_is_never_asked_and_is_the_same_there_and_back(one, other, data):
    there, here = load(one), load(other)
    case = data.draw(st.sampled_from([worked.case for worked in there.cases]))
    from ruleset.saved import case_form

    given_ = case_form(case, there)["answers"]
    found = carried(here, [(there, given_)])
    assert all(case.answers[id] == value for id, value in found.answers.items())
    interview = Interview.start(here, Case(here.id, case.on, found.answers))
    assert not {wanted.id for wanted in interview.relevance.now} & set(found.answers)
    back = carried(there, [(here, case_form(interview.case, here)["answers"])])
    assert back.answers == found.answers
    assert UNKNOWN not in found.answers.values()
