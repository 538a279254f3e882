"""Every worked case of every rule set that is installed."""

import pytest

from ruleset.loading.problems import LoadError
from ruleset.plugins.registry import registry
from ruleset.testing.cases import run_case
from ruleset.testing.coverage import coverage


def loaded():
    """Yield the rule sets; one that does not load fails the collection of its own test only."""
    for id in registry().ids():
        try:
            yield id, registry().get(id)
        except LoadError as error:
            yield id, error


RULE_SETS = dict(loaded())
CASES = [
    pytest.param(ruleset, worked, id=f"{id}: {worked.name}")
    for id, ruleset in RULE_SETS.items()
    if not isinstance(ruleset, LoadError)
    for worked in ruleset.cases
]


@pytest.mark.parametrize("id", RULE_SETS)
def test_a_rule_set_loads_and_its_cases_show_what_it_promises(id):
    ruleset = RULE_SETS[id]
    if isinstance(ruleset, LoadError):
        raise ruleset
    assert coverage(ruleset).outcomes.percent >= ruleset.coverage


@pytest.mark.parametrize(("ruleset", "worked"), CASES)
def test_a_worked_case_gives_what_it_says(ruleset, worked):
    assert [str(one) for one in run_case(ruleset, worked)] == []
