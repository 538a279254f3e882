"""A question that another questionnaire has an answer to already is not asked again, if the person agrees."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import attrs
import pytest

from ruleset.plugins.registry import Registry, build_registry
from ruleset_tui.app import RulesetApp

Make: TypeAlias = Callable[..., RulesetApp]

NEXT = """ruleset: next
title: Aménager un atelier
version: 1.0.0
sources: {S: {title: Règlement}}
questions:
  professional: {ask: "Louez-vous l'atelier pour votre métier ?", type: yes_no}
  noise: {ask: Faites-vous du bruit ?, type: yes_no}
rules:
  R: {when: professional and noise, then: {finding: risk, say: Du bruit., source: S}}
"""


@attrs.frozen
class Brings:
    """A plug-in that brings folders."""

    folders: tuple[Path, ...]

    def ruleset_rulesets(self) -> tuple[Path, ...]:
        """Return the folders."""
        return self.folders


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    folder = tmp_path / "next"
    folder.mkdir()
    (folder / "rules.yaml").write_text(NEXT, encoding="utf-8")
    demo = Path(__file__).parent / "demo"
    return build_registry([("demo", "d", "1", lambda: Brings((demo, folder)))])


async def begin_the_second(here):
    """Pass the interview to go on with and the first questionnaire."""
    await here.settle()
    return await here.press("down", "down", "enter")


async def answer_the_first(make_app: Make, hand, registry: Registry) -> None:
    async with make_app(only=None, registry=registry).run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("enter")
        assert "Louez-vous l'atelier pour votre métier ?" in here.text
        await here.press("1", "enter")
        await here.press("ctrl+c")


@pytest.mark.parametrize(
    ("keys", "asked", "done"),
    [
        (["enter"], "Faites-vous du bruit ?", "1 réponse"),
        (["tab", "enter"], "Louez-vous l'atelier pour votre métier ?", "0 réponse"),
        (["escape"], "Louez-vous l'atelier pour votre métier ?", "0 réponse"),
    ],
)
async def test_what_was_answered_elsewhere_is_taken_or_not(
    make_app: Make, hand, registry: Registry, keys: list[str], asked: str, done: str
) -> None:
    await answer_the_first(make_app, hand, registry)
    async with make_app(only=None, registry=registry).run_test() as pilot:
        here = hand(pilot)
        text = await begin_the_second(here)
        assert "Vous avez déjà répondu à 1 question de ce questionnaire" in text
        assert "Louer un atelier partagé\u00a0». La reprendre ?" in text
        text = await here.press(*keys)
        assert asked in text
        assert done in text
        if asked.startswith("Faites"):
            assert "Louez-vous l'atelier pour votre métier ?" in await here.press("f5")


async def test_nothing_is_offered_where_nothing_is_common(make_app: Make, hand, registry: Registry) -> None:
    async with make_app(only=None, registry=registry).run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        await here.press("enter")
        assert "Louez-vous" in here.text
        assert "déjà répondu" not in here.text


async def test_the_same_questionnaire_begins_anew(make_app: Make, hand, registry: Registry) -> None:
    await answer_the_first(make_app, hand, registry)
    async with make_app(only=None, registry=registry).run_test() as pilot:
        here = hand(pilot)
        await here.settle()
        text = await here.press("down", "enter")
        assert "déjà répondu" not in text
