"""How the main screens look, at the two sizes that matter. Only the fixed rule set is shown, at a fixed date of law.

After a wanted change: `pytest -n 0 tests/tui/test_snapshots.py --snapshot-update`, then look at the pictures.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from ruleset_tui.app import RulesetApp

Make = Callable[..., RulesetApp]
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
ANSWERS = ("1", "enter", "text:1 200,50", "enter", "3", "enter")
MACHINE = ("enter", "text:Scie", "enter", "text:92", "enter", "1", "enter", "text:15", "enter")
SCREENS = {
    "start": ("escape",),
    "question": ("1",),
    "error": ("1", "enter", "text:cher", "enter"),
    "why": ("1", "enter", "f1"),
    "records": (*ANSWERS, *MACHINE),
    "summary": (*ANSWERS, "f2", "f5"),
    "results": (*ANSWERS, *MACHINE, "tab", "tab", "enter", "f6"),
}


def after(hand: Any, keys: tuple[str, ...]) -> Callable[[Pilot[int]], Awaitable[None]]:
    async def press(pilot: Pilot[int]) -> None:
        here = hand(pilot)
        await here.settle()
        await here.press(*keys)

    return press


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_in_french(make_app: Make, hand, snap_compare: Any, screen: str, size: str) -> None:
    assert snap_compare(make_app(), terminal_size=SIZES[size], run_before=after(hand, SCREENS[screen]))


def test_the_results_in_english(make_app: Make, hand, snap_compare: Any) -> None:
    keys = (*SCREENS["results"], "f8")
    assert snap_compare(make_app(), terminal_size=SIZES["120x40"], run_before=after(hand, keys))
