"""What must stay true of the digital artist's portfolio, whatever is answered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset import UNKNOWN, Case, Outcome, evaluate, load, make_case
from ruleset.testing.strategies import cases

RULES = load("portfolio")
ON = dt.date(2026, 11, 23)
PIECE = RULES.records["piece"].fields
SLOW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
AMOUNTS = ("salary", "hourly_rate", "package_income", "grants_awarded", "royalties", "artist_fees")
PARTS = ("audit_contact", "audit_collection", "audit_coherence", "audit_memorability", "audit_plan")


def money(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Amounts to the cent."""
    return st.decimals(low, high, places=2)


amounts = st.fixed_dictionaries(
    {name: money(0, 60_000 if name != "hourly_rate" else 200) for name in AMOUNTS}
    | {"billable_hours": st.integers(0, 1800), "target_income": money(1, 90_000)}
)


def choice(id: str) -> st.SearchStrategy[str]:
    return st.sampled_from(PIECE[id].type.choices or ())


pieces = st.lists(
    st.fixed_dictionaries(
        {
            "audience": choice("audience"),
            "kind": choice("kind"),
            "quality": st.integers(1, 5),
            "completed_on": st.dates(dt.date(2020, 1, 1), ON).map(str),
            "game_ready": st.booleans(),
            "clean_topology": st.booleans(),
            "clean_textures": st.booleans(),
            "breakdown": st.lists(st.sampled_from(PIECE["breakdown"].type.choices or ()), unique=True),
            "engine": choice("engine"),
            "style": choice("style"),
            "story": st.booleans(),
            "opens_portfolio": st.booleans(),
            "artist_statement": st.booleans(),
            "private_commission": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
).map(lambda rows: [{"id": f"p{number}", **row} for number, row in enumerate(rows)])
context = st.fixed_dictionaries(
    {
        id: st.sampled_from(RULES.questions[id].type.choices or ())
        for id in ("objective", "target_kind", "target_style", "target_engine", "portfolio_layout")
    }
    | {"message_consistent": st.booleans(), "gap_plan": st.booleans(), "channels": st.just(["artstation"])}
)


def outcome(answers: dict[str, Any], rows: list[dict[str, Any]] | None = None) -> Outcome:
    case = make_case(RULES, answers, {"piece": rows if rows is not None else [], "package": [], "package_line": []}, ON)
    return evaluate(RULES, case, ask=False)


def number(found: Outcome, name: str) -> Fraction:
    value = found.values[name]
    assert isinstance(value, (int, Fraction))
    return Fraction(value)


@SLOW
@given(context, pieces)
def test_the_audit_is_the_sum_of_its_steps_and_stays_in_its_range(answers: dict[str, Any], rows: list[Any]) -> None:
    found = outcome(answers, rows)
    total = found.values.get("audit_total", UNKNOWN)
    if isinstance(total, (int, Fraction)):
        parts = [number(found, part) for part in PARTS]
        assert sum(parts) == total
        assert all(0 <= part <= 20 for part in parts)
        ready = sum(row.get("commercial_verdict") == "keep" for row in found.record_values["piece"])
        if found.values["audit_level"] == "ready_to_send":
            assert ready >= 3


@SLOW
@given(context, pieces, st.randoms())
def test_the_order_of_pieces_changes_nothing_else(answers: dict[str, Any], rows: list[Any], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = outcome(answers, rows), outcome(answers, shuffled)
    assert one.values == other.values

    def said(found: Outcome, order: list[Any]) -> Counter[tuple[str, str]]:
        names = [row["id"] for row in order]
        return Counter(
            (finding.id, names[int(finding.record[6:-1])] if finding.record else "") for finding in found.holding
        )

    assert said(one, rows) == said(other, shuffled)


@SLOW
@given(amounts)
def test_the_projection_is_exact_to_the_cent(answers: dict[str, Decimal]) -> None:
    found = outcome(answers)
    exact = {name: Fraction(value) for name, value in answers.items()}
    commercial = exact["salary"] + exact["hourly_rate"] * exact["billable_hours"] + exact["package_income"]
    artistic = exact["grants_awarded"] + exact["royalties"] + exact["artist_fees"]
    assert number(found, "secure_total") == commercial + artistic
    assert number(found, "gap") == max(0, exact["target_income"] - commercial - artistic)


@SLOW
@given(amounts, st.sampled_from(AMOUNTS), st.decimals(Decimal("0.01"), 20_000, places=2))
def test_more_income_never_widens_the_gap(answers: dict[str, Decimal], name: str, more: Decimal) -> None:
    before = outcome(answers)
    after = outcome({**answers, name: answers[name] + (more if name != "hourly_rate" else more % 100)})
    assert number(after, "gap") <= number(before, "gap")
    assert number(after, "secure_total") >= number(before, "secure_total")


@SLOW
@given(cases(RULES))
def test_each_piece_has_one_verdict_of_those_listed(case: Case) -> None:
    found = evaluate(RULES, case, ask=False)
    for row in found.record_values.get("piece", ()):
        assert row.get("commercial_verdict", None) in (None, "keep", "fix", "set_aside", "remove")


@SLOW
@given(st.data())
def test_one_more_answer_never_takes_a_finding_back(data: st.DataObject) -> None:
    case = data.draw(cases(RULES))
    if not case.answers:
        return
    id = data.draw(st.sampled_from(sorted(case.answers)))
    fewer = attrs.evolve(case, answers={key: value for key, value in case.answers.items() if key != id})
    before, after = (evaluate(RULES, one, ask=False) for one in (fewer, case))
    statuses = {(one.id, one.record): one.status for one in after.findings}
    for finding in before.findings:
        if finding.status != "open" and not finding.about_knowledge:
            assert statuses[finding.id, finding.record] == finding.status


@SLOW
@given(context, pieces, st.data())
def test_an_improved_yes_or_no_never_worsens_the_audit(
    answers: dict[str, Any], rows: list[Any], data: st.DataObject
) -> None:
    name = data.draw(
        st.sampled_from(["message_consistent", "gap_plan", "game_ready", "clean_topology", "clean_textures"])
    )
    totals = []
    for value in (False, True):
        if name in answers:
            found = outcome({**answers, name: value}, rows)
        else:
            found = outcome(answers, [{**rows[0], name: value}, *rows[1:]])
        totals.append(found.values["audit_total"])
    if None not in totals:  # there is an audit as soon as one piece is commercial
        assert totals[0] <= totals[1]  # type: ignore[operator]


@SLOW
@given(context, pieces, st.integers(0, 4))
def test_raising_the_lowest_rating_never_worsens_the_audit(answers: dict[str, Any], rows: list[Any], step: int) -> None:
    """Raising another one may: it can make the collection uneven, or outshine the piece that is seen first."""
    same = [{**row, "audience": "commercial", "kind": answers["target_kind"]} for row in rows]
    lowest = min(range(len(same)), key=lambda number: same[number]["quality"])
    best = max(row["quality"] for row in same)
    raised = [dict(row) for row in same]
    raised[lowest]["quality"] = min(best, same[lowest]["quality"] + step)
    assert number(outcome(answers, raised), "audit_total") >= number(outcome(answers, same), "audit_total")


def test_raising_another_rating_can_worsen_the_audit() -> None:
    """The audit looks at the whole: a hero that is no longer the best piece loses its points."""
    base = {
        "audience": "commercial", "kind": "environment", "completed_on": "2026-03-01", "game_ready": True,
        "clean_topology": True, "clean_textures": True, "breakdown": ["high_poly", "wireframe", "texture_maps"],
        "engine": "unreal5", "style": "realistic",
    }  # fmt: skip
    hero = {**base, "id": "a", "quality": 4, "story": True, "opens_portfolio": True}
    other = {**base, "id": "b", "quality": 4, "story": False, "opens_portfolio": False}
    answers = {
        "target_kind": "environment", "target_style": "realistic", "target_engine": "unreal5", "gap_plan": True,
        "channels": ["artstation"], "message_consistent": True,
    }  # fmt: skip
    before = outcome(answers, [hero, other])
    after = outcome(answers, [hero, {**other, "quality": 5}])
    assert number(before, "audit_total") == 100
    assert number(after, "audit_total") == 90


@SLOW
@given(st.integers(0, 300_000), st.integers(0, 400), st.integers(0, 200))
def test_no_option_is_below_cost_and_each_is_dearer_than_the_one_before(investment: int, hours: int, rate: int) -> None:
    found = outcome({"objective": "hybrid", "client_investment": investment, "job_hours": hours, "hourly_rate": rate})
    base, recommended, premium = (number(found, f"price_{name}") for name in ("base", "recommended", "premium"))
    assert hours * rate <= base <= recommended <= premium
