"""What every engine must agree on: engine-neutral cases, construct by construct, and generated rule sets.

A third party's engine takes part by an entry in `ENGINES`: anything with `solve(program, case) -> Situation`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleset.engines import Engine, Evaluator
from ruleset.engines.columns import ColumnsEngine
from ruleset.engines.compiled import CompiledEngine
from ruleset.engines.sql.running import DuckDbEngine
from ruleset.loading.folder import load_folder
from ruleset.model import RuleSet, WorkedCase
from ruleset.outcome import outcome, to_json
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.testing.cases import run_case
from ruleset.testing.strategies import cases
from ruleset.wording import Voice

ENGINES: list[Engine] = [Evaluator(), CompiledEngine(), ColumnsEngine()]
try:
    from ruleset.engines.session import SessionEngine
except ImportError:
    pass
else:
    ENGINES.append(SessionEngine())

FOLDERS = sorted((Path(__file__).parent / "cases").iterdir())
WORKED = [
    pytest.param(rules, case, id=f"{folder.name}: {case.name}")
    for folder in FOLDERS
    for rules in [load_folder(folder)]
    for case in rules.cases
]


# Partial cases of the rule sets run many at once in SQL: see tests/engines/sql.
@pytest.mark.parametrize("engine", [*ENGINES, DuckDbEngine()], ids=lambda engine: engine.name)
@pytest.mark.parametrize(("rules", "case"), WORKED)
def test_each_construct_means_the_same(engine: Engine, rules: RuleSet, case: WorkedCase) -> None:
    assert [str(difference) for difference in run_case(rules, case, engine)] == []


def words(engine: Engine, rules: RuleSet, case: object) -> str:
    situation = engine.solve(compile_program(rules), case)  # type: ignore[arg-type]
    return json.dumps(to_json(outcome(situation, Voice.of(rules, "fr")), rules), ensure_ascii=False, sort_keys=True)


@pytest.mark.no_cover  # constructs are counted above, one by one; here the rule sets are what is tried
@pytest.mark.parametrize("engine", ENGINES[1:], ids=lambda engine: engine.name)
@pytest.mark.parametrize("id", registry().ids())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_partial_cases_of_the_rule_sets_give_the_same_bytes(engine: Engine, id: str, data: st.DataObject) -> None:
    rules = registry().get(id)
    assert rules is not None
    case = data.draw(cases(rules))
    assert words(engine, rules, case) == words(ENGINES[0], rules, case)
