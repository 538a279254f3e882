"""The same queries run by a real PostgreSQL."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ruleset.engines.sql.running import PostgresEngine
from ruleset.loading.folder import load_folder
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing.values import random_cases
from ruleset.types import Value

CONFORMANCE = sorted((Path(__file__).parents[2] / "conformance" / "cases").iterdir())


@pytest.fixture(scope="module")
def engine(postgres: str) -> Iterator[PostgresEngine]:
    found = PostgresEngine(postgres)
    yield found
    found.close()


def differing(engine: PostgresEngine, rules, given) -> list[str]:
    program = compile_program(rules)
    found: list[str] = []
    for case, (values, statuses) in zip(given, engine.computed(program, given), strict=True):
        expected = Situation(program, case).compute()
        wanted: dict[object, Value] = {place: expected.value(*place) for place in values}
        found += [f"{place}: {one!r}, not {wanted[place]!r}" for place, one in values.items() if one != wanted[place]]
        truths = {place: expected.rule_status(*place) for place in statuses}
        found += [f"{place}: {one!r}" for place, one in statuses.items() if one is not truths[place]]
    return found


@pytest.mark.parametrize("folder", CONFORMANCE, ids=lambda folder: folder.name)
def test_each_construct_means_the_same_in_postgresql(engine: PostgresEngine, folder: Path) -> None:
    rules = load_folder(folder)
    assert differing(engine, rules, [case.case for case in rules.cases]) == []


@pytest.mark.no_cover
@pytest.mark.parametrize("id", ["ci", "portfolio", "statut/depart", "statut/dossier", "statut/temps"])
def test_partial_cases_mean_the_same_in_postgresql(engine: PostgresEngine, id: str) -> None:
    rules = registry().get(id)
    assert rules is not None
    assert differing(engine, rules, [*itertools.islice(random_cases(rules, random.Random(1)), 40)]) == []
