"""The outcome: its order, its bounds, its JSON of the contract."""
# ruff: noqa: E501  one case a line reads best

import datetime as dt
import json

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ruleset
from ruleset.model import Case
from ruleset.testing import rule_set
from ruleset.testing.strategies import cases, rule_sets
from ruleset.types import UNKNOWN

DAY = dt.date(2026, 11, 23)
QUESTIONS = """questions:
  a: {ask: A, type: yes_no}
  b: {ask: B, type: yes_no}
  n: {ask: N, type: integer}
records:
  piece: {title: P, plural: pieces, questions: {ok: {ask: O, type: yes_no}}}
options: {micro: Micro, sasu: SASU, sarl: SARL}
"""


def outcome(rules_text, answers=None, records=None):
    rules = rule_set(QUESTIONS + rules_text)
    return ruleset.evaluate(rules, ruleset.make_case(rules, answers, records, DAY)), rules


def rules_of(**rules):
    return "rules:\n" + "".join(f"  {id}: {body}\n" for id, body in rules.items())


def finding(severity, when="true", more=""):
    return f"{{when: {when}, then: {{finding: {severity}, say: X, source: S{more}}}}}"


def test_findings_that_hold_come_first_by_severity_then_id():
    found, _ = outcome(
        rules_of(
            Z=finding("risk"),
            B=finding("ok"),
            A=finding("risk"),
            open=finding("blocking", "a"),
            out=finding("blocking", "false"),
        )
    )
    assert [one.id for one in found.findings] == ["A", "Z", "B", "open", "out"]
    assert found.verdict == "risk"


def test_an_open_finding_shows_the_worst_severity_it_can_have():
    cases_ = ", cases: [{when: a, finding: advice}, {when: b, finding: blocking}]"
    found, _ = outcome(rules_of(R=finding("info", more=cases_)))
    assert (found.findings[0].status, found.findings[0].severity) == ("open", "blocking")
    found, _ = outcome(rules_of(R=finding("info", more=cases_)), {"a": True})
    assert (found.findings[0].status, found.findings[0].severity) == ("holds", "advice")


def test_records_have_their_own_findings_and_an_unknown_list_an_open_one():
    text = rules_of(R="{for: piece, when: piece.ok, then: {finding: risk, say: X, source: S}}")
    found, _ = outcome(text)
    assert [(one.record, one.status) for one in found.findings] == [("piece", "open")]
    found, _ = outcome(text, records={"piece": []})
    assert found.findings == ()
    rows = [{"ok": True}, {}, {"ok": False}] + [{"ok": True}] * 9
    found, _ = outcome(text, records={"piece": rows})
    holding = [one.record for one in found.holding]
    assert holding == ["piece[0]", *(f"piece[{n}]" for n in range(3, 12))]


def test_tasks_are_ordered_and_dated():
    found, _ = outcome(
        rules_of(
            late="{then: {task: Late, due: on + months(2)}}", soon="{then: {task: Soon, due: on + days(1)}}",
            never="{when: false, then: {task: Never}}", first="{then: {task: First, order: -1}}",
            open="{when: a, then: {task: Open, due: on}}",
        )
    )  # fmt: skip
    assert [one.id for one in found.tasks] == ["first", "soon", "late", "open", "never"]
    assert found.tasks[1].due == dt.date(2026, 11, 24)


def test_options_are_ranked_excluded_ones_last_with_their_bounds():
    text = rules_of(
        X="{when: a, then: {exclude: micro, source: S}}", F="{then: {favour: {sasu: 1, sarl: 1}, source: S}}",
        G="{when: b, then: {favour: {sarl: 3}, source: S}}",
    )  # fmt: skip
    found, _ = outcome(text, {"a": True})
    assert [(one.id, one.excluded, one.score, one.lowest, one.highest) for one in found.options] == [
        ("sasu", False, 1, 1, 1), ("sarl", False, 1, 1, 4), ("micro", True, 0, 0, 0),
    ]  # fmt: skip
    found, _ = outcome(text, {"b": True})
    assert [(one.id, one.may_be_excluded) for one in found.options] == [
        ("sarl", False),
        ("sasu", False),
        ("micro", True),
    ]


def test_points_that_have_no_finite_writing_are_written_all_the_same():
    found, rules = outcome(rules_of(F="{then: {favour: {sasu: n / 3}, source: S}}"), {"n": 1})
    written = {one["id"]: one for one in ruleset.to_json(found, rules)["options"]}
    assert written["sasu"]["score"] == "0.333333333333"
    assert written["sasu"]["because"][0]["points"] == "0.333333333333"


def test_sources_are_cited_only_while_they_are_in_force():
    text = "sources:\n  S: {title: S}\n  OLD: {title: Old, until: 2020-01-01}\n"
    rules = rule_set(
        "rules: {R: {then: {finding: risk, say: X, source: [OLD, S]}}}\n",
        header="ruleset: x\ntitle: X\nversion: 1.0.0\n" + text,
    )
    assert ruleset.evaluate(rules, Case("x", DAY)).findings[0].sources == ("S",)
    assert ruleset.evaluate(rules, Case("x", dt.date(2019, 1, 1))).findings[0].sources == ("OLD", "S")


def test_the_digest_names_the_rules_the_case_and_the_day():
    first, rules = outcome(rules_of(R=finding("risk", "a")), {"a": True})
    case = Case(rules.id, DAY, {"a": True})
    digest = ruleset.evaluate(rules, case).digest
    assert digest == first.digest
    for other in (
        attrs.evolve(case, on=dt.date(2026, 11, 24)), attrs.evolve(case, answers={"a": False}),
        attrs.evolve(case, answers={"a": None}), attrs.evolve(case, answers={}), attrs.evolve(case, records={"piece": ()}),
    ):  # fmt: skip
        assert ruleset.evaluate(rules, other).digest != digest
    assert ruleset.evaluate(rules, attrs.evolve(case, lang="en")).digest == digest
    assert ruleset.evaluate(rules, attrs.evolve(case, answers={"a": True, "b": UNKNOWN})).digest == digest


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets(), st.data())
def test_the_json_has_the_form_of_the_contract(text, data):
    rules = rule_set(text, header="")
    found = ruleset.to_json(ruleset.evaluate(rules, data.draw(cases(rules))), rules)
    assert json.loads(json.dumps(found)) == found
    assert list(found)[:4] == ["ruleset", "version", "on", "lang"]
    assert {"findings", "tasks", "options", "values", "record_values", "assumed", "ask", "digest"} <= found.keys()
    for one in found["findings"]:
        assert one["status"] in ("holds", "ruled_out", "open")
    assert None not in found["values"].values()


@pytest.mark.parametrize(("lang", "word"), [("fr", "oui"), ("en", "yes")])
def test_messages_speak_the_language_of_the_case(lang, word):
    rules = rule_set(QUESTIONS + rules_of(R="{then: {finding: risk, say: 'A : {a}', source: S}}"))
    found = ruleset.evaluate(rules, ruleset.make_case(rules, {"a": True}, on=DAY, lang=lang))
    assert found.findings[0].message == f"A : {word}"
