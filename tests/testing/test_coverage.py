"""What worked cases show of a rule set, and what cannot be shown."""

import pytest

from ruleset.testing import rule_set
from ruleset.testing.coverage import coverage, possible_outcomes

RULES = """
questions:
  age: {ask: Âge ?, type: integer}
  small: {ask: Petit ?, type: yes_no, assume: true}
  later: {ask: Plus tard ?, type: yes_no, assume: true, ask_when: age > 3}
  computed: {ask: Calculé ?, type: integer, assume: age + 1}
records:
  piece: {title: Pièce, plural: pieces, questions: {made: {ask: Année ?, type: integer}}}
options: {one: Une}
rules:
  READS: {when: age > 60, then: {finding: risk, say: A., source: S}}
  ALWAYS: {then: {finding: info, say: B., source: S}}
  NEVER: {when: 1 > 2, then: {finding: info, say: C., source: S}}
  DATED: {when: "on > date(2026, 1, 1)", then: {finding: info, say: D., source: S}}
  KNOWS: {when: known(age), then: {finding: info, say: E., source: S}}
  ASSUMED: {when: small, then: {finding: info, say: F., source: S}}
  LATER: {when: later, then: {finding: info, say: G., source: S}}
  COMPUTED: {when: computed > 2, then: {finding: info, say: H., source: S}}
  THROUGH: {when: holds("READS"), then: {finding: info, say: I., source: S}}
  OPEN: {when: open_findings("risk"), then: {finding: info, say: J., source: S}}
  PIECES: {when: any(p.made > 2000 for p in pieces), then: {finding: info, say: K., source: S}}
  EACH: {for: piece, when: piece.made > 2000, then: {finding: info, say: L., source: S}}
  VARIES: {when: 2 > 1, then: {finding: info, say: M., source: S, cases: [{when: age > 3, finding: risk}]}}
  POINTS: {when: small, then: {favour: {one: 2}, say: N., source: S}}
  SCORED: {when: score("one") > 1, then: {finding: info, say: O., source: S}}
"""
ALL = ("holds", "ruled_out", "open")
SETTLED = ("holds", "ruled_out")


@pytest.mark.parametrize(
    ("id", "outcomes"),
    [
        ("READS", ALL),
        ("ALWAYS", ("holds",)),
        ("NEVER", ("ruled_out",)),
        ("DATED", SETTLED),
        ("KNOWS", SETTLED),
        ("ASSUMED", SETTLED),
        ("LATER", ALL),
        ("COMPUTED", ALL),
        ("THROUGH", ALL),
        ("OPEN", SETTLED),
        ("PIECES", ALL),
        ("EACH", ALL),
        ("POINTS", SETTLED),
        ("SCORED", SETTLED),
    ],
)
def test_what_is_impossible_by_construction_need_not_be_shown(id, outcomes):
    ruleset = rule_set(RULES)
    assert possible_outcomes(ruleset, ruleset.rules[id]) == outcomes


def test_a_finding_whose_variant_depends_on_an_answer_may_be_open_but_never_ruled_out():
    ruleset = rule_set(RULES)
    assert "open" in possible_outcomes(ruleset, ruleset.rules["VARIES"])


SHOWN = """
questions:
  age: {ask: Âge ?, type: integer}
parameters:
  limit: {type: integer, values: {2020-01-01: 10, 2025-01-01: 20}, source: S}
tables:
  steps:
    policy: first
    inputs: [age]
    rows:
      - {when: ["< 5"], value: 1}
      - {when: ["< 15"], value: 2}
    otherwise: 3
rules:
  OVER:
    when: age > limit
    then: {finding: risk, say: "{steps}", source: S, cases: [{when: age > 90, finding: caution}]}
cases:
  - {name: old, on: 2026-01-01, answers: {age: 50}, expect: {}}
  - {name: young, on: 2026-01-01, answers: {age: 7}, expect: {}}
"""


def test_the_parts_that_no_case_shows_are_named():
    found = coverage(rule_set(SHOWN))
    assert found.outcomes.missing == (("OVER", "open"),)
    assert found.variants.missing == (("OVER", "1"),)
    assert [row.partition(":")[0] for _, row in found.rows.missing] == ["1"]
    assert found.periods.missing == (("limit", "2020-01-01"),)
    assert round(found.outcomes.percent) == 67
