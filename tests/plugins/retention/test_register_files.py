"""The sample register that is shipped: workbook, table and case say the same, the model fits the questions."""

import json
import shlex
from pathlib import Path

import attrs
import pytest

from ruleset.api import evaluate, load, to_json
from ruleset.cli import main
from ruleset.exchange.files import complete_case, read_file
from ruleset.exchange.sheets import read_sheets
from ruleset.exchange.spreadsheet import read_workbook
from ruleset.model import Case, RuleSet

FOLDER = Path(__file__).parents[3] / "examples" / "retention"
AGAIN = "ruleset template retention [--case registre.json] -o … writes the shipped workbooks again"


@pytest.fixture(scope="module")
def retention() -> RuleSet:
    return load("retention")


@pytest.fixture(scope="module")
def register(retention: RuleSet) -> Case:
    return read_file(FOLDER / "registre.json", lambda _id, _base: retention, "fr")[1]


def test_the_workbook_gives_byte_for_byte_what_the_case_gives(retention: RuleSet, register: Case) -> None:
    ruleset, case = read_file(FOLDER / "registre.xlsx", lambda _id, _base: retention, "fr")
    assert case == register, AGAIN
    found, expected = (json.dumps(to_json(evaluate(ruleset, one), ruleset)) for one in (case, register))
    assert found == expected
    assert json.loads(found)["digest"] == json.loads(expected)["digest"]


def test_the_table_holds_the_rows_of_the_case(retention: RuleSet, register: Case) -> None:
    without = attrs.evolve(register, records={**register.records, "donnee": ()})
    assert complete_case(FOLDER / "donnee.csv", retention, without) == register


def test_the_model_asks_every_question_and_says_nothing(retention: RuleSet) -> None:
    path = FOLDER / "modele.xlsx"
    case = read_workbook(path, retention)
    assert case.answers == {}, AGAIN
    types = [id for id, kind in retention.records.items() if kind.rows is None]
    assert {id: rows for id, rows in case.records.items() if rows} == {}
    sheets = {sheet.name: sheet for sheet in read_sheets(path)}
    assert [len(sheets[id].header) for id in types] == [len(retention.records[id].fields) for id in types], AGAIN
    asked = {str(cells[0]) for _, cells in sheets["Questions"].rows}
    assert asked == {"ruleset", "on", *retention.questions}, AGAIN


def commands() -> list[str]:
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    return [line[2:] for line in lines if line.startswith("$ ruleset ")]


@pytest.mark.parametrize("command", commands())
def test_the_commands_of_the_page_run(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULESET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RULESET_LANG", "fr")
    assert main(shlex.split(command)[1:]) == 0
