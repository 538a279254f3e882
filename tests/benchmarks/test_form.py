"""The generated rule sets: the same seed gives the same, and they have the form that the measures speak of."""

import subprocess
import sys
from pathlib import Path

from benchmarks.side_by_side.form import Comparison, Reference, draw, generate
from benchmarks.side_by_side.written import folder

from ruleset.loading.folder import load_folder

ROOT = Path(__file__).parents[2]
PRINT = "from benchmarks.side_by_side.form import *; print(repr((generate(60), draw(generate(60), 5, unknown=0.2))))"


def test_the_same_seed_gives_the_same_in_another_process():
    found = {
        subprocess.run(
            [sys.executable, "-c", PRINT], cwd=ROOT, env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert found.pop().decode().strip() == repr((generate(60), draw(generate(60), 5, unknown=0.2)))


def test_another_seed_gives_another_rule_set():
    assert generate(60).rules != generate(60, seed=8).rules


def test_fifteen_inputs_of_five_kinds_and_two_levels():
    base = generate(300)
    assert len(base.inputs) == 15
    assert {one.kind for one in base.inputs} == {"yes_no", "choice", "integer", "money", "date"}
    read = {
        one.definition
        for condition in base.rules.values()
        for clause in condition
        for one in clause
        if isinstance(one, Reference)
    }
    assert len(base.rules) == 300
    assert len(read) > 20
    assert read <= base.definitions.keys()


def test_no_condition_compares_an_input_twice():
    base = generate(300)
    for condition in (*base.definitions.values(), *base.rules.values()):
        inputs = [one.input for clause in condition for one in clause if isinstance(one, Comparison)]
        assert len(inputs) == len(set(inputs))


def test_each_number_has_eight_constants_over_the_whole_rule_set():
    constants: dict[str, set[object]] = {}
    for one in generate(1000).comparisons():
        constants.setdefault(one.input.id, set()).add(one.value)
    assert {len(constants[one]) for one in ("count0", "money0", "day0")} == {8}


def test_the_written_folder_is_a_rule_set_without_errors(tmp_path):
    base = generate(60)
    ruleset = load_folder(folder(base, tmp_path / "one"))
    assert list(ruleset.rules) == list(base.rules)
    assert list(ruleset.questions) == [one.id for one in base.inputs]
    assert (tmp_path / "one/rules.yaml").read_bytes() == (folder(base, tmp_path / "two") / "rules.yaml").read_bytes()


def test_partial_cases_miss_about_the_share_asked_for():
    cases = draw(generate(10), 400, unknown=0.15)
    missing = 1 - sum(map(len, cases)) / (15 * 400)
    assert 0.12 < missing < 0.18
