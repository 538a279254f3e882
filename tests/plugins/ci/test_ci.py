"""What must stay true of the innovation centres, whatever is answered."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset import UNKNOWN, Case, Outcome, evaluate, load, make_case
from ruleset.reference import located
from ruleset.testing.strategies import answers as answers_to
from ruleset.testing.strategies import cases
from ruleset.testing.values import constants

RULES = load("ci")
KNOWN = constants(RULES)
ABOUT_KNOWLEDGE = {id for id, rule in RULES.rules.items() if rule.about_knowledge}
PATHS = set(RULES.definitions["path"].type.choices or ())
CENTRES = RULES.records["centre"].rows or ()
TESTS = ("test_place", "test_link", "test_niche", "test_proximity")
SOLID = next(worked.case for worked in RULES.cases if worked.name == "Un projet solide")
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
BETTER: dict[str, list[Any]] = {
    "niche_defined": [False, True],
    "regional_strength": [False, True],
    "site_status": ["none", "identified", "secured", "building", "open"],
    "carrier": ["none", "obnl"],
    "board": [False, True],
    "action_plan_indicators": [False, True],
    "periodic_reports": [False, True],
    "staff": [0, 1, 30],
    "firms_committed": [0, 1, 3, 10],
    "research_partners": [0, 1],
    "private_secured": [0, 250_000, 500_000, 900_000],
    "services": [["space"], ["space", "training"], ["space", "training", "matchmaking"]],
}


def outcome(case: Case) -> Outcome:
    return evaluate(RULES, case, ask=False)


def with_answers(**changes: Any) -> Case:
    return attrs.evolve(SOLID, answers={**SOLID.answers, **make_case(RULES, changes, on=SOLID.on).answers})


def comparables(found: Outcome) -> list[str]:
    """The ids of the comparable centres, in their order."""
    rows = [
        (one.message.split("n° ")[1].split(" ")[0], str(CENTRES[int((one.record or "")[7:-1])]["id"]))
        for one in found.holding
        if one.id == "comparable"
    ]
    return [id for _, id in sorted(rows)]


@SLOW
@given(cases(RULES))
def test_the_maturity_is_the_sum_of_its_shown_points(case: Case) -> None:
    found = outcome(case)
    [option] = found.options
    assert 0 <= option.score <= 100
    assert sum((point.points or 0 for point in option.because), Fraction(0)) == option.score
    assert all(RULES.rules[point.rule].say.source for point in option.because)
    value = found.values.get("maturity", UNKNOWN)
    if isinstance(value, (int, Fraction)):
        assert value == option.score


@SLOW
@given(cases(RULES))
def test_both_scores_stay_in_their_range(case: Case) -> None:
    values = outcome(case).values
    score, open_ = values["zi_score"], values["zi_open"]
    assert isinstance(score, int)
    assert isinstance(open_, int)
    assert 0 <= score <= score + open_ <= 8
    assert values.get("hifa_steps", UNKNOWN) in {*range(7), UNKNOWN}


@SLOW
@given(cases(RULES, complete=True))
def test_a_path_is_exactly_one_of_those_listed(case: Case) -> None:
    found = outcome(case)
    path = found.values["path"]
    assert path in PATHS
    named = {"zi": "path_zi", "none": "homonym"}
    paths = {id: named.get(id, id) for id in PATHS}
    assert {id for id, rule in paths.items() if rule in {one.id for one in found.holding}} == {path}


@SLOW
@given(cases(RULES))
def test_a_path_not_settled_says_nothing(case: Case) -> None:
    assert outcome(case).values.get("path", UNKNOWN) in {*PATHS, UNKNOWN}


@SLOW
@given(cases(RULES))
def test_no_comparable_is_the_centre_itself(case: Case) -> None:
    found = outcome(case)
    names = comparables(found)
    assert len(names) == len(set(names)) <= 4
    assert case.answers.get("directory_id") not in names
    taken = {CENTRES[int((one.record or "")[7:-1])]["id"] for one in found.holding if one.id == "niche_taken"}
    assert case.answers.get("directory_id") not in taken


@SLOW
@given(cases(RULES))
def test_the_aid_is_never_more_than_the_ceiling_or_the_share_of_the_budget(case: Case) -> None:
    found = outcome(case)
    aid = found.values.get("potential_annual", UNKNOWN)
    if isinstance(aid, (int, Fraction)):
        assert 0 <= aid <= (800_000 if found.values.get("path") == "zi" else 360_000)
        budget = case.answers.get("operating_budget", UNKNOWN)
        if isinstance(budget, (int, Fraction)):
            assert aid <= Fraction(8, 10) * budget
        if case.on < dt.date(2022, 2, 21):
            assert aid == 0


@SLOW
@given(st.sampled_from(sorted(BETTER)), st.data())
def test_a_better_answer_never_lowers_the_maturity(id: str, data: st.DataObject) -> None:
    others = {name: data.draw(st.sampled_from(values)) for name, values in BETTER.items()}
    low = data.draw(st.integers(0, len(BETTER[id]) - 2))
    scores = [
        outcome(with_answers(**{**others, "public_secured": 0, id: BETTER[id][number]})).values["maturity"]
        for number in (low, low + 1)
    ]
    assert scores[0] <= scores[1]  # type: ignore[operator]


@SLOW
@given(st.data())
def test_one_more_answer_never_takes_a_finding_back(data: st.DataObject) -> None:
    case = data.draw(cases(RULES))
    # The directory entry is assumed while it is not answered: that assumption is shown and may be replaced.
    open_ = [id for id in RULES.questions if id not in case.answers and id != "directory_id"]
    id = data.draw(st.sampled_from(open_))
    value = data.draw(answers_to(RULES.questions[id], KNOWN))
    before = outcome(case)
    after = outcome(attrs.evolve(case, answers={**case.answers, id: value}))
    now = {(one.id, one.record): one for one in after.findings}
    for finding in before.findings:
        if finding.status != "open" and finding.id not in ABOUT_KNOWLEDGE:
            assert now[finding.id, finding.record].status == finding.status, finding.id
    for name in TESTS:
        if before.values.get(name, UNKNOWN) is not UNKNOWN:
            assert after.values[name] == before.values[name]


def test_every_centre_of_the_directory_stands_at_the_centre_of_a_town_of_quebec() -> None:
    table = RULES.records["centre"]
    assert located(table)
    assert {row["place_precision"] for row in CENTRES} == {"town_centre"}
    for row in CENTRES:
        assert -80 < row["longitude"] < -57, row["id"]  # type: ignore[operator]
        assert 44 < row["latitude"] < 63, row["id"]  # type: ignore[operator]


def test_the_questionnaire_knows_every_centre_of_the_directory() -> None:
    assert list(RULES.questions["directory_id"].type.choices or ()) == [centre["id"] for centre in CENTRES]
