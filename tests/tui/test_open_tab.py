"""What stays open, by keys alone: the questions that are left, then what waits for them."""

from collections.abc import Callable
from pathlib import Path

from ruleset.loading.folder import load_folder
from ruleset.model import RuleSet
from ruleset_tui.app import RulesetApp

Make = Callable[..., RulesetApp]


def long(folder: Path) -> RuleSet:
    folder.mkdir()
    questions = "".join(f"  q{n}: {{ask: Question {n} ?, type: yes_no}}\n" for n in range(30))
    values = "  last: {value: q29 and q28, label: Dernière valeur, mark: unchecked}\n"
    values += "  nothing: {value: none, label: Rien}\n"
    rules = "".join(f"  R{n}: {{when: q{n}, then: {{finding: advice, say: Constat {n}.}}}}\n" for n in range(30))
    (folder / "a.yaml").write_text(
        f"ruleset: long\ntitle: Long\nversion: '1'\nquestions:\n{questions}definitions:\n{values}rules:\n{rules}",
        encoding="utf-8",
    )
    return load_folder(folder)


async def to_open_tab(here):
    await here.press("f6")
    for _ in range(5):
        if "Questions encore utiles" in here.text:
            break
        await here.press("f2")
    return here.text


async def test_what_is_open_below_many_questions_can_be_read(make_app: Make, hand, tmp_path: Path) -> None:
    async with make_app(only=long(tmp_path / "long")).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.settle()
        text = await to_open_tab(here)
        assert "▸ ○ Question 28 ?" in text
        assert "Valeurs encore ouvertes, et ce qui les préciserait" in text
        assert "? Dernière valeur : « Question 29 ? » et « Question 28 ? »" in text
        assert "Constat 9." not in text
        assert "Constat 9." in await here.press("tab", "end")


async def test_a_value_that_is_none_is_not_shown_and_one_to_check_says_so(make_app: Make, hand, tmp_path: Path) -> None:
    async with make_app(only=long(tmp_path / "long")).run_test(size=(80, 24)) as pilot:
        here = hand(pilot)
        await here.settle()
        assert "Question 28 ?" in here.text
        assert "Question 29 ?" in await here.press("1", "enter")
        text = await here.press("1", "enter", "f6", "f2")
        assert "Dernière valeur : oui (à vérifier)" in text
        assert "Rien" not in text
