"""The examples of the manual are run: each is a whole rule set whose cases pass on every engine."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from ruleset.checks import check
from ruleset.engines import Evaluator, default_engine
from ruleset.engines.columns import ColumnsEngine
from ruleset.engines.compiled import CompiledEngine
from ruleset.loading.folder import load_folder
from ruleset.testing.cases import run_case

PAGES = sorted((Path(__file__).parent.parent / "docs" / "manual").glob("*.md"))
EXAMPLE = re.compile(r"^## Example\n\n```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = [(page.stem, text) for page in PAGES for text in EXAMPLE.findall(page.read_text(encoding="utf-8"))]


def test_every_page_about_a_construct_has_an_example() -> None:
    assert {name for name, _ in EXAMPLES} == {page.stem for page in PAGES} - {"README", "plugins", "sql"}


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_the_example_does_what_it_says(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    rules = load_folder(tmp_path)
    assert rules.cases
    for engine in (Evaluator(), default_engine(), CompiledEngine(), ColumnsEngine()):
        for case in rules.cases:
            assert [str(difference) for difference in run_case(rules, case, engine)] == [], case.name


def test_the_cookbook_has_no_warning(tmp_path: Path) -> None:
    text = dict(EXAMPLES)["cookbook"]
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    assert check(load_folder(tmp_path)) == []


@pytest.mark.parametrize("name", ["batches", "embedding"])
def test_the_python_of_a_page_does_what_it_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repos").mkdir()
    (tmp_path / "repos" / "rules.yaml").write_text(dict(EXAMPLES)[name], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    page = next(page for page in PAGES if page.stem == name)
    results = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert results.attempted > 0
    assert results.failed == 0


def test_the_index_names_every_page() -> None:
    index = (PAGES[0].parent / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if page.name != "README.md" and f"({page.name})" not in index] == []
