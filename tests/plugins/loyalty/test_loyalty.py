"""What must stay true of the loyalty questionnaire, whatever is answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset import Case, Outcome, evaluate, load, make_case
from ruleset.testing.strategies import answers as answers_to
from ruleset.testing.strategies import cases
from ruleset.testing.values import constants
from ruleset.types import SEVERITIES

RULES = load("loyalty")
KNOWN = constants(RULES)
ABOUT_KNOWLEDGE = {id for id, rule in RULES.rules.items() if rule.about_knowledge}
BASE = next(worked.case for worked in RULES.cases if worked.name.startswith("C-01"))
NEVER_LOWERS = ("annual_revenue", "activity_scale", "legal_form", "shares_pct")
LOYALTY = [id for id, rule in RULES.rules.items() if rule.ref.startswith(("R-0", "R-1", "R-2", "R-7"))]
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def outcome(case: Case) -> Outcome:
    return evaluate(RULES, case, ask=False)


def held(found: Outcome) -> dict[str, str]:
    return {finding.id: finding.severity for finding in found.holding}


def case_of(**changes: Any) -> Case:
    on = changes.pop("on", BASE.on)
    changed = make_case(RULES, changes, on=on).answers
    unknown = [id for id, value in changes.items() if value is None]
    kept = {id: value for id, value in BASE.answers.items() if id not in unknown}
    return attrs.evolve(BASE, on=on, answers={**kept, **changed})


@SLOW
@given(st.data())
def test_one_more_answer_never_takes_a_finding_back(data: st.DataObject) -> None:
    case = data.draw(cases(RULES))
    open_ = [id for id in RULES.questions if id not in case.answers]
    id = data.draw(st.sampled_from(open_))
    value = data.draw(answers_to(RULES.questions[id], KNOWN))
    before = outcome(case)
    after = {one.id: one for one in outcome(attrs.evolve(case, answers={**case.answers, id: value})).findings}
    for finding in before.findings:
        if finding.status != "open" and finding.id not in ABOUT_KNOWLEDGE:
            assert after[finding.id].status == finding.status, finding.id
            assert finding.status == "ruled_out" or after[finding.id].severity == finding.severity


@SLOW
@given(st.data())
def test_revenue_scale_form_and_shares_never_lower_a_finding(data: st.DataObject) -> None:
    case = data.draw(cases(RULES))
    id = data.draw(st.sampled_from(NEVER_LOWERS))
    value = data.draw(answers_to(RULES.questions[id], KNOWN))
    before, after = held(outcome(case)), held(outcome(attrs.evolve(case, answers={**case.answers, id: value})))
    for finding in LOYALTY:
        if finding in before:
            assert SEVERITIES.index(after[finding]) <= SEVERITIES.index(before[finding])


@SLOW
@given(st.data())
def test_the_order_of_answers_changes_nothing(data: st.DataObject) -> None:
    case = data.draw(cases(RULES))
    shuffled = dict(data.draw(st.permutations(list(case.answers.items()))))
    assert outcome(attrs.evolve(case, answers=shuffled)) == outcome(case)


EXCLUDED = [
    ("LOY-COMPETE", "LOY-NONCOMP-OK"),
    ("LOY-COMPETE", "LOY-PREP-OK"),
    ("LOY-COMPETE", "LOY-FOUNDER"),
    ("EXC-REVIVED", "EXC-SUSPENDED"),
    ("EXC-REVIVED", "EXC-NONE"),
    ("EXC-VRP", "EXC-SUSPENDED"),
    ("NC-BINDING", "LOY-ENDED-FREE"),
    ("NC-BINDING", "NC-EXPIRED"),
    ("NC-BINDING", "NC-RELEASED"),
    ("NC-WILL-BIND", "LOY-PREP-OK"),
    ("CONF-USE", "LOY-ENDED-FREE"),
    ("CLI-DURING", "LOY-PREP-OK"),
    ("PUB-REGIME", "LOY-REMINDER"),
    ("PUB-REGIME", "EXC-NONE"),
    ("LV-SENIORITY", "LV-ELIGIBLE"),
    ("SICK-LOYALTY-OK", "SICK-HARM"),
]


@SLOW
@given(cases(RULES))
def test_what_forbids_never_stands_beside_what_allows(case: Case) -> None:
    found = held(outcome(case))
    for one, other in EXCLUDED:
        assert not (one in found and other in found), (one, other)


@SLOW
@given(cases(RULES))
def test_no_text_later_than_the_day_is_cited(case: Case) -> None:
    for finding in outcome(case).holding:
        for id in finding.sources:
            source = RULES.sources[id]
            assert source.since is None or source.since <= case.on, (finding.id, id)


@SLOW
@given(cases(RULES))
def test_an_unknown_never_gives_the_verdict_ok(case: Case) -> None:
    found = outcome(case)
    severe = [one for one in found.findings if one.status == "open" and one.severity in ("blocking", "risk")]
    if severe:
        assert found.verdict not in ("ok", "advice")


def shift(days: int, day: dt.date) -> dt.date:
    return day + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("day", "changes", "finding", "before", "from_then_on"),
    [
        (dt.date(2016, 8, 10), {"leave_wanted": "creation_full", "workforce": 250}, "LV-REFUSABLE", None, "info"),
        (
            dt.date(2017, 11, 30),
            {"competes": "direct", "exploitation_start": "none", "protection_start": "2010-01-01"},
            "LOY-FOUNDER",
            "risk",
            "blocking",
        ),
        (dt.date(2006, 11, 15), {"noncompete": "contract", "nc_pct": 10}, "NC-DERISORY", None, "caution"),
        (dt.date(2010, 4, 8), {"noncompete": "contract", "nc_pct_reduced": 10}, "NC-REDUCED", None, "info"),
        (dt.date(2018, 8, 1), {"uses_confidential": True, "protected_info": True}, "CONF-SECRET", None, "caution"),
    ],
)
def test_the_law_changes_on_its_day(
    day: dt.date, changes: dict[str, Any], finding: str, before: str | None, from_then_on: str
) -> None:
    seen = [held(outcome(case_of(**changes, on=shift(days, day)))).get(finding) for days in (-1, 0, 1)]
    assert seen == [before, from_then_on, from_then_on]


@given(st.dates(dt.date(2017, 1, 1), dt.date(2030, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_the_shield_covers_its_anniversary_and_not_the_day_after(start: dt.date) -> None:
    last = start.replace(year=start.year + 1) if (start.month, start.day) != (2, 29) else dt.date(start.year + 1, 2, 28)
    changes = {"exclusivity": "total", "protection_start": start, "exploitation_start": start}
    for days, shielded in ((0, True), (1, False)):
        found = held(outcome(case_of(**changes, on=shift(days, last))))
        assert ("EXC-SUSPENDED" in found, "EXC-REVIVED" in found) == (shielded, not shielded)
