"""Each translation says what the reference evaluator says, where its engine is installed; one that differs is told."""

import sys
import textwrap
from importlib.util import find_spec

import pytest
from benchmarks.side_by_side import batch, batches, form, measures, shipped
from benchmarks.side_by_side.batch import BatchEngine, c, duckdb, polars
from benchmarks.side_by_side.batch import openfisca as openfisca_batch
from benchmarks.side_by_side.batch import ours as ours_batch
from benchmarks.side_by_side.measures import QUICK, changed_answer, disagreement, explanations, one_case
from benchmarks.side_by_side.one_case import (
    Engine,
    Local,
    cel,
    clips,
    durable,
    openfisca,
    ours,
    python,
    rule_engine,
    zen,
)
from benchmarks.side_by_side.one_case.child import Child, ChildError
from benchmarks.side_by_side.timing import interleaved, median, ratio

from ruleset.plugins.registry import registry

MODULES = {
    zen.ENGINE: "zen",
    clips.ENGINE: "clips",
    rule_engine.ENGINE: "rule_engine",
    cel.ENGINE: "celpy",
    openfisca.ENGINE: "openfisca_core",
    python.ENGINE: "ruleset",
    ours.COMPILED: "ruleset",
    ours.CENTS: "ruleset",
    ours.SESSION: "durable_rules_engine",
    ours.EVALUATOR: "ruleset",
    durable.EXTENSION: "durable_rules_engine",
    durable.PUBLIC: "durable_rules_engine",
}
BATCH_MODULES = {
    c.ENGINE: "numpy",
    ours_batch.COLUMNS: "numpy",
    ours_batch.TABLE: "pyarrow",
    ours_batch.SQL: "duckdb",
    duckdb.ENGINE: "duckdb",
    polars.ENGINE: "polars",
    openfisca_batch.ENGINE: "openfisca_core",
}


def installed(modules):
    return [pytest.param(engine, id=engine.name) for engine, module in modules.items() if find_spec(module)]


@pytest.mark.parametrize("engine", installed(MODULES))
@pytest.mark.parametrize("rules", [10, 60])
def test_a_case_has_the_answers_of_the_evaluator(engine, rules):
    base = form.generate(rules)
    cases = form.draw(base, 12)
    truths = ours.statuses(base, ours.load(base), cases)
    expected = [{id_ for id_, truth in zip(base.rules, row, strict=True) if truth} for row in truths]
    assert sum(map(len, expected)) > 12
    assert disagreement(engine.prepare(base), cases, expected, len(cases)) == ""


@pytest.mark.parametrize("engine", installed(BATCH_MODULES))
@pytest.mark.parametrize("unknown", [0.0, 0.15])
def test_columns_have_the_answers_of_the_evaluator(engine, unknown):
    base = form.generate(20)
    cases = batch.draw(base, 5_000, unknown if engine.unknown else 0.0)
    prepared = engine.prepare(base, cases)
    found = prepared.run()
    sample = [cases.case(base, row) for row in range(200)]
    assert prepared.rows(found, 200) == ours.statuses(base, ours.load(base), sample)
    every = prepared.rows(found, 5_000)
    held, unsure = prepared.counts(found)
    assert held == [sum(row[n] is True for row in every) for n in range(20)]
    assert unsure == [sum(row[n] is None for row in every) for n in range(20)]
    assert bool(sum(unsure)) == bool(cases.unknown)


def test_partial_cases_are_the_same_on_all_our_engines():
    assert set(measures.partial_cases(20, QUICK).values()) == {""}


def test_an_engine_that_differs_is_told_and_not_timed():
    wrong = Engine("wrong", lambda base: Local(lambda _: list(base.rules)), "every rule, always")
    found = one_case([python.ENGINE, wrong], 10, QUICK)
    assert list(found.times) == [python.ENGINE.name]
    assert found.missing["wrong"].startswith("differs from the reference evaluator: case 0")


def test_a_batch_engine_that_differs_is_told_and_not_timed():
    right = ours_batch.by_columns

    def prepare(base, cases):
        prepared = right(base, cases)
        return batch.Prepared(prepared.run, prepared.counts, lambda found, count: [[True] * 10] * count)

    engines = [ours_batch.COLUMNS, BatchEngine("wrong", prepare, "every rule, always")]
    found = batches.batches(engines, 10, 1_000, QUICK)
    assert list(found.times) == [ours_batch.COLUMNS.name]
    assert found.missing["wrong"].startswith("differs from the reference evaluator")


def test_an_engine_that_is_not_installed_is_told():
    def absent(base):
        raise ModuleNotFoundError(f"No module named 'absent' for {len(base.rules)} rules")

    found = one_case([python.ENGINE, Engine("absent", absent, "")], 10, QUICK)
    assert found.missing["absent"].startswith("ModuleNotFoundError: No module named 'absent'")


def test_one_changed_answer_and_explanations_are_measured_once_they_agree():
    changed = changed_answer(10, QUICK)
    assert changed.missing == {}
    assert set(changed.times) == {python.ENGINE.name, ours.COMPILED.name}
    assert explanations(10, QUICK).missing == {}


CHILD = """
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if "rules" in message:
        rules, answer = message["rules"], {"ready": 0.5}
    elif message["timed"]:
        answer = {"seconds": 0.25 * len(message["cases"])}
    elif message["cases"] == [{"stop": True}]:
        sys.exit(3)
    else:
        answer = {"held": [rules for case in message["cases"]]}
    print(json.dumps(answer), flush=True)
"""


def test_an_engine_in_a_process_of_its_own():
    child = Child([sys.executable, "-c", textwrap.dedent(CHILD)], {"rules": ["R1", "R2"]}, dict)
    assert child.loading == 0.5
    assert child.held({"a": 1}) == {"R1", "R2"}
    assert child.seconds([{"a": 1}, {"a": 2}]) == 0.5


def test_a_child_that_ends_is_told():
    child = Child([sys.executable, "-c", textwrap.dedent(CHILD)], {"rules": []}, dict)
    with pytest.raises(ChildError, match="ended with status 3"):
        child.held({"stop": True})


def test_rounds_go_from_engine_to_engine():
    order = []

    def run(name, spent):
        def once():
            order.append(name)
            return spent

        return once

    times = interleaved({"one": run("one", 3.0), "two": run("two", 2.0)}, 2)
    assert order == ["one", "two"] * 3
    assert median(times, "one") == 3.0
    assert ratio(times, "one", "two") == 1.5
    assert ratio(times, "one", "three") is None


def test_a_shipped_rule_set_is_measured_on_each_of_our_engines():
    rules = registry().get("statut/depart")
    assert rules is not None
    found = shipped.measured(rules, QUICK)
    assert found.missing == {}
    assert set(found.times) == {"evaluator", "session", "compiled", "columns"}
