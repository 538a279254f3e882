"""The other language: every screen speaks it, and changing language changes nothing else."""

import re
from collections.abc import Callable

import pytest

from ruleset_tui.app import RulesetApp

Make = Callable[..., RulesetApp]
FRENCH = re.compile(r"[àâçèêëîïôùûœ]|\b(le|la|les|une|des|est|pas|vous|votre|pour|avec|réponse|sur)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    "keys",
    [("f8",), ("1", "enter", "f8", "f1"), ("f8", "f5"), ("f8", "f6", "f2", "f2"), ("f8", "escape"), ("f8", "f7")],
)
async def test_no_word_stays_french_on_an_english_screen(make_app: Make, hand, keys: tuple[str, ...]) -> None:
    async with make_app().run_test(size=(100, 40)) as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press(*keys)
        assert not FRENCH.findall(text), text


async def test_summary_and_results_are_said_again_in_place(make_app: Make, hand) -> None:
    async with make_app().run_test(size=(100, 40)) as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("1", "enter", "text:1200", "enter", "f6", "down")
        before = here.app.screen.query_one("#findings-list").highlighted
        text = await here.press("f8")
        assert "The rent of €1,200" in text
        assert here.app.screen.query_one("#findings-list").highlighted == before
        text = await here.press("f5")
        assert "What monthly rent are you asked for?" in text
        assert "Quel loyer vous demande-t-on par mois ?" in await here.press("f8")
