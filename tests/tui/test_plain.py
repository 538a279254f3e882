"""What can be told from the characters alone, and the words of the screens."""

import re
from collections.abc import Callable

import pytest

from ruleset_tui.app import RulesetApp

Make = Callable[..., RulesetApp]


@pytest.fixture(autouse=True)
def no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


async def test_the_chosen_answer_is_told_by_its_sign(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        assert here.app.no_color
        assert "●" not in here.text
        text = await here.press("down", "down")
        assert re.search(r"▸ ● 2 Non", text)
        assert "○ 1 Oui" in text


async def test_several_choices_are_told_by_their_signs(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        for _ in range(20):
            if "De quoi avez-vous besoin" in here.text:
                break
            await here.press("f2")
        text = await here.press("2", "a")
        assert "[ ] 1 Courant triphasé" in text
        assert "▸ [x] 2 Arrivée d'eau" in text


async def test_an_error_is_told_by_its_sign_its_words_and_the_border(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press("1", "enter", "text:x", "enter")
        assert "✗ « x » n'est pas un nombre." in text
        assert "╔" in text


async def test_the_focus_is_told_by_the_border_and_by_arrows(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        assert "┏" in here.text
        text = await here.press("tab")
        assert "▶ Continuer ◀" in text
        assert "┏" not in text
        assert "╭" in text


async def test_the_line_of_the_cursor_is_told_by_its_sign(make_app: Make, hand) -> None:
    async with make_app().run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press("1", "enter", "f5", "home")
        assert "▸ ✓  Louez-vous" in text
        text = await here.press("escape", "f6", "enter", "down")
        assert text.count("▸ ") == 1
        assert "› " in text


async def test_findings_are_told_by_sign_and_word(make_app: Make, hand) -> None:
    async with make_app().run_test(size=(120, 40)) as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press("2", "enter", "text:1200", "enter")
        assert "✗ Bloquant" in text
        assert "▲ Prudence" in text
        assert "? " in text


# Words that Textual, Python or an untranslated text would bring; none of them is French.
ENGLISH = re.compile(
    r"\b(the|and|of|quit|close|search|commands?|palette|select(ed)?|toggle|theme|keys|press|help|yes|copy|minimize|"
    r"back|next|previous|must|valid|number|error|loading|unknown|answers?|edit|save|today|why|findings?|results?|summary)\b",
    re.IGNORECASE,
)
WAYS = {
    "start": ("escape",),
    "question": (),
    "error": ("enter",),
    "why": ("f1",),
    "field": ("1", "enter", "text:x", "enter"),
    "findings": ("f4",),
    "law date": ("f7", "text:x", "enter"),
    "menu": ("ctrl+p",),
    "rows": ("1", "enter", "text:900", "enter", "f2", "f2"),
    "summary": ("1", "enter", "f2", "f5"),
    "results": ("1", "enter", "text:900", "enter", "3", "enter", "f6"),
    "explanation": ("1", "enter", "text:900", "enter", "f6", "enter", "down", "down"),
    "tasks": ("1", "enter", "f6", "f2"),
    "options": ("1", "enter", "f6", "f2", "f2"),
    "open": ("1", "enter", "f6", "f2", "f2", "f2"),
    "erase": ("1", "enter", "escape", "delete"),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("name", WAYS)
async def test_no_word_is_english_on_a_french_screen(make_app: Make, hand, name: str, size: tuple[int, int]) -> None:
    async with make_app().run_test(size=size) as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press(*WAYS[name])
        assert not ENGLISH.findall(re.sub(r"https://\S+", "", text)), text


@pytest.mark.parametrize("name", WAYS)
async def test_forty_columns_and_twelve_lines_are_enough(make_app: Make, hand, name: str) -> None:
    async with make_app().run_test(size=(40, 12)) as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press(*WAYS[name])
        assert len(here.lines) == 12
        if here.app.focused is not None:
            assert here.app.focused.region.overlaps(here.app.screen.region)
