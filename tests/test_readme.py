"""The README is true: its rule set loads, its Python does what it shows."""

import doctest
import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_example_does_what_it_shows(tmp_path, monkeypatch):
    (rules,) = blocks("yaml")
    (session,) = blocks("python")
    (tmp_path / "repos").mkdir()
    (tmp_path / "repos" / "rules.yaml").write_text(rules, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(session, {}, "README", str(README), 0)
    shown: list[str] = []
    result = doctest.DocTestRunner().run(test, out=shown.append)
    assert (result.failed, "".join(shown)) == (0, "")


def test_the_files_it_names_exist():
    links = re.findall(r"\]\(([^):]+)\)", README.read_text("utf-8"))
    assert [link for link in links if not (README.parent / link).exists()] == []
