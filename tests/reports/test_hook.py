"""The sections that plug-ins add: each takes what it needs, and one that fails does not stop the report."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.reports.conftest import DAY, RULES

import ruleset
from ruleset import Paragraphs, Report, Section, Voice, evaluate, make_case
from ruleset.plugins.registry import Registry, build_registry
from ruleset.reports import contents

CASE = make_case(RULES, {"resident": True}, on=DAY)
OUTCOME = evaluate(RULES, CASE)
VOICE = Voice.of(RULES, "fr")
FINE = Section("Bien", [Paragraphs(["Un mot"])])


def registry_of(**hooks: Callable[..., Any]) -> Registry:
    """Return a registry of plug-ins with one report each."""
    points = []
    for name, action in hooks.items():
        module = types.ModuleType(name)
        module.ruleset_report = ruleset.hookimpl(action)  # type: ignore[attr-defined]
        action.__name__ = "ruleset_report"
        points.append((name, "", "", lambda module=module: module))
    return build_registry(points)


def test_a_plugin_takes_what_it_needs() -> None:
    seen: dict[str, object] = {}

    def all_of_it(outcome: object, case: object, voice: object) -> list[Section]:
        seen.update(outcome=outcome, case=case, voice=voice)
        return [FINE]

    def only_outcome(outcome: ruleset.Outcome) -> Iterator[Section]:
        yield Section(outcome.ruleset, [])

    found, missing = registry_of(b=all_of_it, a=only_outcome).sections(OUTCOME, CASE, VOICE)
    assert [section.title for section in found] == ["demo/stall", "Bien"]
    assert missing == ()
    assert seen == {"outcome": OUTCOME, "case": CASE, "voice": VOICE}


def raising(outcome: object) -> list[Section]:
    raise RuntimeError("panne")


def halfway(outcome: object) -> Iterator[Section]:
    yield Section("Avant", [])
    raise ValueError("panne")


BROKEN: dict[str, tuple[Callable[..., Any], list[str], str]] = {
    "raising": (raising, [], "x : RuntimeError : panne"),
    "stopping": (lambda outcome: sys.exit(3), [], "x : SystemExit"),
    "halfway": (halfway, ["Avant"], "x : ValueError : panne"),
    "nothing": (lambda outcome: None, [], "x : TypeError"),
    "a number": (lambda outcome: 3, [], "x : TypeError"),
    "a dict": (lambda outcome: [{"title": "a"}], [], "x : une Section est attendue, pas dict"),
    "a text among sections": (lambda outcome: [FINE, "a", FINE], ["Bien", "Bien"], "x : une Section est attendue, pas"),
    "mistyped": (lambda outcome: [Section("a", [3])], [], "x : TypeError : une valeur Paragraphs"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_fails_is_reported_and_the_others_go_on(name: str) -> None:
    broken, kept, told = BROKEN[name]
    found, (reason,) = registry_of(x=broken, y=lambda outcome: [FINE]).sections(OUTCOME, CASE, VOICE)
    assert [section.title for section in found] == [*kept, "Bien"]
    assert reason.startswith(told)


def test_a_report_says_which_part_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = registry_of(x=raising, y=lambda outcome: [FINE])
    monkeypatch.setattr("ruleset.plugins.registry.registry", lambda: registry)
    found: Report = contents.report(RULES, CASE)
    titles = [section.title for section in found.sections]
    assert "Bien" in titles
    assert titles[-1] == "Ce qui manque à ce rapport"
    assert found.missing == ("x : RuntimeError : panne",)


def test_a_hook_that_asks_for_something_else_is_refused_when_it_is_installed() -> None:
    registry = registry_of(x=lambda outcome, surprise: [])
    assert "surprise" in registry.reports[0].error
    assert registry.sections(OUTCOME, CASE, VOICE) == ((), ())
